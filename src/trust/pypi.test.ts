import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integrityBundles } from '../formats/sigstore/integrity.ts';
import { artifactOfBytes } from './artifact.ts';
import { bundledMaterial } from './bundled.ts';
import { isPypiProvenance, sameDistribution, verifyPypi } from './pypi.ts';
import { trustMaterialFromJson } from './root.ts';
import { refusalOf } from './steps.ts';
import { dataBytes, dataJson, skipWithoutData } from './testing/data.ts';

const ASSETS = 'pypi-attestations/test/assets';
const STAGING =
  'trust-roots/sigstore-python/sigstore/_store/https-tuf-repo-cdn.sigstage.dev/trusted_root.json';
const none = { publisher: null, identity: null };

const good = [
  ['pypi_attestations-0.0.19.tar.gz', '.provenance', 'production'],
  ['pypi_attestations-0.0.19.tar.gz', '.publish.attestation', 'production'],
  ['pypi_attestations-0.0.19.tar.gz', '.slsa.attestation', 'production'],
  ['pypi_attestation_models-0.0.4a2.tar.gz', '.attestation', 'production'],
  ['rfc8785-0.1.2-py3-none-any.whl', '.attestation', 'staging'],
  ['rfc8785-0.1.2-py3-none-any.whl', '.publish.attestation', 'staging'],
] as const;

for (const [file, ending, root] of good)
  test(`${file}${ending} is verified for its file and for no other`, { skip: skipWithoutData }, async () => {
    const material =
      root === 'staging' ? trustMaterialFromJson(dataJson(STAGING), 'staging') : await bundledMaterial();
    const value = dataJson(`${ASSETS}/${file}${ending}`);
    assert.ok(isPypiProvenance(value));
    const bytes = dataBytes(`${ASSETS}/${file}`);
    assert.ok(verifyPypi(value, file, artifactOfBytes(file, bytes), none, material).length > 0);
    assert.equal(
      codeOf(() =>
        verifyPypi(
          value,
          file,
          artifactOfBytes(file, Buffer.concat([bytes, Buffer.from('x')])),
          none,
          material,
        ),
      ),
      'subject-mismatch',
    );
    assert.equal(
      codeOf(() => verifyPypi(value, `x${file}`, artifactOfBytes(file, bytes), none, material)),
      'subject-mismatch',
    );
  });

test('a publisher that the certificate does not name is refused, also when the index states it', {
  skip: skipWithoutData,
}, async () => {
  const material = await bundledMaterial();
  const file = 'pypi_attestations-0.0.19.tar.gz';
  const artifact = artifactOfBytes(file, dataBytes(`${ASSETS}/${file}`));
  const value = dataJson(`${ASSETS}/${file}.provenance`);
  const stated = integrityBundles(value)[0]?.publisher;
  assert.ok(stated);
  for (const change of [
    { repository: 'attacker/pypi-attestations' },
    { workflow: 'other.yml' },
    { kind: 'GitLab' },
    { kind: 'Google', email: 'a@example.com' },
    { kind: 'Unheard' },
  ]) {
    const code = codeOf(() =>
      verifyPypi(value, file, artifact, { publisher: { ...stated, ...change }, identity: null }, material),
    );
    assert.ok(['publisher-mismatch', 'issuer-mismatch'].includes(code), code);
  }
  const claimed = JSON.parse(JSON.stringify(value)) as {
    attestation_bundles: { publisher: { repository: string } }[];
  };
  for (const bundle of claimed.attestation_bundles)
    bundle.publisher.repository = 'attacker/pypi-attestations';
  assert.equal(
    codeOf(() => verifyPypi(claimed, file, artifact, none, material)),
    'publisher-mismatch',
  );
  assert.equal(
    verifyPypi(
      value,
      file,
      artifact,
      { publisher: { ...stated, environment: 'made-up' }, identity: null },
      material,
    ).length,
    1,
  );
});

test('file names are compared as distributions', () => {
  for (const [first, second, same] of [
    ['a_b-1.0.tar.gz', 'A.B-1.0.tar.gz', true],
    ['a-1.0-py2.py3-none-any.whl', 'a-1.0-py3.py2-none-any.whl', true],
    ['a-1.0-1-py3-none-any.whl', 'a-1.0-py3-none-any.whl', false],
    ['a-1.0.tar.gz', 'a-1.0.zip', false],
    ['a-1.0.tar.gz', 'a-1.1.tar.gz', false],
    ['a', 'a', false],
    ['', '', false],
  ] as const)
    assert.equal(sameDistribution(first, second), same, `${first} ${second}`);
});

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return refusalOf(error).code;
  }
}
