/** German of what is refused. */
import type { Refusal } from "../en/refusals.ts";

export const refusals: Record<Refusal, string> = {
  noConversation: "Diesen Chat gibt es nicht.",
  noMessage: "Diese Nachricht gibt es nicht.",
  gone: "Diesen Chat gibt es nicht mehr: Er wurde gelöscht oder war flüchtig.",
  noLanguage: "Diese Sprache wird hier nicht gesprochen.",
  noEndpoint: "Es gibt hier keinen Endpunkt „{endpoint}“.",
  tooManyTags: "Ein Chat hat höchstens {max} Schlagwörter.",
  stillWritten: "Darunter wird noch eine Antwort geschrieben. Versuch es gleich noch einmal.",
  idTaken: "Diese Kennung gehört zu etwas anderem.",
  notContinued: "Diese Antwort lässt sich nicht fortsetzen: Sie wird noch geschrieben oder ist ganz.",
  tooLong: "Sie hat etwa {about} Tokens; das Modell fasst {takes}. Kürze sie.",
  restarting: "Der Server startet neu. Versuch es gleich noch einmal.",
  tooFast: "Das war zu schnell. Warte einen Moment.",
  ownFull:
    "{count} deiner Antworten werden geschrieben oder warten in der Schlange. Warte auf eine oder stopp eine.",
  allFull: "Hier warten so viele Antworten, wie warten dürfen. Versuch es gleich noch einmal.",
  temporaryFull:
    "Du hast {max} flüchtige Chats offen. Schließ einen, dann ist er nach einer Weile verschwunden.",
  wrongType: "Das ist als {type} zu senden.",
  ownTurns:
    "Das ginge über deine {cap} Anfragen für heute hinaus. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag.",
  ownTokens:
    "Das ginge über deine {cap} Tokens für heute hinaus. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag. Ein kürzerer Chat, eine niedrigere Token-Grenze oder ein günstigeres Modell braucht weniger.",
  ownCost:
    "Das ginge über deine {cap} $ für heute hinaus. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag. Ein kürzerer Chat, eine niedrigere Token-Grenze oder ein günstigeres Modell braucht weniger.",
  allTurns:
    "Das ginge über die {cap} Anfragen hinaus, die alle zusammen heute haben. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag.",
  allTokens:
    "Das ginge über die {cap} Tokens hinaus, die alle zusammen heute haben. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag. Ein kürzerer Chat, eine niedrigere Token-Grenze oder ein günstigeres Modell braucht weniger.",
  allCost:
    "Das ginge über die {cap} $ hinaus, die alle zusammen heute haben. Um Mitternacht UTC, in {hours} h, beginnt ein neuer Tag. Ein kürzerer Chat, eine niedrigere Token-Grenze oder ein günstigeres Modell braucht weniger.",
  unpriced:
    "Was dieses Modell kostet, ist noch nicht bekannt, und es gibt ein Budget. Wähl ein anderes oder warte einen Moment.",
  tooLarge: "Das ist mehr, als ein Formular fasst.",
  internal: "Hier ging etwas schief. Im Protokoll steht es als {request}.",
  otherSite: "Das kam von einer anderen Seite.",
  signInFirst: "Melde dich erst an: Lade die Seite neu.",
  needsCookie:
    "Banter erkennt deine Chats an einem Cookie. Erlaube Cookies für diese Seite und lade sie neu.",
  watchersFull: "Es schauen so viele zu, wie zuschauen dürfen.",
  tabsFull: "Du hast so viele Tabs offen, wie du darfst.",
  networkFull: "Aus deinem Netz sind so viele Tabs offen, wie offen sein dürfen.",
  storeCorrupt: "Die Datei mit den Daten ist beschädigt. Stell eine Sicherung wieder her.",
  storeUnwritable: "In die Datei mit den Daten lässt sich nicht schreiben.",
  storeFull: "Es ist kein Platz mehr, um das zu speichern. Gespeichertes ist lesbar.",
  storeBusy: "Ein anderes Programm hält die Datei mit den Daten. Versuch es gleich noch einmal.",
  storeIo: "Die Festplatte hat nicht getan, was sie sollte. Versuch es gleich noch einmal.",
  storeForeign: "Das ist keine Datei mit Daten von Banter.",
  storeClosed: "Der Server fährt herunter.",
  textEmpty: "Die Nachricht ist leer.",
  textLong: "Eine Nachricht fasst höchstens {max} Zeichen.",
  titleEmpty: "Der Name ist leer.",
  titleLong: "Ein Name fasst höchstens {max} Zeichen.",
  tagEmpty: "Das Schlagwort ist leer.",
  tagLong: "Ein Schlagwort fasst höchstens {max} Zeichen.",
  noText: "„{name}“ ist kein Text.",
  noId: "„{name}“ ist keine Kennung.",
  noModel: "„model“ ist kein Name eines Modells.",
  noPosition: "„position“ ist keine Position.",
  noOp: "So eine Operation gibt es nicht.",
  noOpId: "Eine Operation hat eine Kennung: eine UUID in Kleinbuchstaben.",
  noObject: "Eine Operation ist ein Objekt mit einem Feld „op“.",
  socketOp: "Diese Operation ist für Sockets.",
  notJson: "Das ist kein JSON.",
  notText: "Operationen sind Text, keine Bytes.",
  systemPromptLong: "Ein Systemprompt fasst höchstens {max} Zeichen.",
  temperature: "Die Temperatur ist eine Zahl von {least} bis {most}.",
  topP: "Top-p ist eine Zahl von {least} bis {most}.",
  maxTokens: "Tokens je Antwort sind eine ganze Zahl von {least} bis {most}.",
  seed: "Der Seed ist eine ganze Zahl von {least} bis {most}.",
  usdOutMax: "Die Preisgrenze ist eine Zahl von {least} bis {most}.",
  providers: "Es antworten andere oder nur der gewählte Anbieter.",
  effort: "Der Aufwand ist gering, mittel oder hoch.",
  stopWords: "Es sind höchstens 4 Stoppwörter mit je 100 Zeichen.",
  noFile: "Eine Datei dieser Nachricht ist nicht mehr da. Hänge sie noch einmal an.",
};
