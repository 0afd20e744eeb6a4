import { access, constants, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
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
    throw cannot(shown, error);
  }
}

/**
 * Finds out before a run changes anything whether its answer can go where it was asked for. Nothing is made yet: the run may take in
 * the folder that the file will be in.
 */
export async function checkFile(path: string, shown: string): Promise<void> {
  try {
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (there?.isDirectory()) throw new Error('it is a folder');
    await access(there === null ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw cannot(shown, error);
  }
}

function cannot(shown: string, error: unknown): CliError {
  return new CliError('unreadable', `${shown}: cannot be written: ${messageOf(error)}.`, error);
}
