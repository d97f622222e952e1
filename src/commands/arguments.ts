/** What backup, restore and doctor have in common: their arguments, the file they mean, and how they give up. */
import { environment } from "../config.ts";
import { KEYS } from "../config/keys.ts";
import { AppError } from "../errors.ts";

export type Arguments = { words: string[]; options: Set<string> };

/** Throws AppError for options that are not among the known ones, and for too few or too many words. */
export function parseArguments(
  args: string[],
  { usage, words, options }: { usage: string; words: number; options: string[] },
): Arguments {
  const given = args.filter((arg) => arg.startsWith("--"));
  const others = args.filter((arg) => !arg.startsWith("--"));
  const isFit = others.length === words && given.every((option) => options.includes(option));
  if (!isFit) throw new AppError("usage", `Usage: ${usage}`);
  return { words: others, options: new Set(given) };
}

/** DATA alone: a fault in another setting must not keep anybody from a backup. */
export function dataPath(): string {
  const parsed = KEYS.DATA.parse(environment()["DATA"] || KEYS.DATA.default);
  if ("wrong" in parsed) throw new AppError("settings", `DATA ${parsed.wrong}`);
  return parsed.value;
}

/** What a person can do nothing about is thrown on, with its stack. */
export async function orRefuse(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

export function megabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e6)} MB`;
}

/** "1 message", "2 messages", "no replies". */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count === 0 ? "no" : count} ${count === 1 ? noun : nouns}`;
}

export function contents(counts: { conversations: number; messages: number; replies: number }): string {
  const { conversations, messages, replies } = counts;
  return [
    counted(conversations, "conversation"),
    counted(messages, "message"),
    counted(replies, "reply", "replies"),
  ].join(", ");
}
