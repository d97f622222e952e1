/** How well what is typed fits a name. */

/** All words must fit, in any order; 0 is best, null is not at all. */
export function rank(query: string, name: string): number | null {
  const text = plain(name);
  let total = 0;
  for (const word of plain(query).split(/\s+/)) {
    const fit = rankOfWord(word, text);
    if (fit === null) return null;
    total += fit;
  }
  return total;
}

/** Best at the beginning of a word, then inside one, then with its letters in order but apart. */
function rankOfWord(word: string, text: string): number | null {
  if (` ${text}`.includes(` ${word}`)) return 0;
  if (text.includes(word)) return 1;
  let gaps = 2;
  let last = -1;
  for (const letter of word) {
    const at = text.indexOf(letter, last + 1);
    if (at === -1) return null;
    if (last >= 0) gaps += at - last - 1;
    last = at;
  }
  // Letters from all over a long name are chance.
  return gaps > 2 + 3 * word.length ? null : gaps;
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
