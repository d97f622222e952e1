/** English, and with it what every language has to say. */
import { account } from "./en/account.ts";
import { assistants } from "./en/assistants.ts";
import { chat } from "./en/chat.ts";
import { files } from "./en/files.ts";
import { models } from "./en/models.ts";
import { oauth } from "./en/oauth.ts";
import { pages } from "./en/pages.ts";
import { race } from "./en/race.ts";
import { refusals } from "./en/refusals.ts";
import { replies } from "./en/replies.ts";
import { shares } from "./en/shares.ts";
import { takeaway } from "./en/takeaway.ts";
import { figuresIn } from "./figures.ts";

export const en = {
  /** As `<html lang>` has it. */
  language: "en",
  name: "English",
  ...figuresIn("en", "en-GB"),
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
