import type { NamedTarget } from '../../graph/targets.ts';
import type { Thing } from '../../graph/things.ts';
import type { Statement } from '../../model/assertion.ts';
import type { Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { defineCommand } from '../command.ts';
import { CliError, usage } from '../errors.ts';
import { formatNoun } from '../output/numbers.ts';
import { type Saying, SPEAKER_OPTIONS, say } from '../say.ts';

type AppThing = Extract<Thing, { readonly kind: 'app' }>;

export const command = defineCommand({
  name: 'identify',
  summary: 'say that a component is a package, a product or an app',
  arguments: [{ name: 'COMPONENT', summary: 'DOCUMENT#REF, a name without a purl, a document or an app' }],
  examples: [
    {
      line: 'larder identify 3f9c41d2#libssl --as pkg:generic/openssl@3.0.7',
      about: 'one entry of one document',
    },
    { line: 'larder identify payments --as payments-api', about: 'two names of one app' },
  ],
  options: [
    { title: 'What it is', options: [{ name: 'as', value: 'PURL|CPE|APP', summary: 'the identity it has' }] },
    SPEAKER_OPTIONS,
  ],
  formats: ['table', 'json'],
  async run(context, [words = ''], options) {
    const { as } = options;
    if (as === undefined)
      throw usage(
        'identify needs --as PURL|CPE|APP, as in: larder identify 3f9c41d2#libssl --as pkg:generic/openssl@3.0.7',
      );
    return say(context, 'identify', options, async store => {
      const { EVERYTHING } = await import('../../store/scope.ts');
      return saying(store, words, as, { ...EVERYTHING, includeSuperseded: true, includeRetired: true });
    });
  },
});

async function saying(store: Store, words: string, as: string, scope: Scope): Promise<Saying> {
  const { targetOf } = await import('../../graph/targets.ts');
  const { componentsNamed } = await import('../../graph/identified.ts');
  const { target, text } = await targetOf(store, words, scope);
  const isPackage = /^(?:pkg|cpe):/i.test(as);
  if (isPackage && (await componentsNamed(store, target)).length === 0)
    throw new CliError(
      'unreadable',
      `${text} names no component that could be ${as}; name one as DOCUMENT#REF, by its whole purl, or by a name without a purl.`,
    );
  if (/^pkg:/i.test(as)) {
    const { canonicalPurl } = await import('../../model/purl.ts');
    const purl = canonicalPurl(as);
    if (purl === null)
      throw usage(`--as '${as}' cannot be read as a package URL, as in pkg:npm/lodash@4.17.21`);
    return said({ type: 'identify', target, as: { purl } }, `${text} is ${purl}`);
  }
  if (/^cpe:/i.test(as)) {
    const { tryCpe } = await import('../../model/cpe.ts');
    if (tryCpe(as) === null)
      throw usage(
        `--as '${as}' cannot be read as a CPE, as in cpe:2.3:a:openssl:openssl:3.0.7:*:*:*:*:*:*:*`,
      );
    return said({ type: 'identify', target, as: { cpe: as } }, `${text} is ${as}`);
  }
  const { thingOf } = await import('../../graph/things.ts');
  const other = await thingOf(store, as, scope);
  if (other.kind !== 'app') throw usage(`--as takes a purl, a CPE or an app, and '${as}' is a document`);
  return sayingApp(store, { target, text }, other, scope);
}

async function sayingApp(
  store: Store,
  { target, text }: NamedTarget,
  { app, release }: AppThing,
  scope: Scope,
): Promise<Saying> {
  const title = release === null ? app.name : `${app.name} ${release}`;
  const about = (sha256: string): Statement => {
    const moved = { type: 'assign', target: { kind: 'document', sha256 }, app: app.key } as const;
    return release === null ? moved : { ...moved, release };
  };
  switch (target.kind) {
    case 'document':
      return said(about(target.sha256), `${text} is about the app ${title}`);
    case 'component':
      if (release !== null)
        throw new CliError(
          'unreadable',
          `${text} can be an app, not one release of it; larder link DOCUMENT#REF ${app.name}@${release} says that it holds that release.`,
        );
      return said({ type: 'identify', target, as: { app: app.key } }, `${text} is the app ${app.name}`);
    case 'app':
      // One release is no app: its documents move.
      if (target.release) {
        const boms = await store.apps.boms(target.app, target.release, scope);
        return {
          statements: boms.map(bom => about(bom.document.sha256)),
          sentence: `${text}, ${formatNoun(boms.length, 'document')}, is of the app ${title}`,
        };
      }
      if (release !== null)
        throw new CliError(
          'unreadable',
          `All of ${text} cannot be one release of ${app.name}; name the release: larder identify ${text}@RELEASE --as ${app.name}@${release}.`,
        );
      return said({ type: 'alias-app', app: target.app, of: app.key }, `${text} is the app ${app.name}`);
    default:
      throw new CliError(
        'unreadable',
        `${text} is no app, document or component of one that could be the app ${app.name}; name it as APP, APP@RELEASE, DOCUMENT or DOCUMENT#REF.`,
      );
  }
}

function said(statement: Statement, sentence: string): Saying {
  return { statements: [statement], sentence };
}
