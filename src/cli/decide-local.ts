import type { Make } from './commands/decide.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';

/** `larder decide` where there is no larder. */
export async function decideBesideCode(
  context: Context,
  _words: readonly string[],
  _mirror: string | undefined,
  _make: Make,
): Promise<number> {
  throw new CliError('no-store', `There is no larder at ${context.store.path}; larder add PATH makes one.`);
}
