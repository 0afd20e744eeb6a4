/** Any format's and any writer's: SPDX, Gradle, Go, languages' words for no value, and templates that were not filled in. `NONE` is not among them: of a licence it is an answer. */
const WORDS = /^(?:unknown|unspecified|no[ _-]?assertion|null|undefined|n\/a|\(devel\)|\$\{.*\})?$/i;

/** Whether a text is what writers put where something must stand and they know nothing. */
export function saysNothing(text: string): boolean {
  return WORDS.test(text.trim());
}
