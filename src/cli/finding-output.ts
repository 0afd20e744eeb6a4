import type { Finding } from '../graph/findings/findings.ts';
import type { BomRecord, Store } from '../store/ports.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { speakerOf } from './say.ts';

/** The formats in which findings leave Larder. */
export const FINDING_FORMATS = ['openvex', 'cyclonedx', 'csaf', 'sarif'] as const;

type FindingFormat = (typeof FINDING_FORMATS)[number];

interface Asked {
  readonly boms: readonly BomRecord[];
  readonly findings: readonly Finding[];
  readonly by: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * Makes the document of each format when it is asked for.
 *
 * @param kind `vex`: statements only, on the components of another document. `vdr`: a disclosure report.
 * @param ask gives what is to be written
 */
export function findingDocuments(
  context: Context,
  store: Store,
  kind: 'vex' | 'vdr',
  ask: () => Promise<Asked>,
): { readonly [Format in FindingFormat]: () => Promise<string> } {
  const made = async () => {
    const { findingDocument } = await import('../graph/findings/document.ts');
    const { version } = await import('./version.ts');
    const asked = await ask();
    return findingDocument(store, asked.boms, asked.findings, {
      author: speakerOf(context, asked.by),
      namespace: asked.namespace ?? 'about:blank',
      time: context.now().toISOString(),
      tool: { name: 'larder', version: version() },
    });
  };
  return {
    openvex: async () => whole((await import('../formats/openvex/write.ts')).writeOpenVex(await made())),
    cyclonedx: async () =>
      (await import('../formats/cyclonedx/write-vex.ts')).writeCycloneDxVex(await made(), kind),
    csaf: async () => whole((await import('../formats/csaf/write.ts')).writeCsafVex(await made())),
    sarif: async () => (await import('../formats/sarif/write.ts')).writeSarif(await made()),
  };
}

function whole(text: string | null): string {
  if (text !== null) return text;
  throw new CliError(
    'unreadable',
    'Nothing is stated of this release, and such a document cannot be empty; larder decide states something.',
  );
}
