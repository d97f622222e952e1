/** German of what people take along, bring in and leave behind. */
import type { takeaway as english } from "../en/takeaway.ts";

export const takeaway: typeof english = {
  takeaway: {
    link: "Deine Daten",
    title: "Deine Daten",
    take: "Nimm es mit",
    takeText: "Alle deine Chats als eine Datei.",
    json: "JSON herunterladen",
    jsonText:
      "JSON enthält alles: jede Fassung jeder Nachricht, Gedanken, Belege und Schlagwörter. Es lässt sich wieder hereinholen, hier oder anderswo.",
    markdown: "Markdown herunterladen",
    markdownText: "Markdown ist zum Lesen: jeder Chat, wie er zu sehen ist, ohne Gedanken.",
    without: "Gelöschte und flüchtige Chats sind in keinem davon.",
    one: "Nimm ihn mit:",
    oneMarkdown: "Markdown",
    oneJson: "JSON",
  },
};
