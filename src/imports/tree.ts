/** Messages of another program → a tree as ours are: replies under what they answer, each after its parent. */
import type { Part } from "../domain.ts";
import type { ImportedMessage } from "../store/takeaway/takeaway-store.ts";
import { idFrom } from "./values.ts";

/** `parts` may be empty: then it is not shown, and what is below it hangs on what is above. */
export type Sprout = {
  key: string;
  parent: string | null;
  role: "user" | "assistant" | null;
  parts: Part[];
  createdMs: number | null;
  model: string;
  provider: string | null;
  isStopped: boolean;
};

export type Soil = {
  owner: string;
  /** Where it comes from, and its conversation's name there: what ids are made of. */
  source: string;
  conversation: string;
  /** Of models, as receipts name it. */
  endpoint: string;
  createdMs: number;
};

export type Tree = { messages: ImportedMessage[]; leaf: string | null };

/** `shown` is the key of the last one on show; what has no way to a root, or is its own ancestor, is left out. */
export function grow(sprouts: readonly Sprout[], shown: string | null, soil: Soil): Tree {
  const below = childrenOf(sprouts);
  const messages: ImportedMessage[] = [];
  const places = new Map<string, string | null>();
  const byId = new Map<string, ImportedMessage>();
  // From the last to the first, so that what is taken from the end comes in order.
  const open = (below.get(null) ?? [])
    .map((sprout) => ({ sprout, above: null as string | null }))
    .toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { sprout, above } = next;
    const parent = above === null ? undefined : byId.get(above);
    const place = plant(sprout, parent, soil, messages);
    for (const message of messages.slice(byId.size)) byId.set(message.id, message);
    places.set(sprout.key, place);
    for (const child of (below.get(sprout.key) ?? []).toReversed())
      open.push({ sprout: child, above: place });
  }
  const wanted = shown === null ? null : (places.get(shown) ?? null);
  return { messages, leaf: endOf(messages, wanted ?? messages.at(-1)?.id ?? null) };
}

function childrenOf(sprouts: readonly Sprout[]): Map<string | null, Sprout[]> {
  const keys = new Set(sprouts.map(({ key }) => key));
  const below = new Map<string | null, Sprout[]>();
  for (const sprout of sprouts) {
    const parent = sprout.parent !== null && keys.has(sprout.parent) ? sprout.parent : null;
    const group = below.get(parent);
    if (group === undefined) below.set(parent, [sprout]);
    else group.push(sprout);
  }
  return below;
}

/** The id of the message that it is now part of, or stands below. */
function plant(
  sprout: Sprout,
  parent: ImportedMessage | undefined,
  soil: Soil,
  messages: ImportedMessage[],
): string | null {
  const { role, parts, key } = sprout;
  if (role === null || parts.length === 0) return parent?.id ?? null;
  const createdMs = sprout.createdMs ?? parent?.createdMs ?? soil.createdMs;
  if (role === "user") {
    const id = idOf(soil, key);
    messages.push({ id, parent: parent?.id ?? null, role, createdMs, parts, reply: null });
    return id;
  }
  // A reply in several steps is one reply, as long as it has one end.
  const isOneMore = parent?.role === "assistant" && parent === messages.at(-1);
  if (parent !== undefined && isOneMore) {
    parent.parts = joined(parent.parts, parts);
    return parent.id;
  }
  const question =
    parent?.role === "assistant" ? parent.parent : (parent?.id ?? asked(soil, key, createdMs, messages));
  const id = idOf(soil, key);
  const model = { endpoint: soil.endpoint, id: sprout.model };
  const receipt = sprout.provider === null ? null : { ...bare, provider: sprout.provider };
  const state = sprout.isStopped ? "stopped" : "complete";
  const reply = { generation: idFrom(soil.owner, id), state, model, receipt, failure: null } as const;
  messages.push({ id, parent: question, role, createdMs, parts, reply });
  return id;
}

/** A reply to nothing gets something to answer. */
function asked(soil: Soil, key: string, createdMs: number, messages: ImportedMessage[]): string {
  const id = idOf(soil, `before ${key}`);
  messages.push({
    id,
    parent: null,
    role: "user",
    createdMs,
    parts: [{ type: "text", text: "…" }],
    reply: null,
  });
  return id;
}

const bare = {
  finishReason: null,
  waitedMs: 0,
  firstTokenMs: null,
  durationMs: 0,
  tokensIn: null,
  tokensOut: null,
  costUsd: null,
  calls: 0,
};

function idOf({ owner, source, conversation }: Soil, key: string): string {
  return idFrom(owner, source, conversation, key);
}

function joined(before: Part[], after: Part[]): Part[] {
  const text = (type: Part["type"]) =>
    [...before, ...after]
      .flatMap((part) => (part.type === type && "text" in part ? [part.text] : []))
      .join("\n\n");
  const reasoning = text("reasoning");
  const thoughts: Part[] = reasoning === "" ? [] : [{ type: "reasoning", text: reasoning, durationMs: null }];
  return [...thoughts, { type: "text", text: text("text") }];
}

/** The end of the branch that goes on from it. */
function endOf(messages: readonly ImportedMessage[], from: string | null): string | null {
  let end = from;
  for (const { id, parent } of messages) if (parent !== null && parent === end) end = id;
  return end;
}
