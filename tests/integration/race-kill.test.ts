/** A race outlives the process that ran it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resting, startApp } from "../support/app.ts";
import { fieldsOf } from "../support/page.ts";
import { startProgram } from "../support/process.ts";
import { ask, shownText, startRacing } from "../support/racing.ts";
import { openTab } from "../support/tab.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const models = "local/one local/two local/three";

test("killed in mid-race, each reply is there with what had come, and goes on as who it was [K1]", async () => {
  const folder = await mkdtemp(join(tmpdir(), "banter-race-"));
  const racing = await startRacing();
  try {
    const env = { ...racing.env, DATA: join(folder, "banter.db") };
    await using first = await startProgram({ env });
    const tab = await openTab(first.url);
    const { conversation } = tab.position;
    await ask(tab, "message.send", { conversation, parent: null, text: "Hello", models });
    await racing.untilAsked(3);
    for (const model of ["one", "two"]) await racing.say(model, `Half of ${model} `);
    await tab.until(() => tab.replies().filter(({ body }) => body.html().length > 0).length === 2);
    // Longer than between two checkpoints.
    await Bun.sleep(300);
    await first.end("SIGKILL");
    tab.drop();
    await using second = await startApp({ env: racing.env, dataPath: env.DATA });
    const cookie = tab.cookie.replace(/_\d+=/, `_${new URL(second.url).port}=`);
    const path = `/conversations/${conversation}`;
    const back = await openTab(second.url, { cookie, path });
    const [one, two, three] = back.replies();
    expect([one, two].map((reply) => reply?.body.html().join(""))).toEqual([
      expect.stringContaining("Half of one"),
      expect.stringContaining("Half of two"),
    ]);
    expect(back.html.match(/data-outcome="interrupted"/g)).toHaveLength(3);
    racing.asked.clear();
    const fields = fieldsOf(
      back.html.slice(back.html.indexOf(`id="m-${three?.message}"`)),
      "message.continue",
    );
    expect(fields["model"]).toBe("local/three");
    await ask(back, "message.continue", fields);
    await racing.untilAsked(1);
    expect([...racing.asked.keys()]).toEqual(["three"]);
    await racing.end("three", "Third after all.");
    await resting(second);
    await back.until(() => shownText(back, three?.message ?? "").includes("Third after all."));
    back.drop();
  } finally {
    await racing.upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
