import type { Decision } from '../../advisories/decision.ts';
import type { Statement } from '../../model/assertion.ts';
import type { Store } from '../../store/ports.ts';
import { defineCommand, type OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { usage } from '../errors.ts';
import { openBase } from '../judge.ts';
import { MIRROR_OPTION } from '../mirror.ts';
import { type Saying, SPEAKER_OPTIONS, say, speakerOf } from '../say.ts';
import { isVulnerability } from '../vulnerability.ts';

const OPTIONS = [
  {
    title: 'What is decided',
    options: [
      {
        name: 'status',
        value: 'STATUS',
        choices: ['affected', 'not_affected', 'fixed', 'under_investigation'],
        summary: 'what it is in this release',
      },
      {
        name: 'justification',
        value: 'WHY',
        choices: [
          'component_not_present',
          'vulnerable_code_not_present',
          'vulnerable_code_not_in_execute_path',
          'vulnerable_code_cannot_be_controlled_by_adversary',
          'inline_mitigations_already_exist',
        ],
        summary: 'why it is not affected, in the words of OpenVEX',
      },
      { name: 'severity', value: 'VECTOR|LEVEL', summary: 'how bad it is here, as in low or a CVSS vector' },
      { name: 'until', value: 'DATE', summary: 'the last day on which the decision counts' },
      MIRROR_OPTION,
    ],
  },
  SPEAKER_OPTIONS,
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const command = defineCommand({
  name: 'decide',
  summary: 'decide on a finding, with a reason: every later answer obeys it and says so',
  arguments: [
    { name: 'FINDING', summary: 'its id, or an app, APP@RELEASE (beside code without a larder: left out)' },
    { name: 'VULNERABILITY', summary: 'with an app: CVE, GHSA or other id', optional: true },
    { name: 'PACKAGE', summary: 'only in this package: a name, NAME@VERSION or purl', optional: true },
  ],
  examples: [
    {
      line: "larder decide payments-api CVE-2021-44228 --status not_affected --because 'no lookups'",
      about: 'a finding of an app',
    },
    {
      line: 'larder decide 2f1c9a30 --status under_investigation --until 2026-12-31',
      about: 'by its id, for a while',
    },
  ],
  options: OPTIONS,
  formats: ['table', 'json'],
  async run(context, words, options) {
    const { faultOf } = await import('../../advisories/decision.ts');
    const { status } = options;
    if (status === undefined)
      throw usage('decide needs --status affected, not_affected, fixed or under_investigation');
    const decided = {
      status,
      justification: options.justification ?? null,
      severity: options.severity ?? null,
      until: options.until ?? null,
      because: options.because ?? null,
    };
    const fault = faultOf(decided);
    if (fault !== null) throw usage(fault);
    const who = speakerOf(context, options.by);
    const make: Make = about => ({ ...decided, who, when: context.now().toISOString(), ...about });
    if (!context.store.exists) {
      const { decideBesideCode } = await import('../decide-local.ts');
      return decideBesideCode(context, words, options.mirror, make);
    }
    const code = await say(context, 'decide', options, store => saying(context, store, words, options, make));
    const { keepFindingsOfLarder } = await import('../keep-findings.ts');
    await keepFindingsOfLarder(context, options.mirror);
    return code;
  },
});

/** A decision on what is named, with all that the options say. */
export type Make = (
  about: Pick<Decision, 'vulnerability' | 'aliases' | 'products' | 'components'>,
) => Decision;

async function saying(
  context: Context,
  store: Store,
  words: readonly string[],
  options: Options,
  make: Make,
): Promise<Saying> {
  const { documentOf } = await import('../../advisories/decision.ts');
  const { decidedOf } = await import('../../graph/findings/choose.ts');
  const decided = decidedOf(await chosen(context, store, words, options.mirror));
  const statements = decided.map((about): Statement => {
    const body = documentOf(make(about));
    return { type: 'decision', target: { kind: 'app', app: about.app.key, release: about.release }, body };
  });
  const where = decided.map(about => `${about.app.name}${about.release === null ? '' : ` ${about.release}`}`);
  const { vulnerability = '' } = decided[0] ?? {};
  const components = [...new Set(decided.flatMap(about => about.components))];
  return {
    statements,
    sentence: `${vulnerability} in ${components.join(', ')} of ${where.join(', ')} is ${sentenceOf(options)}`,
    remarks: remarksOf(options),
  };
}

async function chosen(context: Context, store: Store, words: readonly string[], mirror: string | undefined) {
  const { audit } = await import('../../graph/findings/audit.ts');
  const { findingOfId, findingsNamed } = await import('../../graph/findings/choose.ts');
  const { thingOf, titleOf } = await import('../../graph/things.ts');
  const { EVERYTHING } = await import('../../store/scope.ts');
  const [first = '', vulnerability, name] = words;
  const now = context.now().getTime();
  const base = await openBase(context, mirror, store);
  try {
    if (vulnerability === undefined) {
      if (!/^[0-9a-f]{4,16}$/i.test(first))
        throw usage(
          `'${first}' is no id of a finding; name an app and a vulnerability, as in: larder decide payments-api CVE-2021-44228 --status ...`,
        );
      const { findings } = await audit(store, base, { thing: null, scope: EVERYTHING, now });
      return [findingOfId(findings, first)];
    }
    if (isVulnerability(first))
      throw usage(`name the app first, as in: larder decide ${vulnerability} ${first}`);
    const thing = await thingOf(store, first, EVERYTHING);
    const { findings } = await audit(store, base, { thing, scope: EVERYTHING, now });
    return findingsNamed(findings, titleOf(thing), vulnerability, name ?? null);
  } finally {
    base.close();
  }
}

/** `not affected (component_not_present) until 2026-12-31`. */
export function sentenceOf(
  options: Pick<Options, 'status' | 'justification' | 'severity' | 'until'>,
): string {
  const { status = '', justification, severity, until } = options;
  return [
    status.replaceAll('_', ' '),
    justification === undefined ? '' : ` (${justification})`,
    severity === undefined ? '' : `, severity ${severity}`,
    until === undefined ? '' : `, until ${until}`,
  ].join('');
}

/** What would make the decision worth more to those who read it elsewhere. */
export function remarksOf(options: Pick<Options, 'status' | 'justification'>): readonly string[] {
  return options.status === 'not_affected' && options.justification === undefined
    ? ['without --justification other tools cannot weigh it; the reason stands as its impact statement']
    : [];
}
