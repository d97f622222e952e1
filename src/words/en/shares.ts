/** English of links to a branch: making them, and reading by one. */

export const shares = {
  title: "Shared links",
  share: "Share",
  none: "You share nothing.",
  what: "Whoever has the link can read this branch as it is on show now, up to its last message, and nothing else: no other branch, no later turn, no files, no settings, no name.",
  howLong: "How long",
  day: "A day",
  week: "A week",
  month: "A month",
  never: "Until I end it",
  live: "Show a reply that is being written while it comes",
  make: "Make a link",
  link: "Link to {title}",
  copyName: "Copy the link to {title}",
  until: "until {date}",
  forever: "until it is ended",
  isLive: "live",
  unknown:
    "This link still works, but can't be shown any more: the key that it was kept by is another one now.",
  end: "End it",
  endName: "End it: the link to {title}",
  about: "A shared chat, to be read only.",
  asked: "Asked",
  pending: "A reply is being written. It will be here when it has ended.",
  unfinished: "This reply was not finished.",
  files: (count: number) =>
    count === 1 ? "With a file, which is not shared." : `With ${count} files, which are not shared.`,
};
