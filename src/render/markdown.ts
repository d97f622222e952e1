/** A text's Markdown as safe HTML. */
import { StreamingMarkdown } from "./streaming.ts";

/**
 * One string a block; each is exactly one element. The text comes by the path that a streamed one takes. `name`
 * tells its footnotes from others' on the same page.
 */
export function renderBlocks(markdown: string, name = ""): string[] {
  const streaming = new StreamingMarkdown(name);
  streaming.append(markdown);
  streaming.finish(1);
  return streaming.html();
}
