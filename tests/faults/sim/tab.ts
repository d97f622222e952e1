/** A browser's tab: the browser's own code on a page that the server gave, and a person who uses it. */
import type { StoredOp } from "../../../src/protocol.ts";
import type { Element } from "./dom.ts";
import { globalsOf } from "./globals.ts";
import { parseHtml } from "./html.ts";
import type { Wire } from "./network.ts";
import type { PageSocket } from "./page-socket.ts";
import { startScript, type Line, type Script } from "./script.ts";
import { createLife, type Life } from "./time.ts";
import type { Person, World } from "./world.ts";

type Page = {
  document: Element;
  script: Script;
  line: Line;
  life: Life;
  socket: PageSocket | null;
  handlers: Map<string, () => void>;
};

export class Tab {
  path = "/";
  page: Page | null = null;
  isOffline = false;
  isClosed = false;
  /** Of the tab's session: kept over reloads. */
  readonly stored = new Map<string, string>();
  readonly #said = new Set<string>();
  #load = 0;

  constructor(
    readonly world: World,
    readonly person: Person,
    readonly name: string,
  ) {}

  get wire(): Wire | null {
    return this.page?.socket?.wire ?? null;
  }

  /** Asks for the page until it comes. */
  load(path: string): void {
    const { time } = this.world;
    this.leave();
    this.path = path;
    const load = ++this.#load;
    const isStale = () => load !== this.#load || this.isClosed;
    const answer = (html: string | null) => {
      if (isStale()) return;
      this.#load += 1;
      if (html === null) this.load("/");
      else this.#show(html);
    };
    const ask = () => {
      if (isStale()) return;
      const { server } = this.world;
      if (server?.isReady && !this.isOffline) {
        const { journal } = this.world;
        void server.page(this.person, path).then(
          (html) => void time.after(5, () => answer(html)),
          (error: unknown) => void journal.wrongs.push(`no page: ${String(error)}`),
        );
      }
      time.after(700, ask);
    };
    time.after(10, ask);
  }

  /** What a page asks for beside its line, and gets while that goes on. */
  async fetch(path: string) {
    const { time, randomFor } = this.world;
    const late = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve));
    const answerMs = 5 + randomFor(`${this.name} fetches ${time.now()}`).below(60);
    await late(10);
    const { server } = this.world;
    if (!server?.isReady || this.isOffline) throw new TypeError("no line");
    const part = await server.earlier(this.person, path);
    await late(answerMs);
    return {
      ok: part !== null,
      headers: new Headers({ Revision: String(part?.revision) }),
      text: async () => part?.html ?? "",
    };
  }

  /** The page goes, and with it its line. */
  leave(): void {
    const page = this.page;
    this.page = null;
    page?.life.end();
    page?.socket?.close();
  }

  close(): void {
    this.leave();
    this.isClosed = true;
  }

  /** As a form does: goes into the outbox, and from there to the server. */
  ask(op: StoredOp): void {
    const { asked } = this.world.journal;
    const { account } = this.person;
    const known = asked.get(op.id);
    if (known === undefined)
      asked.set(op.id, { account, op, isAcked: false, refusals: [], isRepeated: false });
    else known.isRepeated = true;
    this.page?.line.send(op);
  }

  /** Types and sends; a page with a running reply does not. */
  send(text: string): void {
    const foot = this.#composerFoot();
    const field = (name: string) => foot?.querySelector(`[name="${name}"]`)?.getAttribute("value");
    if (this.page === null || foot?.querySelector("[data-stop]") || this.#isWaiting(this.page)) return;
    const conversation = field("conversation") ?? "";
    const parent = field("parent");
    this.ask({ op: "message.send", id: this.world.newId(), conversation, parent: parent || null, text });
  }

  #composerFoot(): Element | null {
    return this.page?.document.getElementById("composer-foot") ?? null;
  }

  /** What has been sent here and is not shown yet. */
  #isWaiting({ line, script }: Page): boolean {
    return line.waiting().some((op) => {
      return op.op === "message.send" && (this.path === "/" || op.conversation === script.conversation());
    });
  }

  /** Presses one of the buttons for that op, if the page has any. */
  press(name: "message.regenerate" | "message.continue" | "branch.choose", pick: number): void {
    const forms = this.page?.document.querySelectorAll(`form[data-op="${name}"]`) ?? [];
    const form = forms[pick % forms.length];
    const field = (key: string) => form?.querySelector(`[name="${key}"]`)?.getAttribute("value") ?? "";
    if (form !== undefined) this.ask({ op: name, id: field("id"), message: field("message") });
  }

  stop(): void {
    const foot = this.#composerFoot();
    const message = foot?.querySelector('[name="message"]')?.getAttribute("value");
    if (message && foot?.querySelector("[data-stop]"))
      this.ask({ op: "generation.stop", id: this.world.newId(), message });
  }

  edit(text: string, pick: number): void {
    const own = this.messages().filter((article) => article.querySelector("[data-body]") === null);
    const message = own[pick % own.length]?.dataset["message"];
    if (message !== undefined) this.ask({ op: "message.edit", id: this.world.newId(), message, text });
  }

  delete(pick: number): void {
    const forms = this.page?.document.querySelectorAll('form[data-op="message.delete"]') ?? [];
    const form = forms[pick % forms.length];
    const field = (key: string) => form?.querySelector(`[name="${key}"]`)?.getAttribute("value") ?? "";
    const [id, message, conversation] = [field("id"), field("message"), field("conversation")];
    if (form !== undefined) this.ask({ op: "message.delete", id, message, conversation });
  }

  /** One that this tab does not show, as a device that shows it still can. */
  prune(pick: number): void {
    const forms = this.page?.document.querySelectorAll('form[data-op="branch.choose"]') ?? [];
    const message = forms[pick % forms.length]?.querySelector('[name="message"]')?.getAttribute("value");
    const conversation = this.page?.script.conversation() ?? "";
    if (message) this.ask({ op: "message.delete", id: this.world.newId(), message, conversation });
  }

  messages(): Element[] {
    return this.page?.document.querySelectorAll("[data-message]") ?? [];
  }

  /** Something that the browser tells pages: online, offline, visibilitychange; or that the reader comes near what is earlier. */
  tell(event: string): void {
    this.page?.handlers.get(event)?.();
  }

  #show(html: string): void {
    const document = parseHtml(html);
    const life = createLife(this.world.time);
    const handlers = new Map<string, () => void>();
    const script = startScript(globalsOf(this, document, life, handlers));
    const page: Page = {
      document,
      script,
      life,
      handlers,
      socket: null,
      line: { send() {}, waiting: () => [] },
    };
    this.page = page;
    page.line = new script.Line({
      changed: () => {
        this.#showAddress(page);
        script.markCurrent();
        script.watchEarlier();
      },
      arrived: (where) => {
        if (this.path === "/" && where !== script.conversation()) this.load(`/conversations/${where}`);
      },
      refused: (op, frame) => {
        if (op !== null) this.world.journal.asked.get(op.id)?.refusals.push(frame.code);
      },
      connected() {},
    });
    script.watchEarlier();
  }

  #showAddress({ document, script }: Page): void {
    const isShown = (document.getElementById("thread")?.childElementCount ?? 0) > 0;
    if (this.path === "/" && isShown) this.path = `/conversations/${script.conversation()}`;
  }

  /** What a planted bug makes of it goes out instead. */
  spoken(text: string): string | null {
    const said = this.world.seams.says(this.world, text, this.#said);
    this.#said.add(text);
    this.world.journal.tell(`${this.world.time.now() % 1e7} ${this.name} says: ${said}`);
    return said;
  }
}
