/** Which Banter this is. */
import manifest from "../package.json" with { type: "json" };

declare const BUILD_COMMIT: string | undefined;

export const version: string = manifest.version;

/** The commit that the executable was built from; "source" where it runs from source. */
export const commit: string = typeof BUILD_COMMIT === "string" ? BUILD_COMMIT : "source";
