/** Languages within languages: scripts and styles in a page, tags in a script. */
import type { Line, Parser } from "./line.ts";

type PageState = {
  page: unknown;
  /** The tag that has just been named, or whose content is read. */
  tag: string;
  inner: { parser: Parser; state: unknown } | null;
};

/** A page's parser, with the parsers of what stands between certain tags. */
export function withScripts(page: Parser, inside: Record<string, Parser>): Parser {
  return {
    startState: (indent) => ({ page: page.startState?.(indent), tag: "", inner: null }),
    copyState: (state) => ({
      page: copyState(page, state.page),
      tag: state.tag,
      inner: state.inner && {
        parser: state.inner.parser,
        state: copyState(state.inner.parser, state.inner.state),
      },
    }),
    blankLine: ({ inner }, indent) => inner?.parser.blankLine?.(inner.state, indent),
    token(stream, state) {
      if (state.inner !== null && !isEnd(stream, state.tag))
        return innerToken(stream, state.inner, state.tag);
      state.inner = null;
      const style = page.token(stream, state.page);
      const text = stream.current();
      if (style === "tag") state.tag = isClosing(stream) ? "" : text.toLowerCase();
      const script = text === ">" && Object.hasOwn(inside, state.tag) ? inside[state.tag] : undefined;
      if (script) state.inner = { parser: script, state: script.startState?.(stream.indentUnit) };
      return style;
    },
  } satisfies Parser<PageState>;
}

/** A script's parser, to which a closing tag is no pattern and an opening one no comparison. */
export function withTags(script: Parser): Parser {
  const outside = tokenizerOf(script.startState?.(0));
  return {
    ...script,
    token(stream, state) {
      const isOutside = tokenizerOf(state) === outside;
      const isTag = isOutside && stream.match(/^<\/?[A-Za-z][\w.-]*(?=[\s>/]|$)|^\/>|^<\/?>/);
      return isTag ? "tag" : script.token(stream, state);
    },
  };
}

/** As parsers want it where they don't say otherwise. */
export function copyState(parser: Parser, state: unknown): unknown {
  if (parser.copyState) return parser.copyState(state);
  if (typeof state !== "object" || state === null) return state;
  const entries = Object.entries(state).map(([key, value]: [string, unknown]) => {
    return [key, Array.isArray(value) ? value.slice() : value];
  });
  return Object.fromEntries(entries);
}

/** What a parser of this family reads with now: one function for strings, another for comments. */
function tokenizerOf(state: unknown): unknown {
  return typeof state === "object" && state !== null && "tokenize" in state ? state.tokenize : null;
}

function isClosing(stream: Line): boolean {
  return stream.string.slice(0, stream.start).endsWith("</");
}

function isEnd(stream: Line, tag: string): boolean {
  return stream.match(`</${tag}`, false, true) === true;
}

function innerToken(stream: Line, inner: NonNullable<PageState["inner"]>, tag: string): string | null {
  const { string } = stream;
  const end = string.toLowerCase().indexOf(`</${tag}`, stream.pos);
  if (end >= 0) stream.string = string.slice(0, end);
  const style = inner.parser.token(stream, inner.state);
  stream.string = string;
  return style;
}
