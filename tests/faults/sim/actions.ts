/** What people, networks and machines do in a schedule: plain data, so that a failing one can be shrunk and kept. */
import { type Arbitrary, array, constant, nat, noShrink, oneof, record } from "fast-check";
import type { ConversationOp, StoredOp } from "../../../src/protocol.ts";
import { boot, type World } from "./world.ts";
import type { Tab } from "./tab.ts";

/** `tab` and `pick` choose among what is there; `thenMs` passes after it. */
export type Action = { do: Deed; tab: number; pick: number; thenMs: number };

export type Schedule = { seed: number; actions: Action[] };

/** How likely each deed is, by weight. */
const weights = {
  send: 12,
  /** In another conversation, while the one before may still be running. */
  begin: 1,
  again: 1,
  stop: 4,
  regenerate: 3,
  edit: 1,
  continue: 2,
  choose: 2,
  delete: 1,
  /** A version that is not on show is deleted, from where it still is. */
  prune: 2,
  organise: 2,
  cut: 3,
  /** A cut of which neither side is told. */
  fade: 1,
  offline: 1,
  wake: 1,
  reload: 3,
  open: 2,
  visit: 1,
  /** Upwards, to what is earlier. */
  climb: 2,
  close: 1,
  pry: 1,
  end: 1,
  kill: 3,
  restart: 1,
  pass: 2,
};

type Deed = keyof typeof weights;

const deeds = (Object.keys(weights) as Deed[]).map((deed) => ({
  arbitrary: constant(deed),
  weight: weights[deed],
}));

export const schedules: Arbitrary<Schedule> = record({
  seed: noShrink(nat()),
  actions: array(
    record({
      do: oneof(...deeds),
      tab: nat(7),
      pick: nat(11),
      thenMs: oneof(constant(0), nat(30), nat(300), nat(1500)),
    }),
    { minLength: 1, maxLength: 20, size: "max" },
  ),
});

export async function act(world: World, action: Action): Promise<void> {
  deedsOf[action.do](world, tabOf(world, action.tab), action.pick);
  await world.time.pass(action.thenMs);
}

const deedsOf: Record<Deed, (world: World, tab: Tab, pick: number) => void> = {
  send: (world, tab) => tab.send(wordsOf(world, tab)),
  begin: (world, tab) => {
    const isRoom = tabsOf(world, tab.person.name).length < 3;
    const fresh = isRoom ? world.openTab(tab.person, "/") : tab;
    if (!isRoom) tab.load("/");
    world.time.after(80, () => fresh.send(wordsOf(world, fresh)));
  },
  again: (world, tab, pick) => {
    const own = [...world.journal.asked.values()].filter(({ account }) => account === tab.person.account);
    const asked = own.at(-1 - (pick % 3));
    if (asked !== undefined) tab.ask(asked.op);
  },
  stop: (_, tab) => tab.stop(),
  regenerate: (_, tab, pick) => tab.press("message.regenerate", pick),
  edit: (world, tab, pick) => tab.edit(wordsOf(world, tab), pick),
  continue: (_, tab, pick) => tab.press("message.continue", pick),
  choose: (_, tab, pick) => tab.press("branch.choose", pick),
  delete: (_, tab, pick) => tab.delete(pick),
  prune: (_, tab, pick) => tab.prune(pick),
  organise: (world, tab, pick) => organise(world, tab, pick),
  cut: (_, tab) => tab.wire?.cut(false),
  fade: (_, tab) => tab.wire?.cut(true),
  offline: (world, tab, pick) => {
    if (tab.isOffline) return;
    tab.isOffline = true;
    tab.wire?.cut(true);
    tab.tell("offline");
    world.time.after(pick * 400, () => reconnect(tab));
  },
  wake: (_, tab) => tab.tell("visibilitychange"),
  reload: (_, tab) => tab.load(tab.path),
  open: (world, tab) => {
    if (tabsOf(world, tab.person.name).length < 3) world.openTab(tab.person, tab.path);
  },
  visit: (world, tab, pick) => {
    const own = tabsOf(world, tab.person.name);
    tab.load(pick % 3 === 0 ? "/" : (own[pick % own.length]?.path ?? "/"));
  },
  climb: (_, tab) => tab.tell("near"),
  close: (world, tab) => {
    if (tabsOf(world, tab.person.name).length > 1) tab.close();
  },
  pry: (world, tab, pick) => pry(world, tab, pick),
  end: (world, _, pick) => {
    const running = world.journal.calls.filter(({ end }) => end === null);
    running[pick % running.length]?.giveUp();
  },
  kill: (world, _, pick) => {
    if (world.server === null) return;
    world.server.kill();
    world.server = null;
    world.time.after(pick * 60, () => boot(world));
  },
  restart: (world, _, pick) => {
    const { server } = world;
    if (server === null) return;
    void server.drain().then(() => {
      if (world.server !== server) return;
      world.server = null;
      world.time.after(pick * 60, () => boot(world));
    });
  },
  pass: () => {},
};

export function reconnect(tab: Tab): void {
  tab.isOffline = false;
  tab.tell("online");
}

/** One in eight is the other person's, who comes when there is something for him to do. */
function tabOf(world: World, number: number): Tab {
  const person = world.people[number === 7 ? 1 : 0];
  if (person === undefined) throw new Error("a world without people");
  const own = tabsOf(world, person.name);
  return own[number % own.length] ?? world.openTab(person, "/");
}

export function tabsOf(world: World, name: string): Tab[] {
  return world.tabs.filter((tab) => tab.person.name === name && !tab.isClosed);
}

/** No two messages say the same. */
function wordsOf({ journal }: World, { person }: Tab): string {
  return `${person.name} says ${journal.asked.size}`;
}

/** Something with the conversation as a whole: the one of this tab, or one of another of the person's tabs. */
function organise(world: World, tab: Tab, pick: number): void {
  const known = tabsOf(world, tab.person.name).flatMap(({ page }) => page?.script.conversation() ?? []);
  const conversation = known[pick % known.length];
  if (conversation === undefined) return;
  const id = world.newId();
  const words = wordsOf(world, tab);
  const ops: ConversationOp[] = [
    { op: "conversation.rename", id, conversation, title: words },
    { op: "conversation.pin", id, conversation },
    { op: "conversation.unpin", id, conversation },
    { op: "conversation.archive", id, conversation },
    { op: "conversation.unarchive", id, conversation },
    { op: "conversation.tag", id, conversation, tag: words },
    { op: "conversation.delete", id, conversation },
    { op: "conversation.restore", id, conversation },
  ];
  const op = ops[pick % ops.length];
  if (op !== undefined) tab.ask(op);
}

/** With another's ids, on a line of its own: each answer must be that of something that is not there. */
function pry(world: World, { person }: Tab, pick: number): void {
  const other = world.tabs.find((tab) => tab.person !== person && tab.page !== null);
  const position = other?.page?.script.position();
  if (position === undefined || !world.server?.isReady) return;
  const server = world.server.accept(person, () => wire);
  const wire = world.wire({ received() {}, closed() {} }, server);
  const id = world.newId();
  wire.toServer(JSON.stringify({ op: "conversation.join", id, position: { ...position, revision: 0 } }));
  const messages = other?.messages() ?? [];
  const message = messages[pick % messages.length]?.dataset["message"];
  if (message === undefined) return;
  const text = `${person.name} pries`;
  const ops: StoredOp[] = [
    { op: "generation.stop", id, message },
    { op: "message.regenerate", id, message },
    { op: "message.continue", id, message },
    { op: "branch.choose", id, message },
    { op: "message.delete", id, message, conversation: position.conversation },
    { op: "message.edit", id, message, text },
    { op: "message.send", id, conversation: position.conversation, parent: message, text },
    { op: "conversation.delete", id, conversation: position.conversation },
    { op: "conversation.rename", id, conversation: position.conversation, title: text },
  ];
  for (const op of ops) wire.toServer(JSON.stringify(op));
}
