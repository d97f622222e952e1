/** Compiles the Handlebars templates, and refuses a set of them that can't render: at the build, or at each edit. */
import Handlebars from "handlebars";
import { linkTemplates, type Templates, type TemplateSpecs } from "./templates.ts";

/** Each template as the source of a JavaScript object; throws what Handlebars says, with the template's name. */
export function precompileTemplates(sources: Record<string, string>): Record<string, string> {
  const compiled = Object.entries(sources).map(([name, source]) => {
    return [name, naming(name, () => String(Handlebars.precompile(source, options)))];
  });
  return Object.fromEntries(compiled);
}

/**
 * `samples` is a view for each template that is rendered by name: each is rendered once, for strict mode lets
 * missing partials and fields through until they are used.
 */
export function compileTemplates(
  sources: Record<string, string>,
  assets: Record<string, string>,
  samples: Record<string, object>,
): Templates {
  const specs: TemplateSpecs = {};
  for (const [name, code] of Object.entries(precompileTemplates(sources))) {
    // Our own files, never what anybody wrote in a chat.
    specs[name] = new Function(`return ${code}`)() as TemplateSpecification;
  }
  const templates = linkTemplates(specs, assets);
  for (const [name, view] of Object.entries(samples)) naming(name, () => templates.render(name, view));
  return templates;
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
