/** German of links to a branch: making them, and reading by one. */
import type { shares as english } from "../en/shares.ts";

export const shares: typeof english = {
  title: "Geteilte Links",
  share: "Teilen",
  none: "Du teilst nichts.",
  what: "Wer den Link hat, kann diesen Zweig lesen, wie er jetzt zu sehen ist, bis zur letzten Nachricht, und sonst nichts: keinen anderen Zweig, keine spätere Nachricht, keine Dateien, keine Einstellungen, keinen Namen.",
  howLong: "Wie lange",
  day: "Einen Tag",
  week: "Eine Woche",
  month: "Einen Monat",
  never: "Bis ich ihn beende",
  live: "Eine Antwort schon zeigen, während sie geschrieben wird",
  make: "Link erstellen",
  link: "Link zu {title}",
  copyName: "Kopieren: den Link zu {title}",
  until: "bis {date}",
  forever: "bis er beendet wird",
  isLive: "in Echtzeit",
  unknown:
    "Dieser Link gilt noch, kann aber nicht mehr gezeigt werden: Der Schlüssel, mit dem er verwahrt wurde, ist jetzt ein anderer.",
  end: "Beenden",
  endName: "Beenden: den Link zu {title}",
  about: "Ein geteilter Chat, nur zum Lesen.",
  asked: "Gefragt",
  pending: "Eine Antwort wird geschrieben. Sie ist hier, sobald sie fertig ist.",
  unfinished: "Diese Antwort wurde nicht fertig.",
  files: (count) =>
    count === 1
      ? "Mit einer Datei, die nicht geteilt wird."
      : `Mit ${count} Dateien, die nicht geteilt werden.`,
};
