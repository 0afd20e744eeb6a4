import type { Claim, VersionRange } from '../../model/advisory.ts';
import type { Fields, JsonObject } from '../fields.ts';

/**
 * `cpeApplicability`: the vulnerable CPE matches, each a claim with its version bounds. Nodes that are joined by AND with a platform make the claim hold on that platform only;
 * a BOM does not tell the platform it runs on, so the condition is told in the statement.
 */
export function readConfigurations(container: JsonObject, at: string, fields: Fields): Claim[] {
  return fields.objects(container, 'cpeApplicability', at).flatMap(configuration => {
    const conjunct = fields.string(configuration.value, 'operator', configuration.at) === 'AND';
    const nodes = fields.objects(configuration.value, 'nodes', configuration.at);
    const platforms = nodes.flatMap(node =>
      matchesOf(node, fields).filter(match => match.value['vulnerable'] === false),
    );
    return nodes.flatMap(node => {
      if (fields.boolean(node.value, 'negate', node.at) === true) {
        fields.diagnostics.warning(
          'negated-node',
          'A negated CPE node cannot be told from a BOM; it gives no claim.',
          node.at,
        );
        return [];
      }
      return matchesOf(node, fields)
        .filter(match => match.value['vulnerable'] !== false)
        .flatMap(match => claimOf(match.value, match.at, conjunct && platforms.length > 0, fields));
    });
  });
}

function matchesOf(node: { readonly value: JsonObject; readonly at: string }, fields: Fields) {
  return fields.objects(node.value, 'cpeMatch', node.at);
}

function claimOf(match: JsonObject, at: string, onPlatform: boolean, fields: Fields): Claim[] {
  const cpe = fields.string(match, 'criteria', at);
  if (cpe === null) return [];
  const from = fields.string(match, 'versionStartIncluding', at);
  const after = fields.string(match, 'versionStartExcluding', at);
  const to = fields.string(match, 'versionEndIncluding', at);
  const before = fields.string(match, 'versionEndExcluding', at);
  const bounded = from !== null || after !== null || to !== null || before !== null;
  const range: VersionRange = {
    kind: 'bounds',
    versionType: null,
    from: from ?? after,
    fromInclusive: from !== null,
    to: to ?? before,
    toInclusive: to !== null,
  };
  return [
    {
      kind: 'range',
      product: {
        package: null,
        purl: null,
        cpe,
        digests: [],
        ref: null,
        name: null,
        ranges: bounded ? [range] : [],
        versions: [],
        // A match without bounds means every version that its CPE can mean.
        allVersions: !bounded,
      },
      within: null,
      status: 'affected',
      justification: null,
      statedJustification: null,
      statement: onPlatform ? 'only on the platforms that the record names' : null,
      fixed: before === null ? [] : [before],
      severities: [],
      remediations: [],
      time: null,
      at,
    },
  ];
}
