/** Compiles the Handlebars templates, and refuses a set of them that can't render: at the build, or at each edit. */
import Handlebars from "handlebars";
import { en } from "../words/en.ts";
import { holesIn } from "../words/fill.ts";
import { textAt } from "../words/words.ts";
import { linkTemplates, type TemplateSpecs } from "./templates.ts";

/** Each template as the source of a JavaScript object; throws what Handlebars says, with the template's name. */
export function precompileTemplates(sources: Record<string, string>): Record<string, string> {
  const compiled = Object.entries(sources).map(([name, source]) => {
    naming(name, () => new Sayings().accept(Handlebars.parse(source)));
    return [name, naming(name, () => String(Handlebars.precompile(source, options)))];
  });
  return Object.fromEntries(compiled);
}

/**
 * `samples` is a view for each template that is rendered by name: each is rendered once, for strict mode lets
 * missing partials and fields through until they are used. One language is enough, for all have the same texts.
 */
export function compileTemplates(
  sources: Record<string, string>,
  assets: Record<string, string>,
  samples: Record<string, object>,
): TemplateSpecs {
  const specs: TemplateSpecs = {};
  for (const [name, code] of Object.entries(precompileTemplates(sources))) {
    // Our own files, never what anybody wrote in a chat.
    specs[name] = new Function(`return ${code}`)() as TemplateSpecification;
  }
  const templates = linkTemplates(specs, assets, en);
  for (const [name, view] of Object.entries(samples)) naming(name, () => templates.render(name, view));
  return specs;
}

/** Refuses what templates say where there is no such text, or it has other holes. */
class Sayings extends Handlebars.Visitor {
  override MustacheStatement(said: hbs.AST.MustacheStatement): void {
    check(said);
    super.MustacheStatement(said);
  }

  override SubExpression(said: hbs.AST.SubExpression): void {
    check(said);
    super.SubExpression(said);
  }
}

type Said = { path: hbs.AST.Expression; params: hbs.AST.Expression[]; hash?: hbs.AST.Hash };

function check({ path, params, hash }: Said): void {
  if (!("original" in path) || path.original !== "say") return;
  const key = params[0] !== undefined && "value" in params[0] ? String(params[0].value) : "";
  const text = textAt(en, key);
  if (text === undefined) throw new Error(`there is no text “${key}”`);
  const [wanted, given] = [holesIn(text), (hash?.pairs ?? []).map((pair) => pair.key).toSorted()];
  if (String(wanted) !== String(given)) throw new Error(`“${key}” has {${wanted}}, and is given {${given}}`);
}

const options = { strict: true, preventIndent: true } satisfies CompileOptions;

function naming<T>(template: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`templates/${template}.hbs: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
