/** What the executable carries in itself; the build puts its own file in place of this one. */
import type { Packed } from "./bundle.ts";
import type { TemplateSpecs } from "./render/templates.ts";

export type Embedded = Packed & { specs: TemplateSpecs; licences: string };

/** Null in development: the bundle is then collected from the disk. */
export const embedded: Embedded | null = null;
