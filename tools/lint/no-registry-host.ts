import { isNode, type Node, type Rule } from './rule.ts';

const HOSTS =
  /\b(?:registry\.(?:npmjs|yarnpkg)\.\w+|(?:files\.)?pythonhosted\.org|pypi\.org|(?:static\.|index\.)?crates\.io\/|(?:proxy|sum)\.golang\.org|repo1?\.maven\.\w|rubygems\.org|api\.nuget\.org|repo\.packagist\.org)/i;

/** Registry hosts are the user's configuration, not ours; fixtures use example.com. */
export const noRegistryHost: Rule = {
  create(context) {
    const check = (node: Node, text: unknown) => {
      if (typeof text !== 'string') return;
      const host = HOSTS.exec(text)?.[0];
      if (host !== undefined)
        context.report({ node, message: `${host} is a registry's host; use a host of example.com` });
    };
    return {
      Literal: node => check(node, node['value']),
      TemplateElement: node =>
        check(node, isNode(node['value']) || typeof node['value'] === 'object' ? rawOf(node['value']) : null),
    };
  },
};

function rawOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'raw' in value ? value.raw : null;
}
