/** TypeScript apart into code and comments, without a parser: enough to look for words and braces. */

/** Both as long as the source, with spaces for what belongs to the other and for what literals hold. */
export type Scanned = { code: string; comments: string };

const TOKENS = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)`,
    String.raw`(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`,
    // After a value a slash divides, else it opens a pattern.
    String.raw`(?<pattern>(?<=(?:^|[=(,:;!&|?{}[+~]|=>|\breturn|\bcase)\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*)`,
    String.raw`(?<mark>[\x60{}])`,
  ].join("|"),
  "gm",
);

export function scan(source: string): Scanned {
  const code = source.split("");
  const comments = blank(source).split("");
  /** What each open brace is closed back into: a template, or code. */
  const open: ("template" | "code")[] = [];
  let at = 0;
  const erase = (from: number, to: number) => code.splice(from, to - from, ...blank(source.slice(from, to)));
  while (at < source.length) {
    TOKENS.lastIndex = at;
    const found = TOKENS.exec(source);
    if (!found?.groups) break;
    const [start, end] = [found.index, found.index + found[0].length];
    at = end;
    if (found.groups.comment) {
      erase(start, end);
      comments.splice(start, end - start, ...source.slice(start, end));
    } else if (found.groups.text) erase(start + 1, end - 1);
    else if (found.groups.pattern) erase(start, end);
    else if (found[0] === "{") open.push("code");
    else if (found[0] === "`" || open.pop() === "template") {
      at = templateEnd(source, end);
      const isValue = source[at - 1] === "{";
      erase(end, at - (isValue ? 2 : 1));
      if (isValue) open.push("template");
    }
  }
  return { code: code.join(""), comments: comments.join("") };
}

/** Behind the closing backtick, or behind the brace that opens the next value. */
function templateEnd(source: string, from: number): number {
  const end = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
  end.lastIndex = from;
  return end.test(source) ? end.lastIndex : source.length;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

export type Body = { startLine: number; lines: number; text: string };

/** The bodies of functions, nested ones too: a brace after `=>`, or after `)` and perhaps a type. */
export function functionBodies(code: string): Body[] {
  const bodies: Body[] = [];
  const open: { start: number; isFunction: boolean }[] = [];
  let closed: { end: number; isFunction: boolean } | null = null;
  for (const { 0: brace, index } of code.matchAll(/[{}]/g)) {
    if (brace === "{") {
      const isBehindType = closed?.isFunction === true && code.slice(closed.end, index).trim() === "";
      open.push({ start: index, isFunction: isBehindType || opensFunction(code, index) });
      continue;
    }
    const block = open.pop();
    if (!block) continue;
    closed = { end: index + 1, isFunction: block.isFunction };
    if (!block.isFunction) continue;
    const text = code.slice(block.start, index + 1);
    const startLine = code.slice(0, block.start).split("\n").length;
    bodies.push({ startLine, lines: text.split("\n").length, text });
  }
  return bodies;
}

function opensFunction(code: string, brace: number): boolean {
  const before = code.slice(Math.max(0, brace - 400), brace).trimEnd();
  if (before.endsWith("=>")) return true;
  const head = before.match(/\)(?:\s*:[^;{}=()]*)?$/);
  if (!head) return false;
  return !/\b(?:if|for|while|switch|catch|with)\s*$/.test(beforeParenthesis(before, head.index ?? 0));
}

function beforeParenthesis(code: string, closing: number): string {
  let depth = 0;
  for (let at = closing; at >= 0; at--) {
    if (code[at] === ")") depth++;
    else if (code[at] === "(" && --depth === 0) return code.slice(0, at).replace(/\bawait\s*$/, "");
  }
  return "";
}
