/** Two stores as one: what is temporary is in memory, and everything else in the file. */
import { refuse } from "../../errors.ts";
import type { Store } from "../store.ts";
import type { SendInput } from "../turns/turn-store.ts";
import type { Memory } from "./memory.ts";

/** Who asks need not know which. What a temporary conversation took is counted in the file, like all. */
export function layer(file: Store, memory: Memory, limits: { temporaryPerAccount: number }): Store {
  const ofConversation = (owner: string, id: string) =>
    memory.hasConversation(owner, id) ? memory.store : file;
  const ofMessage = (owner: string, ...ids: string[]) =>
    ids.some((id) => memory.hasMessage(owner, id)) ? memory.store : file;
  const models = modelsOf(file, memory);
  return {
    ...file,
    // Each by name: what comes to be asked for later has to say here which store it means.
    conversations: {
      read: async (owner, id, window) => ofConversation(owner, id).conversations.read(owner, id, window),
      below: async (owner, id, message, max) =>
        ofConversation(owner, id).conversations.below(owner, id, message, max),
      find: async (owner, id) => ofConversation(owner, id).conversations.find(owner, id),
      findDeleted: async (owner, id) => ofConversation(owner, id).conversations.findDeleted(owner, id),
      message: async (owner, id) => ofMessage(owner, id).conversations.message(owner, id),
      path: async (owner, message) => ofMessage(owner, message).conversations.path(owner, message),
      of: async (owner, noun, id) =>
        (await memory.store.conversations.of(owner, noun, id)) ?? file.conversations.of(owner, noun, id),
    },
    // What is temporary is in no list, and nobody finds it by its words.
    changes: {
      ...file.changes,
      apply: async (input) => ofConversation(input.owner, input.conversation).changes.apply(input),
      see: async (owner, id) => ofConversation(owner, id).changes.see(owner, id),
      claimTitle: async (owner, id) => ofConversation(owner, id).changes.claimTitle(owner, id),
      giveTitle: async (owner, id, title) => ofConversation(owner, id).changes.giveTitle(owner, id, title),
    },
    turns: {
      async send(input) {
        const { parameters } = await models.of(input.owner, input.conversation);
        return (await storeFor(file, memory, limits, input)).turns.send({ ...input, parameters });
      },
      edit: async (input) => ofMessage(input.owner, input.of).turns.edit(input),
      // What was done may be all that is left to tell by.
      regenerate: async (input) =>
        ofMessage(input.owner, input.message, input.reply.id).turns.regenerate(input),
      resume: async (input) => ofMessage(input.owner, input.message).turns.resume(input),
      choose: async (input) => ofMessage(input.owner, input.message).turns.choose(input),
      delete: async (input) => ofMessage(input.owner, input.message).turns.delete(input),
    },
    files: filesOf(file, memory),
    models,
    takeaway: takeawayOf(file, memory, ofConversation),
    generations: generationsOf(file, memory),
    accounts: accountsOf(file, memory),
    assistants: assistantsOf(file, memory),
    async close() {
      await memory.store.close();
      await file.close();
    },
  };
}

/** They are kept, and a temporary chat may begin with one; what it begins with is no more when it has begun. */
function assistantsOf({ assistants }: Store, memory: Memory): Store["assistants"] {
  return {
    ...assistants,
    async begin(input) {
      return !memory.hasConversation(input.owner, input.conversation) && assistants.begin(input);
    },
    async of(owner, conversation) {
      return memory.hasConversation(owner, conversation) ? null : assistants.of(owner, conversation);
    },
  };
}

/** What is in the file says whether it has ended. */
function accountsOf({ accounts: kept }: Store, { store: { accounts } }: Memory): Store["accounts"] {
  return {
    async end(account, nowMs) {
      const here = await accounts.end(account, nowMs);
      const there = await kept.end(account, nowMs);
      return {
        sessions: [...here.sessions, ...there.sessions],
        links: [...here.links, ...there.links],
      };
    },
    isEnded: kept.isEnded,
    async sweep(rowsMax) {
      const isLeft = await accounts.sweep(rowsMax);
      return (await kept.sweep(rowsMax)) || isLeft;
    },
  };
}

/** What a temporary one took is counted in the file. */
function generationsOf(file: Store, memory: Memory): Store["generations"] {
  return {
    ...file.generations,
    async checkpoint(rows, nowMs) {
      const temporary = rows.filter(({ generation }) => memory.hasGeneration(generation));
      const kept = rows.filter((row) => !temporary.includes(row));
      if (temporary.length > 0) await memory.store.generations.checkpoint(temporary, nowMs);
      if (kept.length > 0 || rows.length === 0) await file.generations.checkpoint(kept, nowMs);
    },
    async finish(input) {
      if (!memory.hasGeneration(input.generation)) return file.generations.finish(input);
      const done = await memory.store.generations.finish(input);
      if (done === null) return null;
      const { tokensIn, tokensOut, costUsd } = input.receipt;
      const usage = { tokensIn: tokensIn ?? 0, tokensOut: tokensOut ?? 0, costUsd: costUsd ?? 0 };
      const day = new Date(input.nowMs).toISOString().slice(0, 10);
      const { conversation, message } = done;
      const model = message.generation?.model;
      if (model !== undefined && input.receipt.calls > 0) {
        await file.spending.add(conversation.owner, { day, model, receipt: input.receipt });
      }
      await file.usage.add(done.conversation.owner, day, { kind: "reply", runs: 1, ...usage });
      return done;
    },
  };
}

/** All there is to take along is what is kept; one that is not can be taken by itself. */
function takeawayOf(
  file: Store,
  memory: Memory,
  storeOf: (owner: string, conversation: string) => Store,
): Store["takeaway"] {
  return {
    ...file.takeaway,
    messages: async (owner, id, page) => storeOf(owner, id).takeaway.messages(owner, id, page),
    shown: async (owner, id) => storeOf(owner, id).takeaway.shown(owner, id),
    add: async (owner, imported, nowMs) =>
      memory.hasConversation(owner, imported.id) ? "there" : file.takeaway.add(owner, imported, nowMs),
  };
}

/**
 * A temporary chat's choices leave no trace. What parameters a chat has before it begins is in memory alone, for
 * it may begin as a temporary one.
 */
function modelsOf(file: Store, memory: Memory): Store["models"] {
  const { models } = memory.store;
  return {
    favour: file.models.favour,
    marks: file.models.marks,
    async choose(input) {
      const isHere = memory.hasConversation(input.owner, input.conversation);
      return (isHere ? models : file.models).choose(input);
    },
    async race(input) {
      const isHere = memory.hasConversation(input.owner, input.conversation);
      return (isHere ? models : file.models).race(input);
    },
    async configure(input) {
      const isBegun = (await file.conversations.find(input.owner, input.conversation)) !== null;
      return (isBegun ? file.models : models).configure(input);
    },
    async of(owner, id) {
      if (memory.hasConversation(owner, id) || memory.hasMessage(owner, id)) return models.of(owner, id);
      const kept = await file.models.of(owner, id);
      const draft = await models.chosen(owner, id);
      if (draft === null || (await file.conversations.find(owner, id)) !== null) return kept;
      return { ...kept, parameters: draft.parameters };
    },
    async chosen(owner, id) {
      return (await models.chosen(owner, id)) ?? file.models.chosen(owner, id);
    },
  };
}

/** What was brought for a temporary chat is in memory alone, and so can't go out with another. */
function filesOf({ files: kept }: Store, { store: { files } }: Memory): Store["files"] {
  return {
    add: (file) =>
      file.isTemporary ? files.add({ ...file, bytesMax: file.temporaryBytesMax }) : kept.add(file),
    async find(owner, ids) {
      const found = [...(await kept.find(owner, ids)), ...(await files.find(owner, ids))];
      return ids.flatMap((id) => found.find((each) => each.file === id) ?? []);
    },
    async read(owner, id) {
      const found = await files.read(owner, id);
      return found === null ? kept.read(owner, id) : { ...found, isTemporary: true };
    },
    forget: async (owner, id) => (await files.forget(owner, id)) || kept.forget(owner, id),
    async sweep(input) {
      const isLeft = await files.sweep({ ...input, beforeMs: input.temporaryBeforeMs });
      return (await kept.sweep(input)) || isLeft;
    },
  };
}

/** A conversation stays where it began. */
async function storeFor(
  file: Store,
  memory: Memory,
  { temporaryPerAccount }: { temporaryPerAccount: number },
  { owner, conversation, isTemporary = false }: SendInput,
): Promise<Store> {
  if (memory.hasConversation(owner, conversation)) return memory.store;
  if (!isTemporary || (await file.conversations.find(owner, conversation)) !== null) return file;
  if (memory.count(owner) >= temporaryPerAccount) {
    throw refuse("busy", "temporaryFull", { max: temporaryPerAccount });
  }
  return memory.store;
}
