/** One line per event, as JSON or for a terminal; secrets and what people write never get into it. */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { createDescriber, type Plain } from "./log/describe.ts";
import { jsonLine, textLine, type Level } from "./log/lines.ts";

export type Log = {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** A log that adds these fields to each of its lines. */
  child(fields: Fields): Log;
};

export type LogOptions = {
  level: Level;
  format: "auto" | "json" | "text";
  /** Replaced wherever they stand in a string, unless they are too short to be secret. */
  secrets?: readonly string[];
  /** Gets whole lines, each with its line break. */
  write?: (line: string) => void;
  isTerminal?: boolean;
  hasColour?: boolean;
  now?: () => Date;
};

/** Nothing that is logged makes it throw. Lines are written at once, so that none is lost at the end. */
export function createLog(options: LogOptions): Log {
  const { level, format, secrets = [], write = stdoutWriter(), now = () => new Date() } = options;
  const isTerminal = options.isTerminal ?? (options.write === undefined && isatty(1));
  // Bun's own answer minds NO_COLOR and FORCE_COLOR.
  const hasColour = isTerminal && (options.hasColour ?? Bun.enableANSIColors);
  const isText = format === "text" || (format === "auto" && isTerminal);
  const describer = createDescriber(secrets);

  function withFields(base: Plain): Log {
    function at(each: Level): (event: string, fields?: Fields) => void {
      if (LEVELS.indexOf(each) < LEVELS.indexOf(level)) return () => {};
      const hasStack = each === "error";
      return (event, fields) => {
        const own = fields === undefined ? {} : describer.fields(fields, hasStack);
        const line = { time: now(), level: each, event: describer.text(event), fields: { ...base, ...own } };
        write((isText ? textLine(line, isTerminal, hasColour) : jsonLine(line)) + "\n");
      };
    }
    const child = (fields: Fields) => withFields({ ...base, ...describer.fields(fields, false) });
    return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child };
  }
  return withFields({});
}

type Fields = Record<string, unknown>;

const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];
const PATIENCE_MS = 100;

/**
 * A full pipe is waited for, once, in case its reader is only slow. Then lines are lost until it takes
 * some again: the chat goes on without them. A line that was begun is ended first.
 */
function stdoutWriter(): (line: string) => void {
  let begun = Buffer.alloc(0);
  let patienceMs = PATIENCE_MS;
  return (line) => {
    begun = writeSome(begun, patienceMs);
    const whole = Buffer.from(line);
    const rest = begun.length > 0 ? whole : writeSome(whole, patienceMs);
    if (rest.length < whole.length) begun = rest;
    patienceMs = rest.length > 0 ? 0 : PATIENCE_MS;
  };
}

/** Returns what could not be written in time. */
function writeSome(bytes: Buffer<ArrayBuffer>, patienceMs: number): Buffer<ArrayBuffer> {
  let rest = bytes;
  for (let waitedMs = 0; rest.length > 0; waitedMs++) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // A reader that went away and a full disk stay as they are: waiting is for a full pipe.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) return Buffer.alloc(0);
      if (waitedMs >= patienceMs) return rest;
      Bun.sleepSync(1);
    }
  }
  return rest;
}
