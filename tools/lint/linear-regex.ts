import type { Rule } from './rule.ts';

/** Regular expressions run on hostile text: a repeat inside a repeat takes exponential time on the right input. */
export const linearRegex: Rule = {
  create(context) {
    return {
      Literal(node) {
        const regex = node['regex'];
        if (typeof regex !== 'object' || regex === null || !('pattern' in regex)) return;
        if (hasNestedRepeat(String(regex.pattern))) {
          context.report({
            node,
            message: 'a repeat inside a repeat is not linear; rewrite it, or parse by hand',
          });
        }
      },
    };
  },
};

const REPEAT = /^(?:[*+]|\{\d+,\})/;
// A group that starts with a fixed character which cannot occur at the end of the previous round, as in `(?:\.\d+)*`, is linear.
const SEPARATED = /^(?:\?:|\?<\w+>)?(?:\\[.\-/_:;@#$+ ]|[-.,/_:;@# "'=%!&|~])/;

/** Whether an unbounded repeat stands directly inside an unboundedly repeated group, without a separator that starts each round. */
export function hasNestedRepeat(pattern: string): boolean {
  const groups: { start: number; repeats: boolean }[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '\\') {
      i++;
    } else if (char === '[') {
      i = endOfClass(pattern, i);
    } else if (char === '(') {
      groups.push({ start: i + 1, repeats: false });
      continue;
    } else if (char === ')') {
      const group = groups.pop();
      const repeated = REPEAT.test(pattern.slice(i + 1, i + 12));
      const inner = group === undefined ? '' : pattern.slice(group.start, i);
      if (repeated && group?.repeats && !SEPARATED.test(inner)) return true;
      const parent = groups.at(-1);
      if (parent && (repeated || group?.repeats)) parent.repeats = true;
      continue;
    }
    const top = groups.at(-1);
    if (top && REPEAT.test(pattern.slice(i + 1, i + 12))) top.repeats = true;
  }
  return false;
}

function endOfClass(pattern: string, start: number): number {
  let i = start + 1;
  while (i < pattern.length && pattern[i] !== ']') i += pattern[i] === '\\' ? 2 : 1;
  return i;
}
