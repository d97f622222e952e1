/** Scenes of files that people bring, for screens.ts: in the composer, and in the thread. */
import { drop, untilAttached } from "../support/attach.ts";
import { pdf } from "../support/pdfs.ts";
import * as pictures from "../support/pictures.ts";
import { reload, send, untilEnded, untilListed, type Chat } from "./open-chat.ts";
import type { Scene } from "./scenes-models.ts";

const text = "id,price\n1,20\n2,35\n".repeat(300);

const minutes = {
  name: "minutes.pdf",
  type: "application/pdf",
  bytes: pdf(["Of the first meeting", "", "Of the last"]),
};

async function bringThree({ page }: Chat): Promise<void> {
  await drop(page, [
    { name: "a kitchen in the morning.png", type: "image/png", bytes: pictures.png(300, 200) },
    { name: "prices of the whole year before last, by week.csv", type: "text/csv", bytes: Buffer.from(text) },
    { name: "tower.png", type: "image/png", bytes: pictures.png(120, 400) },
  ]);
  await untilAttached(page, 3);
}

const blind = { data: [{ id: "test-model", architecture: { input_modalities: ["text"] } }] };

export const fileScenes: Record<string, Scene> = {
  "files-attached": {
    async play(chat) {
      await bringThree(chat);
      await drop(chat.page, [
        minutes,
        { name: "song.mp3", type: "audio/mpeg", bytes: Buffer.from("ID3\u0003\0\0\0\0\xff\xfb", "latin1") },
      ]);
      await untilAttached(chat.page, 5, 30_000);
      await chat.page.type("What do these have in common?");
    },
  },
  "files-unseen": {
    models: blind,
    async play(chat) {
      await untilListed(chat.app);
      await reload(chat.page);
      await bringThree(chat);
      await chat.page.press("Enter");
      await chat.page.until(`!document.querySelector("[data-state]").hidden`);
    },
  },
  "files-sent": {
    async play(chat) {
      await bringThree(chat);
      await drop(chat.page, [minutes]);
      await untilAttached(chat.page, 4, 30_000);
      await send(chat.page, "What do these have in common?");
      await chat.model.say("All four were brought by you.");
      await chat.model.end();
      await untilEnded(chat.page);
    },
  },
};
