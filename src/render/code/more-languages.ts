/** Languages that CodeMirror has no line tokenizer for, in a few rules each. */
import type { clike } from "@codemirror/legacy-modes/mode/clike";
import { simpleMode } from "@codemirror/legacy-modes/mode/simple-mode";
import type { Line, Parser } from "./line.ts";

type Clike = typeof clike;

export function phpOf(likeC: Clike): Parser {
  return likeC({
    name: "php",
    keywords: words(
      `abstract as break case catch class clone const continue declare default do echo else elseif empty enum
      extends final finally fn for foreach function global goto if implements include include_once instanceof
      insteadof interface isset list match namespace new print private protected public readonly require
      require_once return static switch throw trait try unset use var while yield and or xor`,
    ),
    types: words("array bool callable float int iterable mixed never object self string void parent"),
    atoms: words("true false null TRUE FALSE NULL"),
    multiLineStrings: true,
    hooks: {
      $: (stream: Line) => {
        stream.eatWhile(/\w/);
        return "variableName";
      },
      "#": (stream: Line) => {
        if (stream.peek() === "[") return false;
        stream.skipToEnd();
        return "comment";
      },
      "<": (stream: Line) => (stream.match(/^\?(?:php|=)?/) ? "meta" : false),
      "?": (stream: Line) => (stream.eat(">") ? "meta" : false),
    },
  });
}

export function zigOf(likeC: Clike): Parser {
  return likeC({
    name: "zig",
    keywords: words(
      `align allowzero and anyframe asm async await break callconv catch comptime const continue defer else enum
      errdefer error export extern fn for if inline noalias noinline nosuspend opaque or orelse packed pub resume
      return struct suspend switch test threadlocal try union unreachable usingnamespace var volatile while`,
    ),
    types: words(
      "anytype bool comptime_float comptime_int f16 f32 f64 i8 i16 i32 i64 i128 isize noreturn type u8 u16 u32 u64 u128 usize void",
    ),
    atoms: words("true false null undefined"),
  });
}

export function elixirOf(): Parser {
  return simpleMode({
    start: [
      { regex: /#.*/, token: "comment" },
      { regex: /"""/, token: "string", next: "heredoc" },
      { regex: /"(?:[^"\\]|\\.)*"?|~[a-zA-Z]\/(?:[^/\\]|\\.)*\/?/, token: "string" },
      { regex: /@\w+/, token: "meta" },
      { regex: /(?:true|false|nil)\b|:\w+[?!]?|\w+:(?=\s)/, token: "atom" },
      {
        regex:
          /(?:after|alias|and|case|catch|cond|def|defdelegate|defexception|defimpl|defmacro|defmacrop|defmodule|defp|defprotocol|defstruct|do|else|end|fn|for|if|import|in|not|or|quote|raise|receive|require|rescue|super|try|unless|unquote|use|when|with)\b/,
        token: "keyword",
      },
      { regex: /[A-Z]\w*/, token: "type" },
      { regex: /\d[\w.]*/, token: "number" },
      { regex: /\w+[?!]?/, token: null },
    ],
    heredoc: [
      { regex: /.*?"""/, token: "string", next: "start" },
      { regex: /.+/, token: "string" },
    ],
  });
}

export function makefileOf(): Parser {
  return simpleMode({
    start: [
      { regex: /#.*/, token: "comment" },
      {
        regex: /(?:\.PHONY|include|ifdef|ifndef|ifeq|ifneq|else|endif|define|endef|export)\b/,
        token: "keyword",
      },
      { regex: /\$[({][^)}]*[)}]|\$./, token: "type" },
      { regex: /[\w./%-]+(?=\s*:(?!=))/, token: "def", sol: true },
      { regex: /\w+(?=\s*[:?+]?=)/, token: "property", sol: true },
      { regex: /"(?:[^"\\]|\\.)*"?|'[^']*'?/, token: "string" },
      { regex: /\w+|./, token: null },
    ],
  });
}

export function markdownOf(): Parser {
  return simpleMode({
    start: [
      { regex: /(?:`{3,}|~{3,}).*/, token: "meta", sol: true, next: "fence" },
      { regex: /#{1,6} .*/, token: "heading", sol: true },
      { regex: /\s*(?:[-*+]|\d+\.)(?= )/, token: "keyword", sol: true },
      { regex: />.*/, token: "comment", sol: true },
      { regex: /`[^`]*`/, token: "string" },
      { regex: /\*\*[^*]*\*\*|__[^_]*__/, token: "keyword" },
      { regex: /!?\[[^\]]*\]\([^)]*\)/, token: "string" },
      { regex: /\w+|./, token: null },
    ],
    fence: [
      { regex: /(?:`{3,}|~{3,})\s*/, token: "meta", sol: true, next: "start" },
      { regex: /.+/, token: "string" },
    ],
  });
}

function words(text: string): Record<string, true> {
  return Object.fromEntries(text.split(/\s+/).map((word) => [word, true]));
}
