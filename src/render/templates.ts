/** Compiles the Handlebars templates, and refuses a set of them that can't render. */
import Handlebars from "handlebars";

export type Templates = {
  /** A template's HTML; `view` holds all that it names. */
  render(name: string, view: object): string;
};

/**
 * `assets` gives the path of each asset by name. `samples` is a view for each template that is rendered by name:
 * each is rendered once, for strict mode lets missing partials and fields through until they are used.
 * Throws what Handlebars says, with the template's name before it.
 */
export function compileTemplates(
  sources: Record<string, string>,
  assets: Record<string, string>,
  samples: Record<string, object>,
): Templates {
  const handlebars = Handlebars.create();
  for (const [name, source] of Object.entries(sources)) {
    naming(name, () => handlebars.precompile(source, options));
    handlebars.registerPartial(name, source);
  }
  handlebars.registerHelper("asset", (name: string) => {
    const path = assets[name];
    if (path === undefined) throw new Error(`there is no asset “${name}”`);
    return path;
  });
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  const render = (name: string, view: object): string => {
    let template = compiled.get(name);
    if (template === undefined) {
      const source = sources[name];
      if (source === undefined) throw new Error(`there is no template “${name}”`);
      template = handlebars.compile(source, options);
      compiled.set(name, template);
    }
    return template(view);
  };
  for (const [name, view] of Object.entries(samples)) naming(name, () => render(name, view));
  return { render };
}

const options = { strict: true, preventIndent: true } satisfies CompileOptions;

function naming(template: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Error(`templates/${template}.hbs: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
