/** English of deleting one's account, of what is deleted by itself, and of the accounts that a server has. */

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
  accounts: {
    link: "Accounts",
    title: "Accounts",
    text: "Who comes here, and what their replies and titles took, by days and months of UTC. What they write is for them alone.",
    find: "Name or subject",
    order: "Order",
    show: "Show",
    orders: {
      seen: "Last here",
      name: "Name",
      cost: "Cost this month",
      tokens: "Tokens this month",
      blocked: "Blocked",
    },
    listed: "In all",
    account: "Account",
    here: "Here",
    today: "Today",
    month: "This month",
    entry: "Entry",
    noName: "No name yet",
    admin: "Admin",
    since: "since",
    lastHere: "last",
    blockedSince: "Blocked since {date}",
    block: "Block",
    blockName: "Block {name}",
    blockText: "Signs them out everywhere, stops their replies, and lets their links rest. Their chats stay.",
    unblock: "Unblock",
    unblockName: "Unblock {name}",
    none: "Nobody has such a name.",
    next: "More accounts",
    nothing: "Nothing",
    count: (count: number) => (count === 1 ? "1 account" : `${count.toLocaleString("en")} accounts`),
    sessions: (count: number) => (count === 1 ? "1 session" : `${count.toLocaleString("en")} sessions`),
    replies: (count: number) => (count === 1 ? "1 reply" : `${count.toLocaleString("en")} replies`),
    tokens: (count: string) => (count === "1" ? "1 token" : `${count} tokens`),
  },
};
