/** Exit codes are an interface for scripts. Others are reserved. 130 is a run stopped by ^C, as shells have it. */
export const EXIT = {
  ok: 0,
  findings: 1,
  usage: 2,
  unreadable: 3,
  verification: 4,
  internal: 70,
  interrupted: 130,
} as const;

const precedence: readonly number[] = [
  EXIT.interrupted,
  EXIT.internal,
  EXIT.usage,
  EXIT.verification,
  EXIT.unreadable,
  EXIT.findings,
  EXIT.ok,
];

/** The one code of a run in which several things happened: the first that applies of 70, 2, 4, 3, 1, 0. */
export function exitCode(...codes: readonly number[]): number {
  return precedence.find(code => codes.includes(code)) ?? EXIT.ok;
}
