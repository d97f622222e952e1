/** Replies and errors in the shapes that providers use: our own fixtures, and recordings where they are at hand. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type StreamFixture = {
  name: string;
  contentType: string;
  body: string;
  expect: { text: string; reasoning: string; finish: string | null; usage: [number, number] | null };
};

export type ErrorFixture = {
  status: number;
  contentType: string;
  body: string;
  kind: string;
  detail: string;
  retryAfter?: string;
  retryAfterMs?: number;
};

export type Tape = { provider: string; status: number; content_type: string; body: string };

const root = join(import.meta.dir, "..", "..");
const tapesFolder = join(root, "..", "shared", "tapes");

/** The recordings are not part of the project: tests of them are skipped, and say so, where they are missing. */
export const hasTapes = existsSync(tapesFolder);

if (!hasTapes) console.warn(`No recorded traffic at ${tapesFolder}: the tests of it are skipped.`);

export function streamFixtures(): StreamFixture[] {
  return readJson(join(root, "tests/fixtures/upstream/streams.json")) as StreamFixture[];
}

export function errorFixtures(): ErrorFixture[] {
  return readJson(join(root, "tests/fixtures/upstream/errors.json")) as ErrorFixture[];
}

/** Recorded replies with status 200, streamed or whole, by file name. */
export function replyTapes(): [name: string, tape: Tape][] {
  if (!hasTapes) return [];
  const names = readdirSync(tapesFolder).filter((name) => /-(stream|whole)-/.test(name));
  return names.toSorted().map((name) => [name, readJson(join(tapesFolder, name)) as Tape]);
}

export function errorTapes(): Tape[] {
  return hasTapes ? (readJson(join(tapesFolder, "errors.json")) as Tape[]) : [];
}

/** The text of a tape, read as simply as can be: each data line is JSON, or is no chunk. */
export function contentOf(tape: Tape): string {
  if (!tape.content_type.startsWith("text/event-stream")) return wordsIn(JSON.parse(tape.body));
  const lines = tape.body.split("\n").filter((line) => line.startsWith("data:") && line.includes("{"));
  return lines.map((line) => wordsIn(JSON.parse(line.slice(5, line.lastIndexOf("}") + 1)))).join("");
}

type Chunk = { choices?: { delta?: { content?: string }; message?: { content?: string } }[] };

function wordsIn(chunk: Chunk): string {
  const choice = chunk.choices?.[0];
  return (choice?.delta ?? choice?.message)?.content ?? "";
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
