/** German of lists, of the pages about who one is, and of pages that say what is wrong. */
import type { pages as english } from "../en/pages.ts";

export const pages: typeof english = {
  list: {
    all: "Alle Chats",
    noChats: "Es gibt noch keine.",
    archive: "Archiv",
    nothingArchived: "Nichts ist archiviert.",
    archiveHint: "Aus dem Weg, und doch zu finden. Wer in einem schreibt, holt ihn zurück.",
    deleted: "Gelöscht",
    nothingDeleted: "Nichts wurde gelöscht.",
    deletedHint: "Jeder verschwindet eine Woche nach dem Löschen endgültig.",
    noTag: "Nichts hat dieses Schlagwort.",
    restore: "Wiederherstellen",
    searchHint: "Wörter, Wortanfänge oder „etwas in Anführungszeichen“.",
    nothingFound: "Nichts gefunden.",
    late: "Ältere Nachrichten werden noch in den Index aufgenommen.",
  },
  deletedPage: {
    title: "Gelöscht",
    heading: "„{title}“ ist gelöscht",
    text: "Am {date} verschwindet es endgültig. Bis dahin kannst du es zurückholen.",
  },
  signin: {
    title: "Anmelden",
    password: "Passwort",
    wrong: "Das ist nicht das Passwort.",
    slowDown: (waitS) => {
      const time = waitS < 90 ? `${waitS} Sekunden` : `${Math.ceil(waitS / 60)} Minuten`;
      return `Das waren zu viele Versuche. Warte ${time} und versuch es dann wieder.`;
    },
  },
  token: {
    title: "Dein eigenes Token",
    label: "Token von Hugging Face",
    kept: "Deine Antworten nutzen das Token, das du am {date} gegeben hast. Es ist verschlüsselt und wird nicht wieder gezeigt.",
    none: "Deine Antworten von Hugging Face werden dieses Token nutzen, und dein Konto dort bezahlt sie. Es wird verschlüsselt und nicht wieder gezeigt.",
    wrong: "Das ist kein Token: Kopiere es ganz, von hf_ an.",
    use: "Nutzen",
    replace: "Ersetzen",
    remove: "Entfernen",
    back: "Zurück zu den Chats",
    own: "Ein eigenes Token",
  },
  sessions: {
    title: "Wo du angemeldet bist",
    browser: "Ein Browser",
    this: "dieser Browser",
    lastSeen: "Zuletzt gesehen",
    signOut: "Abmelden",
    signOutName: "{agent} abmelden, zuletzt gesehen {seen}",
    known: "Du bist hier als {name} bekannt, mit der Kennung {subject}.",
    none: "Über dich ist noch nichts gespeichert.",
  },
  fault: {
    request: "Anfrage",
    missing: "Diese Seite gibt es nicht",
    missingText: "Vielleicht wurde sie gelöscht oder gehört jemand anderem.",
    refused: "Das ging nicht",
    ours: "Etwas ging schief",
    oursText: "Was gespeichert ist, ist sicher. Vielleicht hilft ein neuer Versuch.",
    offline: "Keine Verbindung zu Banter",
    offlineText:
      "Nichts ist verloren: Was du geschrieben hast, bleibt hier. Es geht weiter, sobald der Weg wieder frei ist.",
  },
};
