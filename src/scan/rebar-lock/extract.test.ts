import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, scanFiles } from '../testing.ts';

test('rebar.lock: depth 0 is direct, digests are of the archives', async () => {
  const lock = `{"1.2.0",
[{<<"a">>,{pkg,<<"a">>,<<"2.9.0">>},0},
 {<<"b">>,{git,"https://example.com/b.git",{ref,"0123"}},1}]}.
[
{pkg_hash,[{<<"a">>, <<"BB">>}]},
{pkg_hash_ext,[
 {<<"a">>, <<"${'A'.repeat(64)}">>}]}
].
`;
  const { projects } = await scanFiles({ 'rebar.lock': lock });
  assert.deepEqual(listed(projects[0]), ['!a 2.9.0', 'b -']);
  assert.deepEqual(projects[0]?.components[0]?.digests, [`sha256:${'a'.repeat(64)}`]);
  assert.equal(projects[0]?.components[1]?.direct, false);
});
