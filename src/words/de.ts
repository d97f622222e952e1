/** German. It says du. */
import { account } from "./de/account.ts";
import { assistants } from "./de/assistants.ts";
import { chat } from "./de/chat.ts";
import { files } from "./de/files.ts";
import { models } from "./de/models.ts";
import { oauth } from "./de/oauth.ts";
import { pages } from "./de/pages.ts";
import { race } from "./de/race.ts";
import { refusals } from "./de/refusals.ts";
import { replies } from "./de/replies.ts";
import { shares } from "./de/shares.ts";
import { takeaway } from "./de/takeaway.ts";
import { figuresIn } from "./figures.ts";

export const de = {
  language: "de",
  name: "Deutsch",
  ...figuresIn("de"),
  ...account,
  ...chat,
  ...files,
  ...models,
  ...pages,
  ...race,
  ...replies,
  ...takeaway,
  assistants,
  oauth,
  refusals,
  shares,
};
