import type { Component } from '../../model/facts.ts';
import { isShape, type Shape, type Taker } from './shape.ts';

/**
 * Properties that change what an entry means: which source package it is built from, which distribution it belongs to, whether it is for
 * development only. The other thousands (layer ids, finder names) stay in the document. Names are those of the CycloneDX property taxonomy and of the tools.
 */
const KEPT = new Set([
  'aquasecurity:trivy:Class',
  'aquasecurity:trivy:PkgType',
  'aquasecurity:trivy:SrcEpoch',
  'aquasecurity:trivy:SrcName',
  'aquasecurity:trivy:SrcRelease',
  'aquasecurity:trivy:SrcVersion',
  'aquasecurity:trivy:Type',
  'cdx:composer:package:isDevRequirement',
  'cdx:maven:package:test',
  'cdx:npm:package:bundled',
  'cdx:npm:package:development',
  'cdx:npm:package:extraneous',
  'cdx:npm:package:private',
  'cdx:pipenv:category',
  'cdx:poetry:group',
  'cdx:reproducible',
  'internal:is_internal',
  'syft:distro:id',
  'syft:distro:versionID',
  'syft:metadata:epoch',
  'syft:metadata:modularityLabel',
  'syft:metadata:originPackage',
  'syft:metadata:release',
  'syft:metadata:source',
  'syft:metadata:sourceRpm',
  'syft:metadata:sourceVersion',
  'syft:package:type',
]);
const KEPT_PREFIXES = ['cdx:lifecycle:milestone:', 'larder:'];

/** Prefixes under which tools state the files an entry was found in: `syft:location:0:path`. */
const LOCATION = /^(?:syft|sbomer):location:\d+:path$/;

export interface MeaningfulProperties {
  readonly kept: readonly (readonly [string, string])[];
  readonly cpes: readonly string[];
  readonly locations: readonly string[];
  /** What the entry is for, where it is not the product itself. */
  readonly usage: 'dev' | 'test' | 'build' | null;
  readonly internal: boolean | null;
  readonly endOfSupport: string | null;
  readonly released: string | null;
}

const NOTHING: MeaningfulProperties = {
  kept: [],
  cpes: [],
  locations: [],
  usage: null,
  internal: null,
  endOfSupport: null,
  released: null,
};

/** Sorts the `properties` of an entry into what Larder uses. */
export function readProperties(taker: Taker, owner: Shape, at: string): MeaningfulProperties {
  const list = taker.list(owner, 'properties', at);
  if (list.length === 0) return NOTHING;
  const kept: (readonly [string, string])[] = [];
  const cpes: string[] = [];
  const locations: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const shape = isShape(item) ? item : taker.item(item, 'A property', `${at}/properties/${i}`);
    const name = shape?.['name'];
    if (typeof name !== 'string') continue;
    const value = shape?.['value'];
    if (typeof value !== 'string') continue;
    if (name === 'syft:cpe23') cpes.push(value);
    else if (LOCATION.test(name)) locations.push(value);
    else if (KEPT.has(name) || KEPT_PREFIXES.some(prefix => name.startsWith(prefix)))
      kept.push([name, value]);
  }
  if (kept.length === 0 && cpes.length === 0 && locations.length === 0) return NOTHING;
  return {
    kept,
    cpes,
    locations,
    usage: usageOf(kept),
    internal: internalOf(kept),
    endOfSupport: valueOf(kept, 'cdx:lifecycle:milestone:endOfSupport'),
    released: valueOf(kept, 'cdx:lifecycle:milestone:generalAvailability'),
  };
}

/** Scope as CycloneDX states it, or `dev`, `test`, `build` where a property says that the entry is for that alone. */
export function scopeOf(stated: string | null, properties: MeaningfulProperties): Component['scope'] {
  if (properties.usage !== null) return properties.usage;
  return stated === 'required' || stated === 'optional' || stated === 'excluded' ? stated : null;
}

/** The names of the groups that ship; what is in any other group and in none of these is for development. */
const SHIPPED: ReadonlyMap<string, string> = new Map([
  ['cdx:pipenv:category', 'default'],
  ['cdx:poetry:group', 'main'],
]);

function usageOf(kept: readonly (readonly [string, string])[]): MeaningfulProperties['usage'] {
  if (kept.some(isDevelopment)) return 'dev';
  // Each "may appear multiple times with different values", says the taxonomy.
  const groups = kept.filter(([name, value]) => value !== '' && SHIPPED.has(name));
  if (groups.length > 0 && !groups.some(([name, value]) => SHIPPED.get(name) === value)) return 'dev';
  if (valueOf(kept, 'cdx:maven:package:test') === 'true') return 'test';
  const own = new Set(kept.filter(([name]) => name === 'larder:usage').map(([, value]) => value));
  const [only] = own;
  return own.size === 1 && (only === 'dev' || only === 'test' || only === 'build') ? only : null;
}

function isDevelopment([name, value]: readonly [string, string]): boolean {
  return (
    (name === 'cdx:npm:package:development' || name === 'cdx:composer:package:isDevRequirement') &&
    value === 'true'
  );
}

function internalOf(kept: readonly (readonly [string, string])[]): boolean | null {
  const value = valueOf(kept, 'internal:is_internal');
  if (value === 'true') return true;
  return value === 'false' ? false : null;
}

function valueOf(kept: readonly (readonly [string, string])[], name: string): string | null {
  return kept.find(property => property[0] === name)?.[1] ?? null;
}
