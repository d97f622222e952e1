/** English of races: one message, and several models' replies side by side. */

export const race = {
  race: {
    tool: "Race of models",
    strip: "Race",
    takeOut: "Take {name} out of the race",
    anew: "Race the last question",
    upTo: "up to {sum}",
    upToSome: "up to {sum} and what has no known price",
    title: (count: number) => `${count} replies side by side`,
    together: "{sum} together",
    soFar: "{sum} so far",
    atLeast: "at least {sum} together",
    keepFirst: "Keep one of the replies to go on with it.",
    keep: "Keep this one",
    stop: "Stop",
    stopAll: "Stop all",
    lanes: "Replies of the race",
    /** In the picker. */
    toggle: "Race",
    who: "{model} and others answer your next message side by side, at most {max} in all.",
    add: "Add",
    addName: "{name} in the race",
  },
};
