/** What the program says of itself. */
import { helpText } from "../config.ts";
import { commit, version } from "../version.ts";

export function printVersion(): void {
  console.log(`banter ${version} (${commit}), Bun ${Bun.version}`);
}

export function printHelp(): void {
  console.log(helpText(version));
}
