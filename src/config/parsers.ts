/** One setting's text to its value, or to what is wrong with it; no answer repeats a text that may be secret. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, join, resolve } from "node:path";

/** `wrong` reads on from the setting's name. */
export type Parsed<T> = { value: T } | { wrong: string };

export function optional<T>(parse: (text: string) => Parsed<T>): (text: string) => Parsed<T | null> {
  return (text) => (text === "" ? { value: null } : parse(text));
}

export function choice<const T extends string>(...words: T[]): (text: string) => Parsed<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? fault(`has to be one of: ${words.join(", ")}`) : { value };
  };
}

export function whole(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const isFit = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isFit ? { value: Number(text) } : fault(`has to be a whole number from ${least} to ${most}`);
  };
}

export function decimal(least: number, most: number): (text: string) => Parsed<number> {
  return (text) => {
    const isFit = /^\d{1,9}(\.\d{1,9})?$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isFit
      ? { value: Number(text) }
      : fault(`has to be a number from ${least} to ${most}, such as 0.7`);
  };
}

/** It goes into a header: a line break in it (files end in one) or a quote around it would go along. */
export function secret(prefix: string): (text: string) => Parsed<string> {
  return (text) => {
    if (!/^[\x21-\x7e]+$/.test(text)) return fault("has a space, line break or other odd character in it");
    if (/^["'].*["']$/.test(text)) return fault("has quotes around it: write it without them");
    if (text.startsWith(prefix) && text.length > prefix.length) return { value: text };
    return fault(`does not start with ${prefix}: copy it whole from your Hugging Face settings`);
  };
}

export function secretKey(text: string): Parsed<string> {
  if (!/^[\x21-\x7e]+$/.test(text)) return fault("has a space, line break or other odd character in it");
  return text.length >= 32 ? { value: text } : fault("is too short: it needs at least 32 characters");
}

/** Spaces within are welcome: a sentence is a good password. */
export function password(text: string): Parsed<string> {
  if (/[\r\n\0]/.test(text) || text !== text.trim())
    return fault("has a line break in it, or spaces around it");
  return [...text].length >= 8 ? { value: text } : fault("is too short: it needs at least 8 characters");
}

export function modelId(text: string): Parsed<string> {
  const isFit = /^[\x21-\x7e]{1,200}$/.test(text);
  return isFit
    ? { value: text }
    : fault("has to be a model's name without spaces, such as openai/gpt-oss-120b");
}

export function prose(bytesMax: number): (text: string) => Parsed<string> {
  return (text) => {
    return Buffer.byteLength(text) <= bytesMax ? { value: text } : fault(`is longer than ${bytesMax} bytes`);
  };
}

/**
 * The inference client takes an address it can't read for a model's name, and sends prompt and token to
 * the public router instead: hence the strictness.
 */
export function apiUrl(text: string): Parsed<string> {
  const parsed = httpUrl(text);
  if ("wrong" in parsed) return parsed;
  const { origin, pathname } = parsed.value;
  const path = pathname.replace(/\/+$/, "");
  if (path === "") return fault(`has no path: did you mean ${origin}/v1?`);
  if (path.endsWith("/v1")) return { value: origin + path };
  return fault("has to end in /v1, without what comes after it, such as http://localhost:11434/v1");
}

export function publicUrl(text: string): Parsed<string> {
  const parsed = httpUrl(text);
  if ("wrong" in parsed) return parsed;
  if (parsed.value.pathname === "/") return { value: parsed.value.origin };
  return fault(`has a path, and this server can't live under one: did you mean ${parsed.value.origin}?`);
}

/** Without TLS anybody on the way could say who somebody is; on this machine there is no way. */
export function providerUrl(text: string): Parsed<string> {
  const parsed = httpUrl(text);
  if ("wrong" in parsed) return parsed;
  const { protocol, hostname, origin, pathname } = parsed.value;
  const isNear = /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname);
  if (protocol === "https:" || isNear) return { value: origin + pathname.replace(/\/+$/, "") };
  return fault("has to start with https://, for it says who people are");
}

export function scopes(text: string): Parsed<string> {
  const words = text.split(/\s+/).filter(Boolean);
  if (!words.every((word) => /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(word)))
    return fault("has an odd character in it");
  return words.includes("openid") ? { value: words.join(" ") } : fault("has to have openid among its words");
}

/** Subjects, and names behind an @; OpenID Connect bounds a subject to 255 characters of ASCII. */
export function people(text: string): Parsed<string[]> {
  const found = text
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
  const isFit = found.every((each) => /^(?!@$)[\x21-\x7e]{1,255}$/.test(each));
  return isFit ? { value: found } : fault("has a space or other odd character in a subject or @name");
}

/** Schemes, hosts and ports, separated by commas. */
export function origins(text: string): Parsed<string[]> {
  const parsed = text
    .split(",")
    .filter((each) => each.trim())
    .map((each) => publicUrl(each.trim()));
  const wrong = parsed.find((each) => "wrong" in each);
  const found = parsed.flatMap((each) => ("value" in each ? [each.value] : []));
  // They go into a header, where a semicolon would begin another rule.
  const isPlain = found.every((each) => /^[a-z0-9.:/[\]-]+$/.test(each));
  return wrong ?? (isPlain ? { value: found } : fault("has an odd character in a host"));
}

function httpUrl(text: string): Parsed<URL> {
  if (/[^\x21-\x7e]|[\\"'<>^`{|}]/.test(text))
    return fault("has a space, quote or other odd character in it");
  if (!/^https?:\/\/[^/]/.test(text)) return fault("has to start with http:// or https://, in lower case");
  if (text.includes("@")) return fault("has a name or password in it: leave out what stands before the @");
  if (/[?#]/.test(text)) return fault("has a ? or # in it: leave out what comes from there on");
  return URL.canParse(text) ? { value: new URL(text) } : fault("is not an address: check its host and port");
}

export function hostNames(text: string): Parsed<string[]> {
  const parsed = text
    .split(",")
    .filter((name) => name.trim())
    .map((name) => hostName(name.trim()));
  const wrong = parsed.find((each) => "wrong" in each);
  return wrong ?? { value: parsed.flatMap((each) => ("value" in each ? each.value : [])) };
}

/** As a URL would have it, or "127.1" and "8000" would be other machines than they seem. */
export function hostName(text: string): Parsed<string> {
  const bare = text.toLowerCase().replace(/^\[(.+)\]$/, "$1");
  const inUrl = isIP(bare) === 6 ? `[${bare}]` : bare;
  const found = /^[a-z0-9.:_[\]-]+$/.test(inUrl) ? URL.parse(`http://${inUrl}`)?.hostname : undefined;
  if (found && (found === inUrl || isIP(bare) === 6)) return { value: found.replace(/[[\]]/g, "") };
  return fault("has to be a name or an IP address alone, without scheme, port or path");
}

export function dataPath(text: string): Parsed<string> {
  const path = resolve(text);
  const shown = quote(path);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() || text.endsWith("/")) {
      return fault(`is the folder ${shown}: name a file in it, such as ${quote(join(path, "banter.db"))}`);
    }
    if (found && !found.isFile()) return fault(`is ${shown}, which is not a file`);
    if (found) accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(nearestFolder(path), constants.W_OK | constants.X_OK);
    return { value: path };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return fault(
      `is ${shown}, which can't be written${code}: name a file in a folder this user may write to`,
    );
  }
}

function fault(wrong: string): { wrong: string } {
  return { wrong };
}

/** On one line, whatever is in it. */
function quote(path: string): string {
  return JSON.stringify(path).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

/** What is missing between it and the file can be made. */
function nearestFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? join(folder, "/") : nearestFolder(folder);
}
