/** English of signing in with Hugging Face. */

export const oauth = {
  with: "Sign in with Hugging Face",
  again: "Sign in again",
  text: "Banter learns who you are, and keeps your chats for you alone.",
  revoke:
    "To take it away for good, remove this app among the connected applications in your Hugging Face settings.",
  paid: "Banter learns who you are, and keeps your chats for you alone. Your Hugging Face account pays for your replies.",
  framed: "This opens a tab of its own, and your chats are there.",
  troubles: {
    denied: "You did not allow it, so nothing has changed.",
    stale: "That way in was used before, took too long, or began in another browser.",
    refused: "Hugging Face did not confirm who you are.",
    ending: "What your deleted account had is still being taken away. Try again in a moment.",
    blocked: "Your account is blocked here. Whoever runs this server can tell you why, and let you in again.",
    unreachable: "Hugging Face could not be reached. Try again in a moment.",
  },
  token: {
    title: "Who pays for your replies",
    kept: "Your Hugging Face account pays for your replies, since you signed in on {date}. The token for it is kept encrypted, and is not shown.",
    none: "No token of yours is kept here, so Hugging Face models can't answer you. Sign in again to bring one.",
  },
};
