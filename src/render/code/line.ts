/** A line of code as CodeMirror's tokenizers want to read it: what they ask of a line, and what they are. */

/** A tokenizer: what it has read so far is in its state, which nothing but it looks into. */
export type Parser<State = unknown> = {
  startState?(indentUnit: number): State;
  /** Moves on by one token, and tells what that is. */
  token(line: Line, state: State): string | null;
  blankLine?(state: State, indentUnit: number): void;
  copyState?(state: State): State;
};

/** `start` and `pos` are where the token begins and how far it goes by now. */
export type Line = {
  string: string;
  start: number;
  pos: number;
  indentUnit: number;
  sol(): boolean;
  eol(): boolean;
  current(): string;
  peek(): string | undefined;
  next(): string | void;
  eat(what: Wanted): string | void;
  eatWhile(what: Wanted): boolean;
  eatSpace(): boolean;
  skipToEnd(): void;
  skipTo(text: string): boolean | void;
  backUp(count: number): void;
  match(
    what: string | RegExp,
    consume?: boolean,
    caseInsensitive?: boolean,
  ): boolean | RegExpMatchArray | null;
  column(): number;
  indentation(): number;
};

type Wanted = string | RegExp | ((char: string) => boolean);

export function lineOf(text: string, columnsOfTab: number): Line {
  return new Reading(text, columnsOfTab);
}

class Reading implements Line {
  string: string;
  start = 0;
  pos = 0;
  indentUnit: number;
  /** How far columns have been counted, and to what: asked at each token, a long line would be counted each time. */
  #counted = { pos: 0, column: 0 };

  constructor(text: string, columnsOfTab: number) {
    this.string = text;
    this.indentUnit = columnsOfTab;
  }

  sol(): boolean {
    return this.pos === 0;
  }

  eol(): boolean {
    return this.pos >= this.string.length;
  }

  current(): string {
    return this.string.slice(this.start, this.pos);
  }

  peek(): string | undefined {
    return this.string[this.pos];
  }

  next(): string | undefined {
    const char = this.string[this.pos];
    if (char !== undefined) this.pos += 1;
    return char;
  }

  eat(what: Wanted): string | undefined {
    const char = this.string[this.pos];
    if (char === undefined || !isWanted(char, what)) return undefined;
    this.pos += 1;
    return char;
  }

  eatWhile(what: Wanted): boolean {
    const from = this.pos;
    while (this.eat(what) !== undefined);
    return this.pos > from;
  }

  eatSpace(): boolean {
    return this.eatWhile(space);
  }

  skipToEnd(): void {
    this.pos = this.string.length;
  }

  skipTo(text: string): boolean {
    const at = this.string.indexOf(text, this.pos);
    if (at >= 0) this.pos = at;
    return at >= 0;
  }

  backUp(count: number): void {
    this.pos -= count;
  }

  /** What is found later than here counts for nothing. A text gives true, a pattern what it found. */
  match(what: string | RegExp, consume = true, caseInsensitive = false): true | RegExpMatchArray | null {
    if (typeof what !== "string") {
      const found = this.string.slice(this.pos).match(what);
      if (found === null || (found.index ?? 0) > 0) return null;
      if (consume) this.pos += found[0].length;
      return found;
    }
    const here = this.string.slice(this.pos, this.pos + what.length);
    const isSame = caseInsensitive ? here.toLowerCase() === what.toLowerCase() : here === what;
    if (isSame && consume) this.pos += what.length;
    return isSame || null;
  }

  column(): number {
    if (this.#counted.pos < this.start) {
      const column = columnAfter(
        this.string.slice(this.#counted.pos, this.start),
        this.#counted.column,
        this,
      );
      this.#counted = { pos: this.start, column };
    }
    return this.#counted.column;
  }

  indentation(): number {
    const end = this.string.search(/\S/);
    return columnAfter(end < 0 ? this.string : this.string.slice(0, end), 0, this);
  }
}

const space = /\s/;

function isWanted(char: string, what: Wanted): boolean {
  if (typeof what === "string") return char === what;
  return what instanceof RegExp ? what.test(char) : what(char);
}

function columnAfter(text: string, from: number, { indentUnit }: Line): number {
  let column = from;
  for (const char of text) column += char === "\t" ? indentUnit - (column % indentUnit) : char.length;
  return column;
}
