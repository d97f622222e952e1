/** German of files that people bring. */
import type { files as english } from "../en/files.ts";

export const files: typeof english = {
  files: {
    attach: "Bilder, Texte anhängen",
    list: "Angehängte Dateien",
    remove: "{name} entfernen",
    tokens: "≈ {tokens} Tokens",
    first: "nur das erste Bild davon",
  },
};
