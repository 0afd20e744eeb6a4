import { formatOf } from '../formats/detect.ts';
import { documentInput, headOf } from '../formats/input.ts';
import type { BomIntake, TrustIntake } from '../store/intake.ts';
import type { Store } from '../store/ports.ts';
import { EVERYTHING } from '../store/scope.ts';
import { appKey } from '../store/targets.ts';
import type { BeliefSource as Belief } from '../trust/belief.ts';
import type { About } from '../trust/policy.ts';
import { isSigned, UNSIGNED } from '../trust/signed-formats.ts';
import { type Mapping, NO_MAPPING, NOTHING_SAID, saidOf } from './said.ts';

/** What the larder believes, and what the run says of the apps that documents belong to: an entry of the policy may speak for some apps only. */
export interface BeliefSource extends Belief {
  readonly app?: string | null;
  readonly mapping?: Mapping;
}

/** The trust verdict of a document's bytes. Formats without signatures cost nothing. */
export async function trustOf(
  document: { readonly bytes: Uint8Array; readonly name: string },
  format: string,
  belief: BeliefSource | null,
  apps: About['apps'] | null = null,
): Promise<TrustIntake> {
  if (belief === null || !isSigned(format)) return UNSIGNED;
  const { judge } = await import('../trust/judge.ts');
  const input = documentInput(document.bytes, document.name);
  return judge(input, format, await believed(belief), belief.now, apps);
}

/** The trust verdict of a document that stands in another one's signed statement, at this place. */
export async function trustInside(
  envelope: { readonly bytes: Uint8Array; readonly name: string },
  format: string,
  path: string,
  belief: BeliefSource | null,
  apps: About['apps'] | null = null,
): Promise<TrustIntake> {
  if (belief === null || !isSigned(format)) return UNSIGNED;
  const { judgeMember } = await import('../trust/judge.ts');
  const input = documentInput(envelope.bytes, envelope.name);
  return judgeMember(input, format, await believed(belief), belief.now, path, apps);
}

/** What checks signatures is only loaded for a document that has one: most runs have none, and start sooner. */
async function believed(source: BeliefSource): ReturnType<typeof import('../trust/belief.ts').beliefFrom> {
  const { beliefFrom } = await import('../trust/belief.ts');
  return beliefFrom(source);
}

/** The apps that BOMs inside an envelope will stand for, each by key and name: as the run says, else as they say themselves; null without one. */
export function appsOf(
  boms: readonly { readonly name: string; readonly bom: BomIntake | null }[],
  belief: BeliefSource | null,
): About['apps'] | null {
  const said = { ...NOTHING_SAID, app: belief?.app ?? null };
  const apps = boms.flatMap(({ name, bom }) => {
    if (bom === null) return [];
    const { app } = saidOf({ name, subjects: bom.subjects }, said, belief?.mapping ?? NO_MAPPING);
    return [app === null ? [bom.line.app, bom.line.appName] : [appKey(app), app]];
  });
  return apps.length === 0 ? null : apps;
}

/** The trust verdict of a stored document: its own, or that of the envelope it stands in. */
export async function trustOfStored(
  store: Store,
  document: {
    readonly sha256: string;
    readonly name: string;
    readonly container: { readonly sha256: string; readonly path: string } | null;
  },
  bytes: Uint8Array,
  belief: BeliefSource | null,
): Promise<TrustIntake> {
  if (belief === null) return UNSIGNED;
  const { name, container, sha256 } = document;
  const apps = (await needsApps(belief)) ? await appsStored(store, sha256) : null;
  const own = await trustOf({ bytes, name }, await formatIdOf(bytes, name), belief, apps);
  if (own.state !== 'unsigned' || container === null) return own;
  const outer = await store.bytes.read(container.sha256);
  if (outer === null) return own;
  return trustInside({ bytes: outer, name }, await formatIdOf(outer, name), container.path, belief, apps);
}

/** Whether a verdict depends on where documents stand in the larder. */
export async function needsApps(belief: BeliefSource): Promise<boolean> {
  const { boundsApps } = await import('../trust/policy.ts');
  return boundsApps((await believed(belief)).policy);
}

const WIDE = { ...EVERYTHING, includeSuperseded: true, includeRetired: true };

/** Where the document's BOM, or those inside it, stand now: what a user said of them since counts too. */
async function appsStored(store: Store, sha256: string): Promise<About['apps'] | null> {
  const record = await store.documents.find(sha256, WIDE);
  if (record === null) return null;
  const documents = record.bom === null ? await store.documents.members(record.id, WIDE) : [record];
  const ids = documents.flatMap(one => one.bom ?? []);
  const boms = ids.length === 0 ? [] : await store.documents.boms(ids, WIDE);
  return boms.length === 0 ? null : boms.map(bom => [bom.app, bom.appName]);
}

async function formatIdOf(bytes: Uint8Array, name: string): Promise<string> {
  const input = documentInput(bytes, name);
  return (await formatOf(input, headOf(input)))?.id ?? '';
}
