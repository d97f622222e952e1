/** A tab that was away is led from what it holds to the present, wherever it was cut off. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Live } from "../../src/live.ts";
import { startApp, upstreamEnv, type TestApp } from "../support/app.ts";
import { BodyModel } from "../support/body.ts";
import { bodiesIn } from "../support/page.ts";
import { randomOf, seedOf } from "../support/random.ts";
import { loadTab, openTab, type FrameOf, type Tab } from "../support/tab.ts";
import { delta, done, finish, gate, startUpstream, thought, type Gate } from "../support/upstream.ts";

// Other tests may run beside these.
setDefaultTimeout(20_000);

const text = [
  "# A title\n\nSome *words*, ",
  "a [link][a] and [another][b].\n",
  "\nThen a paragraph that ",
  "goes on, and on.\n\n",
  "- one\n- two",
  ", longer\n- three\n\n  with a paragraph",
  "\n\n1. first\n",
  "2. second\n\n",
  "| a | b |\n|---|---|\n| 1 ",
  "| 2 |\n| 3 | `4` |\n\n",
  "```js\nconst a = 1;\n",
  "const b = '<b>';\n```\n\n> quo",
  "ted\n> text 👩‍👩‍👧 ",
  "end\n\nAfter it all.\n\n",
  "[a]: https://a.example\n\n",
  "[b]: https://b.example\n\n",
  "The **last** words",
  " of all.",
];

/** A run that goes on by one piece at a time. */
type Stepped = { app: TestApp; tab: Tab; pieces: number; step(index: number): Promise<void>; end(): void };

async function stepped(work: (stepped: Stepped) => Promise<void>): Promise<void> {
  const pieces = [thought("Hm. "), thought("Yes."), ...text.map((piece) => delta(piece))];
  const gates: Gate[] = pieces.map(() => gate());
  const last = gate();
  const script = [
    ...pieces.flatMap((piece, index) => [gates[index] ?? "", piece]),
    last,
    finish("stop"),
    done(),
  ];
  await using upstream = await startUpstream((_, reply) => reply.stream(script));
  await using app = await startApp({
    env: upstreamEnv(upstream),
    limits: { patchMs: 1, opsBurst: 1e9, shutdownMs: 1 },
  });
  const tab = await openTab(app.url);
  await tab.send("Go");
  const step = async (index: number) => {
    gates[index]?.release();
    await tab.until(() => [...tab.seqs.values()][0] === index + 1);
  };
  await work({ app, tab, pieces: pieces.length, step, end: () => last.release() });
}

type Held = { body: BodyModel; reasoning: string; seq: number };

/** What the tab holds of its one reply, apart from it. */
function holdings(tab: Tab, generation: string): Held {
  const body = tab.bodies.get(generation)?.copy() ?? new BodyModel();
  return { body, reasoning: tab.reasoning.get(generation) ?? "", seq: tab.seqs.get(generation) ?? 0 };
}

/** Makes the tab one that holds just this. */
function put(tab: Tab, generation: string, held: Held, revision: number): void {
  tab.hold(generation, { ...held, body: held.body.copy() });
  tab.position = { ...tab.position, revision };
}

function threadBodies(tab: Tab): string[] {
  const frames = tab.frames.filter((frame): frame is FrameOf<"thread"> => frame.type === "thread");
  return bodiesIn(frames.at(-1)?.html ?? "");
}

async function secondTab(tab: Tab): Promise<Tab> {
  return openTab(tab.url, { cookie: tab.cookie, path: `/conversations/${tab.position.conversation}` });
}

test("from every earlier point of a running reply a tab is led to the present, and on to the end (N1)", async () => {
  await stepped(async ({ app, tab, pieces, step, end }) => {
    const [generation = ""] = app.live.runs.keys();
    const { revision } = tab.position;
    const resumer = await secondTab(tab);
    const followers: Tab[] = [];
    const held: Held[] = [holdings(tab, generation)];
    for (let index = 0; index < pieces; index++) {
      await step(index);
      held.push(holdings(tab, generation));
      for (const [point, from] of held.entries()) {
        put(resumer, generation, from, revision);
        await resumer.join();
        expect([index, point, resumer.body()]).toEqual([index, point, tab.body()]);
        expect(resumer.reasoning.get(generation)).toBe(tab.reasoning.get(generation) ?? "");
      }
      if (index % 2 === 1) continue;
      const follower = await secondTab(tab);
      const from = held[Math.floor(held.length / 2)];
      if (from !== undefined) put(follower, generation, from, revision);
      followers.push(await follower.join());
    }
    end();
    for (const each of [tab, resumer, ...followers]) await each.ended();
    const page = await secondTab(tab);
    const [body = ""] = bodiesIn(page.html);
    expect(body).toContain('<a href="https://b.example"');
    for (const each of [tab, resumer, ...followers]) expect(each.body()).toBe(body);
    // The reply has ended: whatever a tab holds, it gets the path whole.
    for (const from of held) {
      put(resumer, generation, from, revision);
      await resumer.join();
      expect(threadBodies(resumer)).toEqual([body]);
      expect(resumer.position.revision).toBe(page.position.revision);
    }
  });
}, 20_000);

test("a page that is loaded in mid-reply shows what has come, and goes on from there", async () => {
  await stepped(async ({ tab, pieces, step, end }) => {
    const pages: Tab[] = [];
    for (let index = 0; index < pieces; index++) {
      await step(index);
      const page = await loadTab(tab.url, {
        cookie: tab.cookie,
        path: `/conversations/${tab.position.conversation}`,
      });
      expect(bodiesIn(page.html)).toEqual([tab.body()]);
      expect([...page.seqs.values()]).toEqual([index + 1]);
      if (index % 3 === 0) pages.push(await page.connect());
    }
    end();
    for (const page of pages) {
      await page.ended();
      expect(page.body()).toBe(tab.body());
    }
  });
});

test("a tab that is sent the whole path is not sent its running reply a second time", async () => {
  await stepped(async ({ app, tab, pieces, step, end }) => {
    for (let index = 0; index < pieces; index++) await step(index);
    const [generation = ""] = app.live.runs.keys();
    const late = await openTab(tab.url, { cookie: tab.cookie });
    late.position = { ...late.position, conversation: tab.position.conversation };
    const seen = late.frames.length;
    await late.join();
    const frames = late.frames.slice(seen);
    expect(frames.map((frame) => frame.type)).toEqual(["thread", "reply", "joined"]);
    const steps = frames.flatMap((frame) => (frame.type === "reply" ? frame.steps : []));
    expect(steps.filter((each) => each[0] === "block").length).toBe(1);
    expect(late.bodies.get(generation)?.html().join("")).toBe(tab.body());
    end();
    await late.ended();
    expect(late.body()).toBe(tab.body());
  });
});

test("events of a reply come gapless, however it is cut and however fast it comes (Inv 4)", async () => {
  const seed = seedOf("chunkings");
  const random = randomOf(seed);
  const whole = text.join("").repeat(5);
  const cuts = () => {
    const pieces: string[] = [];
    for (let at = 0; at < whole.length;) {
      const length = 1 + random.below(random.below(8) === 0 ? 200 : 12);
      pieces.push(whole.slice(at, at + length));
      at += length;
    }
    return pieces;
  };
  let live: Live | null = null;
  await using upstream = await startUpstream(async (_, reply) => {
    reply.open();
    let sent = 0;
    for (const piece of cuts()) {
      await reply.write(delta(piece));
      sent += piece.length;
      // Now and then all that was sent is announced before more comes.
      const isTold = () => [...(live?.runs.values() ?? [])].every((run) => run.text.length >= sent - 1);
      if (random.below(6) === 0) while (!isTold()) await Bun.sleep(1);
    }
    await reply.write(finish("stop") + done());
    reply.end();
  });
  for (const patchMs of [0, 1, 5, 40]) {
    await using app = await startApp({ env: upstreamEnv(upstream), limits: { patchMs } });
    live = app.live;
    const tab = await openTab(app.url);
    await tab.send("Go");
    await tab.ended();
    const replies = tab.frames.filter((frame): frame is FrameOf<"reply"> => frame.type === "reply");
    let seq = 0;
    for (const frame of replies) {
      expect(frame.from).toBe(seq);
      expect(frame.seq).toBeGreaterThan(seq);
      seq = frame.seq;
    }
    expect(replies.length).toBeGreaterThan(5);
    expect(tab.gaps).toBe(0);
    expect(tab.frames.findLastIndex((frame) => frame.type === "reply")).toBeLessThan(
      tab.frames.findLastIndex((frame) => frame.type === "patch" && frame.revision === 2),
    );
    const page = await secondTab(tab);
    expect(bodiesIn(page.html)).toEqual([tab.body()]);
  }
}, 20_000);
