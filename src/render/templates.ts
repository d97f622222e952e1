/** Compiled Handlebars templates, with their partials and helpers, as one thing that renders. */
import Handlebars from "handlebars/runtime";
import { fill, type Values } from "../words/fill.ts";
import { textAt, type Words } from "../words/words.ts";

export type Templates = {
  /** A template's HTML; `view` holds all that it names. */
  render(name: string, view: object): string;
};

/** Compiled templates by name: see compile.ts. */
export type TemplateSpecs = Record<string, TemplateSpecification>;

/**
 * `assets` gives the path of each asset by name; what templates say is said in `words`. Nothing is compiled here: an
 * executable starts with this.
 */
export function linkTemplates(specs: TemplateSpecs, assets: Record<string, string>, words: Words): Templates {
  const handlebars = Handlebars.create();
  const linked = new Map<string, Handlebars.TemplateDelegate>();
  for (const [name, spec] of Object.entries(specs)) {
    const template = handlebars.template(spec);
    linked.set(name, template);
    handlebars.registerPartial(name, onceIfSame(template));
  }
  handlebars.registerHelper("asset", (name: string) => {
    const path = assets[name];
    if (path === undefined) throw new Error(`there is no asset “${name}”`);
    return path;
  });
  handlebars.registerHelper("encoded", encodeURIComponent);
  // Texts without holes, escaped: a page says some hundred of them.
  const said = new Map<string, Handlebars.SafeString>();
  handlebars.registerHelper("say", (key: string, { hash }: { hash: Values }) => {
    const known = said.get(key);
    if (known !== undefined) return known;
    const text = textAt(words, key);
    if (text === undefined) throw new Error(`there is no text “${key}”`);
    if (text.includes("{")) return fill(text, hash, words);
    const safe = new Handlebars.SafeString(Handlebars.escapeExpression(text));
    said.set(key, safe);
    return safe;
  });
  return {
    render(name, view) {
      const template = linked.get(name);
      if (template === undefined) throw new Error(`there is no template “${name}”`);
      return template(view);
    },
  };
}

/** A part that looks at nothing of its view is the same on every page, and is made once: icons, keys, the palette. */
function onceIfSame(template: Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  let same: string | null | undefined;
  return (view, options) => {
    if (same === undefined) same = madeOf(template, options);
    return same ?? template(view, options);
  };
}

/** Null where it looks at its view, or at what is around it. */
function madeOf(template: Handlebars.TemplateDelegate, options?: Handlebars.RuntimeOptions): string | null {
  try {
    return template(unseen, { ...options, data: undefined });
  } catch {
    return null;
  }
}

const look = (): never => {
  throw new Error("a part that is the same everywhere looks at no view");
};

const unseen = new Proxy({}, { get: look, has: look, getOwnPropertyDescriptor: look, ownKeys: look });
