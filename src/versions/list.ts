import { alpm } from './alpm.ts';
import { apk } from './apk.ts';
import { bitnami } from './bitnami.ts';
import { composer } from './composer.ts';
import { conan } from './conan.ts';
import { deb, opam } from './deb.ts';
import { gem } from './gem.ts';
import { gentoo } from './gentoo.ts';
import { golang } from './golang.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { cran, hackage, intdot } from './numbers.ts';
import { openssl } from './openssl.ts';
import { datetime, lexicographic, nginx } from './plain.ts';
import { pypi } from './pypi.ts';
import { rpm } from './rpm.ts';
import type { VersionScheme } from './scheme.ts';
import { pub, semver } from './semver.ts';

/** A scheme with its parsed form hidden: whoever holds it can only hand back what its own `parse` gave. */
export type AnyScheme = VersionScheme<unknown>;

/** The version family: one file per ecosystem, one line here. */
export const SCHEMES: readonly AnyScheme[] = [
  semver,
  pub,
  golang,
  pypi,
  maven,
  gem,
  nuget,
  composer,
  deb,
  rpm,
  apk,
  alpm,
  gentoo,
  opam,
  cran,
  hackage,
  bitnami,
  conan,
  openssl,
  nginx,
  intdot,
  datetime,
  lexicographic,
] as AnyScheme[];

/** Names the vers specification and others use for a scheme that goes by another id here. */
const ALIASES: Readonly<Record<string, string>> = {
  alpine: 'apk',
  debian: 'deb',
  ebuild: 'gentoo',
  arch: 'alpm',
  redhat: 'rpm',
};

const byId = new Map(SCHEMES.map(scheme => [scheme.id, scheme]));
const byEcosystem = new Map(
  SCHEMES.flatMap(scheme => scheme.ecosystems.map(name => [name, scheme] as const)),
);
const byPurlType = new Map(SCHEMES.flatMap(scheme => scheme.purlTypes.map(type => [type, scheme] as const)));

/** The order of an OSV ecosystem (a `:suffix` is ignored); null where it defines none, and only its version lists can be used. */
export function schemeForEcosystem(ecosystem: string): AnyScheme | null {
  const colon = ecosystem.indexOf(':');
  return byEcosystem.get(colon < 0 ? ecosystem : ecosystem.slice(0, colon)) ?? null;
}

/** The order of a purl type's versions, or null where it has none (`generic`, `oci`, `docker`, `huggingface`, ...). */
export function schemeForPurlType(type: string): AnyScheme | null {
  return byPurlType.get(type) ?? null;
}

/** A scheme by its own id, its vers name or a purl type it serves. */
export function schemeByName(name: string): AnyScheme | null {
  return byId.get(name) ?? byId.get(ALIASES[name] ?? '') ?? byPurlType.get(name) ?? null;
}

/** Negative, zero or positive; null when the scheme cannot read one of the two, which is `unknown` and never a guess. */
export function compareVersions(scheme: AnyScheme, a: string, b: string): number | null {
  const parsedA = scheme.parse(a);
  const parsedB = scheme.parse(b);
  return parsedA === null || parsedB === null ? null : scheme.compare(parsedA, parsedB);
}
