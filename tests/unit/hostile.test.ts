/** Whatever a reply writes, and however it comes, its HTML has nothing but known elements and harmless attributes. */
import { describe, expect, test } from "bun:test";
import { renderBlocks } from "../../src/render/markdown.ts";
import { StreamingMarkdown } from "../../src/render/streaming.ts";
import { readCorpus } from "../support/corpus.ts";
import { HOSTILE } from "../support/hostile.ts";
import { payloads } from "../support/payloads.ts";

const PACES = [1, 7, Infinity];

describe("a reply brings no HTML or addresses of its own by", () => {
  const own = [...HOSTILE, ...payloads("http://127.0.0.1:1")];
  const texts = [...own.map((text) => [JSON.stringify(text), text] as const), ...readCorpus()];
  test.each(texts)("%s", (_, markdown) => {
    for (const pace of PACES) {
      const streaming = new StreamingMarkdown("m");
      for (let at = 0; at < markdown.length; at += pace) {
        streaming.append(markdown.slice(at, at + pace));
        streaming.take(at + 1);
        expectHarmless(streaming.html());
      }
      streaming.finish(markdown.length + 1);
      expect(streaming.html()).toEqual(renderBlocks(markdown, "m"));
      expectHarmless(streaming.html());
    }
  });
});

function expectHarmless(blocks: string[]): void {
  for (const [, , name = "", attributes = ""] of blocks.join("").matchAll(/<(\/?)([^\s>]*)([^>]*)>/g)) {
    if (!TAGS.has(name)) expect(`<${name}>`).toBe("known");
    if (!ATTRIBUTES.test(attributes)) expect(attributes).toMatch(ATTRIBUTES);
  }
}

const TAGS = new Set(
  (
    "a blockquote br code del div em h3 h4 h5 h6 hr input label li ol p pre span strong sup table tbody td th " +
    "thead tr ul c-l c-k c-s c-c c-n c-f c-t c-p c-m c-i c-d math mrow mi mn mo ms mtext mspace mfrac msqrt mroot " +
    "msub msup msubsup munder mover munderover mtable mtr mtd mpadded mphantom menclose mstyle"
  ).split(" "),
);
const ATTRIBUTES =
  /^(?: (?:dir="auto"|checked|disabled|type="checkbox"|start="\d+"|class="(?:code|table|task|image|formula|footnote|footnote__number|alert alert--[a-z]+|alert__title|left|right|center|boxed)"|data-(?:items|image)|data-lang="[^"<>]*"|tabindex="0"|role="doc-(?:noteref|footnote)"|(?:id|href)="#?(?:note|ref)-m-\d+"|href="(?:https?:\/\/|HTTPS:\/\/|mailto:)[^"<>]*"|title="[^"<>]*"|rel="noopener noreferrer nofollow"|target="_blank"|(?:display|form|mathvariant|fence|stretchy|separator|symmetric|movablelimits|accent|accentunder|displaystyle|scriptlevel|notation|[lr]space|width|height|depth|minsize|maxsize|linethickness)="[\w. +]*"))*$/;
