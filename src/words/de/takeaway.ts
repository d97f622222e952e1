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
      "JSON enthält alles: jede Fassung jeder Nachricht, Gedanken, Belege und Schlagwörter, und deine Assistenten. Es lässt sich wieder hereinholen, hier oder anderswo.",
    markdown: "Markdown herunterladen",
    markdownText: "Markdown ist zum Lesen: jeder Chat, wie er zu sehen ist, ohne Gedanken.",
    without:
      "Angehängte Texte sind in beiden; Bilder bleiben hier und stehen dort mit ihrem Namen. Gelöschte und flüchtige Chats sind in keinem davon.",
    one: "Nimm ihn mit:",
    oneMarkdown: "Markdown",
    oneJson: "JSON",
    bring: "Chats hereinholen",
    bringText:
      "Das JSON von Banter, oder conversations.json von ChatGPT oder HuggingChat. Entpacke erst deren Archiv: Darin ist es.",
    bringFile: "Datei",
    bringIn: "Hereinholen",
    bringNote:
      "Was schon hier ist, bleibt, wie es ist, also kommt nichts doppelt. Bilder sind nicht dabei: Ein Wort steht an ihrer Stelle.",
    added: (count) =>
      count === 0
        ? "Nichts wurde hereingeholt."
        : count === 1
          ? "Ein Chat wurde hereingeholt."
          : `${count.toLocaleString("de")} Chats wurden hereingeholt.`,
    there: (count) =>
      count === 1
        ? "Einer war schon hier oder wurde kürzlich gelöscht."
        : `${count.toLocaleString("de")} waren schon hier oder wurden kürzlich gelöscht.`,
    refused: (count) =>
      count === 1
        ? "Einer ließ sich nicht hereinholen:"
        : `${count.toLocaleString("de")} ließen sich nicht hereinholen:`,
    refusedMore: "und mehr.",
    refusedOne: "„{title}“: {why}",
    nameless: "ohne Namen",
    tooLarge: "Er ist größer, als ein Chat sein darf.",
    tooDeep: "Er ist zu tief verschachtelt.",
    tooMany: "Er hat mehr Nachrichten, als ein Chat haben darf.",
    tooLong: "Eine Nachricht darin ist zu lang.",
    unknown: "Er ist nicht so geschrieben, wie eines dieser Programme es täte.",
    empty: "Es ist nichts darin.",
    taken: "Ein Teil davon ist in einem anderen Chat.",
    full: "hier gibt es so viele Assistenten, wie es geben darf.",
    assistants: (count) =>
      count === 1 ? "Ein Assistent wurde hereingeholt." : `${count} Assistenten wurden hereingeholt.`,
    endZip: "Das ist ein Archiv. Entpacke es erst und wähle conversations.json.",
    endNotJson: "Das ist keine JSON-Datei.",
    endCutOff: "Die Datei endet mittendrin. Was ganz war, ist hereingeholt.",
    endNewer: "Das hat eine neuere Version von Banter geschrieben.",
    endNoFile: "Wähle erst eine Datei.",
    endTooLarge: "Die Datei ist größer, als sie sein darf. Was davor kam, ist hereingeholt.",
    endLate: "Die Datei kam nicht weiter. Was ganz war, ist hereingeholt; dieselbe noch einmal macht weiter.",
    image: "[Bild]",
    recording: "[Aufnahme]",
    file: "[Datei]",
    untitled: "Ohne Titel",
  },
};
