import { formatPurl, type Purl } from '../model/purl.ts';
import { compareDebPart } from './deb.ts';
import { compareVersions, schemeForPurlType } from './list.ts';
import { compareText } from './number.ts';

/** The order purls are listed in: type, namespace, name, then version by the order of the type, so that 1.10 follows 1.9. */
export function comparePurls(a: Purl, b: Purl): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.name, b.name) ||
    comparePurlVersions(a, b) ||
    compareText(formatPurl(a), formatPurl(b))
  );
}

/** For listing only, so types without an order are put in the one people expect: numbers by value. No version comes first, unreadable ones last. */
function comparePurlVersions(a: Purl, b: Purl): number {
  if (a.version === null || b.version === null)
    return Number(a.version !== null) - Number(b.version !== null);
  const scheme = schemeForPurlType(a.type);
  if (scheme === null) return compareDebPart(a.version, b.version);
  const readable = Number(scheme.parse(a.version) === null) - Number(scheme.parse(b.version) === null);
  return readable || (compareVersions(scheme, a.version, b.version) ?? compareDebPart(a.version, b.version));
}
