/** An event with its fields to one line; nothing in them can start another line or steer a terminal. */
import type { Plain, PlainValue } from "./describe.ts";

export type Level = "debug" | "info" | "warn" | "error";
export type Line = { time: Date; level: Level; event: string; fields: Plain };

export function jsonLine({ time, level, event, fields }: Line): string {
  const own = Object.entries(fields).map(([key, value]) => [RESERVED.has(key) ? `${key}_` : key, value]);
  return quote({ time: time.toISOString(), level, event, ...Object.fromEntries(own) });
}

/** On a terminal an error's stack follows on lines of its own, each indented. */
export function textLine(
  { time, level, event, fields }: Line,
  isTerminal: boolean,
  hasColour: boolean,
): string {
  const paint = (code: number, text: string) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);
  const stacks: string[] = [];
  const words = Object.entries(fields).map(([key, value]) => {
    const [told, stack] = isTerminal ? withoutStack(value) : [value, ""];
    if (stack) stacks.push(...stack.split("\n").map((frame) => `\n    ${paint(DIM, escape(frame))}`));
    return `${paint(DIM, `${bare(key)}=`)}${bare(told)}`;
  });
  const clock = isTerminal ? `${time.toTimeString().slice(0, 8)}` : time.toISOString();
  const head = `${paint(DIM, clock)} ${paint(COLOURS[level], level.padEnd(5))} ${bare(event).padEnd(EVENT_CHARS)}`;
  return `${head} ${words.join(" ")}`.trimEnd() + stacks.join("");
}

const RESERVED = new Set(["time", "level", "event"]);
const EVENT_CHARS = 22;
const DIM = 2;
const COLOURS = { debug: DIM, info: 36, warn: 33, error: 31 };

function withoutStack(value: PlainValue): [PlainValue, string] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [value, ""];
  const { stack, ...others } = value;
  return typeof stack === "string" ? [others, stack] : [value, ""];
}

function bare(value: PlainValue): string {
  return typeof value === "string" && /^[\w.:/@%+-]+$/.test(value) ? value : quote(value);
}

function quote(value: PlainValue): string {
  return escape(JSON.stringify(value));
}

/** What JSON leaves as it is: control characters above ASCII, line separators, marks that turn text around. */
function escape(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (found) => {
    return found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}
