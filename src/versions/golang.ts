import { defineScheme } from './define.ts';
import { compareSemver, parseSemver, type Semver } from './semver.ts';

/**
 * Go modules: Semantic Versioning with `v`, pseudo-versions and `+incompatible` among it (golang.org/ref/mod#versions), and the
 * toolchain's own `go1.21rc2` (the module `stdlib`).
 */
export const golang = defineScheme<Semver>({
  id: 'golang',
  ecosystems: ['Go'],
  purlTypes: ['golang'],
  parse: text =>
    parseSemver(text.replace(/^go(?=\d)/, '').replace(/^(\d+(?:\.\d+)*)(alpha|beta|rc)(\d+)$/, '$1-$2.$3')),
  compare: compareSemver,
});
