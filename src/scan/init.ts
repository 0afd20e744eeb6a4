import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const CONFIG = `# Settings of larder scan for this tree. Every line may be left out.
[scan]

# Folders and files that are not scanned, in the spelling of .gitignore.
# exclude = ["examples/", "test/fixtures/"]

# Only what is needed for these is listed: prod, peer, optional, build, test, dev. Without it, everything.
# scopes = ["prod", "peer", "optional"]

# What ends a scan with exit code 1, once vulnerabilities are checked.
# fail-on = ["critical"]
`;

const WORKFLOW = `name: larder
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: actions/setup-node@39370e3970a6d050c480ffad4ff0ed4d3fdee5af # v4.1.0
        with:
          node-version: 24
      # Exit code 3 says that a lockfile was not understood: then the bill of materials is not whole.
      - run: npx --yes larder scan . -o table -o cyclonedx=bom.cdx.json
      - uses: actions/upload-artifact@b4b15b8c7c6ac21ea08fcf65892d2ee8f75cf882 # v4.4.3
        with:
          name: bom
          path: bom.cdx.json
`;

const STARTERS = [
  ['larder.toml', CONFIG],
  ['.github/workflows/larder.yml', WORKFLOW],
] as const;

/** Writes the starter files of a folder; one that is there already stays as it is. */
export async function writeStarters(
  folder: string,
): Promise<{ readonly path: string; readonly isNew: boolean }[]> {
  const written: { path: string; isNew: boolean }[] = [];
  for (const [path, content] of STARTERS) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    try {
      await writeFile(join(folder, path), content, { flag: 'wx' });
      written.push({ path, isNew: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      written.push({ path, isNew: false });
    }
  }
  return written;
}
