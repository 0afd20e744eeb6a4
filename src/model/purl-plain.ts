/** The key of a qualifier. */
export const KEY = /^[a-z][a-z0-9._-]*$/;

/**
 * The purls nearly every BOM is made of, recognised without taking them apart: a type whose parts keep their case, or one whose parts are
 * in lower case already; only escapes that must stay; qualifiers checked for their order. What this refuses is merely parsed.
 */
const KEEPS_CASE =
  'npm|maven|golang|nuget|gem|cargo|generic|conan|docker|swift|conda|cran|hackage|cocoapods|alpine';
const FOLDS_CASE = 'deb|rpm|apk|alpm|composer|github|bitbucket|hex|bitnami';
const FOLDS_NAMESPACE = 'rpm';
const ESCAPE = '%(?:2[0-9A-CF]|3[B-F]|40)';
const VERSION = `(?:@(?:[A-Za-z0-9.\\-_~:]|${ESCAPE})+)?`;
const LOWER_VERSION = VERSION.replace('A-Z', '');
const QUALIFIERS = `(?:\\?([a-z][a-z0-9._-]*=(?:[A-Za-z0-9.\\-_~:=&]|${ESCAPE})+))?`;
const PLAIN = new RegExp(
  `^pkg:(?:(?:${KEEPS_CASE})(?:\\/(?:%40)?[A-Za-z0-9.\\-_~:]+)+${VERSION}|(?:${FOLDS_CASE})(?:\\/(?:[a-z0-9.\\-_~:]|%2B)+)+${VERSION}|(?:${FOLDS_NAMESPACE})(?:\\/[a-z0-9.\\-_~:]+)+\\/(?:[A-Za-z0-9.\\-_~:]|%2B)+${VERSION}|pypi\\/[a-z0-9.\\-~:]+${LOWER_VERSION})${QUALIFIERS}$`,
);

/** Whether a purl is canonical, as far as that can be seen at once. */
export function isPlainCanonical(text: string): boolean {
  const match = PLAIN.exec(text);
  if (match === null) return false;
  const qualifiers = match[1];
  return qualifiers === undefined || areCanonicalQualifiers(qualifiers);
}

/** Whether every pair has a key, one `=` and a value, and the keys ascend. */
function areCanonicalQualifiers(text: string): boolean {
  let last = '';
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0 || equals === pair.length - 1 || pair.includes('=', equals + 1)) return false;
    const key = pair.slice(0, equals);
    if (key <= last || !KEY.test(key)) return false;
    last = key;
  }
  return true;
}
