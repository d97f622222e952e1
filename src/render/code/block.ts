/** A code block's HTML: a frame, and an element for each line. */
import { escapeHtml } from "../html.ts";
import { decodeSource } from "../markdown/links.ts";
import { Highlighter } from "./highlight.ts";

/** A longer line is cut: what is open is rendered again at each step. */
const LINE_MAX = 512;

/** What stands before and after the lines. The label comes from CSS, the buttons from the client. */
export function codeFrame(info: string): { open: string; close: string } {
  const language = languageOf(info);
  const label = language === "" ? "" : ` data-lang="${escapeHtml(language)}"`;
  return {
    open: `<div class="code"${label}><pre tabindex="0"><code data-items>`,
    close: "</code></pre></div>",
  };
}

/** `text`: whole lines, each with its end. */
export function codeHtml(info: string, text: string): string {
  const { open, close } = codeFrame(info);
  const highlighter = new Highlighter(languageOf(info));
  let html = open;
  for (let at = 0; at < text.length;) {
    const end = lineCut(text, at);
    html += highlighter.line(text.slice(at, end));
    at = end;
  }
  return html + close;
}

export function languageOf(info: string): string {
  return decodeSource(info.trim().split(/[ \t]/, 1)[0] ?? "")
    .slice(0, 64)
    .toWellFormed();
}

/** Where the line that begins at `at` ends, its line end included, or is cut. */
export function lineCut(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  const end = newline < 0 ? text.length : newline;
  const cut = at + LINE_MAX;
  if (end <= cut) return newline < 0 ? end : end + 1;
  return isLowSurrogate(text.charCodeAt(cut)) ? cut - 1 : cut;
}

const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;
