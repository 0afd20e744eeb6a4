const MiB = 1024 * 1024;

/**
 * The bounds of everything that is read. They are generous for real evidence (the biggest SBOMs seen are a few hundred MB)
 * and far below what hurts a laptop; a hostile file meets them, a real one does not.
 */
export const LIMITS = {
  /** One file or one decoded member. */
  fileBytes: 512 * MiB,
  /** All members of one container together. */
  containerBytes: 2048 * MiB,
  /** All that is decoded of one given file, in all its layers: an image's layers, and the archives in them. */
  wholeBytes: 8192 * MiB,
  /** Decoded bytes per given byte, above `ratioFloor`: a bomb has thousands, XML and JSON in xz at most a few hundred. */
  ratio: 1000,
  ratioFloor: 64 * MiB,
  /** Members of one archive. */
  entries: 100_000,
  /** Members of all archives in one given file. */
  wholeEntries: 400_000,
  /** Containers within containers. */
  depth: 4,
  /** Folders within folders. */
  folderDepth: 64,
} as const;
