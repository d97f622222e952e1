/** `banter backup FILE`: a checked copy of the data, while a server runs or not. */
import { backupFile } from "../store/copies/snapshot.ts";
import { contents, counted, dataPath, megabytes, orRefuse, parseArguments } from "./arguments.ts";

const usage = "banter backup FILE [--force]";

export function backupCommand(args: string[]): Promise<void> {
  return orRefuse(async () => {
    const { words, options } = parseArguments(args, { usage, words: 1, options: ["--force"] });
    const [target = ""] = words;
    const isReplacing = options.has("--force");
    const { bytes, counts, running } = await backupFile(dataPath(), target, {
      isReplacing,
      nowMs: Date.now(),
    });
    console.log(`${target}: ${megabytes(bytes)}, ${contents(counts)}; checked, and whole.`);
    if (running > 0) {
      const replies = counted(running, "reply", "replies");
      console.log(`${replies} in it were still being written: restored, they can be continued.`);
    }
  });
}
