/** The file name that CSAF 2.0 section 5.1 gives a document: its id in lower case, each run of other characters one underscore. */
export function fileNameOf(trackingId: string): string {
  return `${trackingId.toLowerCase().replaceAll(/[^+\-a-z0-9]+/g, '_')}.json`;
}
