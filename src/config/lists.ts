/** Limits of lists, search, titles, and of what is kept for a while. */

export const LISTS = {
  // A page has so many rows, and the pinned ones; further ones come when they are looked for.
  sidebarRows: 60,
  pinnedRows: 100,
  tagsMax: 12,
  sidebarTags: 8,
  searchChars: 200,
  foundRows: 20,
  // Beside a search box there is room for less.
  foundRowsLive: 8,
  // Deleted by mistake, a conversation is missed within days.
  deletedKeptMs: 7 * 24 * 3_600_000,
  // An op may wait in a browser for as long as its tab is open and offline.
  opsKeptMs: 7 * 24 * 3_600_000,
  // About 5 ms of work, then rest, so that whoever chats does not notice.
  upkeepRows: 50,
  upkeepRestMs: 15,
  upkeepIdleMs: 2000,
  sweepIdleMs: 3_600_000,

  // Asked for on the side: few at a time, and given up early.
  titlesAtOnce: 4,
  titleMs: 20_000,
  // A title has ten; models that think before they speak need more.
  titleTokens: 200,
  titleReadChars: 1000,

  // Links of one account, and who follows by one of them at once.
  sharesMax: 100,
  readersPerShare: 200,

  // Accounts on a page, for whoever looks after the server.
  accountRows: 50,
  accountQueryChars: 100,
};
