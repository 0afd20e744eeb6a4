import { folderOf } from './tree.ts';

/** The folder that Python packages are installed in: that of their `.dist-info` or `.egg-info`. */
export function pythonPlace(path: string): string {
  const folder = folderOf(path);
  if (path.endsWith('.egg-info')) return folder;
  return folder.endsWith('EGG-INFO') ? folderOf(folderOf(folder)) : folderOf(folder);
}

/** The folder beside the outermost node_modules that a path lies in: that of the project it was installed for. */
export function npmPlace(path: string): string {
  const at = `/${path}`.indexOf('/node_modules/');
  return at <= 0 ? '.' : path.slice(0, at - 1);
}

/** The folder that RubyGems' `specifications` lie in, those of its default gems included. */
export function gemPlace(path: string): string {
  const folder = folderOf(path).replace(/\/default$/, '');
  return folderOf(folder);
}
