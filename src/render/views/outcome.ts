/** How a reply ended, and what can be done about it: cards, notes, actions, versions. */
import type { Failure, FailureKind, Detour, Generation, Message, Place } from "../../domain.ts";
import { fill } from "../../words/fill.ts";
import type { Words } from "../../words/words.ts";
import { modelName } from "../../protocol/models.ts";

export type FrameOptions = {
  words: Words;
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
  /** The one that is asked for; null for the conversation's. */
  model: string | null;
  /** Seconds to wait before it makes sense; 0 for none. */
  waitS: number;
  href: string | null;
  isForeign: boolean;
  /** The link opens over the chat. */
  isSheet: boolean;
  copies: string | null;
};

/** `other` is what else can be done, less loudly. */
export type CardView = {
  title: string;
  text: string;
  detail: string;
  action: ActionView;
  other: ActionView | null;
};

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
  const { words, maxTokens: max } = options;
  if (generation?.state === "stopped") return words.note.stopped;
  if (generation?.state !== "complete") return null;
  const reason = generation.receipt?.finishReason;
  if (reason === "length") return fill(words.note.length, { max }, words);
  if (reason === "content_filter") return words.note.filtered;
  const hasText = message.parts.some((part) => part.type === "text" && part.text !== "");
  return hasText ? null : words.note.noAnswer;
}

/** The quiet row under a message. */
export function actionsOf(message: Message, options: FrameOptions): ActionView[] {
  const { generation } = message;
  if (generation === null || generation.state === "running") return [];
  const hasText = message.parts.some((part) => part.type === "text" && part.text !== "");
  const said = options.words.message;
  const actions: ActionView[] = [];
  if (hasText)
    actions.push({ ...act(said.copy, "", message, options, "quiet"), op: null, copies: message.id });
  const canContinue = generation.state === "stopped" || generation.receipt?.finishReason === "length";
  if (canContinue) actions.push(act(said.continue, "message.continue", message, options, "quiet"));
  if (canContinue && hasText) actions.push(continueElsewhere(message, generation, options));
  actions.push(act(said.regenerate, "message.regenerate", message, options, "quiet"));
  const others = { op: null, href: pickerFor(message), isSheet: true };
  return [...actions, { ...act(said.otherModel, "", message, options, "quiet"), ...others }];
}

export function branchOf(message: Message, options: FrameOptions): BranchView | null {
  const count = message.siblings.length;
  if (count < 2 || message.race !== undefined) return null;
  const index = message.siblings.indexOf(message.id);
  const step = (at: number, direction: Direction, label: string, sign: string): BranchStepView | null => {
    const sibling = message.siblings[at];
    return sibling === undefined ? null : { id: options.newId(), message: sibling, direction, label, sign };
  };
  return {
    position: index + 1,
    count,
    previous: step(index - 1, "previous", options.words.message.previous, "‹"),
    next: step(index + 1, "next", options.words.message.next, "›"),
  };
}

/** Where another model can be chosen to write this reply anew. */
function pickerFor({ conversation, id }: Message, only = ""): string {
  return `/models?conversation=${conversation}&message=${id}${only}`;
}

/** Where another provider or model can be chosen to go on with this reply; those of its own model come first. */
function continueElsewhere(message: Message, { model }: Generation, options: FrameOptions): ActionView {
  const href = pickerFor(message, `&continue=1&q=${encodeURIComponent(bareId(model.id))}`);
  const base = act(options.words.message.continueElsewhere, "", message, options, "quiet");
  return { ...base, op: null, href, isSheet: true };
}

/** Without what follows the colon: a provider, or a wish for one. */
function bareId(id: string): string {
  return id.replace(/:[^:/]*$/, "");
}

export function act(
  label: string,
  op: string,
  message: Message,
  options: FrameOptions,
  style: ActionView["style"],
): ActionView {
  const base = { waitS: 0, href: null, isForeign: false, isSheet: false, copies: null };
  return { label, style, op, id: options.newId(), message: message.id, model: modelIn(message, op), ...base };
}

/** In a race each goes on as who he is. */
function modelIn({ race, generation }: Message, op: string): string | null {
  if (race === undefined || generation === null || !op.startsWith("message.")) return null;
  return modelName(generation.model);
}

function interruptedCard(message: Message, generation: Generation, options: FrameOptions): CardView {
  const detail = generation.failure?.detail ?? "";
  const hasBegun = message.parts.some((part) => "text" in part && part.text !== "");
  const { message: said, cutOff, notBegun } = options.words;
  const label = hasBegun ? said.continue : said.tryAgain;
  const action = act(label, "message.continue", message, options, "button");
  const other = hasBegun ? continueElsewhere(message, generation, options) : null;
  return { ...(hasBegun ? cutOff : notBegun), detail, action, other };
}

function failureCard(
  message: Message,
  generation: Generation,
  failure: Failure,
  options: FrameOptions,
): CardView {
  const { words } = options;
  const link = linkOf(failure, message, generation, words);
  const retry = act(words.message.tryAgain, "message.regenerate", message, options, "button");
  const waitS = failure.retryAfterMs === null ? 0 : Math.ceil(failure.retryAfterMs / 1000);
  const action = link === null ? { ...retry, waitS } : { ...retry, op: null, ...link };
  return { ...saidOf(failure, generation, words), detail: failure.detail, action, other: null };
}

/** What only Hugging Face means by these answers, another server does not. */
function saidOf({ kind, provider, status }: Failure, generation: Generation, words: Words) {
  const { endpoint, id: model } = generation.model;
  const who = provider ?? (endpoint === hub ? "Hugging Face" : words.failure.server);
  const { silent, answered: told } = words.failure;
  // A status is a name, not a number.
  const answered = fill(status === 0 ? silent : told, { who, status: String(status) }, words);
  const elsewhere: Partial<Record<FailureKind, string>> = words.failuresElsewhere;
  const other = endpoint === hub ? undefined : elsewhere[kind];
  if (other !== undefined) return { title: other, text: answered };
  const { title, text } = words.failures[kind];
  const values = { who, answered, model, key: keyOf(endpoint) };
  return { title: fill(title, values, words), text: fill(text, values, words) };
}

/** The setting that holds what an endpoint did not accept. */
function keyOf(endpoint: string): string {
  if (endpoint === hub) return "HF_TOKEN";
  if (endpoint === "local") return "INFERENCE_KEY";
  return `ENDPOINT_KEY_${endpoint.toUpperCase().replaceAll("-", "_")}`;
}

const hub = "huggingface";

/** Where the remedy is a page elsewhere; else trying again is the one thing to do. */
function linkOf({ kind, status }: Failure, message: Message, generation: Generation, words: Words) {
  const said = words.failure;
  if (kind === "price_limit") {
    const href = `/parameters?conversation=${message.conversation}`;
    return { label: said.changeLimit, href, isForeign: false, isSheet: true };
  }
  if (kind === "signed_out") {
    const href = `/signin/start?next=/conversations/${message.conversation}`;
    return { label: words.oauth.again, href, isForeign: false };
  }
  if (kind === "request_too_long" && message.parent !== null) {
    const edit = `/conversations/${message.conversation}?edit=${message.parent}#m-${message.parent}`;
    return { label: said.shorten, href: edit, isForeign: false };
  }
  // Without a status nobody at all was reached.
  if (kind === "provider_down" && status > 0 && generation.model.endpoint === hub) {
    const href = pickerFor(message, `&q=${encodeURIComponent(bareId(generation.model.id))}`);
    return { label: said.otherProvider, href, isForeign: false, isSheet: true };
  }
  if (kind === "model_unsupported")
    return { label: said.chooseOther, href: pickerFor(message), isForeign: false, isSheet: true };
  if (kind === "credits_depleted" && generation.model.endpoint === hub)
    return {
      label: said.useFree,
      href: pickerFor(message, "&free=1"),
      isForeign: false,
      isSheet: true,
    };
  if (generation.model.endpoint !== hub) return null;
  const site = "https://huggingface.co";
  const model = generation.model.id.split(":", 1)[0] ?? "";
  const links: Partial<Record<FailureKind, { label: string; href: string }>> = {
    token_invalid: { label: said.getToken, href: `${site}/settings/tokens` },
    token_forbidden: { label: said.tokenSettings, href: `${site}/settings/tokens` },
    model_gated: { label: said.openModel, href: `${site}/${model}` },
  };
  const link = links[kind];
  return link === undefined ? null : { ...link, isForeign: true };
}
