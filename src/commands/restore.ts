/** `banter restore FILE`: a backup in the place of the data, which is kept beside it. */
import { restoreFile } from "../store/copies/restore.ts";
import { contents, dataPath, megabytes, orRefuse, parseArguments } from "./arguments.ts";

const usage = "banter restore FILE";

export function restoreCommand(args: string[]): Promise<void> {
  return orRefuse(async () => {
    const [copy = ""] = parseArguments(args, { usage, words: 1, options: [] }).words;
    const path = dataPath();
    const { inspection, kept } = await restoreFile(copy, path, Date.now());
    const { bytes, counts, missing } = inspection;
    console.log(`${path} now holds what ${copy} does: ${megabytes(bytes)}, ${contents(counts)}.`);
    if (kept !== null) console.log(`What was there before is kept as ${kept}.`);
    if (missing.length > 0) {
      console.log(
        `It is of an older version: the next start will bring it up to date (${missing.join(", ")}).`,
      );
    }
  });
}
