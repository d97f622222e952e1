/** Text → words as the index has them, each with its place; the same for what is searched and what is asked. */

export type Word = { word: string; start: number; end: number };

/** Lazily: who has found what he looks for needs not read on. Places are in UTF-16 units. */
export function* wordsIn(text: string): Generator<Word> {
  for (const { 0: run, index } of text.matchAll(runs)) {
    if (!hasNoSpaces.test(run)) yield { word: fold(run), start: index, end: index + run.length };
    else yield* wordsWithin(run, index);
  }
}

/** What the index is given. */
export function indexed(text: string): string {
  const words: string[] = [];
  for (const { word } of wordsIn(text)) words.push(word);
  return words.join(" ");
}

/** One word, whatever it is made of: the index knows owners by it. */
export function ownerWord(owner: string): string {
  return owner.replace(/[^\p{L}\p{N}]/gu, "") || "none";
}

/** Marks are letters: without them, words of Thai and Hindi would fall apart. */
const runs = /[\p{L}\p{M}\p{N}\p{Co}]+/gu;

/** Scripts that are written without spaces: only a dictionary knows where their words end. */
const hasNoSpaces = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

function* wordsWithin(run: string, from: number): Generator<Word> {
  for (const { segment, index } of segmenter.segment(run)) {
    yield { word: fold(segment), start: from + index, end: from + index + segment.length };
  }
}

/** Without case, accents and widths; what is longer than a word can be is cut, here as in the index. */
function fold(word: string): string {
  const lower = word.slice(0, wordCharsMax).toLowerCase();
  if (isAscii.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
}

const isAscii = /^[\0-\x7f]*$/;
const wordCharsMax = 64;
