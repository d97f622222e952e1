/** German of races: one message, and several models' replies side by side. */
import type { race as english } from "../en/race.ts";

export const race: typeof english = {
  race: {
    tool: "Rennen von Modellen",
    strip: "Rennen",
    takeOut: "{name} aus dem Rennen nehmen",
    anew: "Mit der letzten Frage um die Wette",
    upTo: "bis zu {sum}",
    upToSome: "bis zu {sum} und was keinen bekannten Preis hat",
    title: (count) => `${count} Antworten nebeneinander`,
    together: "{sum} zusammen",
    soFar: "{sum} bisher",
    atLeast: "mindestens {sum} zusammen",
    keepFirst: "Behalte eine der Antworten, um mit ihr weiterzumachen.",
    keep: "Diese behalten",
    stop: "Stopp",
    stopAll: "Alle stoppen",
    lanes: "Antworten des Rennens",
    toggle: "Rennen",
    who: "{model} und andere beantworten deine nächste Nachricht nebeneinander, höchstens {max} zusammen.",
    add: "Dazu",
    addName: "{name} im Rennen",
  },
};
