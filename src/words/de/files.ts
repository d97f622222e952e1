/** German of files that people bring. */
import type { files as english } from "../en/files.ts";

export const files: typeof english = {
  files: {
    attach: "Bilder, Texte, PDF anhängen",
    list: "Angehängte Dateien",
    remove: "{name} entfernen",
    tokens: "≈ {tokens} Tokens",
    first: "nur das erste Bild davon",
    gaps: "einige Seiten ohne Text",
    pages: (count) => `${count} Seite${count === 1 ? "" : "n"}`,
    count: "Dateien: {n}",
    coming: "Eine Datei ist noch unterwegs.",
    wrong: "Entferne zuerst, was nicht angehängt werden konnte.",
    blind: "dieses Modell kann es nicht sehen",
    waits: "wartet auf die Verbindung",
    lost: "Sie kam nicht an. Entferne sie und versuche es noch einmal.",
    arriving: "unterwegs …",
  },
};
