/** A page within a page, of another site: what is in it, and what a person does there. */
import type { Page } from "./browser.ts";
import { until } from "./process.ts";

export type Frame = {
  evaluate<T>(expression: string): Promise<T>;
  /** Resolves with the first truthy value; survives navigations. */
  until<T>(expression: string): Promise<NonNullable<T>>;
  /** With the mouse, at the place where it is on the screen. */
  click(selector: string): Promise<void>;
};

/** The frame whose address begins so; it may come later. */
export function frameIn(page: Page, url: string): Frame {
  async function evaluate<T>(expression: string): Promise<T> {
    const { frameTree } = (await page.cdp("Page.getFrameTree")) as { frameTree: Tree };
    const found = frameTree.childFrames?.find(({ frame }) => frame.url.startsWith(url));
    if (found === undefined) throw new Error(`no frame of ${url}`);
    const world = { frameId: found.frame.id, worldName: "tests" };
    const { executionContextId: contextId } = (await page.cdp("Page.createIsolatedWorld", world)) as World;
    const asked = { expression, contextId, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = (await page.cdp("Runtime.evaluate", asked)) as Evaluated<T>;
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  }
  const frame: Frame = {
    evaluate,
    until: (expression) => until(expression, () => evaluate<unknown>(expression).catch(() => null)) as never,
    async click(selector) {
      const [x, y] = await frame.until<[number, number]>(middleOf(selector));
      const [left, top] = await page.evaluate<[number, number]>(cornerOf(url));
      const at = { x: left + x, y: top + y, button: "left", clickCount: 1 };
      for (const type of ["mousePressed", "mouseReleased"])
        await page.cdp("Input.dispatchMouseEvent", { ...at, type });
    },
  };
  return frame;
}

type Tree = { frame: { id: string; url: string }; childFrames?: Tree[] };
type World = { executionContextId: number };
type Evaluated<T> = {
  result: { value: T };
  exceptionDetails?: { exception?: { description?: string } };
};

function middleOf(selector: string): string {
  return `(() => {
    const { x, y, width, height } = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
    return width * height > 0 && [x + width / 2, y + height / 2];
  })()`;
}

function cornerOf(url: string): string {
  return `(() => {
    const frame = document.querySelector('iframe[src^=${JSON.stringify(url)}]');
    const { x, y } = frame.getBoundingClientRect();
    return [x + frame.clientLeft, y + frame.clientTop];
  })()`;
}
