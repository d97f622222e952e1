/** A code block's HTML. */
import { escapeHtml } from "../html.ts";
import { decodeSource } from "./links.ts";

/** What stands before and after the escaped text. The label comes from CSS, the copy button from the client. */
export function codeFrame(info: string): { open: string; close: string } {
  const language = decodeSource(info.trim().split(/[ \t]/, 1)[0] ?? "")
    .slice(0, 64)
    .toWellFormed();
  const label = language === "" ? "" : ` data-lang="${escapeHtml(language)}"`;
  return { open: `<div class="code"${label}><pre tabindex="0"><code>`, close: "</code></pre></div>" };
}

export function codeHtml(info: string, text: string): string {
  const { open, close } = codeFrame(info);
  return open + escapeHtml(text) + close;
}
