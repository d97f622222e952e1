/** English of deleting one's account, and of what is deleted by itself. */

export const account = {
  account: {
    end: "Delete everything",
    endText:
      "This deletes your account and all that is in it: chats, files, links, tags, tokens, and what you have chosen and used. Replies that are being written stop, and you are signed out on every device. It can't be undone, so take your chats with you first.",
    type: "Type “{word}” to go on",
    word: "delete",
    wrong: "That was another word. Nothing was deleted.",
    retention: (days: number) =>
      days === 1
        ? "Chats are deleted for good when they have had no new message for a day, unless they are pinned."
        : `Chats are deleted for good when they have had no new message for ${days.toLocaleString("en")} days, unless they are pinned.`,
  },
};
