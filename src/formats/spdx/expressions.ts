/** The longest licence expression that is written out or judged: sets that share members let a small document spell an endless one. */
export const MAX_EXPRESSION = 20_000;

/** The members of a licence set as one expression; null when one of them has none, or all are too long together. */
export function joinedExpression<Value>(
  values: Iterable<Value>,
  joiner: string,
  expression: (value: Value) => string | null,
): string | null {
  const members: string[] = [];
  let length = 0;
  for (const value of values) {
    const member = expression(value);
    if (member === null) return null;
    length += member.length + joiner.length;
    if (length > MAX_EXPRESSION) return null;
    members.push(member);
  }
  return members.length === 1 ? (members[0] ?? null) : `(${members.join(joiner)})`;
}
