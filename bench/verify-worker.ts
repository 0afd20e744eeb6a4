import { parentPort, workerData } from 'node:worker_threads';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { bundleFromJson } from '../src/formats/sigstore/bundle.ts';
import { verifyBundle } from '../src/trust/bundle.ts';
import { trustMaterialFromJson } from '../src/trust/root.ts';

/** What a worker measures: the bundles again and again until the time is over, each pass with a root of its own, so that no certificate is remembered from the pass before. */
export interface VerifyWork {
  readonly by: 'larder' | '@sigstore/verify';
  readonly bundles: readonly string[];
  readonly root: unknown;
  readonly milliseconds: number;
}

const { by, bundles, root, milliseconds } = workerData as VerifyWork;

function passLarder(): void {
  const material = trustMaterialFromJson(root, 'bench');
  for (const text of bundles) {
    const verdict = verifyBundle(bundleFromJson(JSON.parse(text)), {
      material,
      artifact: null,
      identity: null,
    });
    if (verdict.code !== 'ok') throw new Error(verdict.message);
  }
}

function passSigstore(): void {
  const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(root)));
  for (const text of bundles) verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text))));
}

const pass = by === 'larder' ? passLarder : passSigstore;
pass();
const started = performance.now();
let verified = 0;
while (performance.now() - started < milliseconds) {
  pass();
  verified += bundles.length;
}
parentPort?.postMessage((verified / (performance.now() - started)) * 1000);
