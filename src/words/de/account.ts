/** German of deleting one's account, of what is deleted by itself, and of the accounts that a server has. */
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
  accounts: {
    link: "Konten",
    title: "Konten",
    text: "Wer herkommt, und was die Antworten und Titel verbrauchten, nach Tagen und Monaten in UTC. Was jemand schreibt, ist für ihn allein.",
    find: "Name oder Kennung",
    order: "Reihenfolge",
    show: "Zeigen",
    orders: {
      seen: "Zuletzt hier",
      name: "Name",
      cost: "Kosten in diesem Monat",
      tokens: "Tokens in diesem Monat",
      blocked: "Gesperrt",
    },
    listed: "Insgesamt",
    account: "Konto",
    here: "Hier",
    today: "Heute",
    month: "Dieser Monat",
    entry: "Einlass",
    noName: "Noch kein Name",
    admin: "Verwaltung",
    since: "seit",
    lastHere: "zuletzt",
    blockedSince: "Gesperrt seit {date}",
    block: "Sperren",
    blockName: "{name} sperren",
    blockText: "Meldet überall ab, bricht Antworten ab und lässt Links ruhen. Die Chats bleiben.",
    unblock: "Wieder einlassen",
    unblockName: "{name} wieder einlassen",
    none: "Niemand heißt so.",
    next: "Weitere Konten",
    nothing: "Nichts",
    count: (count) => (count === 1 ? "1 Konto" : `${count.toLocaleString("de")} Konten`),
    sessions: (count) => (count === 1 ? "1 Sitzung" : `${count.toLocaleString("de")} Sitzungen`),
    replies: (count) => (count === 1 ? "1 Antwort" : `${count.toLocaleString("de")} Antworten`),
    tokens: (count) => (count === "1" ? "1 Token" : `${count} Tokens`),
  },
};
