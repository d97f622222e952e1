/** What a conversation is called before a person names it: its first words, or what a small model makes of them. */
import type { Bus, BusEvent } from "../bus/bus.ts";
import type { Clock } from "../clock.ts";
import type { Conversation, Message, ModelRef } from "../domain.ts";
import type { ChatRequest, Provider, ReplyEvent } from "../inference/provider.ts";
import type { Log } from "../log.ts";
import type { Usage } from "../store/models/spending.ts";
import type { Store } from "../store/store.ts";
import { tell } from "./conversations/organise.ts";
import { sideReservation, type BudgetParts } from "./budget.ts";
import { textOf } from "./run.ts";

export type TitleParts = {
  store: Store;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** By endpoint; each makes one call and no second one. */
  provider(endpoint: string, owner: string): Provider;
  /** Null for the one that answered. */
  model: ModelRef | null;
  limits: {
    titleChars: number;
    titlesAtOnce: number;
    titleMs: number;
    titleTokens: number;
    titleReadChars: number;
  };
  /** A title that would go past it is not asked for. */
  budget?: BudgetParts;
};

/**
 * Asks the model for a title once a conversation has its first whole reply, once for each; where that does not
 * work, the first words stay. The returned function ends it, and what is being asked.
 */
export function makeTitles(parts: TitleParts): () => void {
  const over = new AbortController();
  let asking = 0;
  const leave = parts.bus.subscribe((event) => {
    const wanted = titleless(event, parts.model);
    // One that has to wait may do without: the next reply asks again.
    if (wanted === null || asking >= parts.limits.titlesAtOnce) return;
    asking += 1;
    void makeTitle(parts, wanted, over.signal).finally(() => (asking -= 1));
  });
  return () => {
    leave();
    over.abort();
  };
}

/** The first line's first words, at most `charsMax` UTF-16 units, cut between words where there are any. */
export function titleFrom(text: string, charsMax: number): string {
  const line =
    text
      .trim()
      .split("\n", 1)[0]
      ?.replace(/^[#>*\-\s`]+/, "")
      .trim() ||
    text.trim().split("\n", 1)[0] ||
    "";
  const plain = line.replace(/\s+/g, " ");
  if (plain.length <= charsMax) return plain;
  const cut = plain.slice(0, charsMax - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > charsMax / 2 ? cut.slice(0, space) : cut).toWellFormed().replace("\ufffd", "")}…`;
}

/** The conversation whose reply has just become whole, where nobody has thought of a title yet, and who is to. */
function titleless(event: BusEvent, named: ModelRef | null): Wanted | null {
  if (event.type !== "conversation.changed" || event.change.type !== "message") return null;
  const { conversation, change } = event;
  const { generation } = change.message;
  if (generation?.state !== "complete" || conversation.titledBy !== "words") return null;
  const model = named ?? generation.model;
  // An old one keeps the name that its owner knows it by; the demo knows no better one.
  const isWanted = conversation.revision <= youngRevision && model.endpoint !== "demo";
  return isWanted ? { conversation, model } : null;
}

type Wanted = { conversation: Conversation; model: ModelRef };

async function makeTitle(
  parts: TitleParts,
  { conversation, model }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const { owner, id } = conversation;
  const { store, bus, clock, log, provider, limits } = parts;
  const startedMs = clock.now();
  const kept = crypto.randomUUID();
  const usage: Usage = { kind: "title", runs: 1, tokensIn: 0, tokensOut: 0, costUsd: 0 };
  try {
    const thread = await store.conversations.read(owner, id);
    if (thread === null || !(await store.changes.claimTitle(owner, id))) return;
    const request = requestFor(model.id, thread.messages, limits);
    const asked = parts.budget && sideReservation(parts.budget, model, request);
    if (parts.budget && asked && (await store.budget.reserve(owner, kept, asked, parts.budget.budgets)))
      return;
    const late = new AbortController();
    const cancel = clock.after(limits.titleMs, () => late.abort(new Error("a title took too long")));
    let said = "";
    try {
      const events = provider(model.endpoint, owner).stream(request, AbortSignal.any([signal, late.signal]));
      for await (const event of events) said += heard(event, usage);
    } finally {
      cancel();
      const isTold = usage.tokensIn + usage.tokensOut > 0;
      if (asked) await store.budget.settle(kept, isTold ? { ...usage, isUnmade: false } : null);
      await store.usage.add(owner, new Date(clock.now()).toISOString().slice(0, 10), usage);
    }
    const title = cleanTitle(said, limits.titleChars);
    const named = title === "" ? null : await store.changes.giveTitle(owner, id, title);
    if (named !== null) tell(bus, named);
    const { runs, ...told } = usage;
    log.info("title.finished", {
      conversation: id,
      given: named !== null,
      calls: runs,
      durationMs: clock.now() - startedMs,
      ...told,
    });
  } catch (error) {
    // Nobody has asked for it, so nobody is told that there is none.
    if (!signal.aborted) log.warn("title.failed", { conversation: id, error });
  }
}

function requestFor(model: string, messages: Message[], limits: TitleParts["limits"]): ChatRequest {
  const [question, reply] = messages.map(({ parts }) =>
    textOf(parts).text.slice(0, limits.titleReadChars).toWellFormed(),
  );
  const content = `A person wrote:\n${question ?? ""}\n\nThe answer began:\n${reply ?? ""}\n\n${wish}`;
  return { model, messages: [{ role: "user", content }], maxTokens: limits.titleTokens, temperature: 0.3 };
}

const wish =
  "Give this conversation a title of two to six words, in the language that the person wrote in. Say only the title.";

function heard(event: ReplyEvent, usage: Usage): string {
  if (event.type === "text") return event.text;
  if (event.type === "usage") {
    usage.tokensIn = event.tokensIn;
    usage.tokensOut = event.tokensOut;
    usage.costUsd = event.costUsd ?? 0;
  }
  return "";
}

/** Models put titles into quotation marks, bold type and sentences about them. */
export function cleanTitle(said: string, charsMax: number): string {
  const line = said.split("\n").find((each) => each.trim() !== "") ?? "";
  const bare = line
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/^[\s"'“”„«»*_#`]*(?:title\s*:)?[\s"'“”„«»*_#`]*/i, "")
    .replace(/[\s"'“”„«»*_#`.]*$/, "");
  return titleFrom(bare.toWellFormed(), charsMax);
}

/** After three turns or so. */
const youngRevision = 8;
