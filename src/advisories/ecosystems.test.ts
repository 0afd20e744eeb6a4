import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePurl, tryPurl } from '../model/purl.ts';
import { lookups, nameKey, osvKey } from './ecosystems.ts';
import { distroFits, distroOf, platformFits, releaseFits } from './releases.ts';

describe('an OSV package and a purl meet under one key', () => {
  const same: readonly (readonly [string, string, string])[] = [
    ['npm', '@angular/core', 'pkg:npm/%40angular/core@1.0.0'],
    ['PyPI', 'Flask_SQLAlchemy', 'pkg:pypi/flask-sqlalchemy@3.0'],
    ['PyPI', 'zope.interface', 'pkg:pypi/zope-interface@5'],
    ['Go', 'github.com/Azure/azure-sdk-for-go', 'pkg:golang/github.com/Azure/azure-sdk-for-go@v1.0.0'],
    ['Go', 'stdlib', 'pkg:golang/stdlib@1.20'],
    ['Maven', 'org.apache.logging.log4j:log4j-core', 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1'],
    ['crates.io', 'smallvec', 'pkg:cargo/smallvec@1.0.0'],
    ['NuGet', 'Newtonsoft.Json', 'pkg:nuget/newtonsoft.json@12.0.1'],
    ['Packagist', 'Google/Protobuf', 'pkg:composer/google/protobuf@3.0.0'],
    ['Packagist:https://packages.example.com/8', 'drupal/views', 'pkg:composer/drupal/views@8.1.0'],
    ['SwiftURL', 'https://github.com/apple/swift-nio.git', 'pkg:swift/github.com/apple/swift-nio@2.0.0'],
    ['GitHub Actions', 'Actions/Checkout', 'pkg:githubactions/actions/checkout@v4'],
    ['Debian:12', 'openssl', 'pkg:deb/debian/openssl@3.0.11-1?distro=debian-12'],
    ['Alpine:v3.18', 'musl', 'pkg:apk/alpine/musl@1.2.4-r0'],
    ['Alpine:v3.18', 'musl', 'pkg:alpine/musl@1.2.4-r0'],
    ['Red Hat:enterprise_linux:9::appstream', 'git-lfs', 'pkg:rpm/redhat/git-lfs@3.2.0'],
    ['Rocky Linux:9', 'bash', 'pkg:rpm/rockylinux/bash@5.1'],
    ['Echo', 'bash', 'pkg:deb/echo/bash@5.1'],
    ['CleanStart', 'bash', 'pkg:apk/cleanstart/bash@5.1-r0'],
    ['Azure Linux:3', 'bash', 'pkg:rpm/azure-linux/bash@5.1'],
    ['Amazon Linux', 'bash', 'pkg:rpm/amazonlinux/bash@5.1'],
  ];
  for (const [ecosystem, name, purl] of same) {
    test(`${ecosystem} ${name} is ${purl}`, () => {
      assert.equal(osvKey(ecosystem, name), nameKey(tryPurl(purl) ?? parsePurl(purl)));
    });
  }

  test('one name in two ecosystems is two packages', () => {
    assert.notEqual(osvKey('npm', 'left'), osvKey('PyPI', 'left'));
    assert.notEqual(osvKey('Debian:12', 'bash'), osvKey('Ubuntu:22.04:LTS', 'bash'));
  });

  test('a distribution is called as it is, also by a word that every object has', () => {
    assert.equal(nameKey(parsePurl('pkg:deb/constructor/a@1')), 'deb/constructor/a');
  });

  test('an ecosystem without purl type keeps a key that no purl has', () => {
    assert.equal(osvKey('OSS-Fuzz', 'file'), 'osv:OSS-Fuzz/file');
  });
});

test('a binary package is also looked up as its source, at the source version where it states one', () => {
  const sources = (purl: string) =>
    lookups(parsePurl(purl)).map(({ key, version, by }) => [key, version, by]);

  assert.deepEqual(sources('pkg:deb/debian/libssl3@3.0.11-1~deb12u2?upstream=openssl'), [
    ['deb/debian/libssl3', '3.0.11-1~deb12u2', 'name'],
    ['deb/debian/openssl', '3.0.11-1~deb12u2', 'source'],
  ]);
  assert.deepEqual(sources('pkg:deb/debian/libgcc-s1@12.2.0-14?upstream=gcc-12@12.2.0-13')[1], [
    'deb/debian/gcc-12',
    '12.2.0-13',
    'source',
  ]);
  assert.deepEqual(
    sources('pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm'),
    [
      ['rpm/redhat/openssl-libs', '1:3.0.7-27.el9', 'name'],
      ['rpm/redhat/openssl', '1:3.0.7-27.el9', 'source'],
    ],
  );
});

test("a gem's platform is no part of its version", () => {
  for (const [stated, version] of [
    ['1.13.8-x86_64-linux', '1.13.8'],
    ['1.13.8-x86_64-linux-musl', '1.13.8'],
    ['1.13.8-arm64-darwin', '1.13.8'],
    ['1.13.8-java', '1.13.8'],
    ['1.13.8-x64-mingw-ucrt', '1.13.8'],
    ['1.13.8-rc1', '1.13.8-rc1'],
    ['1.13.8.pre', '1.13.8.pre'],
  ])
    assert.equal(lookups(parsePurl(`pkg:gem/nokogiri@${stated}`))[0]?.version, version);
  assert.equal(lookups(parsePurl('pkg:npm/a@1.0.0-java'))[0]?.version, '1.0.0-java');
});

test('the source is found however tools write it', () => {
  for (const [purl, key, version] of [
    [
      'pkg:deb/debian/libssl3@3.0.11-1?source=openssl&sourceversion=3.0.11-2',
      'deb/debian/openssl',
      '3.0.11-2',
    ],
    ['pkg:deb/debian/libssl3@3.0.11-1?source=openssl', 'deb/debian/openssl', '3.0.11-1'],
    [
      'pkg:rpm/rhel/libs@3-1.el9?epoch=1&sourcerpm=openssl-3-1.el9.src.rpm',
      'rpm/redhat/openssl',
      '1:3-1.el9',
    ],
    ['pkg:apk/alpine/libcrypto3@3.1.4-r0?origin=openssl', 'apk/alpine/openssl', '3.1.4-r0'],
  ] as const)
    assert.deepEqual(lookups(parsePurl(purl))[1], { key, version, by: 'source' });
});

describe('a platform that a CPE names', () => {
  const fits: readonly (readonly [string, string, 'yes' | 'no' | 'unknown' | null])[] = [
    ['cpe:/a:redhat:enterprise_linux:9::appstream', 'pkg:rpm/redhat/a@1?distro=rhel-9.4', 'yes'],
    ['cpe:/o:redhat:enterprise_linux:9::baseos', 'pkg:rpm/redhat/a@1-2.el9', 'yes'],
    ['cpe:/a:redhat:enterprise_linux:8', 'pkg:rpm/redhat/a@1-2.el9_2', 'no'],
    ['cpe:/a:redhat:enterprise_linux:9', 'pkg:rpm/redhat/a@1-2', 'unknown'],
    ['cpe:/a:redhat:rhel_eus:9.4::appstream', 'pkg:rpm/redhat/a@1?distro=rhel-9.4', null],
    ['cpe:/a:redhat:openshift:4.16::el9', 'pkg:rpm/redhat/a@1-2.el9', null],
    ['cpe:/a:redhat:enterprise_linux:9', 'pkg:rpm/centos/a@1-2.el9', null],
    ['cpe:/o:suse:sles:15:sp4', 'pkg:rpm/sles/a@1?distro=sles-15.4', 'yes'],
    ['cpe:/o:suse:sle-module-basesystem:15:sp4', 'pkg:rpm/suse/a@1?distro=sles-15.4', 'yes'],
    ['cpe:/o:suse:sles-ltss:15:sp3', 'pkg:rpm/suse/a@1?distro=sles-15.3', null],
    ['cpe:2.3:o:canonical:ubuntu_linux:22.04:*:*:*:lts:*:*:*', 'pkg:deb/ubuntu/a@1?distro=jammy', 'yes'],
    ['cpe:/o:debian:debian_linux', 'pkg:deb/debian/a@1?distro=debian-12', 'no'],
  ];
  for (const [cpe, purl, expected] of fits)
    test(`${cpe}, ${purl}: ${expected}`, () => assert.equal(platformFits(cpe, parsePurl(purl)), expected));
});

describe('releases of distributions', () => {
  const fits: readonly (readonly [string, string, 'yes' | 'no' | 'unknown'])[] = [
    ['Debian:12', 'pkg:deb/debian/a@1?distro=debian-12', 'yes'],
    ['Debian:12', 'pkg:deb/debian/a@1?distro=debian-12.4', 'yes'],
    ['Debian:12', 'pkg:deb/debian/a@1?distro=bookworm', 'yes'],
    ['Debian:12', 'pkg:deb/debian/a@1?distro=debian-11', 'no'],
    ['Debian:12', 'pkg:deb/debian/a@1', 'unknown'],
    ['Debian:12', 'pkg:deb/debian/a@1?distro=constructor', 'unknown'],
    ['Debian:12', 'pkg:deb/debian/a@1?distro=debian-bookworm', 'yes'],
    ['Debian:12', 'pkg:deb/debian/a@2.36-9%2Bdeb12u4', 'yes'],
    ['Debian:11', 'pkg:deb/debian/a@2.36-9%2Bdeb12u4', 'no'],
    ['Ubuntu:22.10', 'pkg:deb/ubuntu/a@1?distro_name=kinetic', 'yes'],
    ['Ubuntu:22.04:LTS', 'pkg:deb/ubuntu/a@5.15.0-1~22.04.1', 'yes'],
    ['Red Hat:enterprise_linux:8::appstream', 'pkg:rpm/redhat/a@1.module%2Bel8.1.0%2B3334', 'yes'],
    ['Ubuntu:22.04:LTS', 'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04', 'yes'],
    ['Ubuntu:Pro:22.04:LTS', 'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04', 'no'],
    ['Alpine:v3.18', 'pkg:apk/alpine/a@1?distro=alpine-3.18.4', 'yes'],
    ['Alpine:v3.1', 'pkg:apk/alpine/a@1?distro=alpine-3.18.4', 'no'],
    ['Red Hat:enterprise_linux:9::appstream', 'pkg:rpm/redhat/a@1?distro=rhel-9.2', 'yes'],
    ['Red Hat:rhel_eus:9.2::appstream', 'pkg:rpm/redhat/a@1?distro=rhel-9.2', 'no'],
    ['SUSE:Linux Enterprise Server 15 SP4', 'pkg:rpm/suse/a@1?distro=sles-15.4', 'yes'],
    ['SUSE:Linux Enterprise Server 15 SP4', 'pkg:rpm/suse/a@1?distro=sles-15.5', 'no'],
    ['openSUSE:Leap 15.5', 'pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5', 'yes'],
    ['Wolfi', 'pkg:apk/wolfi/a@1', 'yes'],
    ['Debian:12', 'pkg:deb/debian/a@2.36-9%2Bdeb12u4?distro=debian', 'yes'],
    ['SUSE:Linux Enterprise Server 15 SP4-LTSS', 'pkg:rpm/sles/a@1?distro=sles-15.4', 'no'],
    ['Ubuntu:22.04:LTS:for:NVIDIA:BlueField', 'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04', 'no'],
    ['openSUSE:Tumbleweed', 'pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed-20260101', 'yes'],
    ['openSUSE:Tumbleweed', 'pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5', 'no'],
    ['openSUSE:Tumbleweed', 'pkg:rpm/opensuse/a@1', 'unknown'],
    ['Alpine:edge', 'pkg:apk/alpine/a@1?distro=alpine-3.18', 'no'],
    ['openEuler:22.03-LTS-SP3', 'pkg:rpm/openeuler/a@1-2.oe2203sp3?distro=openeuler-22.03', 'yes'],
    ['openEuler:22.03-LTS-SP3', 'pkg:rpm/openeuler/a@1-2.oe2203sp1?distro=openeuler-22.03', 'no'],
    ['openEuler:22.03-LTS', 'pkg:rpm/openeuler/a@1-2.oe2203', 'yes'],
    ['openEuler:22.03-LTS-SP3', 'pkg:rpm/openeuler/a@1?distro=openeuler-22.03', 'unknown'],
    ['openEuler:22.03-LTS-SP3', 'pkg:rpm/openeuler/a@1?distro=openeuler-24.03', 'no'],
    ['Packagist:https://packages.example.com/8', 'pkg:composer/drupal/views@8.1.0', 'yes'],
    ['Maven:https://maven.example.com', 'pkg:maven/org.example/a@1', 'yes'],
  ];
  for (const [ecosystem, purl, expected] of fits) {
    test(`${ecosystem} and ${purl}: ${expected}`, () => {
      assert.equal(releaseFits(ecosystem, parsePurl(purl)), expected);
    });
  }

  test('a package is from an extended stream when a CPE beside it says so', () => {
    const purl = parsePurl('pkg:rpm/redhat/a@1?distro=rhel-9.2');
    assert.equal(
      releaseFits('Red Hat:rhel_eus:9.2::appstream', purl, ['cpe:/a:redhat:rhel_eus:9.2::appstream']),
      'yes',
    );
    assert.equal(
      releaseFits('Red Hat:rhel_eus:9.2::appstream', purl, ['cpe:/a:redhat:rhel_aus:9.2::appstream']),
      'no',
    );
  });

  const named: readonly (readonly [string, string, boolean])[] = [
    ['pkg:deb/ubuntu/a@1?distro=jammy', 'pkg:deb/ubuntu/a@1?distro=ubuntu-22.04', true],
    ['pkg:deb/ubuntu/a@1?distro=jammy', 'pkg:deb/ubuntu/a@1?distro=ubuntu-24.04', false],
    ['pkg:deb/debian/a@1?distro=debian-12', 'pkg:deb/debian/a@1?distro=debian-12.4', true],
    ['pkg:deb/debian/a@1?distro=debian-12.4', 'pkg:deb/debian/a@1?distro=debian-12', false],
    ['pkg:deb/debian/a@1?distro=bookworm', 'pkg:deb/debian/a@1-1%2Bdeb12u4', true],
    ['pkg:deb/debian/a@1?distro=bookworm', 'pkg:deb/debian/a@1', false],
    ['pkg:apk/wolfi/a@1?distro=wolfi', 'pkg:apk/wolfi/a@1?distro=wolfi-20230201', true],
    [
      'pkg:rpm/opensuse/a@1?distro=opensuse-tumbleweed',
      'pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5',
      false,
    ],
  ];
  for (const [statement, purl, expected] of named)
    test(`a statement on ${statement} and ${purl}: ${expected}`, () =>
      assert.equal(distroFits(parsePurl(statement), parsePurl(purl)), expected));

  test('what the distro qualifier says', () => {
    assert.deepEqual(distroOf(parsePurl('pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5')), {
      id: 'opensuse-leap',
      version: '15.5',
    });
    assert.equal(distroOf(parsePurl('pkg:deb/debian/a@1')), null);
  });
});
