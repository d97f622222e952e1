/** Limits of what people take along and bring in. */

export const TAKEAWAY = {
  // Read at once: a few milliseconds' work, and at worst some 64 MB of the longest replies.
  takeawayMessages: 16,

  // Of one conversation: with its words, it can be brought in again.
  takeawayTextBytesMax: 16 * 1024 * 1024,

  importBytesMax: 200 * 1024 * 1024,
  // Each has a thread of its own and holds one conversation at a time.
  importsAtOnce: 2,
  importIdleMs: 30_000,
  importRefusalsTold: 50,
  conversationBytesMax: 32 * 1024 * 1024,
  // Written in one transaction, which nobody else can come between.
  messagesMax: 5000,
  messageBytesMax: 4 * 1024 * 1024,
  depthMax: 100,
};
