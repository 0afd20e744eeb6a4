import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from './steps.ts';
import { skipWithoutData } from './testing/data.ts';
import { conformanceCases } from './testing/vectors.ts';

test('every case of sigstore-conformance is judged as the suite says', {
  skip: skipWithoutData,
}, async () => {
  const cases = await conformanceCases();
  assert.ok(cases.length >= 54);
  const wrong = cases.filter(one => (judge(one).verdict === 'verified') !== one.accepted);
  assert.deepEqual(
    wrong.map(one => `${one.name}: ${judge(one).message}`),
    [],
  );
});

/** The reason must be the one the case was made for, where the suite makes it plain; a bundle refused for something else would hide a hole. */
const reasons: Readonly<Record<string, string>> = {
  'bundle-from-wrong-instance_fail': 'log-unknown',
  'checkpoint-bad-keyhint_fail': 'checkpoint-invalid',
  'inclusion-proof-corrupted-hash_fail': 'inclusion-proof-invalid',
  'intoto-tsa-timestamp-outside-cert-validity_fail': 'certificate-expired',
  'invalid-ct-key_fail': 'sct-missing',
  'managed-key-no-key_fail': 'key-unknown',
  'message-digest-mismatch_fail': 'digest-mismatch',
  'rekor2-no-timestamp_fail': 'time-missing',
  'rekor2-timestamp-outside-tsa-cert-validity_fail': 'timestamp-invalid',
  'rekor2-timestamp-payload-mismatch_fail': 'timestamp-invalid',
  'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail': 'timestamp-untrusted',
  'rekor2-timestamp-with-incorrect-time_fail': 'certificate-expired',
  'set-invalid-signature_fail': 'inclusion-promise-invalid',
  'trust-root-tlog-missing-validity-start_fail': 'root-malformed',
};

test('cases are refused for the reason they were made for', { skip: skipWithoutData }, async () => {
  for (const one of await conformanceCases())
    if (one.name in reasons) assert.equal(judge(one).code, reasons[one.name], one.name);
});

function judge(one: Awaited<ReturnType<typeof conformanceCases>>[number]): {
  readonly verdict: string;
  readonly code: string;
  readonly message: string;
} {
  try {
    return one.verify(JSON.parse(one.bundle.toString('utf8')));
  } catch (error) {
    return refusalOf(error);
  }
}
