/** The pages that are compared. */
export const kinds = {
  home: "home page, no conversation",
  home30: "home page, 30 conversations",
  chat: "chat of 50 messages, 30 conversations",
};

export type Kind = keyof typeof kinds;
