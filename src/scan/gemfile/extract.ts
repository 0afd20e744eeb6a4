import type { PurlParts } from '../../model/purl.ts';
import type { ExtractContext, Extractor, Project, ScanScope, TreeFile } from '../extractor.ts';
import { NO_SUBJECT } from '../support/lock-graph.ts';
import { manifestProject, type Wish } from '../support/manifest.ts';
import { vcsUrl } from '../support/purls.ts';

/** Gemfile and gems.rb where no lockfile covers them. They are programs: what is written out is read, what is computed is told and not guessed. */
export const extractor: Extractor = { extract };

const EXACT = /^(?:=\s*)?(\d[0-9A-Za-z.]*)$/;
const QUOTED = /^\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*(,|$|\bif\b|\bunless\b|#|\))/;

async function extract(file: TreeFile, context: ExtractContext): Promise<readonly Project[]> {
  const wishes: Wish[] = [];
  const computed: string[] = [];
  const blocks: (readonly string[])[] = [];
  for (const [index, raw] of (await file.text()).split(/\r?\n/).entries()) {
    const line = raw.trim();
    const call = /^gem[\s(]\s*(.*)$/.exec(line);
    if (call !== null) {
      const wish = wishOf(call[1] ?? '', blocks.flat(), index + 1);
      if (wish === null) computed.push(`line ${index + 1}`);
      else wishes.push(wish);
    } else if (/^(?:eval_gemfile|gemspec)\b/.test(line)) computed.push(`line ${index + 1}`);
    if (/^end\b/.test(line)) blocks.pop();
    else if (/\bdo(?:\s*\|[^|]*\|)?\s*(?:#.*)?$|^(?:if|unless|case|begin|while|def)\b/.test(line))
      blocks.push(/^group\b/.test(line) ? symbols(line) : []);
  }
  if (wishes.length === 0) return [];
  for (const at of computed)
    context.diagnostics.info(
      'manifest-without-lock',
      `${file.path} computes gems here; they are not listed.`,
      at,
    );
  return manifestProject(
    file,
    'RubyGems',
    context,
    NO_SUBJECT,
    wishes,
    'Run bundle lock and commit Gemfile.lock.',
  );
}

function wishOf(words: string, groups: readonly string[], line: number): Wish | null {
  const stated: string[] = [];
  let rest = words;
  for (let match = QUOTED.exec(rest); match !== null; match = QUOTED.exec(rest)) {
    stated.push(match[1] ?? match[2] ?? '');
    rest = rest.slice(match[0].length);
    if (match[3] !== ',') break;
  }
  const [name, ...requirements] = stated;
  if (name === undefined || !/^[\w.-]+$/.test(name)) return null;
  const range = requirements.length === 0 ? null : requirements.join(', ');
  const version = requirements.length === 1 ? (EXACT.exec(requirements[0] ?? '')?.[1] ?? null) : null;
  const own = /\bgroups?(?::|\s*=>)\s*(\[[^\]]*\]|:\w+)/.exec(rest)?.[1];
  const isLocal = /\bpath(?::|\s*=>)/.test(rest);
  const git = /\bgit(?::|\s*=>)\s*['"]([^'"]+)['"]/.exec(rest)?.[1];
  const purl: PurlParts = {
    type: 'gem',
    name,
    version,
    qualifiers: git === undefined ? [] : [vcsUrl(git, null)],
  };
  return {
    name,
    range,
    version,
    scope: scopeOf(own === undefined ? groups : symbols(own)),
    purl: isLocal ? null : purl,
    line,
  };
}

function symbols(text: string): string[] {
  return [...text.matchAll(/:(\w+)/g)].map(match => match[1] ?? '');
}

/** A gem of several groups is needed by the strongest. */
function scopeOf(groups: readonly string[]): ScanScope {
  const scopes = groups.map(name => (name === 'test' ? 'test' : name === 'development' ? 'dev' : 'prod'));
  return scopes.length === 0 || scopes.includes('prod') ? 'prod' : scopes.includes('test') ? 'test' : 'dev';
}
