import { constants, zstdCompressSync } from 'node:zlib';
import type { Assertion } from '../model/assertion.ts';
import { messageOf } from '../model/errors.ts';
import type { ReadResult } from '../model/facts.ts';
import type { BomIntake, Intake, TrustIntake } from '../store/intake.ts';
import { UNSIGNED } from '../trust/signed-formats.ts';
import { bomIntake, statedCounts } from './bom-intake.ts';

/** What an intake is made from. */
export interface IntakeSource {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly name: string;
  readonly container: Intake['container'];
  /** Makes the body; `compressed` unless something better is known. */
  readonly toBody?: ToBody;
}

/** What becomes of a document's bytes in its intake. */
export type ToBody = (bytes: Uint8Array) => Uint8Array;

const NO_BODY = new Uint8Array();

/** For documents whose bytes the larder has. */
export function noBody(): Uint8Array {
  return NO_BODY;
}

/** The record of one document that was read. A fault of ours in deriving facts keeps the document and says so. */
export function makeIntake(source: IntakeSource, result: ReadResult, trust: TrustIntake = UNSIGNED): Intake {
  const base = {
    sha256: source.sha256,
    size: source.bytes.length,
    body: (source.toBody ?? compressed)(source.bytes),
    name: source.name,
    container: source.container,
    kind: result.kind,
    format: result.format,
    encoding: result.encoding,
    specVersion: result.specVersion,
    assertion: result.kind === 'assertion' ? (result.facts as Assertion | null) : null,
    trust,
  };
  try {
    const bom = deriveBom(source, result);
    const stated = bom === null && result.bom !== null ? statedCounts(result.bom) : null;
    return { ...base, status: result.status, diagnostics: result.diagnostics, bom, stated };
  } catch (thrown) {
    const message = `${source.name} was read, but its facts could not be indexed: ${messageOf(thrown)}`;
    const diagnostics = [
      ...result.diagnostics,
      { severity: 'error', code: 'index-failed', message, at: null } as const,
    ];
    return { ...base, status: 'rejected', diagnostics, bom: null };
  }
}

/** Only documents of kind `sbom` say what is in something; a VEX's own components name what it speaks of. */
function deriveBom(source: IntakeSource, result: ReadResult): BomIntake | null {
  if (result.bom === null || result.kind !== 'sbom' || result.status === 'rejected') return null;
  return bomIntake(result.bom, source.sha256, source.name);
}

/** The record of a container: its bytes are kept as they came, its content is in the documents contained. `opened`: how many of its members could be had. */
export function containerIntake(
  source: IntakeSource,
  diagnostics: Intake['diagnostics'],
  opened: number,
): Intake {
  const isOdd = diagnostics.some(one => one.severity === 'error');
  return {
    sha256: source.sha256,
    size: source.bytes.length,
    body: (source.toBody ?? compressed)(source.bytes),
    name: source.name,
    container: source.container,
    kind: 'container',
    format: 'container',
    encoding: 'none',
    specVersion: null,
    status: isOdd && opened === 0 ? 'rejected' : isOdd ? 'partial' : 'accepted',
    diagnostics,
    bom: null,
    assertion: null,
    trust: UNSIGNED,
  };
}

/**
 * Told the size, zstd takes tables that fit it: a quarter less work over many small documents, byte for byte as small. Level 2 takes a sixth less work than the usual 3 for a
 * hundredth more bytes.
 */
export function compressed(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { pledgedSrcSize: bytes.length, params: LEVEL });
}

const LEVEL = { [constants.ZSTD_c_compressionLevel]: 2 };
