/** How many versions a message has, on tabs that have loaded far up, when one comes or goes there. */
import { expect, test } from "bun:test";
import { tabsOf } from "./sim/actions.ts";
import { wrongsOfTabs } from "./sim/check-tabs.ts";
import type { Store } from "../../src/store/store.ts";
import { sound, type Seams } from "./sim/seams.ts";
import type { Tab } from "./sim/tab.ts";
import { closeWorld, createWorld, type World } from "./sim/world.ts";

/** More than a thread that comes whole has; see threadSteps in sim/server-parts.ts. */
const turns = 6;

type Chat = { world: World; tab: Tab; other: Tab; replies: string[] };

/** Two tabs that show a long chat from its first message on. */
async function longChat({ seed = 7, ...seams }: Partial<Seams> & { seed?: number }): Promise<Chat> {
  const world = await createWorld(seed, { ...sound, storeMs: 0, ...seams }, () => {});
  const [person] = world.people;
  const [tab] = tabsOf(world, person?.name ?? "");
  if (person === undefined || tab === undefined) throw new Error("a world without people");
  await settle(world);
  for (let index = 0; index < turns; index++) {
    tab.send(`${person.name} says ${index}`);
    await settle(world);
  }
  const replies = tab.messages().filter((article) => article.querySelector("[data-body]") !== null);
  const ids = replies.map((article) => article.dataset["message"] ?? "");
  expect(ids).toHaveLength(turns);
  const first = tab.messages()[0]?.dataset["message"];
  const other = world.openTab(person, `${tab.path}?from=${first}`);
  await settle(world);
  expect(other.messages()).toHaveLength(2 * turns);
  return { world, tab, other, replies: ids };
}

/** All that is under way has come to its end, at the model too. */
async function settle(world: World): Promise<void> {
  await world.time.pass(4000);
  for (const call of world.journal.calls) call.giveUp();
  await world.time.pass(4000);
  expect(world.server?.runs.size).toBe(0);
}

/** What is asked for next is written before the first is answered. */
function answeringLate(store: Store, { time }: World): Store {
  const { regenerate, choose, delete: remove } = store.turns;
  const late = async <T>(answer: Promise<T>): Promise<T> => {
    await answer;
    await new Promise<void>((resolve) => time.after(200, resolve));
    return answer;
  };
  const turns: Store["turns"] = {
    ...store.turns,
    regenerate: (input) => late(regenerate(input)),
    choose: (input) => late(choose(input)),
    delete: (input) => late(remove(input)),
  };
  return { ...store, turns };
}

function regenerate({ world, tab }: { world: World; tab: Tab }, message: string): string {
  const id = world.newId();
  tab.ask({ op: "message.regenerate", id, message });
  return id;
}

const choose = ({ world, tab }: { world: World; tab: Tab }, message: string) =>
  tab.ask({ op: "branch.choose", id: world.newId(), message });

function remove({ world, tab }: { world: World; tab: Tab }, message: string): void {
  const conversation = tab.page?.script.conversation() ?? "";
  tab.ask({ op: "message.delete", id: world.newId(), message, conversation });
}

/** Null where it has one alone. */
function versionsOn(tab: Tab, message: string): string | null {
  const foot = tab.page?.document.getElementById(`foot-${message}`);
  if (!foot) return "not on the page";
  return /\d+\/\d+/.exec(foot.textContent)?.[0] ?? null;
}

async function expectRight(
  { world, other }: { world: World; other: Tab },
  message: string,
  versions: string | null,
) {
  await settle(world);
  expect(versionsOn(other, message)).toBe(versions);
  expect([...world.journal.wrongs, ...(await wrongsOfTabs(world))]).toEqual([]);
  closeWorld(world);
}

test("a version that is made and left again before the tabs are told is counted", async () => {
  const chat = await longChat({ store: answeringLate });
  const [first = ""] = chat.replies;
  regenerate(chat, first);
  await chat.world.time.pass(60);
  choose(chat, first);
  await expectRight(chat, first, "1/2");
});

test("a path that is read after a later change does not take that one's place", async () => {
  const chat = await longChat({ store: answeringLate });
  const { world, other, replies } = chat;
  const [first = "", last = ""] = [replies[0], replies.at(-1)];
  const made = regenerate(chat, first);
  await settle(world);
  choose(chat, first);
  await settle(world);
  regenerate(chat, last);
  await settle(world);
  choose(chat, last);
  await world.time.pass(60);
  other.load(other.path);
  await world.time.pass(60);
  expect(versionsOn(other, first)).toBe("1/2");
  remove(chat, made);
  await expectRight(chat, first, null);
});

for (const storeMs of [0, 30]) {
  test(`a version that goes while another is on show is counted no more, in a store of ${storeMs} ms`, async () => {
    const chat = await longChat({ storeMs });
    const [first = ""] = chat.replies;
    const made = regenerate(chat, first);
    await settle(chat.world);
    choose(chat, first);
    await settle(chat.world);
    chat.other.load(chat.other.path);
    await settle(chat.world);
    expect(versionsOn(chat.other, first)).toBe("1/2");
    remove(chat, made);
    await expectRight(chat, first, null);
  });

  test(`what a tab missed is counted when it comes back, in a store of ${storeMs} ms`, async () => {
    const chat = await longChat({ storeMs });
    const [first = ""] = chat.replies;
    chat.other.wire?.cut(true);
    regenerate(chat, first);
    await settle(chat.world);
    choose(chat, first);
    // Its line is dead: who looks at it has it find out.
    chat.other.tell("visibilitychange");
    await expectRight(chat, first, "1/2");
  });
}

test("what is loaded above is of no past that the page has left meanwhile", async () => {
  // By their seeds, what comes in is late enough in these.
  for (const seed of [2, 7]) {
    const chat = await longChat({ seed });
    const { world, other } = chat;
    const [first = ""] = chat.replies;
    const made = regenerate(chat, first);
    await settle(world);
    choose(chat, first);
    await settle(world);
    const [path = ""] = other.path.split("?");
    other.load(path);
    await settle(world);
    expect(versionsOn(other, first)).toBe("not on the page");
    other.tell("near");
    remove(chat, made);
    await expectRight(chat, first, null);
  }
});
