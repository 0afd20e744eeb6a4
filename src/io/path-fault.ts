import { messageOf } from '../model/errors.ts';
import { IoError } from './errors.ts';

/** Why a path leads to nothing that can be opened, by the system's error: only what is not there `does not exist`. */
export function pathFault(path: string, error: unknown): IoError {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      // Node shows a byte that is no UTF-8 as this character, and what it then asks for is another name.
      return path.includes('\ufffd')
        ? new IoError('not-readable', `${path} has a name that is no UTF-8; rename it.`, error)
        : new IoError('not-found', `${path} does not exist; check the path.`, error);
    case 'EACCES':
    case 'EPERM': {
      const message = `${path} may not be read by this user; check its permissions and those of the folders above it.`;
      return new IoError('not-readable', message, error);
    }
    case 'ELOOP': {
      const message = `${path} is a symbolic link that leads back to itself; add its target by its own path.`;
      return new IoError('not-readable', message, error);
    }
    case 'ENAMETOOLONG':
      return new IoError('not-readable', `${path} is longer than this system allows; shorten it.`, error);
    default:
      return new IoError('not-readable', `${path} cannot be opened: ${messageOf(error)}.`, error);
  }
}
