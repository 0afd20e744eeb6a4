/** Bounds of rpm databases. A full desktop has 3,000 packages in 200 MiB; a header with the files of a kernel has under 2 MiB. */
export const MAX_DATABASE = 512 * 1024 * 1024;
export const MAX_PACKAGES = 100_000;
export const MAX_BLOB = 32 * 1024 * 1024;
