import type { ExternalReference } from '../../model/facts.ts';
import { type Gathering, linkReference } from './components.ts';
import { readLicences, readOrganization, readReferences } from './parts.ts';
import { readProperties } from './properties.ts';
import { isShape, placeOf, type Shape } from './shape.ts';

const NONE: readonly never[] = [];

/** Reads the `services` of an owner, nested ones included. Endpoints become references of type `endpoint`. */
export function readServices(gathering: Gathering, owner: Shape, parent: number | null, at: string): void {
  const list = gathering.taker.list(owner, 'services', at);
  for (let i = 0; i < list.length; i++) {
    const pointer = `${at}/services/${i}`;
    const shape = gathering.taker.item(list[i], 'A service', pointer);
    if (shape !== null) readService(gathering, shape, parent, pointer);
  }
}

function readService(gathering: Gathering, shape: Shape, parent: number | null, pointer: string): void {
  const { taker } = gathering;
  const at = placeOf(shape, pointer);
  gathering.services++;
  const endpoints = taker
    .texts(shape, 'endpoints', at)
    .map(url => ({ type: 'endpoint', url }) satisfies ExternalReference);
  const stated = readReferences(taker, shape, at);
  const notes = isShape(shape['releaseNotes'])
    ? taker.text(shape['releaseNotes'], 'timestamp', `${at}/releaseNotes`)
    : null;
  const name = taker.text(shape, 'name', at);
  if (name === null) taker.diagnostics.warning('missing-name', 'The service has no name.', at);
  const ordinal = gathering.add({
    ref: taker.text(shape, 'bom-ref', at),
    role: 'service',
    type: 'service',
    group: taker.text(shape, 'group', at),
    name: name ?? '',
    version: taker.text(shape, 'version', at),
    purls: NONE,
    cpes: NONE,
    digests: NONE,
    swids: NONE,
    gitoids: NONE,
    licences: readLicences(taker, shape, NONE, at),
    supplier: readOrganization(taker, shape, 'provider', at),
    originators: NONE,
    scope: null,
    ownership: null,
    parent,
    references: endpoints.length === 0 ? stated : [...endpoints, ...stated],
    properties: readProperties(taker, shape, at).kept,
    dates: notes === null ? null : { released: notes },
    description: taker.text(shape, 'description', at),
    locations: NONE,
    resolves: NONE,
    at,
  });
  for (const reference of stated) linkReference(gathering, reference, ordinal, at);
  if (shape['services'] !== undefined) readServices(gathering, shape, ordinal, at);
}
