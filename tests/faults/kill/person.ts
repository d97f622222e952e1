/** Somebody with two tabs, who sends, stops, writes anew, goes on and looks around, as chance has it. */
import { readSession } from "../../../src/auth/session.ts";
import type { TurnOp } from "../../../src/protocol.ts";
import type { Random } from "../../support/random.ts";
import { loadTab, type Tab } from "../../support/tab.ts";
import type { Record } from "../check/record.ts";
import type { Reply, View } from "../check/shown.ts";
import { Visit } from "./visit.ts";

export type PersonOptions = { name: string; url: string; record: Record; random: Random };

export class Person {
  readonly visits: Visit[] = [];
  /** Own messages in the conversation that is open. */
  #questions: string[] = [];
  #asked = 0;
  #isResting = false;
  readonly #life: Promise<void>;

  constructor(readonly options: PersonOptions) {
    this.visits.push(this.#visit("/"));
    this.#life = this.#live();
  }

  get cookie(): string {
    return this.visits[0]?.cookie ?? "";
  }

  /** What the cookie holds, for nobody else to see. */
  get secret(): string {
    return this.cookie.split("=")[1] ?? "";
  }

  /** Asks nothing more. */
  async rest(): Promise<void> {
    this.#isResting = true;
    await this.#life;
  }

  get isIdle(): boolean {
    return this.visits.every((visit) => visit.isIdle);
  }

  async views(): Promise<View[]> {
    const views: View[] = [];
    for (const [index, { tab, cookie }] of this.visits.entries()) {
      if (tab === null) continue;
      const shown = tab.replies();
      const path = shown.length === 0 ? "/" : `/conversations/${tab.position.conversation}`;
      const page = (await loadTab(this.options.url, { cookie, path })).replies();
      views.push({ tab: `${this.options.name} ${index}`, shown: shown.map(asHtml), page: page.map(asHtml) });
    }
    return views;
  }

  async end(): Promise<void> {
    await Promise.all(this.visits.map((visit) => visit.end()));
  }

  #visit(path: string, cookie?: string): Visit {
    const { url, record, random } = this.options;
    return new Visit({ url, path, cookie, record, random });
  }

  async #live(): Promise<void> {
    const { random } = this.options;
    while (!this.#isResting) {
      await Bun.sleep(20 + random.below(180));
      const visit = this.visits[random.below(this.visits.length)];
      const account = readSession(this.secret)?.account;
      if (visit?.tab && account !== undefined) this.#act(visit, account);
    }
  }

  #act(visit: Visit, account: string): void {
    const { random } = this.options;
    const { tab } = visit;
    if (tab === null) return;
    const { conversation } = tab.position;
    const replies = tab.replies();
    const last = replies.at(-1);
    const isNew = last === undefined;
    const chance = random.below(100);
    // The first message is on its way, or was refused.
    if (isNew && this.#questions.length > 0) return chance < 5 ? this.#begin() : undefined;
    const ask = (op: TurnOp) => visit.ask(op, account);
    const id = crypto.randomUUID();
    const anyReply = replies[random.below(replies.length)]?.message ?? "";
    const anyQuestion = this.#questions[random.below(this.#questions.length)] ?? "";
    if (last !== undefined && last.generation !== null) {
      if (chance < 20) return ask({ op: "generation.stop", id, message: last.message });
      if (chance < 30) return visit.reload();
      if (chance < 85) return;
    }
    if (isNew || chance < 45) {
      this.#questions.push(id);
      const text = this.#question();
      ask({ op: "message.send", id, conversation, parent: last?.message ?? null, text });
      if (this.visits.length < 2 || isNew) this.#show(conversation);
    } else if (chance < 60) ask({ op: "message.regenerate", id, message: anyReply });
    else if (chance < 75) ask({ op: "message.continue", id, message: last?.message ?? anyReply });
    else if (chance < 82) ask({ op: "message.edit", id, message: anyQuestion, text: this.#question() });
    else if (chance < 90) ask({ op: "branch.choose", id, message: anyReply });
    else if (chance < 94 && replies.length > 3) this.#begin();
    else visit.reload();
  }

  /** Each question is there once in all. */
  #question(): string {
    return `${this.options.name} asks ${this.#asked++}`;
  }

  /** Both tabs have the same conversation from its first message on. */
  #show(conversation: string): void {
    const path = `/conversations/${conversation}`;
    const [first, second] = this.visits;
    first?.moveTo(path);
    if (second !== undefined) second.reload(path);
    else this.visits.push(this.#visit(path, this.cookie));
  }

  #begin(): void {
    this.#questions = [];
    for (const visit of this.visits) visit.reload("/");
  }
}

function asHtml({ message, body }: ReturnType<Tab["replies"]>[number]): Reply {
  return { message, html: body.html().join("") };
}
