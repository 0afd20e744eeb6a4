/**
 * What a feed may be: the zips of OSV hold some hundred thousand records, and that of all CVE records about as many in a zip within a zip. Each is decoded by itself, so that
 * their number costs no memory.
 */
export const MIRROR_BOUNDS = {
  /** One file as it is fetched. */
  fileBytes: 2 * 1024 ** 3 - 1,
  /** All records of one zip. */
  containerBytes: 64 * 1024 ** 3,
  entries: 5_000_000,
} as const;
