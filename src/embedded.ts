/** What the executable carries in itself; the build puts its own file in place of this one. */
import type { Packed } from "./bundle.ts";

/** Null in development: the bundle is then collected from the disk. */
export const embedded: Packed | null = null;
