/** What a person writes → clauses of plain words, and words turned to the other's point of view. */

const MESSAGE_CHARS_MAX = 1_000;

/** Lower-case words, a list for each clause; Markdown's marks are dropped. */
export function clausesOf(message: string): string[][] {
  const plain = message.slice(0, MESSAGE_CHARS_MAX).toLowerCase().replaceAll(/[’‘´]/g, "'");
  const clauses = plain.split(/[.,;:!?"()[\]{}<>|\n\r—–…]+|\s-+\s|\bbut\b/);
  return clauses.map(wordsOf).filter((words) => words.length > 0);
}

/** "my" for "your", "I am" for "you are": the words as the one they are said to would say them. */
export function turnAround(words: string[]): string {
  const kept = words.slice(0, TURNED_WORDS_MAX);
  const turned = kept.map((word, index) => {
    if (word === "you") return isObject(kept, index) ? "me" : "I";
    if (word === "are" && kept[index - 1] === "you") return "am";
    if (word === "were" && kept[index - 1] === "you") return "was";
    if (word === "was" && kept[index - 1] === "i") return "were";
    return OTHER_SIDE.get(word) ?? word;
  });
  return turned.join(" ");
}

/** Code is answered as such, not taken apart. */
export function looksLikeCode(message: string): boolean {
  if (message.includes("```")) return true;
  const signs = message.slice(0, MESSAGE_CHARS_MAX).match(/[{};=<>]|=>|\(\)|::/g)?.length ?? 0;
  return signs >= 4 && signs * 12 > message.slice(0, MESSAGE_CHARS_MAX).length;
}

const TURNED_WORDS_MAX = 24;

const SPELT_OUT = new Map([
  ["im", "i am"],
  ["i'm", "i am"],
  ["you're", "you are"],
  ["youre", "you are"],
  ["i've", "i have"],
  ["ive", "i have"],
  ["you've", "you have"],
  ["i'd", "i would"],
  ["i'll", "i will"],
  ["it's", "it is"],
  ["that's", "that is"],
  ["what's", "what is"],
  ["who's", "who is"],
  ["how's", "how is"],
  ["dont", "don't"],
  ["cant", "can't"],
  ["cannot", "can't"],
  ["wont", "won't"],
  ["u", "you"],
  ["ur", "your"],
  ["r", "are"],
  ["mum", "mother"],
  ["mom", "mother"],
  ["dad", "father"],
]);

const OTHER_SIDE = new Map([
  ["i", "you"],
  ["me", "you"],
  ["my", "your"],
  ["mine", "yours"],
  ["myself", "yourself"],
  ["am", "are"],
  ["your", "my"],
  ["yours", "mine"],
  ["yourself", "myself"],
]);

const BEFORE_OBJECT = new Set(
  (
    "to for with at of about from like love hate want need tell told help ask asked see thank trust " +
    "make let give show call called than on by find meet met miss"
  ).split(" "),
);

function wordsOf(clause: string): string[] {
  const words = clause.match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];
  return words.flatMap((word) => (SPELT_OUT.get(word) ?? word).split(" "));
}

function isObject(words: string[], index: number): boolean {
  const before = words[index - 1];
  if (words[index + 1] === "are" || words[index + 1] === "were") return false;
  return before !== undefined && (BEFORE_OBJECT.has(before) || index === words.length - 1);
}
