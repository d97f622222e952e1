/** Limits of files that people bring. */

export const FILES = {
  // What was brought and never sent goes after a day; of a temporary chat, sooner, for memory holds less.
  unsentKeptMs: 24 * 3_600_000,
  unsentTemporaryMs: 3_600_000,
};
