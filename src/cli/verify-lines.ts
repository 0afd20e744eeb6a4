import type { EvidenceReport, VerifyAnswer } from '../trust/report.ts';
import type { Screen } from './output/screen.ts';
import { spread } from './output/table.ts';

/** The answer of `larder verify` for people: a short true story. */
export function verifyLines(screen: Screen, answer: VerifyAnswer): string[] {
  const style = answer.verdict === 'verified' ? 'green' : answer.verdict === 'failed' ? 'red' : 'yellow';
  const { name, sha256 } = answer.artifact;
  const digest = sha256 === null || name.includes(sha256) ? '' : `  sha256:${sha256.slice(0, 12)}`;
  const head = spread(screen, `${screen.paint('bold', name)}${digest}`, screen.paint(style, answer.verdict));
  const said =
    answer.verdict === 'verified'
      ? story(screen, answer)
      : [`  ${screen.paint(null, answer.message)}`, ...failedStep(screen, answer)];
  const others = answer.evidence.length > 1 ? answer.evidence.map(one => otherLine(screen, one)) : [];
  return [...head, ...said, ...others];
}

function story(screen: Screen, answer: VerifyAnswer): string[] {
  const { identity, statement } = answer;
  const text = (label: string, value: string, note = '') =>
    `  ${label.padEnd(8)}${screen.paint(null, value)}${note === '' ? '' : `      ${screen.paint('dim', note)}`}`;
  const found: string[] = [];
  if (identity !== null) found.push(text('by', identity.subject, identity.issuer ?? identity.kind));
  if (statement?.builder)
    found.push(
      text(
        'built',
        `by ${statement.builder}`,
        statement.buildLevel === null ? '' : `SLSA build ${statement.buildLevel} (${statement.levelRule})`,
      ),
    );
  if (statement?.source)
    found.push(
      text(
        'from',
        [
          statement.source,
          statement.commit === null ? null : `at ${statement.commit.slice(0, 12)}`,
          statement.ref,
        ]
          .filter(part => part !== null)
          .join(' '),
      ),
    );
  if (statement !== null && statement.signedAt.length > 0)
    found.push(text('signed', statement.signedAt.join(', ')));
  const unchecked = [
    ...answer.steps.filter(step => step.result === 'skipped').map(step => step.detail),
    ...(statement?.unchecked ?? []),
  ];
  return [...found, ...unchecked.map(one => `  ${screen.paint('dim', `not checked: ${one}`)}`)];
}

function failedStep(screen: Screen, answer: VerifyAnswer): string[] {
  const passed = answer.steps.filter(step => step.result === 'passed').map(step => step.step);
  return passed.length === 0 ? [] : [`  ${screen.paint('dim', `right until then: ${passed.join(', ')}`)}`];
}

function otherLine(screen: Screen, report: EvidenceReport): string {
  return `  ${screen.paint(report.verdict === 'verified' ? 'green' : 'red', report.verdict)} ${screen.paint(null, `${report.evidence}: ${report.message}`)}`;
}
