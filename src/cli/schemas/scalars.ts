import { z } from 'zod';

/** Parts that several answers share. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const Moment = z.iso.datetime();
export const Count = z.int().nonnegative();
export const Text = z.string().nullable();
export const Trust = z.enum(['unsigned', 'verified', 'failed', 'unverifiable']);
/** Where the next page begins; null at the end. */
export const Next = z.string().nullable();
/** Set when the moment asked for lies before the larder's first document. */
export const Unknown = z.string().optional();
export const ReadStatus = z.enum(['accepted', 'partial', 'rejected']);
export const Relation = z.string().regex(/^[A-Z_]+$/);

/** Exactly one of the names a match can have, and its version. */
export const Match = z.object({
  purl: z.string().optional(),
  cpe: z.string().optional(),
  name: z.string().optional(),
  digest: z.string().optional(),
  version: Text,
});

/** What a user said, with the document that keeps it. */
export const Statement = z.looseObject({
  type: z.string(),
  who: z.string(),
  when: Moment,
  because: Text,
  document: Sha256,
});

/** An assertion as it was kept; the verbs that state something add their own name. */
export const Said = z.object({
  document: Sha256,
  who: z.string(),
  when: Moment,
  because: Text,
  statements: z.array(z.looseObject({ type: z.string() })),
});
