/** The HTML of a page's parts, for pages and patches alike. */
import type { Choice, Conversation, Detour, FilePart, Message, ModelRef, Place } from "../domain.ts";
import type { BlocksOf } from "./kept.ts";
import { renderBlocks } from "./markdown.ts";
import type { FrameOptions } from "./views/outcome.ts";
import { chipView, type FileNote } from "./views/files.ts";
import { placeKey, placeView } from "./views/place.ts";
import { budgetView, type BudgetData } from "./models/budget.ts";
import { favouriteView } from "./models/picker.ts";
import { eachLanguage, wordsIn, type Language } from "../words/words.ts";
import type { Templates } from "./templates.ts";
import { menuView, type ListView } from "./sidebar/lists.ts";
import { groupedRows, rowView, sidebarView, type SidebarData, type SidebarRow } from "./sidebar/rows.ts";
import { raceHeadView, type RaceView } from "./views/race.ts";
import { racersView, rivalView, type PriceOf } from "./models/racers.ts";
import { answering, composerView, earlierView, pillView, type RoomOf, type AboutView } from "./views.ts";
import { editView, messageView, type BodyView, type MessageView } from "./views/message.ts";

/** See PageStep in protocol.ts. */
export type PartStep =
  | ["append", target: string, html: string]
  | ["replace", target: string, html: string]
  | ["remove", target: string]
  | ["row", target: string, row: string, html: string]
  | ["thread", target: string, html: string];

/** A message with the body that its readers have; null for one that does not run, whose text says it. */
export type ShownMessage = { message: Message; body: BodyView | null };

export type FragmentOptions = FrameOptions & {
  textMax: number;
  fileBytesMax: number;
  titleMax: number;
  tagMax: number;
  now(): number;
  /** Answers where nobody has chosen; the endpoints are those there are. */
  model: ModelRef;
  endpoints: readonly string[];
  /** Tokens that a model takes beside a reply; null where nobody tells. */
  roomOf: RoomOf;
  priceOf?: PriceOf;
  takesImages(model: ModelRef): boolean | null;
  /** How a stored text becomes HTML, where that is kept. */
  blocksOf?: BlocksOf;
};

export class Fragments {
  constructor(
    readonly templates: () => Templates,
    readonly options: FragmentOptions,
  ) {}

  #view({ message, body }: ShownMessage): MessageView {
    return messageView(message, body ?? storedBody(message, this.options.blocksOf), this.options);
  }

  #messages(shown: ShownMessage[]): MessageView[] {
    const views = shown.map((each) => this.#view(each));
    const from = views.findLast(({ role }) => role === "assistant")?.from ?? null;
    for (const view of views) view.isFirst = view.id === from;
    return views;
  }

  /** A path's messages, and what stands side by side at its end. */
  #path(shown: ShownMessage[]): { messages: MessageView[]; race: RaceView | null } {
    const views = this.#messages(shown);
    const { race, parent } = shown.at(-1)?.message ?? {};
    if (race === undefined || !parent) return { messages: views, race: null };
    const lanes = views.filter(({ isLane }) => isLane);
    const head = raceHeadView(parent, race, this.options.words);
    return { messages: views.filter(({ isLane }) => !isLane), race: { head, lanes } };
  }

  /**
   * `earlier`: the message that a step more begins with, if there is more. `edited` is shown as a form. `around`: the
   * way up leads to a page that doesn't go to the end; nor does this one, where `later` says from where on it lacks.
   */
  thread(
    shown: ShownMessage[],
    earlier: string | null,
    edited: string | null = null,
    around: { later: string | null } | null = null,
  ): string {
    const link = earlierView(shown[0]?.message, earlier, around !== null);
    const { messages, race } = this.#path(shown);
    const form = messages.find(({ isUser, id }) => isUser && id === edited);
    const { conversation = "" } = shown[0]?.message ?? {};
    if (form !== undefined) form.edit = editView({ id: form.id, conversation }, form.text, this.options);
    const html = messages.map((view) => this.#render("message", view));
    const above = link === null ? "" : this.#render("earlier", link);
    const last = around?.later ?? null;
    const below = last === null ? "" : this.#render("later", { conversation, last });
    return above + html.join("") + (race === null ? "" : this.#render("race", race)) + below;
  }

  appended(messages: Message[]): PartStep[] {
    return [
      [
        "append",
        "thread",
        this.thread(
          messages.map((message) => ({ message, body: null })),
          null,
        ),
      ],
    ];
  }

  /** What stands around a message's body; the body's own steps come apart from it. */
  frame(message: Message): PartStep[] {
    const view = this.#view({ message, body: null });
    return (["head", "thought", "foot"] as const)
      .map((part): PartStep => {
        return ["replace", `${part}-${message.id}`, this.#render(`message-${part}`, view)];
      })
      .concat(this.#raceHead(message));
  }

  /** The foot of a message that has another number of versions. */
  versions({ message, body }: ShownMessage): PartStep[] {
    const view = this.#view({ message, body });
    return [["replace", `foot-${message.id}`, this.#render("message-foot", view)]];
  }

  #raceHead({ race, parent }: Message): PartStep[] {
    if (race === undefined || parent === null) return [];
    const head = raceHeadView(parent, race, this.options.words);
    return [["replace", `race-head-${parent}`, this.#render("race-head", head)]];
  }

  /** What a page shows of a place that has become another; null once the reply begins. */
  place(generation: string, place: Place | Detour | null): PartStep[] {
    const view = placeView(generation, place, this.options.words);
    return [["replace", `place-${generation}`, this.#render("message-place", view)]];
  }

  /** Leads a page that shows these places, by their keys, to the present ones. */
  places(shown: { generation: string; place: string }[]): PartStep[] {
    return shown.flatMap(({ generation, place }) => {
      const now = this.options.placeOf(generation);
      return placeKey(now) === place ? [] : this.place(generation, now);
    });
  }

  heading(conversation: Conversation): PartStep[] {
    const { id, title } = conversation;
    return [
      ["replace", "title", this.#render("heading", { heading: title })],
      ["replace", "about", this.#render("about", { about: aboutView(conversation) })],
      ...this.pill(id, conversation),
    ];
  }

  pill(conversation: string, choice: Partial<Choice>): PartStep[] {
    const view = pillView(conversation, choice, this.options);
    const racers = this.racers(conversation, choice);
    return [
      ["replace", "model", this.#render("model-pill", view)],
      ["replace", "racers", this.#render("racers", { racers })],
    ];
  }

  racers(conversation: string, choice: Partial<Choice>): ReturnType<typeof racersView> {
    return racersView(conversation, answering(choice, this.options), choice, this.options);
  }

  rival(model: ModelRef, isRival: boolean): PartStep[] {
    const view = rivalView(model, isRival, this.options.words);
    return [["replace", view.element, this.#render("models-rival", view)]];
  }

  favourite(model: ModelRef, isFavourite: boolean): PartStep[] {
    const view = favouriteView(model, isFavourite);
    return [["replace", view.element, this.#render("models-star", view)]];
  }

  budget(data: BudgetData): PartStep[] {
    const view = budgetView(data, this.options.words);
    return [["replace", "budget", this.#render("budget", view)]];
  }

  /** For a path whose last message is `last`; null for an empty one. */
  composer(conversation: string, last: Message | null): PartStep[] {
    const view = composerView(conversation, last, this.options);
    return [["replace", "composer-foot", this.#render("composer-foot", view)]];
  }

  /** What is archived or deleted has no row. */
  row(row: SidebarRow): PartStep[] {
    if (row.archivedMs !== null || row.deletedMs !== null) return [["remove", `c-${row.id}`]];
    const html = this.#render("sidebar-row", rowView(row, ""));
    return [["row", "sidebar-rows", `c-${row.id}`, html]];
  }

  sidebar(data: SidebarData, current: string): ReturnType<typeof sidebarView> {
    return sidebarView(data, current, this.options.now(), this.options.words);
  }

  sidebarSteps(view: ReturnType<typeof sidebarView>): PartStep[] {
    return [
      ["replace", "sidebar-rows", this.#render("sidebar-rows", view)],
      ["replace", "sidebar-more", this.#render("sidebar-more", view)],
      ...this.tags(view.tags),
    ];
  }

  tags(tags: SidebarData["tags"]): PartStep[] {
    return [["replace", "sidebar-tags", this.#render("sidebar-tags", { tags })]];
  }

  /** Rows after those that are there. */
  olderRows(rows: SidebarRow[], next: string | null): PartStep[] {
    const views = groupedRows(rows, "", this.options.now(), this.options.words);
    const html = views.map((view) => this.#render("sidebar-row", view)).join("");
    return [
      ["append", "sidebar-rows", html],
      ["replace", "sidebar-more", this.#render("sidebar-more", { next })],
    ];
  }

  list(view: ListView): PartStep[] {
    return [["replace", "list", this.#render("list", view)]];
  }

  /** Beside the search box. */
  found(view: ListView): PartStep[] {
    return [["replace", "found", this.#render("found", view)]];
  }

  /** In the place of what stood for it while it came. */
  chip(file: FilePart, note: FileNote | null): PartStep[] {
    const view = chipView(file, note, this.options.words);
    return [["replace", `f-${view.id}`, this.#render("chip", view)]];
  }

  /** In the place of those that stand for them; what is no longer there goes. */
  chips(ids: readonly string[], files: FilePart[]): PartStep[] {
    return ids.flatMap((id): PartStep[] => {
      const file = files.find((each) => each.file === id);
      return file === undefined ? [["remove", `f-${id}`]] : this.chip(file, null);
    });
  }

  menu(conversation: Conversation, isTemporary: boolean): PartStep[] {
    const view = menuView(conversation, isTemporary, this.options);
    return [["replace", "menu", this.#render("menu", view)]];
  }

  #render(name: string, view: object): string {
    return this.templates().render(name, view);
  }
}

/** One for each language: what is made for those who read it. */
export function fragmentsIn(
  templates: (language: Language) => Templates,
  options: Omit<FragmentOptions, "words">,
): (language: Language) => Fragments {
  const made = eachLanguage((language) => {
    return new Fragments(() => templates(language), { ...options, words: wordsIn(language) });
  });
  return (language) => made[language];
}

export function aboutView({ id, title, tags, archivedMs }: Conversation): AboutView {
  return { id, title, tags, isArchived: archivedMs !== null };
}

function storedBody(message: Message, blocksOf: BlocksOf = renderBlocks): BodyView {
  let text = "";
  let reasoning = "";
  let thoughtMs: number | null = null;
  for (const part of message.parts) {
    if (part.type === "text") text += part.text;
    else if (part.type === "reasoning") {
      reasoning += part.text;
      thoughtMs = part.durationMs;
    }
  }
  return { blocks: message.role === "user" ? [] : blocksOf(text, message.id), reasoning, thoughtMs };
}
