/** The package has no types of its own. */
declare module 'spdx-expression-parse' {
  export type SpdxNode =
    | { readonly license: string; readonly plus?: true; readonly exception?: string }
    | { readonly left: SpdxNode; readonly conjunction: 'and' | 'or'; readonly right: SpdxNode };

  /** @throws Error when the text is no SPDX expression. */
  export default function parse(text: string): SpdxNode;
}
