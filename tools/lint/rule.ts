/** The little of ESLint's interface that our rules use. */
export interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface RuleContext {
  readonly filename: string;
  readonly report: (fault: { readonly node: Node; readonly message: string }) => void;
}

export interface Rule {
  readonly create: (context: RuleContext) => Readonly<Record<string, (node: Node) => void>>;
}

export function definePlugin(rules: Readonly<Record<string, Rule>>) {
  return { meta: { name: 'larder' }, rules };
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** The text of a string literal, or of a template without expressions. */
export function stringOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  return value.type === 'Literal' && typeof value['value'] === 'string' ? value['value'] : null;
}

/** Visitors that call `check` with every module specifier a file imports, statically or not. */
export function onImports(
  check: (specifier: string, node: Node) => void,
): Readonly<Record<string, (node: Node) => void>> {
  const visit = (node: Node) => {
    const specifier = stringOf(node['source']);
    if (specifier !== null) check(specifier, node);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
    TSImportType: node => {
      const specifier = stringOf(node['source'] ?? node['argument']);
      if (specifier !== null) check(specifier, node);
    },
  };
}
