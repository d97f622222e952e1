/** What a conversation is called before anyone names it. */

/** The first line's first words, at most `charsMax` UTF-16 units, cut between words where there are any. */
export function titleFrom(text: string, charsMax: number): string {
  const line =
    text
      .trim()
      .split("\n", 1)[0]
      ?.replace(/^[#>*\-\s`]+/, "")
      .trim() ||
    text.trim().split("\n", 1)[0] ||
    "";
  const plain = line.replace(/\s+/g, " ");
  if (plain.length <= charsMax) return plain;
  const cut = plain.slice(0, charsMax - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > charsMax / 2 ? cut.slice(0, space) : cut).toWellFormed().replace("\ufffd", "")}…`;
}
