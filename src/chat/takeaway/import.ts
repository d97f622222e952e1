/** Brings in what was taken along from here or elsewhere: read on another thread, kept one conversation at a time. */
import type { Bus } from "../../bus/bus.ts";
import { refuse } from "../../errors.ts";
import type { Ending, Piece, Reason, ReadOptions } from "../../imports/read.ts";
import type { FromReader, ToReader } from "../../imports/worker.ts";
import type { Store } from "../../store/store.ts";
import { tell } from "../conversations/organise.ts";
import { keepAssistant } from "./assistants.ts";

export type ImportLimits = ReadOptions["limits"] & {
  importBytesMax: number;
  importsAtOnce: number;
  importIdleMs: number;
  importRefusalsTold: number;
  assistantsMax: number;
  sidebarRows: number;
};

export type ImportParts = {
  store: Store;
  bus: Bus;
  now(): number;
  /** A thread that runs imports/worker.ts. */
  startReader(): Worker;
  /** A thread that runs store/takeaway/thread.ts. */
  startRelief(): Worker;
  /** Whether replies are being written, which then go first. */
  isWriting(): boolean;
  rest(ms: number): Promise<void>;
  /** Accounts whose files are being read. */
  importing: Set<string>;
  limits: ImportLimits;
};

export type ImportedFile = { body: ReadableStream<Uint8Array> | null } & Pick<
  ReadOptions,
  "boundary" | "names" | "titleChars" | "tags"
>;

export type ImportResult = {
  added: number;
  there: number;
  /** Beside chats, which the others count. */
  assistants: number;
  refused: number;
  /** The first of them. */
  refusals: { title: string; reason: Reason }[];
  /** Why it was not read to its end; null where it was. */
  ending: Ending | "tooLarge" | "late";
};

/**
 * What is whole is kept, whatever comes after it; the same file once more changes nothing, and goes on where a try
 * was cut off. Throws AppError where there is no room for one more.
 */
export async function importFile(
  parts: ImportParts,
  owner: string,
  file: ImportedFile,
): Promise<ImportResult> {
  const { importing, limits } = parts;
  if (importing.has(owner) || importing.size >= limits.importsAtOnce) throw refuse("busy", "importBusy");
  importing.add(owner);
  const reader = openReader(parts.startReader());
  const endRelief = parts.store.takeaway.relieve(parts.startRelief);
  try {
    const { boundary, names, titleChars, tags } = file;
    reader.tell({
      type: "begin",
      options: { boundary, names, titleChars, tags, owner, nowMs: parts.now(), limits },
    });
    const result: ImportResult = {
      added: 0,
      there: 0,
      assistants: 0,
      refused: 0,
      refusals: [],
      ending: null,
    };
    const newest: Newest = [];
    const stopped = await readAll(parts, file.body, reader, async (piece) =>
      take(parts, owner, piece, result, newest),
    );
    const last = await reader.ask({ type: "end" });
    result.ending = stopped ?? (last.type === "ended" ? last.ending : null);
    await tellNewest(parts, owner, newest);
    return result;
  } finally {
    importing.delete(owner);
    reader.close();
    endRelief();
  }
}

type Reader = { tell(message: ToReader): void; ask(message: ToReader): Promise<FromReader>; close(): void };

function openReader(worker: Worker): Reader {
  return {
    tell: (message) => worker.postMessage(message, []),
    ask(message) {
      const answered = new AbortController();
      const { signal } = answered;
      return new Promise<FromReader>((resolve, reject) => {
        worker.addEventListener("message", ({ data }: MessageEvent<FromReader>) => resolve(data), { signal });
        worker.addEventListener("error", ({ message: text }) => reject(new Error(text)), { signal });
        worker.postMessage(message, []);
      }).finally(() => answered.abort());
    },
    close: () => worker.terminate(),
  };
}

/**
 * Nothing is asked of the line before what came from it is kept: who sends faster waits. As long as each one took to
 * keep, everybody else has the thread; where replies are being written, three times as long.
 */
async function readAll(
  { limits, isWriting, rest }: ImportParts,
  body: ReadableStream<Uint8Array> | null,
  reader: Reader,
  take: (piece: Piece) => Promise<void>,
): Promise<"tooLarge" | "late" | null> {
  const line = body?.getReader();
  let [bytes, owedMs] = [0, 0];
  for (;;) {
    const next = await within(limits.importIdleMs, line?.read());
    if (next === "late") return next;
    if (next === undefined || next.done) return null;
    bytes += next.value.length;
    if (bytes > limits.importBytesMax) return "tooLarge";
    for (let at = 0; at < next.value.length; at += chunkBytes) {
      const read = await reader.ask({ type: "bytes", bytes: next.value.slice(at, at + chunkBytes) });
      if (read.type === "ended") continue;
      for (const piece of read.pieces) {
        const startMs = performance.now();
        await take(piece);
        owedMs += (isWriting() ? 3 : 1) * (performance.now() - startMs);
        if (owedMs < owedMaxMs) continue;
        await rest(owedMs);
        owedMs = 0;
      }
    }
  }
}

/** Less is no rest: to be woken from it takes longer, where much is going on. */
const owedMaxMs = 4;

/** Small enough that nothing much comes at once, however much the line gives. */
const chunkBytes = 128 * 1024;

async function within<T>(ms: number, work: Promise<T> | undefined): Promise<T | undefined | "late"> {
  const timer = Promise.withResolvers<"late">();
  const timeout = setTimeout(() => timer.resolve("late"), ms);
  try {
    return await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

type Newest = { id: string; updatedMs: number }[];

async function take(
  { store, now, limits }: ImportParts,
  owner: string,
  piece: Piece,
  result: ImportResult,
  newest: Newest,
): Promise<void> {
  if (piece.type === "refused") return refuseOne(result, piece, limits);
  if (piece.type === "assistant") {
    const { assistant } = piece;
    const room = { max: limits.assistantsMax, nowMs: now() };
    const done = await keepAssistant(store, owner, assistant, room);
    if (done === "full") refuseOne(result, { title: assistant.name, reason: done }, limits);
    else if (done === "added") result.assistants += 1;
    return;
  }
  const { conversation } = piece;
  const { id, title, updatedMs } = conversation;
  const kept = await store.takeaway.add(owner, conversation, now());
  if (kept === "taken") return refuseOne(result, { title, reason: "taken" }, limits);
  result[kept] += 1;
  if (kept === "there") return;
  newest.push({ id, updatedMs });
  if (newest.length > 2 * limits.sidebarRows) trim(newest, limits);
}

function refuseOne(
  result: ImportResult,
  { title, reason }: { title: string; reason: Reason },
  limits: ImportLimits,
) {
  result.refused += 1;
  if (result.refusals.length < limits.importRefusalsTold) result.refusals.push({ title, reason });
}

function trim(newest: Newest, { sidebarRows }: ImportLimits): void {
  newest.sort((a, b) => b.updatedMs - a.updatedMs);
  newest.length = Math.min(newest.length, sidebarRows);
}

/** As many as a sidebar shows; further ones come when they are looked for. */
async function tellNewest({ store, bus, limits }: ImportParts, owner: string, newest: Newest): Promise<void> {
  trim(newest, limits);
  for (const { id } of newest.toReversed()) {
    const conversation = await store.conversations.find(owner, id);
    if (conversation !== null) tell(bus, conversation);
  }
}
