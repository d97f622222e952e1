/** German of deleting one's account, and of what is deleted by itself. */
import type { account as english } from "../en/account.ts";

export const account: typeof english = {
  account: {
    end: "Alles löschen",
    endText:
      "Das löscht dein Konto und alles darin: Chats, Dateien, Links, Schlagwörter, Tokens, und was du gewählt und verbraucht hast. Antworten, die gerade geschrieben werden, brechen ab, und du wirst auf jedem Gerät abgemeldet. Es lässt sich nicht rückgängig machen, also nimm deine Chats erst mit.",
    type: "Tippe „{word}“, um fortzufahren",
    word: "löschen",
    wrong: "Das war ein anderes Wort. Nichts wurde gelöscht.",
    retention: (days) =>
      days === 1
        ? "Chats werden endgültig gelöscht, wenn einen Tag lang keine Nachricht dazukam, außer sie sind angeheftet."
        : `Chats werden endgültig gelöscht, wenn ${days.toLocaleString("de")} Tage lang keine Nachricht dazukam, außer sie sind angeheftet.`,
  },
};
