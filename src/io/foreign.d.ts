/** The parts used of libraries that ship no types, or none that match how Node loads them. */
declare module 'unbzip2-stream' {
  import type { Duplex } from 'node:stream';

  export default function unbzip2Stream(): Duplex;
}

declare module 'yauzl' {
  interface Entry {
    readonly fileName: Buffer;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly externalFileAttributes: number;
    readonly versionMadeBy: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    isEncrypted(): boolean;
  }

  interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    readLocalFileHeaderPromise(
      entry: Entry,
      options: { minimal: true },
    ): Promise<{ readonly fileDataStart: number }>;
    close(): void;
  }

  const yauzl: { fromBufferPromise(bytes: Buffer, options: { decodeStrings: false }): Promise<ZipFile> };
  export default yauzl;
}
