import { isNode, onImports, type Rule, stringOf } from './rule.ts';

const SHELL_FUNCTIONS = ['exec', 'execSync'];

/** No string ever reaches a shell: a file name from a document could be a command. `execFile` and `spawn` with arguments do the work. */
export const noShell: Rule = {
  create(context) {
    return {
      ...onImports((specifier, node) => {
        if (!/^(?:node:)?child_process$/.test(specifier)) return;
        const specifiers = Array.isArray(node['specifiers']) ? node['specifiers'] : [];
        for (const imported of specifiers) {
          if (!isNode(imported)) continue;
          const name = isNode(imported['imported']) ? imported['imported']['name'] : null;
          if (name === null) {
            context.report({
              node,
              message: 'import the functions of child_process by name, so that this rule can see them',
            });
          } else if (SHELL_FUNCTIONS.some(shell => shell === name)) {
            context.report({
              node,
              message: `${String(name)} runs a shell; use execFile or spawn with a list of arguments`,
            });
          }
        }
      }),
      Property(node) {
        const key = node['key'];
        const name = isNode(key) ? (key['name'] ?? stringOf(key)) : null;
        const value = node['value'];
        if (name !== 'shell' || !isNode(value) || value.type !== 'Literal') return;
        if (value['value'] !== false)
          context.report({ node, message: 'the option shell runs a shell; leave it out' });
      },
    };
  },
};
