import { pick, textOf } from '../formats/in-toto/values.ts';
import { openContainer } from '../io/container.ts';

/**
 * The repository that the package.json of an npm tarball names, as `host/owner/name`; null when there is none or the tarball cannot be read: then there is nothing to compare,
 * and the digest decides alone.
 */
export async function repositoryInPackage(tarball: Uint8Array): Promise<string | null> {
  try {
    for await (const member of openContainer(tarball, 'package.tgz')) {
      if (member.problem !== null || !/^(?:[^/]+!\/)?[^/]+\/package\.json$/.test(member.path)) continue;
      const value: unknown = JSON.parse(Buffer.from(member.bytes).toString('utf8'));
      return plainRepository(
        textOf(value, 'repository', 'url') ??
          (typeof pick(value, 'repository') === 'string' ? (pick(value, 'repository') as string) : null),
      );
    }
  } catch {
    return null;
  }
  return null;
}

/** npm's ways to write a repository: a URL with `git+`, an ssh address, `github:owner/name`, `owner/name`. */
export function plainRepository(text: string | null): string | null {
  if (text === null) return null;
  const short = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/.exec(text);
  if (short !== null)
    return `${short[1] === 'gitlab' ? 'gitlab.com' : short[1] === 'bitbucket' ? 'bitbucket.org' : 'github.com'}/${short[2]}`;
  const long =
    /^(?:git\+)?(?:https?|git|ssh):\/\/(?:[\w.-]+@)?([\w.-]+)[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[#/].*)?$/.exec(
      text,
    ) ?? /^(?:[\w.-]+@)([\w.-]+):([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text);
  return long === null ? null : `${long[1]}/${long[2]}`;
}
