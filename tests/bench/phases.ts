/** All phases, in the order in which they run. */
import type { Phase } from "./context.ts";
import { growth } from "./phases/growth.ts";
import { most } from "./phases/most.ts";
import { pages } from "./phases/pages.ts";
import { sends } from "./phases/sends.ts";
import { sockets } from "./phases/sockets.ts";
import { start } from "./phases/start.ts";
import { stock } from "./phases/stock.ts";
import { streams } from "./phases/streams.ts";
import { watchers } from "./phases/watchers.ts";

export const phases: Record<string, Phase> = {
  start,
  pages,
  sockets,
  sends,
  streams,
  most,
  watchers,
  growth,
  stock,
};
