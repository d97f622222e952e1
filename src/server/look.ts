/** How it looks now: the bundle and its compiled templates, replaced together when the disk changes. */
import { loadBundle, type Bundle } from "../bundle.ts";
import type { Log } from "../log.ts";
import { sampleViews } from "../render/samples.ts";
import { compileTemplates, type Templates } from "../render/templates.ts";

export type Look = {
  bundle(): Bundle;
  templates(): Templates;
  version(): string;
  /** Takes what is on the disk now; what can't be rendered is refused, and the old one goes on. */
  reload(log: Log): Promise<void>;
};

export async function createLook(): Promise<Look> {
  let current = await load();
  return {
    bundle: () => current.bundle,
    templates: () => current.templates,
    version: () => current.bundle.version,
    async reload(log) {
      try {
        current = await load();
        log.info("look.reloaded", { version: current.bundle.version });
      } catch (error) {
        log.error("look.refused", { error });
      }
    },
  };
}

async function load(): Promise<{ bundle: Bundle; templates: Templates }> {
  const bundle = await loadBundle();
  const paths = Object.fromEntries(bundle.assets.map((asset) => [asset.name, asset.path]));
  return { bundle, templates: compileTemplates(bundle.templates, paths, sampleViews()) };
}
