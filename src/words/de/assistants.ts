/** German of assistants: saved sets of choices that chats begin with. */
import type { assistants as english } from "../en/assistants.ts";

export const assistants: typeof english = {
  title: "Assistenten",
  about:
    "Ein Assistent ist ein Modell mit Parametern unter einem Namen. Ein Chat, der mit ihm beginnt, bekommt Kopien: Was du hier später änderst, ändert keinen Chat.",
  none: "Du hast noch keinen. Lege hier einen an, oder mit „Als Assistent speichern“ bei den Parametern eines Chats.",
  create: "Neuer Assistent",
  edit: "Bearbeiten",
  editName: "Bearbeiten: {name}",
  use: "Für neue Chats verwenden",
  useName: "Für neue Chats verwenden: {name}",
  unuse: "Nicht mehr für neue Chats verwenden",
  isUsed: "für neue Chats",
  up: "Nach oben",
  upName: "Nach oben: {name}",
  deleteName: "„{name}“ endgültig löschen",
  lastModel: "das zuletzt gewählte Modell",
  new: "Ein neuer Assistent",
  name: "Name",
  icon: "Bild",
  iconHint: "ein Emoji",
  model: "Modell",
  modelHint: "Endpunkt/Name; leer das zuletzt gewählte",
  suggestions: "Vorschläge",
  suggestionsHint: "erste Nachrichten zur Auswahl, je eine Zeile, höchstens {max}",
  save: "Speichern",
  saveAs: "Als Assistent speichern",
  list: "Mit einem Assistenten beginnen",
  without: "Ohne",
  withoutName: "Ohne Assistenten beginnen",
  palette: "Neuer Chat: {name}",
};
