import type { Screen, Style } from './screen.ts';
import { clean, textWidth } from './text.ts';

/** A node of a drawn tree: its text, context shown dim in aligned columns, and what hangs below it. */
export interface TreeNode {
  readonly text: string;
  readonly style?: Style;
  readonly context?: readonly string[];
  readonly children?: readonly TreeNode[];
}

interface Line {
  readonly lead: string;
  readonly below: string;
  readonly node: TreeNode;
}

const DEEPEST = 512;

/** The lines of a tree. Context columns align where the screen is wide enough, else stand on a line of their own below the node. */
export function renderTree(screen: Screen, root: TreeNode): string[] {
  const lines: Line[] = [];
  collect(root, '', '', '', lines, 0);
  const textColumn = lines.reduce(
    (most, line) => Math.max(most, textWidth(line.lead + clean(line.node.text))),
    0,
  );
  const contextWidths = columnWidths(lines);
  const total = textColumn + contextWidths.reduce((sum, width) => sum + 2 + width, 0);
  return lines.flatMap(line => renderLine(screen, line, textColumn, contextWidths, total <= screen.width));
}

function collect(
  node: TreeNode,
  lead: string,
  below: string,
  prefix: string,
  lines: Line[],
  depth: number,
): void {
  lines.push({ lead, below, node });
  const children = depth < DEEPEST ? (node.children ?? []) : [];
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1;
    const childPrefix = prefix + (last ? '   ' : '│  ');
    collect(child, `${prefix}${last ? '└─ ' : '├─ '}`, childPrefix, childPrefix, lines, depth + 1);
  }
}

function columnWidths(lines: readonly Line[]): number[] {
  const widths: number[] = [];
  for (const { node } of lines) {
    for (const [index, text] of (node.context ?? []).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, textWidth(clean(text)));
    }
  }
  return widths;
}

function renderLine(
  screen: Screen,
  line: Line,
  textColumn: number,
  widths: readonly number[],
  wide: boolean,
): string[] {
  const { node } = line;
  const head = screen.paint('dim', line.lead) + screen.paint(node.style ?? null, node.text);
  const context = (node.context ?? []).map(text => clean(text));
  if (context.every(text => text === '')) return [head];
  if (!wide)
    return [head, screen.paint('dim', `${line.below}  ${context.filter(text => text !== '').join('  ')}`)];
  const space = ' '.repeat(textColumn - textWidth(line.lead + clean(node.text)));
  const cells = context.map((text, index) => text + ' '.repeat((widths[index] ?? 0) - textWidth(text)));
  return [`${head}${space}  ${screen.paint('dim', cells.join('  ').trimEnd())}`];
}
