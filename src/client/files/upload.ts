/** One file to the server, again and again while there is no way there. */
import type { PageStep } from "../../protocol.ts";

export type Answer = { steps: PageStep[] } | { text: string };

type Sending = {
  isTemporary: boolean;
  /** False once its chip was taken away. */
  isWanted(): boolean;
  /** It will be tried again. */
  wait(): void;
};

/** Null where it did not arrive. The id makes it one file, however often it is sent. */
export async function send(
  id: string,
  file: File,
  { isTemporary, isWanted, wait }: Sending,
): Promise<Answer | null> {
  for (let tries = 1; tries <= triesMax && isWanted(); tries += 1) {
    try {
      const response = await fetch(`/files/${id}${isTemporary ? "?temporary" : ""}`, {
        method: "POST",
        body: file,
        headers: {
          "Content-Type": "application/octet-stream",
          "X-File-Name": encodeURIComponent(file.name.toWellFormed()),
        },
      });
      const answer: unknown = await response.json();
      return response.ok ? { steps: answer as PageStep[] } : { text: (answer as { text: string }).text };
    } catch {
      wait();
      await new Promise((done) => setTimeout(done, waitMs * tries));
    }
  }
  return null;
}

/** Half a minute in all. */
const triesMax = 5;
const waitMs = 2000;
