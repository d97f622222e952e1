/** English of lists, of the pages about who one is, and of pages that say what is wrong. */

export const pages = {
  list: {
    all: "All chats",
    noChats: "There are none yet.",
    archive: "Archive",
    nothingArchived: "Nothing is archived.",
    archiveHint: "Out of the way, and still found. Writing in one brings it back.",
    deleted: "Deleted",
    nothingDeleted: "Nothing has been deleted.",
    deletedHint: "Each goes for good a week after it was deleted.",
    noTag: "Nothing has this tag.",
    restore: "Restore",
    searchHint: "Words, beginnings of words, or “a phrase in quotation marks”.",
    nothingFound: "Nothing found.",
    late: "Older messages are still being put into the index.",
  },
  deletedPage: {
    title: "Deleted",
    heading: "“{title}” is deleted",
    text: "It goes for good on {date}. Until then you can have it back.",
  },
  signin: {
    title: "Sign in",
    password: "Password",
    wrong: "That is not the password.",
    slowDown: (waitS: number) => {
      const time = waitS < 90 ? `${waitS} seconds` : `${Math.ceil(waitS / 60)} minutes`;
      return `That was tried too often. Wait ${time}, then try again.`;
    },
  },
  token: {
    title: "Your own token",
    label: "Hugging Face token",
    kept: "Your replies use the token that you gave on {date}. It is kept encrypted, and is not shown again.",
    none: "Your replies from Hugging Face will use this token, and your account there pays for them. It is kept encrypted, and is not shown again.",
    wrong: "That is no token: copy it whole, from hf_ on.",
    use: "Use it",
    replace: "Replace it",
    remove: "Remove it",
    back: "Back to the chats",
    own: "A token of your own",
  },
  sessions: {
    title: "Where you are signed in",
    browser: "A browser",
    this: "this browser",
    lastSeen: "Last seen",
    signOut: "Sign out",
    signOutName: "Sign out {agent}, last seen {seen}",
    known: "You are known as {name}, by the subject {subject}.",
    none: "Nothing is stored about you yet.",
  },
  fault: {
    request: "Request",
    missing: "There is no such page",
    missingText: "It may have been deleted, or belong to somebody else.",
    refused: "That did not work",
    ours: "Something went wrong",
    oursText: "What is stored is safe. Trying again may help.",
    offline: "No connection to Banter",
    offlineText:
      "Nothing is lost: what you wrote is kept here. This page goes on as soon as there is a way through.",
  },
};
