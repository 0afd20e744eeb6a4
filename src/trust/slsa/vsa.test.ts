import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementFromJson } from '../../formats/in-toto/statement.ts';
import { artifactOfDigests } from '../artifact.ts';
import { TrustError } from '../errors.ts';
import { nameArtifact } from '../find.ts';
import { matchSubject } from '../subject.ts';
import { checkSummary, levelOf, type SummaryExpectations } from './vsa.ts';

const commit = 'c0'.repeat(20);
const artifact = artifactOfDigests('the commit', new Map([['gitCommit', Buffer.from(commit, 'hex')]]));

/** A summary of a source revision, as the SLSA Source track describes it. */
function summary(more: object = {}, subject: object = {}) {
  return statementFromJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        digest: { gitCommit: commit },
        annotations: { sourceRefs: ['refs/heads/main', 'refs/tags/v1'] },
        ...subject,
      },
      {
        digest: { gitCommit: 'ff'.repeat(20) },
        annotations: { sourceRefs: ['refs/heads/other'] },
      },
    ],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      verifier: { id: 'https://source.example.com/verifier' },
      timeVerified: '2026-01-02T03:04:05Z',
      resourceUri: 'git+https://example.com/acme/app',
      policy: { uri: 'https://example.com/policy' },
      verificationResult: 'PASSED',
      verifiedLevels: ['SLSA_SOURCE_LEVEL_3', 'ORG_SOURCE_TWO_REVIEWERS'],
      ...more,
    },
  });
}

const asked: SummaryExpectations = {
  verifierId: 'https://source.example.com/verifier',
  resourceUri: 'git+https://example.com/acme/app',
  levels: ['SLSA_SOURCE_LEVEL_2'],
  refs: [],
};

function judged(expected: Partial<SummaryExpectations> = {}, given = summary()): string {
  try {
    checkSummary(given, { ...asked, ...expected }, artifact);
    return 'ok';
  } catch (error) {
    assert.ok(error instanceof TrustError);
    return error.code;
  }
}

test('each level of the Source track is reached by itself and by a higher one', () => {
  for (const stated of [0, 1, 2, 3, 4]) {
    for (const wanted of [0, 1, 2, 3, 4]) {
      const given = summary({ verifiedLevels: [`SLSA_SOURCE_LEVEL_${stated}`] });
      const answer = judged({ levels: [`SLSA_SOURCE_LEVEL_${wanted}`] }, given);
      assert.equal(answer, stated >= wanted ? 'ok' : 'level-not-met', `${stated} for ${wanted}`);
    }
  }
});

test('a level of one track says nothing of another, and own levels must be stated exactly', () => {
  assert.equal(judged({ levels: ['SLSA_BUILD_LEVEL_1'] }), 'level-not-met');
  assert.equal(judged({ levels: ['ORG_SOURCE_TWO_REVIEWERS', 'SLSA_SOURCE_LEVEL_3'] }), 'ok');
  assert.equal(judged({ levels: ['ORG_SOURCE_TWO'] }), 'level-not-met');
  const both = summary({ verifiedLevels: ['SLSA_SOURCE_LEVEL_1', 'SLSA_BUILD_LEVEL_3'] });
  assert.equal(judged({ levels: ['SLSA_SOURCE_LEVEL_1', 'SLSA_BUILD_LEVEL_2'] }, both), 'ok');
  assert.equal(judged({ levels: ['SLSA_SOURCE_LEVEL_2'] }, both), 'level-not-met');
  const twice = summary({ verifiedLevels: ['SLSA_SOURCE_LEVEL_1', 'SLSA_SOURCE_LEVEL_4'] });
  assert.equal(judged({}, twice), 'statement-malformed');
  const open = summary({ verifiedLevels: ['SLSA_SOURCE_LEVEL_UNEVALUATED', 'SLSA_BUILD_LEVEL_1'] });
  assert.equal(judged({}, open), 'level-not-met');
  assert.equal(judged({ levels: ['SLSA_BUILD_LEVEL_1'] }, open), 'ok');
});

test('verifier, resource and result are each asked for', () => {
  assert.equal(judged(), 'ok');
  assert.equal(judged({ verifierId: 'https://source.example.com' }), 'verifier-mismatch');
  assert.equal(judged({ resourceUri: 'git+https://example.com/acme/other' }), 'resource-mismatch');
  assert.equal(judged({}, summary({ verificationResult: 'FAILED' })), 'result-not-passed');
  assert.equal(judged({}, summary({ verificationResult: undefined })), 'result-not-passed');
});

test('references count for the revision they stand beside, in both spellings', () => {
  assert.equal(judged({ refs: ['refs/heads/main', 'refs/tags/v1'] }), 'ok');
  assert.equal(judged({ refs: ['refs/heads/mai'] }), 'branch-mismatch');
  assert.equal(judged({ refs: ['refs/tags/v2'] }), 'tag-mismatch');
  assert.equal(judged({ refs: ['refs/heads/other'] }), 'branch-mismatch', 'that was another revision');
  const old = summary({}, { annotations: { source_refs: ['refs/heads/main'] } });
  assert.equal(judged({ refs: ['refs/heads/main'] }, old), 'ok');
  assert.equal(judged({ refs: ['refs/heads/main'] }, summary({}, { annotations: {} })), 'branch-mismatch');
});

test('levels are told from names that only look like them', () => {
  assert.deepEqual(levelOf('SLSA_SOURCE_LEVEL_4'), { track: 'SLSA_SOURCE', level: 4 });
  assert.deepEqual(levelOf('SLSA_BUILD_ENVIRONMENT_LEVEL_2'), { track: 'SLSA_BUILD_ENVIRONMENT', level: 2 });
  assert.deepEqual(levelOf('SLSA_SOURCE_LEVEL_UNEVALUATED'), { track: 'SLSA_SOURCE', level: null });
  for (const other of [
    'SLSA_SOURCE_LEVEL_',
    'SLSA_SOURCE_TWO_PARTY_REVIEWED',
    'slsa_source_level_1',
    'X_SLSA_SOURCE_LEVEL_1',
  ])
    assert.equal(levelOf(other), null, other);
});

test('an image of Compute Engine is the subject that has its id', async () => {
  const payload = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: '_', digest: { gce_image_id: '8970095005306000053' } }],
    }),
  );
  const named = async (id: string) => (await nameArtifact(`gce_image_id:${id}`, path => path)).artifact;
  assert.equal(matchSubject(payload, await named('8970095005306000053')).algorithm, 'gce_image_id');
  const other = await named('8970095005306000054');
  assert.throws(() => matchSubject(payload, other), { code: 'subject-mismatch' });
});
