/** A text's Markdown as safe HTML. */
import { StreamingMarkdown } from "./streaming.ts";

/** One string a block; each is exactly one element. The text comes by the path that a streamed one takes. */
export function renderBlocks(markdown: string): string[] {
  const streaming = new StreamingMarkdown();
  streaming.append(markdown);
  streaming.finish(1);
  return streaming.html();
}
