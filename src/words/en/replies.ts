/** English of messages: how a reply ended, what can be done about it, and its figures. */
import type { FailureKind } from "../../domain.ts";

export const replies = {
  message: {
    you: "You",
    reply: "Reply",
    edit: "Edit",
    yourMessage: "Your message",
    kept: "The version before is kept.",
    cancel: "Cancel",
    copy: "Copy",
    continue: "Continue",
    continueElsewhere: "Continue elsewhere",
    regenerate: "Regenerate",
    otherModel: "Other model",
    tryAgain: "Try again",
    deleteAll: "For good, with all below it",
    versions: "Versions",
    previous: "Previous version",
    next: "Next version",
    receipt: "Receipt",
    model: "Model:",
    thinking: "Thinking…",
    thoughts: "Thoughts",
  },
  note: {
    stopped: "Stopped.",
    length: "Ended at the limit of {max} tokens a reply.",
    filtered: "Ended by the provider's content filter.",
    noAnswer: "The model thought, but gave no answer.",
  },
  place: {
    all: (number: number) => `Waiting: ${nth(number)} in line`,
    own: (number: number) => `Waiting for your other replies: ${nth(number)} in line`,
  },
  receipt: {
    inLine: "{time} in line",
    toFirst: "{time} to first token",
    speed: "{count} tok/s",
    tokens: "{count} tokens",
    model: "Model",
    modelAt: "{model} at {endpoint}",
    provider: "Provider",
    tokensIn: "Tokens in",
    tokensOut: "Tokens out",
    cached: "{count}, {part} of them from a cache",
    reasoning: "{count}, {part} of them of reasoning",
    cost: "Cost",
    estimated: "{sum}, an estimate by list prices",
    told: "{sum}, as the provider says",
    timeInLine: "Time in line",
    firstToken: "First token",
    wholeReply: "Whole reply",
    after: "after {time}",
    requests: "Requests",
    endedBy: "Ended by",
    notSent: "Not sent",
    refused: "{fields}: the provider refuses it",
    inVain: (count: number) => (count === 1 ? "1 call in vain" : `${count} calls in vain`),
    leftBefore: "Left before",
    begunBy: "begun by {who}",
    begun: "Begun by",
    nameless: "a provider without a name",
  },
  /** Why a provider was left, said while others are asked. */
  detour: {
    busy: "{who} was busy",
    down: "{who} was down",
    late: "{who} gave no answer",
    resting: "{who} is at rest",
    provider: "The provider",
    again: "{before}: asking again",
    to: "{before}: {to} is asked",
  },
  /** The same in a receipt. */
  leftBy: {
    busy: "{who}, busy after {time}",
    down: "{who}, down after {time}",
    late: "{who}, no answer in time after {time}",
    resting: "{who}, at rest after failing often",
  },
  cutOff: { title: "The reply was cut off", text: "What had come is kept." },
  notBegun: {
    title: "The reply did not begin",
    text: "It was stopped before its first word. Your message is kept.",
  },
  failure: {
    server: "The server",
    silent: "{who} did not answer.",
    answered: "{who} answered {status}.",
    useFree: "Use a free model",
    chooseOther: "Choose another model",
    getToken: "Get a token",
    tokenSettings: "Token settings",
    openModel: "Open the model's page",
    changeLimit: "Change the limit",
    shorten: "Shorten the message",
    otherProvider: "Another provider",
  },
  /** Holes: `answered`, what was said; `who` said it; `key`, the setting; `model`. */
  failures: {
    token_invalid: {
      title: "{key} was not accepted",
      text: "{answered} Put a valid one as {key}=… into the file .env where Banter runs, and start it again.",
    },
    signed_out: {
      title: "Your Hugging Face sign-in has ended",
      text: "Sign in again, so that your account can pay for your replies. Your chats stay.",
    },
    token_forbidden: {
      title: "The token may not call models",
      text: "{answered} Allow “Make calls to Inference Providers” in the token's settings.",
    },
    credits_depleted: {
      title: "Your free credits for this month are used up",
      text: "{answered} The message is kept; nothing was charged. More can be bought at huggingface.co/settings/billing.",
    },
    model_gated: {
      title: "This model asks for your agreement first",
      text: "{answered} Accept its terms on the page of {model}, then try again.",
    },
    model_unsupported: {
      title: "Nobody serves {model} for you",
      text: "{answered} Another model may be served by a provider that you have enabled.",
    },
    request_too_long: {
      title: "The conversation is too long for this model",
      text: "{answered} Shorten the message, or go on in a new chat; this one is kept.",
    },
    request_rejected: { title: "The provider refused the request", text: "{answered}" },
    rate_limited: { title: "Too many requests for now", text: "{answered} The message is kept." },
    provider_down: { title: "The provider can't be reached", text: "{answered} The message is kept." },
    reply_unreadable: {
      title: "The answer could not be read",
      text: "{who} sent something that is not a reply. What came before is kept.",
    },
    reply_error: { title: "The provider gave up in mid-reply", text: "What came before is kept." },
    price_limit: {
      title: "Nobody serves it for that price",
      text: "Your price limit for this chat. Nothing was sent.",
    },
    internal: { title: "Something went wrong here", text: "The message is kept. The log says more." },
  } satisfies Record<FailureKind, { title: string; text: string }>,
  /** What only Hugging Face means by these answers, another server does not. */
  failuresElsewhere: {
    token_forbidden: "The key may not use this model",
    credits_depleted: "The server wants to be paid first",
    model_unsupported: "The server does not have this model",
  },
};

function nth(number: number): string {
  return `${number.toLocaleString("en")}${endings[ordinals.select(number)] ?? "th"}`;
}

const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
