/** Models that answer what a test tells each of them, for races. */
import type { Tab } from "./tab.ts";
import { delta, done, finish, startUpstream, usage, type Upstream } from "./upstream.ts";
import type { Reply } from "./upstream-reply.ts";

export type Racing = {
  upstream: Upstream;
  /** By model: the reply to the newest request for it. */
  asked: Map<string, Reply>;
  env: Record<string, string>;
  say(model: string, text: string): Promise<void>;
  /** Says this, and that it was all. */
  end(model: string, text: string, costUsd?: number): Promise<void>;
  /** Resolves when so many models have been asked. */
  untilAsked(count: number): Promise<void>;
};

export async function startRacing(): Promise<Racing> {
  const asked = new Map<string, Reply>();
  const upstream = await startUpstream((request, reply) => {
    reply.open();
    asked.set((request.json as { model: string }).model, reply);
  });
  return {
    upstream,
    asked,
    env: { INFERENCE_URL: upstream.url, MODEL: "one", TITLE_MODEL: "none" },
    say: async (model, text) => asked.get(model)?.write(delta(text)),
    async end(model, text, costUsd = 0.002) {
      const reply = asked.get(model);
      const all = delta(text) + finish("stop") + usage(10, 20, { estimated_cost: costUsd }) + done();
      await reply?.write(all);
      reply?.end();
    },
    async untilAsked(count) {
      while (asked.size < count) await Bun.sleep(1);
    },
  };
}

/** Sends an op as a form's fields, and resolves with its answer. */
export async function ask(
  tab: Tab,
  op: string,
  { id = crypto.randomUUID(), ...fields }: Record<string, unknown>,
) {
  tab.raw(JSON.stringify({ op, id, ...fields }));
  return tab.answered(String(id));
}

/** What a tab shows of a reply. */
export function shownText(tab: Tab, message: string): string {
  return (
    tab
      .replies()
      .find((reply) => reply.message === message)
      ?.body.html()
      .join("") ?? ""
  );
}
