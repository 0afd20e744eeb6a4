import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format } from '../formats/cyclonedx/format.ts';
import { documentInput } from '../formats/input.ts';
import { format as spdx } from '../formats/spdx/format.ts';
import { refinedPackage, systemOf } from './distro-package.ts';

function refined(purl: string, properties: Readonly<Record<string, string>>, ...systems: readonly string[]) {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [
      {
        type: 'library',
        name: 'a',
        purl,
        properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
      },
      ...systems.map(system => ({
        type: 'operating-system',
        name: system.split(' ')[0],
        version: system.split(' ')[1],
      })),
    ],
  };
  const { bom } = format.read(documentInput(Buffer.from(JSON.stringify(document)), 'bom.json'));
  const [component] = bom?.components ?? [];
  assert(bom && component);
  return refinedPackage(component, systemOf(bom.components));
}

test('what a document says of a package beside its purl is put into it, once', () => {
  const trivy = { 'aquasecurity:trivy:SrcName': 'openssl', 'aquasecurity:trivy:SrcVersion': '3.0.7' };
  assert.equal(
    refined('pkg:rpm/redhat/openssl-libs@3.0.7-6.el9', {
      ...trivy,
      'aquasecurity:trivy:SrcRelease': '6.el9',
      'aquasecurity:trivy:SrcEpoch': '1',
    }),
    'pkg:rpm/redhat/openssl-libs@3.0.7-6.el9?upstream=openssl%401:3.0.7-6.el9',
  );
  assert.equal(refined('pkg:deb/debian/libssl3@3.0.7-1?upstream=openssl', trivy), null);
  assert.equal(refined('pkg:npm/openssl@1.0.0', trivy, 'debian 12'), null);
});

test('the source package that Trivy names in the source information of SPDX is put into the purl', () => {
  const purl = 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u4';
  const refinedSpdx = (sourceInfo: string) => {
    const externalRefs = [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl },
    ];
    const packages = [{ SPDXID: 'SPDXRef-a', name: 'libc6', sourceInfo, externalRefs }];
    const document = { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'image', packages };
    const { bom } = spdx.read(documentInput(Buffer.from(JSON.stringify(document)), 'image.spdx.json'));
    const [component] = bom?.components ?? [];
    assert(component);
    return refinedPackage(component, null);
  };
  const built = (from: string) => refinedSpdx(`built package from: ${from}`);
  assert.equal(built('glibc 2.36-9+deb12u4'), `${purl}?upstream=glibc%402.36-9%2Bdeb12u4`);
  assert.equal(built('openssl 1:3.0.7-6.el9'), `${purl}?upstream=openssl%401:3.0.7-6.el9`);
  for (const other of ['glibc', 'glibc 2.36 of Debian', 'a '.repeat(50_000)])
    assert.equal(built(other), null);
  assert.equal(refinedSpdx('acquired package info from DPKG DB: status'), null);
});

test('the release is that of the one system of the same distribution', () => {
  const purl = 'pkg:deb/debian/bash@5.2';
  assert.equal(refined(purl, {}, 'debian 12'), `${purl}?distro=debian-12`);
  assert.equal(refined('pkg:rpm/redhat/bash@5.2', {}, 'rhel 9.2'), 'pkg:rpm/redhat/bash@5.2?distro=rhel-9.2');
  assert.equal(refined(purl, {}, 'ubuntu 22.04'), null);
  assert.equal(refined(purl, {}, 'debian '), null);
  assert.equal(refined(purl, {}, `debian 12${'.0'.repeat(500)}`), null);
  assert.equal(refined(purl, {}, 'debian 12', 'debian 11'), null);
  assert.equal(refined(`${purl}?distro=debian-11`, {}, 'debian 12'), null);
});
