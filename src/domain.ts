/** The nouns every part shares. Types only: no part owns them, and any may import them. */

/** An endpoint's name ("huggingface", "local", "demo") and the id that endpoint knows the model by. */
export type ModelRef = { endpoint: string; id: string };

export type Part =
  | { type: "text"; text: string }
  /** `durationMs`: from the first thought to the first word of the answer. */
  | { type: "reasoning"; text: string; durationMs: number | null }
  | FilePart;

/** What a message carries besides its words, by the id of the file: its bytes are kept apart from messages. */
export type FilePart =
  | (Attached & { type: "image"; width: number; height: number })
  /** A text, whatever it was before: `pages` where that was a PDF. */
  | (Attached & { type: "file"; pages?: number });

/** `tokens` is an estimate of what it takes of a prompt. */
export type Attached = { file: string; name: string; bytes: number; tokens: number };

export type Conversation = {
  id: string;
  owner: string;
  title: string;
  titledBy: TitledBy;
  /** The last message of the branch that all of the owner's tabs show. */
  leaf: string | null;
  /** Raised by one in each transaction that changes the conversation. */
  revision: number;
  createdMs: number;
  updatedMs: number;
  /** A reply has ended, and nobody has seen it. */
  isUnread: boolean;
  /** When it was put there; null where it is not. */
  pinnedMs: number | null;
  archivedMs: number | null;
  /** Deleted ones can be restored for a while, and are not there for anything else. */
  deletedMs: number | null;
  /** In the order of the alphabet. */
  tags: string[];
} & Choice;

/** What was chosen for a conversation, begun or not. */
export type Choice = {
  /** What answers next, until another is chosen. */
  model: ModelRef | null;
  parameters: ChatParameters;
  /** Who answers the next message beside it. */
  rivals?: ModelRef[];
};

/** Its first words; the same, while or after a model was asked for better ones; a model; or a person, who has the last word. */
export type TitledBy = "words" | "asked" | "model" | "person";

/** What a person does to a conversation as a whole. */
export type ConversationChange =
  | { type: "rename"; title: string }
  | { type: "pin" | "unpin" | "archive" | "unarchive" | "delete" | "restore" }
  | { type: "tag" | "untag"; tag: string };

/** What a person sets for a conversation; what is not set is as in the settings, or left to the model. */
export type ChatParameters = Readonly<{
  systemPrompt?: string;
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  reasoningEffort?: ReasoningEffort;
  seed?: number;
  stop?: readonly string[];
  /** The most that a million tokens out may cost, in US dollars: who asks more is not called. */
  usdOutMax?: number;
  /** Nobody else answers for the provider that was chosen. */
  providers?: "chosen";
}>;

export type ReasoningEffort = "low" | "medium" | "high";

export type Message = {
  id: string;
  conversation: string;
  parent: string | null;
  role: "user" | "assistant";
  parts: Part[];
  createdMs: number;
  /** The newest run that wrote this message; null for the person's own. */
  generation: Generation | null;
  /** Ids of all messages with the same parent and role, oldest first, this one among them. */
  siblings: string[];
  /** Who stands side by side, itself among them, in the order of their lanes; until one of them is kept. */
  race?: Rival[];
};

/** One reply of a race. */
export type Rival = {
  message: string;
  state: GenerationState;
  model: ModelRef;
  costUsd: number | null;
  isEstimate: boolean;
};

export type GenerationState = "running" | "complete" | "stopped" | "failed" | "interrupted";

export type Generation = {
  id: string;
  message: string;
  state: GenerationState;
  /** The number of coalesced events so far, gapless from 1. */
  seq: number;
  model: ModelRef;
  /** What is known when the run has ended; null while it runs. */
  receipt: Receipt | null;
  failure: Failure | null;
};

/** Where a generation that has not begun stands: among all who wait, or behind its owner's own runs. */
export type Place = { number: number; line: "all" | "own" };

/** A call that came to nothing before its first token; `resting` was not called at all, for it failed often of late. */
export type LeftCall = {
  provider: string | null;
  why: "busy" | "down" | "late" | "resting";
  tookMs: number;
};

/** Who was left before a reply's first token, and who is asked now, where that is known. */
export type Detour = { line: "elsewhere"; left: LeftCall[]; to: string | null };

/** Who answered, how fast, and what it cost; null where nobody told. */
export type Receipt = {
  provider: string | null;
  finishReason: string | null;
  /** How long it stood in line before it began; no other time counts this in. */
  waitedMs: number;
  firstTokenMs: number | null;
  durationMs: number;
  tokensIn: number | null;
  tokensOut: number | null;
  costUsd: number | null;
  /** Requests made for this run, retries included. */
  calls: number;
  details?: ReceiptDetails;
};

/** What only some tell, or what is seldom. */
export type ReceiptDetails = {
  /** Of the tokens in, those that came from a cache; of those out, those of reasoning. */
  tokensCached?: number;
  tokensReasoning?: number;
  /** The cost is worked out by list prices. */
  isEstimate?: true;
  /** Parameters that the provider refused, and that were not sent. */
  dropped?: string[];
  /** Calls before the one that answered, or failed last. */
  left?: LeftCall[];
  /** How many tokens what was asked was taken to be; what the provider counted corrects the next estimate. */
  promptEstimate?: number;
  /** The first message that went along, where those before it did not. */
  from?: string;
  /** Who wrote what this run goes on from, oldest first. */
  before?: FormerRun[];
};

/** A run that began a reply which another goes on with. */
export type FormerRun = {
  model: ModelRef;
  provider: string | null;
  tokensOut: number | null;
  costUsd: number | null;
  isEstimate?: true;
};

/** Why a run failed, in terms of what the person can do next. */
export type FailureKind =
  | "token_invalid"
  | "token_forbidden"
  | "signed_out"
  | "credits_depleted"
  | "model_gated"
  | "model_unsupported"
  | "request_too_long"
  | "request_rejected"
  | "rate_limited"
  | "provider_down"
  | "reply_unreadable"
  | "reply_error"
  | "price_limit"
  | "internal";

export type Failure = {
  kind: FailureKind;
  /** HTTP status; 0 where no answer came. */
  status: number;
  /** The provider's own sentence: plain text, bounded; may be empty. */
  detail: string;
  provider: string | null;
  retryAfterMs: number | null;
};

/** A model as its endpoint lists it; null where the endpoint does not say. */
export type ListedModel = {
  id: string;
  takesImages: boolean | null;
  /** Who serves it, and on what terms; never empty. */
  offers: Offer[];
};

/** `provider` is null where the endpoint itself serves it. */
export type Offer = {
  provider: string | null;
  contextTokens: number | null;
  /** For a million tokens, in US dollars. */
  usdIn: number | null;
  usdOut: number | null;
  isFree: boolean;
  takesTools: boolean | null;
  firstTokenMs: number | null;
  tokensPerS: number | null;
};

/** A saved set of choices that chats begin with: they get copies, so what becomes of it later changes none of them. */
export type Assistant = {
  id: string;
  name: string;
  /** One emoji. */
  icon: string;
  /** Null: the one that was chosen last. */
  model: ModelRef | null;
  parameters: ChatParameters;
  /** First messages, to be chosen instead of written. */
  suggestions: string[];
  /** New chats begin with it where no other is chosen. */
  isDefault: boolean;
};
