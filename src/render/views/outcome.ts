/** How a reply ended, and what can be done about it: cards, notes, actions, versions. */
import type { Failure, FailureKind, Detour, Generation, Message, Place } from "../../domain.ts";

export type FrameOptions = {
  maxTokens: number;
  /** Where a generation that has not begun stands, or whom it was led to; null for any other. */
  placeOf(generation: string): Place | Detour | null;
  newId(): string;
};

/** A form (`op`), a link (`href`) or a copy button (`copies`): one of the three is set. */
export type ActionView = {
  label: string;
  style: "quiet" | "button";
  op: string | null;
  id: string;
  message: string;
  /** Seconds to wait before it makes sense; 0 for none. */
  waitS: number;
  href: string | null;
  isForeign: boolean;
  /** The link opens over the chat. */
  isSheet: boolean;
  copies: string | null;
};

export type CardView = { title: string; text: string; detail: string; action: ActionView };

export type BranchView = {
  position: number;
  count: number;
  previous: BranchStepView | null;
  next: BranchStepView | null;
};

type Direction = "previous" | "next";

type BranchStepView = { id: string; message: string; direction: Direction; label: string; sign: string };

/** A card says what happened, what it means, and the one thing to do. */
export function cardOf(message: Message, options: FrameOptions): CardView | null {
  const { generation } = message;
  if (generation?.state === "interrupted") {
    return interruptedCard(message, generation, options);
  }
  if (generation?.state !== "failed" || generation.failure === null) return null;
  return failureCard(message, generation, generation.failure, options);
}

/** What a reader should know of a whole reply that is not quite one. */
export function noteOf(message: Message, options: FrameOptions): string | null {
  const { generation } = message;
  if (generation?.state === "stopped") return "Stopped.";
  if (generation?.state !== "complete") return null;
  const reason = generation.receipt?.finishReason;
  if (reason === "length") {
    return `Ended at the limit of ${options.maxTokens.toLocaleString("en")} tokens a reply.`;
  }
  if (reason === "content_filter") return "Ended by the provider's content filter.";
  const hasText = message.parts.some((part) => part.type === "text" && part.text !== "");
  return hasText ? null : "The model thought, but gave no answer.";
}

/** The quiet row under a message. */
export function actionsOf(message: Message, options: FrameOptions): ActionView[] {
  const { generation } = message;
  if (generation === null || generation.state === "running") return [];
  const hasText = message.parts.some((part) => part.type === "text" && part.text !== "");
  const actions: ActionView[] = [];
  if (hasText) actions.push({ ...act("Copy", "", message, options, "quiet"), op: null, copies: message.id });
  const canContinue = generation.state === "stopped" || generation.receipt?.finishReason === "length";
  if (canContinue) actions.push(act("Continue", "message.continue", message, options, "quiet"));
  actions.push(act("Regenerate", "message.regenerate", message, options, "quiet"));
  const others = { op: null, href: pickerFor(message), isSheet: true };
  return [...actions, { ...act("Other model", "", message, options, "quiet"), ...others }];
}

export function branchOf(message: Message, options: FrameOptions): BranchView | null {
  const count = message.siblings.length;
  if (count < 2) return null;
  const index = message.siblings.indexOf(message.id);
  const step = (at: number, direction: Direction, label: string, sign: string): BranchStepView | null => {
    const sibling = message.siblings[at];
    return sibling === undefined ? null : { id: options.newId(), message: sibling, direction, label, sign };
  };
  return {
    position: index + 1,
    count,
    previous: step(index - 1, "previous", "Previous version", "‹"),
    next: step(index + 1, "next", "Next version", "›"),
  };
}

/** Where another model can be chosen to write this reply anew. */
function pickerFor({ conversation, id }: Message, only = ""): string {
  return `/models?conversation=${conversation}&message=${id}${only}`;
}

function act(
  label: string,
  op: string,
  message: Message,
  options: FrameOptions,
  style: ActionView["style"],
): ActionView {
  const base = { waitS: 0, href: null, isForeign: false, isSheet: false, copies: null };
  return { label, style, op, id: options.newId(), message: message.id, ...base };
}

function interruptedCard(message: Message, generation: Generation, options: FrameOptions): CardView {
  const detail = generation.failure?.detail ?? "";
  const hasBegun = message.parts.some((part) => part.text !== "");
  const label = hasBegun ? "Continue" : "Try again";
  const action = act(label, "message.continue", message, options, "button");
  if (hasBegun) return { title: "The reply was cut off", text: "What had come is kept.", detail, action };
  const text = "It was stopped before its first word. Your message is kept.";
  return { title: "The reply did not begin", text, detail, action };
}

type Words = { title: string; text: string };

function failureCard(
  message: Message,
  generation: Generation,
  failure: Failure,
  options: FrameOptions,
): CardView {
  const words = wordsOf(failure, generation);
  const link = linkOf(failure.kind, message, generation);
  const retry = act("Try again", "message.regenerate", message, options, "button");
  const waitS = failure.retryAfterMs === null ? 0 : Math.ceil(failure.retryAfterMs / 1000);
  const action = link === null ? { ...retry, waitS } : { ...retry, op: null, ...link };
  return { ...words, detail: failure.detail, action };
}

/** What only Hugging Face means by these answers, another server does not. */
const elsewhere: Partial<Record<FailureKind, (answered: string) => Words>> = {
  token_forbidden: (answered) => ({ title: "The key may not use this model", text: answered }),
  credits_depleted: (answered) => ({ title: "The server wants to be paid first", text: answered }),
  model_unsupported: (answered) => ({ title: "The server does not have this model", text: answered }),
};

function wordsOf(failure: Failure, generation: Generation): Words {
  const { endpoint } = generation.model;
  const who = failure.provider ?? (endpoint === hub ? "Hugging Face" : "The server");
  const answered = failure.status === 0 ? `${who} did not answer.` : `${who} answered ${failure.status}.`;
  const key = keyOf(endpoint);
  const model = generation.model.id;
  const words: Record<FailureKind, Words> = {
    token_invalid: {
      title: `${key} was not accepted`,
      text: `${answered} Put a valid one as ${key}=… into the file .env where Banter runs, and start it again.`,
    },
    token_forbidden: {
      title: "The token may not call models",
      text: `${answered} Allow “Make calls to Inference Providers” in the token's settings.`,
    },
    credits_depleted: {
      title: "Your free credits for this month are used up",
      text: `${answered} The message is kept; nothing was charged.`,
    },
    model_gated: {
      title: "This model asks for your agreement first",
      text: `${answered} Accept its terms on the page of ${model}, then try again.`,
    },
    model_unsupported: {
      title: `Nobody serves ${model} for you`,
      text: `${answered} Another model may be served by a provider that you have enabled.`,
    },
    request_too_long: {
      title: "The conversation is too long for this model",
      text: `${answered} A new chat starts with an empty one; this one is kept.`,
    },
    request_rejected: { title: "The provider refused the request", text: answered },
    rate_limited: { title: "Too many requests for now", text: `${answered} The message is kept.` },
    provider_down: { title: "The provider can't be reached", text: `${answered} The message is kept.` },
    reply_unreadable: {
      title: "The answer could not be read",
      text: `${who} sent something that is not a reply. What came before is kept.`,
    },
    reply_error: { title: "The provider gave up in mid-reply", text: "What came before is kept." },
    price_limit: {
      title: "Nobody serves it for that price",
      text: "Your price limit for this chat. Nothing was sent.",
    },
    internal: { title: "Something went wrong here", text: "The message is kept. The log says more." },
  };
  const other = endpoint === hub ? undefined : elsewhere[failure.kind];
  return other?.(answered) ?? words[failure.kind];
}

/** The setting that holds what an endpoint did not accept. */
function keyOf(endpoint: string): string {
  if (endpoint === hub) return "HF_TOKEN";
  if (endpoint === "local") return "INFERENCE_KEY";
  return `ENDPOINT_KEY_${endpoint.toUpperCase().replaceAll("-", "_")}`;
}

const hub = "huggingface";

/** Where the remedy is a page elsewhere; else trying again is the one thing to do. */
function linkOf(kind: FailureKind, message: Message, generation: Generation) {
  if (kind === "price_limit") {
    const href = `/parameters?conversation=${message.conversation}`;
    return { label: "Change the limit", href, isForeign: false, isSheet: true };
  }
  if (kind === "request_too_long") return { label: "New chat", href: "/", isForeign: false };
  if (kind === "model_unsupported")
    return { label: "Choose another model", href: pickerFor(message), isForeign: false, isSheet: true };
  if (kind === "credits_depleted" && generation.model.endpoint === hub)
    return {
      label: "Use a free model",
      href: pickerFor(message, "&free=1"),
      isForeign: false,
      isSheet: true,
    };
  if (generation.model.endpoint !== hub) return null;
  const site = "https://huggingface.co";
  const model = generation.model.id.split(":", 1)[0] ?? "";
  const links: Partial<Record<FailureKind, { label: string; href: string }>> = {
    token_invalid: { label: "Get a token", href: `${site}/settings/tokens` },
    token_forbidden: { label: "Token settings", href: `${site}/settings/tokens` },
    model_gated: { label: "Open the model's page", href: `${site}/${model}` },
  };
  const link = links[kind];
  return link === undefined ? null : { ...link, isForeign: true };
}
