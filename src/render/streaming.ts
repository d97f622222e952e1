/** Markdown that arrives bit by bit, as steps from one state of its HTML to the next. */
import { codeFrame, languageOf } from "./code/block.ts";
import { Highlighter } from "./code/highlight.ts";
import { split, TOP, type Context, type Piece } from "./markdown/blocks.ts";
import { Body, type Block, type BodyStep } from "./markdown/body.ts";
import { definitionsIn, DEFINITIONS_MAX, labelsIn, type Definitions } from "./markdown/definitions.ts";
import { listTag } from "./markdown/elements.ts";
import { noteKey, Notes } from "./markdown/notes.ts";
import {
  renderItem,
  renderLeaf,
  renderNote,
  renderRow,
  renderTableHead,
  type Known,
  type TableHead,
} from "./markdown/pieces.ts";
import { withoutMarks } from "./markdown/tree.ts";

export type { BodyStep };

// An open piece is rendered again at each take: up to this length always, beyond it the work stays
// within so many characters for each character of the text. Its steps have a bound of that kind, too.
const FREE_LENGTH = 512;
const WORK_PER_CHARACTER = 16;
const SENT_PER_CHARACTER = 3.5;
// Formulas are many times as long as their text, told once: what is open may still be told a few times.
const OPEN_PER_CHARACTER = 0.5;
const SENT_ALLOWANCE = 2048;

type Source =
  | { kind: "leaf"; source: string }
  | { kind: "note"; label: string; source: string }
  | { kind: "list"; items: string[]; isLoose: boolean }
  | { kind: "table"; source: string; head: TableHead; rows: string[] }
  | { kind: "code"; highlighter: Highlighter; lines: number };

/** A piece that is complete, by its block and its place there; null for the block itself. */
type Place = { block: number; item: number | null };

export class StreamingMarkdown {
  readonly #body = new Body();
  /** One for each block whose beginning is certain; an open leaf comes after them. */
  readonly #sources: Source[] = [];
  readonly #definitions: Definitions = new Map();
  readonly #notes: Notes;
  readonly #known: Known;
  readonly #references = new Map<string, Place[]>();
  /** Complete pieces that a definition after them has changed. */
  readonly #stale = new Set<Place>();
  #context: Context = TOP;
  #rest = "";
  #held = "";
  #length = 0;
  #work = 0;
  #isChanged = false;

  /** `name` tells the reply's footnotes from those of others on the same page. */
  constructor(name = "") {
    this.#notes = new Notes(name);
    this.#known = { definitions: this.#definitions, notes: this.#notes };
  }

  append(text: string): void {
    const whole = this.#held + text;
    // Half a surrogate pair, or a line's end of which the other half may follow.
    this.#held = /[\ud800-\udbff\r]$/.exec(whole)?.[0] ?? "";
    this.#add(whole.slice(0, whole.length - this.#held.length));
  }

  /** The steps from what was last taken to now, as of the event `seq`; none where it would cost too much yet. */
  take(seq: number): BodyStep[] {
    if (!this.#isChanged) return [];
    const work = Math.max(0, this.#rest.length - FREE_LENGTH);
    if (this.#work + work > WORK_PER_CHARACTER * this.#length) return [];
    this.#work += work;
    return this.#advance(seq, false);
  }

  /** The last steps. */
  finish(seq: number): BodyStep[] {
    this.#add(this.#held);
    this.#held = "";
    return this.#advance(seq, true);
  }

  /** The blocks as one has them who applied every step taken. */
  html(): string[] {
    return this.#body.html();
  }

  /** For one who held the first `blocksHeld` blocks as of the event `seq`; the next take's steps go on from there. */
  since(blocksHeld: number, seq: number): BodyStep[] {
    return this.#body.since(blocksHeld, seq);
  }

  #add(text: string): void {
    if (text === "") return;
    this.#rest += withoutMarks(text.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd").toWellFormed());
    this.#length += text.length;
    this.#isChanged = true;
  }

  #advance(seq: number, isLast: boolean): BodyStep[] {
    this.#body.begin(seq);
    const { pieces, rest, context } = split(this.#rest, this.#context, isLast);
    this.#rest = rest;
    this.#context = context;
    this.#isChanged = false;
    for (const piece of pieces) {
      if ("isOpen" in piece && piece.isOpen && this.#isSentTooMuch()) break;
      this.#place(piece);
    }
    this.#refresh(isLast);
    return this.#body.steps();
  }

  #isSentTooMuch(): boolean {
    const { sentLength, htmlLength } = this.#body;
    const due = Math.max(SENT_PER_CHARACTER * this.#length, htmlLength + OPEN_PER_CHARACTER * this.#length);
    return sentLength > due + SENT_ALLOWANCE;
  }

  #place(piece: Piece): void {
    switch (piece.kind) {
      case "leaf":
        return this.#placeLeaf(piece.source, piece.isOpen);
      case "note":
        return this.#placeNote(piece.label, piece.source, piece.isOpen);
      case "item":
        return this.#placeItem(piece.source, piece.isOpen, piece.isSpaced);
      case "row":
        return this.#placeRow(piece.source, piece.isOpen);
      case "line":
        return this.#placeLine(piece.source, piece.isOpen);
      case "list":
        return this.#start({ kind: "list", items: [], isLoose: false }, listFrame(piece.start));
      case "code":
        return this.#start(
          { kind: "code", highlighter: new Highlighter(languageOf(piece.info)), lines: 0 },
          codeFrame(piece.info),
        );
      case "table": {
        const head = renderTableHead(piece.source, this.#known);
        this.#start({ kind: "table", source: piece.source, head, rows: [] }, head);
        return this.#refer(piece.source, { block: this.#sources.length - 1, item: null });
      }
    }
  }

  #start(source: Source, { open, close }: { open: string; close: string }): void {
    this.#body.setBlock(this.#sources.length, { open, items: [], close });
    this.#sources.push(source);
  }

  #placeLeaf(source: string, isOpen: boolean): void {
    const block = this.#sources.length;
    const html = renderLeaf(source, this.#known);
    if (html === null) this.#body.cut(block);
    else this.#body.setBlock(block, leafBlock(html));
    if (isOpen) return;
    if (html !== null) this.#sources.push({ kind: "leaf", source });
    this.#learn(source, html === null ? null : { block, item: null });
  }

  #placeNote(label: string, source: string, isOpen: boolean): void {
    // Another one with this label is text.
    if (this.#notes.numberOf(label) !== null) return this.#placeLeaf(source, isOpen);
    const block = this.#sources.length;
    if (!isOpen) {
      this.#sources.push({ kind: "note", label, source });
      const places = this.#references.get(noteKey(label)) ?? [];
      this.#notes.define(label, places[0] === undefined ? null : nameOf(places[0]));
      for (const earlier of places) this.#stale.add(earlier);
    }
    this.#body.setBlock(block, leafBlock(renderNote(label, source, this.#known)));
    if (!isOpen) this.#refer(source, { block, item: null });
  }

  #placeItem(source: string, isOpen: boolean, isSpaced: boolean): void {
    const block = this.#sources.length - 1;
    const list = this.#sources[block];
    if (list?.kind !== "list") return;
    const item = renderItem(source, this.#known);
    // An open item may yet turn out tight, so it does not make its list loose.
    if (!list.isLoose && (isSpaced || (item.isLoose && !isOpen))) this.#loosen(block, list);
    const index = list.items.length;
    this.#body.setItem(block, index, item.html(list.isLoose || item.isLoose));
    if (isOpen) return;
    list.items.push(source);
    this.#learn(source, { block, item: index });
  }

  #loosen(block: number, list: Source & { kind: "list" }): void {
    list.isLoose = true;
    for (const [index, source] of list.items.entries()) {
      this.#notes.at(nameOf({ block, item: index }));
      this.#body.setItem(block, index, renderItem(source, this.#known).html(true));
    }
    this.#notes.at("");
  }

  #placeRow(source: string, isOpen: boolean): void {
    const block = this.#sources.length - 1;
    const table = this.#sources[block];
    if (table?.kind !== "table") return;
    const index = table.rows.length;
    this.#body.setItem(block, index, renderRow(source, table.head, isOpen, this.#known));
    if (isOpen) return;
    table.rows.push(source);
    this.#refer(source, { block, item: index });
  }

  #placeLine(source: string, isOpen: boolean): void {
    const block = this.#sources.length - 1;
    const code = this.#sources[block];
    if (code?.kind !== "code") return;
    const { highlighter, lines } = code;
    this.#body.setItem(block, lines, isOpen ? highlighter.openLine(source) : highlighter.line(source));
    if (!isOpen) code.lines += 1;
  }

  /** Takes note of what a complete piece defines and refers to. The first definition of a label holds. */
  #learn(source: string, place: Place | null): void {
    for (const [label, line] of definitionsIn(source)) {
      if (this.#definitions.has(label) || this.#definitions.size >= DEFINITIONS_MAX) continue;
      this.#definitions.set(label, line);
      for (const earlier of this.#references.get(label) ?? []) this.#stale.add(earlier);
    }
    if (place !== null) this.#refer(source, place);
  }

  #refer(source: string, place: Place): void {
    for (const label of labelsIn(source)) {
      const places = this.#references.get(label);
      if (places === undefined) this.#references.set(label, [place]);
      else places.push(place);
    }
  }

  /** Renders stale pieces anew: while the text goes on, as far as the bound allows. */
  #refresh(isLast: boolean): void {
    for (const place of this.#stale) {
      if (!isLast && this.#isSentTooMuch()) return;
      this.#stale.delete(place);
      this.#notes.at(nameOf(place));
      this.#renew(place);
      this.#notes.at("");
    }
  }

  #renew({ block, item }: Place): void {
    const source = this.#sources[block];
    if (source?.kind === "note") {
      this.#body.setBlock(block, leafBlock(renderNote(source.label, source.source, this.#known)));
    } else if (source?.kind === "leaf") {
      const html = renderLeaf(source.source, this.#known);
      if (html !== null) this.#body.setBlock(block, leafBlock(html));
    } else if (source?.kind === "table" && item === null) {
      const { open, close } = renderTableHead(source.source, this.#known);
      const items = this.#body.block(block)?.items ?? [];
      this.#body.setBlock(block, { open, items: [...items], close });
    } else if (source?.kind === "table" && item !== null) {
      const row = source.rows[item] ?? "";
      this.#body.setItem(block, item, renderRow(row, source.head, false, this.#known));
    } else if (source?.kind === "list" && item !== null) {
      const html = renderItem(source.items[item] ?? "", this.#known).html(source.isLoose);
      this.#body.setItem(block, item, html);
    }
  }
}

function nameOf({ block, item }: Place): string {
  return `${block}.${item ?? ""}`;
}

function leafBlock(html: string): Block {
  return { open: html, items: [], close: "" };
}

function listFrame(start: number | null): { open: string; close: string } {
  return { open: `${listTag(start)} data-items>`, close: start === null ? "</ul>" : "</ol>" };
}
