import { LarderError } from '../model/errors.ts';

export type GraphErrorCode = 'unknown-thing' | 'ambiguous-thing' | 'invalid-query' | 'unreadable-document';

/** Why a question has no answer: what it names is not there, fits several things, or cannot be understood. */
export class GraphError extends LarderError<GraphErrorCode> {}
