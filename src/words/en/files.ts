/** English of files that people bring. */

export const files = {
  files: {
    attach: "Attach pictures, texts",
    list: "Attached files",
    remove: "Remove {name}",
    tokens: "≈ {tokens} tokens",
    first: "its first picture only",
  },
};
