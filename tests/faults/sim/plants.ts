/** Bugs put between the program's parts, to see that the simulator finds each. */
import type { Op } from "../../../src/protocol.ts";
import type { Broadcast } from "../../../src/server/broadcast.ts";
import type { Watcher } from "../../../src/server/connection.ts";
import { sound, type Seams } from "./seams.ts";
import type { World } from "./world.ts";

export const plants: Record<string, Seams> = {
  "an acknowledgement before the commit": {
    ...sound,
    storeMs: 30,
    hears(_, text, socket) {
      const op = JSON.parse(text) as Op;
      if (op.op !== "message.send") return;
      socket.send(JSON.stringify({ type: "ack", id: op.id, conversation: op.conversation }));
    },
  },
  "a frame that is lost in silence": {
    ...sound,
    carrier: (carrier, world) => {
      const random = world.randomFor("loss");
      const publish: typeof carrier.publish = (topic, frame) => {
        if (random.below(12) > 0) carrier.publish(topic, frame);
      };
      return { ...carrier, publish };
    },
  },
  "a resume that is off by one": {
    ...sound,
    broadcast: (broadcast) =>
      joining(broadcast, (join, watcher, position) => {
        const replies = position.replies.map((reply) => ({
          ...reply,
          seq: reply.seq + 1,
          blocks: reply.blocks + 1,
        }));
        return join(watcher, { ...position, replies });
      }),
  },
  "a message that is sent again as another": {
    ...sound,
    says: (world, text, said) =>
      isSaidAgain(text, said) ? text.replace(/"id":"[^"]+"/, `"id":"${world.newId()}"`) : text,
  },
  "a message that is never sent again": {
    ...sound,
    says: (_, text, said) => (isSaidAgain(text, said) ? null : text),
  },
  "a stop that does not reach the model": {
    ...sound,
    provider: (provider) => ({
      ...provider,
      stream: (request) => provider.stream(request, new AbortController().signal),
    }),
  },
  "a run that is left running after a crash": { ...sound, recovers: false },
  "a snapshot that is taken before the subscription": {
    ...sound,
    broadcast: (broadcast, world) =>
      joining(broadcast, (join, watcher, position) => join(lateWatcher(watcher, world), position)),
  },
  "a checkpoint that is lost while later ones are kept": {
    ...sound,
    store: (store, world) => {
      const random = world.randomFor("checkpoints");
      const { checkpoint } = store.generations;
      const lossy: typeof checkpoint = async (rows, nowMs) => {
        if (random.below(4) > 0) await checkpoint(rows, nowMs);
      };
      return { ...store, generations: { ...store.generations, checkpoint: lossy } };
    },
  },
  "an end that is overwritten": {
    ...sound,
    store: (store, world) => {
      const finish: typeof store.generations.finish = async (input) => {
        const done = await store.generations.finish(input);
        const { generation, state } = input;
        if (state === "stopped")
          world.file.db.run("UPDATE generations SET state = 'complete' WHERE id = ?", [generation]);
        return done;
      };
      return { ...store, generations: { ...store.generations, finish } };
    },
  },
  "a message that is deleted in silence": {
    ...sound,
    store: (store) => {
      const remove: typeof store.turns.delete = async (input) => {
        const result = await store.turns.delete(input);
        return result.status === "deleted" ? { status: "missing" } : result;
      };
      return { ...store, turns: { ...store.turns, delete: remove } };
    },
  },
  "a version that is gone without a word": {
    ...sound,
    store: (store) => {
      const remove: typeof store.turns.delete = async (input) => {
        const result = await store.turns.delete(input);
        return result.status === "deleted" && result.shown !== "others" ? { ...result, shown: null } : result;
      };
      return { ...store, turns: { ...store.turns, delete: remove } };
    },
  },
  "a place that is never given back": {
    ...sound,
    isCrowded: true,
    admission(admission) {
      const admit = admission.admit.bind(admission);
      admission.admit = (owner, replies) => ({ ...admit(owner, replies), [Symbol.dispose]() {} });
      return admission;
    },
  },
  "a line that is served from its end": {
    ...sound,
    isCrowded: true,
    admission(admission) {
      const seat = admission.seat.bind(admission);
      admission.seat = (admitted, thread) => {
        seat(admitted, thread);
        for (const line of admission.parts.queue.lines.values()) line.reverse();
      };
      return admission;
    },
  },
  "a stop that leaves its turn in line": {
    ...sound,
    isCrowded: true,
    admission(admission) {
      admission.stop = (owner, message) => admission.parts.generations.stop(owner, message);
      return admission;
    },
  },
  "a topic without its owner": {
    ...sound,
    broadcast: (broadcast, world) =>
      joining(broadcast, (join, watcher, position) => {
        for (const { account } of world.people) {
          watcher.subscribe(`conversation:${account}:${position.conversation}:en`);
        }
        return join(watcher, position);
      }),
  },
};

type Join = Broadcast["join"];

function joining(
  broadcast: Broadcast,
  work: (join: Join, ...args: Parameters<Join>) => Promise<void>,
): Broadcast {
  const join = broadcast.join.bind(broadcast);
  broadcast.join = (watcher, position) => work(join, watcher, position);
  return broadcast;
}

/** Hears nothing of what comes between its asking and a moment after its answer. */
function lateWatcher(watcher: Watcher, { time }: World): Watcher {
  const wanted: string[] = [];
  return {
    account: watcher.account,
    language: watcher.language,
    get topics() {
      return watcher.topics;
    },
    set topics(topics) {
      watcher.topics = topics;
    },
    send(frame) {
      watcher.send(frame);
      if (frame.type !== "joined") return;
      for (const topic of wanted) time.after(250, () => watcher.subscribe(topic));
    },
    subscribe: (topic) => void wanted.push(topic),
    unsubscribe: (topic) => watcher.unsubscribe(topic),
  };
}

function isSaidAgain(text: string, said: Set<string>): boolean {
  return text.includes('"message.send"') && said.has(text);
}
