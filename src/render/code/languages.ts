/** The languages that code is coloured in, by the names that people and models give them. */
import {
  c,
  clike,
  cpp,
  csharp,
  dart,
  java,
  kotlin,
  objectiveC,
  scala,
} from "@codemirror/legacy-modes/mode/clike";
import { clojure } from "@codemirror/legacy-modes/mode/clojure";
import { cmake } from "@codemirror/legacy-modes/mode/cmake";
import { css, less, sCSS } from "@codemirror/legacy-modes/mode/css";
import { diff } from "@codemirror/legacy-modes/mode/diff";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { fortran } from "@codemirror/legacy-modes/mode/fortran";
import { go } from "@codemirror/legacy-modes/mode/go";
import { haskell } from "@codemirror/legacy-modes/mode/haskell";
import { http } from "@codemirror/legacy-modes/mode/http";
import { javascript, json, typescript } from "@codemirror/legacy-modes/mode/javascript";
import { julia } from "@codemirror/legacy-modes/mode/julia";
import { lua } from "@codemirror/legacy-modes/mode/lua";
import { fSharp, oCaml } from "@codemirror/legacy-modes/mode/mllike";
import { nginx } from "@codemirror/legacy-modes/mode/nginx";
import { octave } from "@codemirror/legacy-modes/mode/octave";
import { pascal } from "@codemirror/legacy-modes/mode/pascal";
import { perl } from "@codemirror/legacy-modes/mode/perl";
import { powerShell } from "@codemirror/legacy-modes/mode/powershell";
import { properties } from "@codemirror/legacy-modes/mode/properties";
import { protobuf } from "@codemirror/legacy-modes/mode/protobuf";
import { python } from "@codemirror/legacy-modes/mode/python";
import { r } from "@codemirror/legacy-modes/mode/r";
import { ruby } from "@codemirror/legacy-modes/mode/ruby";
import { rust } from "@codemirror/legacy-modes/mode/rust";
import { scheme } from "@codemirror/legacy-modes/mode/scheme";
import { shell } from "@codemirror/legacy-modes/mode/shell";
import { pgSQL } from "@codemirror/legacy-modes/mode/sql";
import { stex } from "@codemirror/legacy-modes/mode/stex";
import { swift } from "@codemirror/legacy-modes/mode/swift";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { vb } from "@codemirror/legacy-modes/mode/vb";
import { html, xml } from "@codemirror/legacy-modes/mode/xml";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";
import { elixirOf, makefileOf, markdownOf, phpOf, zigOf } from "./more-languages.ts";
import { withScripts, withTags } from "./nested.ts";
import type { Parser } from "./line.ts";

/** `language` in lower case; null for one that is not known. */
export function parserOf(language: string): Parser | null {
  return byName.get(language) ?? null;
}

/** The first name of each. */
export function languageNames(): string[] {
  return languages.map(([names]) => names.split(" ", 1)[0] ?? "");
}

const page = withScripts(html, { script: javascript, style: css });

const languages: [names: string, parser: Parser][] = [
  ["c h", c],
  ["cpp c++ cc cxx hpp hxx arduino ino cuda cu", cpp],
  ["csharp cs c# dotnet", csharp],
  ["clojure clj cljs edn", clojure],
  ["cmake", cmake],
  ["css", css],
  ["dart", dart],
  ["diff patch", diff],
  ["dockerfile docker containerfile", dockerFile],
  ["elixir ex exs", elixirOf()],
  ["fortran f90 f95", fortran],
  ["fsharp fs f#", fSharp],
  ["go golang", go],
  ["haskell hs", haskell],
  ["html htm xhtml vue svelte", page],
  ["http", http],
  ["ini properties env dotenv editorconfig gitconfig conf cfg", properties],
  ["java groovy gradle jenkinsfile", java],
  ["javascript js mjs cjs node", javascript],
  ["json jsonc json5 jsonl ndjson geojson", json],
  ["jsx", withTags(javascript)],
  ["julia jl", julia],
  ["kotlin kt kts", kotlin],
  ["latex tex", stex],
  ["less", less],
  ["lua", lua],
  ["makefile make mk", makefileOf()],
  ["markdown md mdx", markdownOf()],
  ["matlab octave", octave],
  ["nginx nginxconf", nginx],
  ["objectivec objective-c objc m", objectiveC],
  ["ocaml ml", oCaml],
  ["pascal delphi", pascal],
  ["perl pl", perl],
  ["php", phpOf(clike)],
  ["powershell ps1 pwsh ps", powerShell],
  ["protobuf proto", protobuf],
  ["python py python3 py3 ipython", python],
  ["r", r],
  ["ruby rb", ruby],
  ["rust rs", rust],
  ["scala sbt", scala],
  ["scheme lisp racket elisp", scheme],
  ["scss sass", sCSS],
  ["shell sh bash zsh fish console terminal shellsession", shell],
  ["sql postgres postgresql pgsql plpgsql mysql mariadb sqlite sqlite3 tsql", pgSQL],
  ["swift", swift],
  ["toml", toml],
  ["tsx", withTags(typescript)],
  ["typescript ts mts cts", typescript],
  ["vb vbnet vba visualbasic", vb],
  ["xml svg rss atom xsd xsl xslt plist", xml],
  ["yaml yml", yaml],
  ["zig", zigOf(clike)],
];

const byName = new Map(
  languages.flatMap(([names, parser]) => {
    return names.split(" ").map((name) => [name, parser] as const);
  }),
);
