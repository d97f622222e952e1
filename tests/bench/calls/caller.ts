/** A program: keeps so many calls open in one way, and tells what reading them took. */
import { answerParent } from "../children.ts";
import { ways, type Bytes } from "./ways.ts";

export type Calls = { way: string; url: string; cert: string; count: number };

let bytes = 0;

answerParent({
  async open({ way, url, cert, count }: Calls) {
    const call = ways[way];
    if (call === undefined) throw new Error(`there is no way “${way}”`);
    const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: "x".repeat(2000) }] });
    const answers = await Promise.all(Array.from({ length: count }, () => call(url, body, cert)));
    for (const answer of answers) void read(answer.bytes);
    return answers.every(({ status }) => status === 200);
  },
  state: () => ({ bytes, cpuUs: process.cpuUsage().user + process.cpuUsage().system }),
});

async function read(from: Bytes): Promise<void> {
  for (;;) {
    const { done, value } = await from.read();
    if (value !== undefined) bytes += value.byteLength;
    if (done) return;
  }
}
