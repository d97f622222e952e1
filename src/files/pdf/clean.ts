/** What a PDF gives as text → the same without what says something to a model, and nothing to an eye. */

export function cleanText(text: string): string {
  const lines = text
    .toWellFormed()
    .replace(/\r\n?|[\f\v\u0085\u2028\u2029]/g, "\n")
    .replace(unseen, "")
    .replace(joined, "")
    .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize("NFKD"))
    .normalize("NFC")
    .split("\n")
    .map((line) => line.trimEnd());
  return lines
    .filter((line, n) => line !== "" || lines[n - 1] !== "")
    .join("\n")
    .trim();
}

/**
 * Control characters but tabs and line ends; what has no shape, letters of tags among it, and turns the direction of
 * what stands beside it; noncharacters, by which PDFium tells that a word goes on in the next line.
 */
const unseen =
  /(?!\t|\n|\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/gu;

/** Persian, Hindi and emoji are written with joiners, of which no two or three stand together but to say something else. */
const joined = /(?:\u200c|\u200d|\ufe0e|\ufe0f){3,}/g;
