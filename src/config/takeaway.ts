/** Limits of what people take along and bring in. */

export const TAKEAWAY = {
  // Read at once: a few milliseconds' work, and at worst some 64 MB of the longest replies.
  takeawayMessages: 16,
};
