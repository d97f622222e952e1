/** Text of an event stream → its events, by the rules of the HTML standard, in time linear in the text. */
import { unreadable } from "../failures.ts";

export type SseReader = {
  push(text: string): void;
  /** The stream is over: an event without its blank line still counts. */
  end(): void;
};

/** Calls back for each event that has data. Throws UpstreamError when one event grows past `charsMax`. */
export function createSseReader(
  onEvent: (data: string, name: string, isCut: boolean) => void,
  charsMax: number,
): SseReader {
  // Pieces of a line are joined but not searched again, or a long line in small reads costs O(n²).
  let rest = "";
  let data: string | null = null;
  let name = "";
  let afterReturn = false;

  function dispatch(isCut: boolean) {
    const [heldData, heldName] = [data, name];
    data = null;
    name = "";
    if (heldData !== null) onEvent(heldData, heldName, isCut);
  }

  function readLine(line: string) {
    if (line === "") return dispatch(false);
    if (line.startsWith("data:")) addData(valueOf(line, 5));
    else if (line.startsWith("event:")) name = valueOf(line, 6);
    else if (line === "data") addData("");
  }

  function addData(value: string) {
    data = data === null ? value : `${data}\n${value}`;
    if (data.length > charsMax) throw unreadable("One event of the reply is too long.");
  }

  return {
    push(text) {
      let start = afterReturn && text.startsWith("\n") ? 1 : 0;
      if (text !== "") afterReturn = text.endsWith("\r");
      if (text.includes("\r")) {
        text = text.slice(start).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
        start = 0;
      }
      for (let end = text.indexOf("\n", start); end !== -1; end = text.indexOf("\n", start)) {
        const line = rest + text.slice(start, end);
        rest = "";
        start = end + 1;
        readLine(line);
      }
      rest += text.slice(start);
      if (rest.length > charsMax) throw unreadable("One line of the reply is too long.");
    },
    end() {
      const line = rest;
      rest = "";
      if (line !== "") readLine(line);
      dispatch(true);
    },
  };
}

function valueOf(line: string, start: number): string {
  return line.slice(line.charCodeAt(start) === 32 ? start + 1 : start);
}
