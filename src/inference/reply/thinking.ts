/** Parts reasoning between `<think>` tags at the beginning of a reply from the answer after it. */

export type ThinkingSplitter = {
  push(content: string, out: { text(text: string): void; reasoning(text: string): void }): void;
  /** Gives out what was held back because it might have become a tag. */
  end(out: { text(text: string): void; reasoning(text: string): void }): void;
};

const OPEN = "<think>";
const CLOSE = "</think>";

/** Only a tag that begins the reply counts, so that an answer may speak of the tags. */
export function createThinkingSplitter(): ThinkingSplitter {
  let state: "start" | "thinking" | "answer" = "start";
  let held = "";
  // White space before anything is set aside in pieces: looked through again with each, much of it took its square.
  let space: string[] = [];

  return {
    push(content, out) {
      if (state === "start") {
        const begin = held === "" ? content.trimStart() : held + content;
        if (held === "") space.push(content.slice(0, content.length - begin.length));
        held = "";
        if (begin.startsWith(OPEN)) {
          state = "thinking";
          content = begin.slice(OPEN.length);
        } else if (OPEN.startsWith(begin)) {
          held = begin;
          return;
        } else {
          state = "answer";
          content = space.join("") + begin;
        }
        space = [];
      }
      if (state === "thinking") {
        content = held + content;
        held = "";
        const close = content.indexOf(CLOSE);
        if (close === -1) {
          const keep = suffixThatBegins(CLOSE, content);
          held = content.slice(content.length - keep);
          if (content.length > keep) out.reasoning(content.slice(0, content.length - keep));
          return;
        }
        if (close > 0) out.reasoning(content.slice(0, close));
        state = "answer";
        content = content.slice(close + CLOSE.length);
      }
      if (content !== "") out.text(content);
    },
    end(out) {
      const rest = space.join("") + held;
      if (rest === "") return;
      if (state === "thinking") out.reasoning(rest);
      else out.text(rest);
      held = "";
      space = [];
    },
  };
}

/** The length of the longest end of `content` that a `tag` could begin with. */
function suffixThatBegins(tag: string, content: string): number {
  for (let length = Math.min(tag.length - 1, content.length); length > 0; length--) {
    if (content.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
