import { open } from 'node:fs/promises';
import { messageOf } from '../../model/errors.ts';
import type { Sink } from '../context.ts';
import { CliError } from '../errors.ts';

/** A file named in `-o FORMAT=FILE`, made or emptied; the caller closes it. `shown` is the name as it was typed. */
export async function openFileSink(path: string, shown: string): Promise<Sink> {
  try {
    const file = await open(path, 'w');
    return {
      isTTY: false,
      columns: undefined,
      closed: false,
      write: async chunk => void (await file.appendFile(chunk)),
      close: () => file.close(),
    };
  } catch (error) {
    throw new CliError('unreadable', `${shown}: cannot be written: ${messageOf(error)}.`, error);
  }
}
