import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('Dockerfile: stages, arguments, digests; the last stage is what runs', async () => {
  const text = `ARG V=24\nFROM --platform=x example.com:5000/o/node:\${V} AS build\nFROM scratch AS empty\nFROM build AS test\nCOPY --from=example.com/tool:1 /a /b\nFROM alpine@sha256:${'a'.repeat(64)}\nCOPY --from=build /a /b\n`;
  const { projects } = await scanFiles({ Dockerfile: text });
  assert.deepEqual(listed(projects[0]), [
    '!example.com:5000/o/node 24 build',
    '!example.com/tool 1 build',
    `!alpine sha256:${'a'.repeat(64)} prod`,
  ]);
  assert.equal(projects[0]?.components[0]?.purl, 'pkg:docker/o/node@24?repository_url=example.com:5000');
});

test('an argument without a default is not guessed', async () => {
  const { projects } = await scanFiles({ 'api.Dockerfile': 'ARG BASE\nFROM $BASE\n' });
  assert.equal(projects[0]?.reasons[0]?.reason, 'unresolved-property');
});

test('the last stage is what runs, though it stands on an earlier one or on nothing', async () => {
  const images = async (text: string) => listed((await scanFiles({ Dockerfile: text })).projects[0]);
  assert.deepEqual(await images('FROM node:24 AS base\nFROM golang:1 AS build\nFROM base\n'), [
    '!node 24 prod',
    '!golang 1 build',
  ]);
  assert.deepEqual(await images('FROM golang:1 AS build\nFROM scratch\nCOPY --from=build /a /a\n'), [
    '!golang 1 build',
  ]);
});

test('here-documents are no instructions; images that are mounted count', async () => {
  const text =
    'FROM alpine:3\nRUN echo $((1<<END)) "a <<NOWHERE"\nRUN --mount=type=bind,from=example.com/uv:1,target=/x python3 <<-"EOF" && cat <<END\nfrom os import path\n\tEOF\nFROM users\nEND\nCOPY --from=example.com/tool:1 /a /b\n';
  assert.deepEqual(listed((await scanFiles({ Dockerfile: text })).projects[0]), [
    '!alpine 3 prod',
    '!example.com/uv 1 build',
    '!example.com/tool 1 build',
  ]);
});
