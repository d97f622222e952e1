/** Work that is done one after the other, for each piece of it may take much of the machine. */

export type Line = {
  /** What is being done, and what waits for it. */
  readonly length: number;
  enter<T>(work: () => Promise<T>): Promise<T>;
};

export function createLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    get length() {
      return length;
    },
    enter(work) {
      length += 1;
      const mine = last.then(work).finally(() => (length -= 1));
      last = mine.catch(() => {});
      return mine;
    },
  };
}
