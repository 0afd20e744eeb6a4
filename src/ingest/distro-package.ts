import { distroNamespace, isDistroType } from '../advisories/ecosystems.ts';
import { distroOf } from '../advisories/releases.ts';
import type { Component } from '../model/facts.ts';
import { formatPurl, makePurl, type Purl, qualifier, tryPurl } from '../model/purl.ts';
import { Recent } from '../model/recent.ts';

/** No distribution calls itself longer; a text of a megabyte would be written into the purl of each of its packages. */
const LONGEST_SYSTEM = 256;

/**
 * The distribution that a document is about, as the qualifier `distro` names it: the one operating system among its components. Null where there is none, or several.
 */
export function systemOf(components: readonly Component[]): string | null {
  const systems = components.filter(({ type }) => type === 'operating-system');
  const [system] = systems;
  if (systems.length !== 1 || system === undefined || !system.version) return null;
  const name = `${system.name.toLowerCase()}-${system.version}`;
  return name.length > LONGEST_SYSTEM ? null : name;
}

/**
 * The purl of a distribution's package with what the document says of it beside: the source package it is built from, the module, the epoch, the release of the distribution. Advisories speak of
 * these, and not every tool writes them into the purl. Null where there is nothing to add.
 */
export function refinedPackage({ purls, properties }: Component, system: string | null): string | null {
  const [stated] = purls;
  if (stated === undefined || !isDistroType(typeOf(stated))) return null;
  const said = properties.some(saysOfPackage) ? properties.filter(saysOfPackage) : NOTHING;
  if (system === null && said.length === 0) return null;
  const key = said.length === 0 ? `${system} ${stated}` : JSON.stringify([stated, system, said]);
  if (key.length > LONGEST_KEY) return refine(stated, new Map(said), system);
  let refined = refinements.get(key);
  if (refined === undefined) {
    refined = refine(stated, new Map(said), system);
    refinements.set(key, refined);
  }
  return refined;
}

const NOTHING: Component['properties'] = [];

/** As far as it can be told without taking the purl apart; no other text than a purl has a type. */
function typeOf(purl: string): string {
  let start = purl.indexOf(':') + 1;
  while (purl.charAt(start) === '/') start++;
  return purl.slice(start, purl.indexOf('/', start)).toLowerCase();
}

/** Images are built on one another: what was found for a package lately is asked again for the next one that has it. */
const refinements = new Recent<string, string | null>(10_000);
/** How many are remembered is bounded, so how long each is must be too. */
const LONGEST_KEY = 2048;

function refine(stated: string, said: ReadonlyMap<string, string>, system: string | null): string | null {
  const purl = tryPurl(stated);
  if (purl === null || !isDistroType(purl.type)) return null;
  const added: [string, string][] = [];
  const add = (key: string, value: string | null): void => {
    if (value !== null && value !== '' && qualifier(purl, key) === null) added.push([key, value]);
  };
  if (['upstream', 'source', 'sourcerpm', 'origin'].every(key => qualifier(purl, key) === null))
    add('upstream', sourceIn(said, purl));
  if (purl.type === 'rpm') {
    const epoch = said.get('syft:metadata:epoch') ?? null;
    add('epoch', epoch === '0' ? null : epoch);
    if (qualifier(purl, 'modularitylabel') === null)
      add('rpmmod', said.get('syft:metadata:modularityLabel') ?? null);
  }
  if (system !== null && distroOf(purl) === null && isOf(purl, system)) add('distro', system);
  return added.length === 0 ? null : formatPurl({ ...purl, qualifiers: [...purl.qualifiers, ...added] });
}

/** Whether a property is one of those asked for below. */
function saysOfPackage([name, value]: readonly [name: string, value: string]): boolean {
  if (name === 'sourceInfo') return BUILT_FROM.test(value);
  return name.startsWith('syft:metadata:') || name.startsWith('aquasecurity:trivy:Src');
}

/** What Trivy writes into the source information of SPDX (2.3 clause 7.12), with epoch and release: the only place there that names the source package. */
const BUILT_FROM = /^built package from: (\S{1,256}) (\S{1,256})$/;

/** Whether a system is of the distribution that the purl's namespace names. */
function isOf(purl: Purl, system: string): boolean {
  const name = system.slice(0, system.lastIndexOf('-'));
  const other = makePurl({ type: purl.type, namespace: name, name: purl.name });
  return distroNamespace(purl) === distroNamespace(other);
}

/** As Trivy and Syft tell it in properties, and Trivy in SPDX's source information; none when it is the package itself, at its own version. */
function sourceIn(said: ReadonlyMap<string, string>, purl: Purl): string | null {
  const trivy = (key: string): string => said.get(`aquasecurity:trivy:Src${key}`) ?? '';
  const [epoch, version, release] = [trivy('Epoch'), trivy('Version'), trivy('Release')];
  if (trivy('Name') !== '' && version !== '') {
    const whole = `${version.includes(':') || epoch === '' || epoch === '0' ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`;
    return otherThan(purl, trivy('Name'), whole);
  }
  const [, source, whole] = BUILT_FROM.exec(said.get('sourceInfo') ?? '') ?? [];
  if (source !== undefined && whole !== undefined) return otherThan(purl, source, whole);
  const rpm = said.get('syft:metadata:sourceRpm') ?? null;
  if (rpm !== null) return rpm;
  const name =
    trivy('Name') || said.get('syft:metadata:source') || said.get('syft:metadata:originPackage') || '';
  if (name === '' || name === purl.name) return null;
  const stated = said.get('syft:metadata:sourceVersion') ?? '';
  return stated === '' ? name : `${name}@${stated}`;
}

function otherThan(purl: Purl, source: string, version: string): string | null {
  return source === purl.name && version === purl.version ? null : `${source}@${version}`;
}
