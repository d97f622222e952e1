/** English of files that people bring. */

export const files = {
  files: {
    attach: "Attach pictures, texts, PDF",
    list: "Attached files",
    remove: "Remove {name}",
    tokens: "≈ {tokens} tokens",
    first: "its first picture only",
    gaps: "some pages have no text",
    pages: (count: number) => `${count} page${count === 1 ? "" : "s"}`,
    count: "Files: {n}",
    coming: "A file is still on its way.",
    wrong: "Remove what could not be attached first.",
    blind: "this model can't see it",
    waits: "waits for the connection",
    lost: "It did not arrive. Remove it, and try again.",
    arriving: "on its way…",
  },
};
