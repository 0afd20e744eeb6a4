import type { Vocabulary } from './document.ts';

let loaded: Promise<Vocabulary> | null = null;

/** The CWE list (copyright The MITRE Corporation, versions 1.0 to 4.17) and the IANA registry of language subtags, loaded when first asked. */
export function vocabulary(): Promise<Vocabulary> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Vocabulary> {
  const [cwe, subtags] = await Promise.all([
    import('./cwe-names.json', { with: { type: 'json' } }),
    import('./language-subtags.json', { with: { type: 'json' } }),
  ]);
  const setOf = (key: keyof typeof subtags.default) => new Set(subtags.default[key].split(' '));
  return {
    cwe: new Map(Object.entries(cwe.default)),
    languages: {
      language: setOf('language'),
      extlang: setOf('extlang'),
      script: setOf('script'),
      region: setOf('region'),
      variant: setOf('variant'),
      grandfathered: setOf('grandfathered'),
    },
  };
}
