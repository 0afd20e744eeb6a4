import type { NamedTarget } from '../../graph/targets.ts';
import type { Thing } from '../../graph/things.ts';
import type { Statement } from '../../model/assertion.ts';
import type { Store } from '../../store/ports.ts';
import type { Scope } from '../../store/scope.ts';
import { defineCommand } from '../command.ts';
import { CliError, usage } from '../errors.ts';
import { type Saying, SPEAKER_OPTIONS, say } from '../say.ts';

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
  return sayingApp({ target, text }, other);
}

function sayingApp({ target, text }: NamedTarget, { app }: Extract<Thing, { readonly kind: 'app' }>): Saying {
  switch (target.kind) {
    case 'app':
      return said({ type: 'alias-app', app: target.app, of: app.key }, `${text} is the app ${app.name}`);
    case 'document':
      return said({ type: 'assign', target, app: app.key }, `${text} is about the app ${app.name}`);
    case 'component':
      return said({ type: 'identify', target, as: { app: app.key } }, `${text} is the app ${app.name}`);
    default:
      throw new CliError(
        'unreadable',
        `${text} is no app, document or component of one that could be the app ${app.name}; name it as APP, DOCUMENT or DOCUMENT#REF.`,
      );
  }
}

function said(statement: Statement, sentence: string): Saying {
  return { statements: [statement], sentence };
}
