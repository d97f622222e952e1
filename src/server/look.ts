/** How it looks now: the bundle and its compiled templates, replaced together when the disk changes. */
import { loadBundle, type Bundle } from "../bundle.ts";
import { watchBundle } from "../bundle/watch.ts";
import type { Log } from "../log.ts";
import { linkTemplates, type Templates, type TemplateSpecs } from "../render/templates.ts";
import { wordsIn, type Language } from "../words/words.ts";

export type Look = {
  bundle(): Bundle;
  templates(language: Language): Templates;
  version(): string;
};

/** Until `signal` aborts, it follows the disk; what can't be rendered is refused, and the old one goes on. */
export async function createLook(signal: AbortSignal, log: Log): Promise<Look> {
  let current: Loaded;
  const first = Promise.withResolvers<void>();
  let last = first.promise;
  const follow = async () => {
    if (signal.aborted) return;
    try {
      current = await load();
      log.info("look.reloaded", { version: current.bundle.version });
    } catch (error) {
      log.error("look.refused", { error });
    }
  };
  // Watched before it is read, and read once at a time: the last edit is what shows.
  watchBundle(signal, () => void (last = last.then(follow)));
  current = await load();
  first.resolve();
  return {
    bundle: () => current.bundle,
    templates: (language) => current.templates(language),
    version: () => current.bundle.version,
  };
}

type Loaded = { bundle: Bundle; templates: Look["templates"] };

async function load(): Promise<Loaded> {
  const bundle = await loadBundle();
  const paths = Object.fromEntries(bundle.assets.map((asset) => [asset.name, asset.path]));
  if (bundle.specs !== null) return { bundle, templates: linked(bundle.specs, paths) };
  // Loaded here alone: an executable starts without a compiler.
  const { compileTemplates } = await import("../render/compile.ts");
  const { sampleViews } = await import("../render/samples.ts");
  const specs = compileTemplates(bundle.templates, paths, sampleViews());
  return { bundle, templates: linked(specs, paths) };
}

/** A language's templates are linked when it is first read. */
function linked(specs: TemplateSpecs, paths: Record<string, string>): Look["templates"] {
  const known = new Map<Language, Templates>();
  return (language) => {
    const templates = known.get(language) ?? linkTemplates(specs, paths, wordsIn(language));
    known.set(language, templates);
    return templates;
  };
}
