/** Templates are refused when they are loaded, not when somebody looks at a page. */
import { expect, test } from "bun:test";
import { loadBundle } from "../../src/bundle.ts";
import { compileTemplates } from "../../src/render/compile.ts";
import { sampleViews } from "../../src/render/samples.ts";
import { linkTemplates } from "../../src/render/templates.ts";
import { en } from "../../src/words/en.ts";

const compile = (sources: Record<string, string>, views: Record<string, object> = { page: { name: "x" } }) =>
  compileTemplates(sources, { "app.css": "/assets/app.css" }, views);

const shown = (sources: Record<string, string>) => linkTemplates(compile(sources), {}, en);

const refused: [what: string, sources: Record<string, string>, sentence: RegExp][] = [
  ["a syntax error", { page: "{{#if name}}" }, /^templates\/page\.hbs: Parse error/],
  ["a syntax error in a part", { page: "", part: "{{/if}}" }, /^templates\/part\.hbs: /],
  ["a part that is missing", { page: "{{> none}}" }, /^templates\/page\.hbs: .*none/],
  ["a field that is missing", { page: "{{nmae}}" }, /^templates\/page\.hbs: .*nmae/],
  ["a helper that is missing", { page: "{{shout name}}" }, /^templates\/page\.hbs: .*shout/],
  ["an asset that is missing", { page: '{{asset "none.css"}}' }, /^templates\/page\.hbs: .*none\.css/],
  ["a text that is missing", { page: '{{say "none.such"}}' }, /^templates\/page\.hbs: .*none\.such/],
  ["a text without its values", { page: '{{say "menu.untag"}}' }, /^templates\/page\.hbs: .*{tag}/],
  [
    "a text in a part that nobody shows",
    { page: "", part: '{{#if off}}{{say "none.such"}}{{/if}}' },
    /^templates\/part\.hbs: .*none\.such/,
  ],
  ["a template that is missing", {}, /^templates\/page\.hbs: there is no template/],
];

for (const [what, sources, sentence] of refused) {
  test(`${what} is refused with the template's name (K12)`, () => {
    expect(() => compile(sources)).toThrow(sentence);
  });
}

test("what people write is text in a template, whatever it looks like (I3)", () => {
  const { render } = shown({ page: '<p title="{{name}}">{{name}}</p>' });
  const name = `"><script>{{name}}</script>{{{name}}}'`;
  const safe = "&quot;&gt;&lt;script&gt;{{name}}&lt;/script&gt;{{{name}}}&#x27;";
  expect(render("page", { name })).toBe(`<p title="${safe}">${safe}</p>`);
});

test("a part that looks at nothing is made once, and one that looks at its page anew each time", () => {
  const sources = {
    page: `{{> same}}{{#each names}}{{> own}}{{> outer title=../title}}{{/each}}{{#> frame}}{{title}}{{/frame}}{{> last name=title}}`,
    same: `<link href="{{asset "app.css"}}">{{> inner}}`,
    inner: "·",
    own: "{{this}}{{@index}}",
    outer: "{{title}}{{> inner}}",
    frame: "[{{> @partial-block}}]",
    last: "{{name}}",
  };
  let asked = 0;
  const assets = {
    get "app.css"() {
      asked += 1;
      return "/a.css";
    },
  };
  const { render } = linkTemplates(compile(sources, { page: { names: ["x"], title: "t" } }), assets, en);
  const pages = ["ab", "c"].map((names) => render("page", { names: [...names], title: names.length }));
  expect(pages).toEqual([`<link href="/a.css">·a02·b12·[2]2`, `<link href="/a.css">·c01·[1]1`]);
  expect(asked).toBe(1);
});

test("our own templates can show each of their samples, and no two bundles are the same by chance", async () => {
  const [one, two] = await Promise.all([loadBundle(), loadBundle()]);
  const paths = Object.fromEntries(one.assets.map((asset) => [asset.name, asset.path]));
  compileTemplates(one.templates, paths, sampleViews());
  expect(two.version).toBe(one.version);
  expect(two.assets.map((asset) => asset.path)).toEqual(one.assets.map((asset) => asset.path));
});
