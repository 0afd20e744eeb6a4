/** A name as PyPI looks it up (PEP 503): case, and runs of `-`, `_` and `.`, make no difference. */
export function pypiName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
