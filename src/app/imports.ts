/** Where the thread's code is that reads what is brought in. */
import { embedded } from "../embedded.ts";

/** In the executable all addresses begin where index.ts is; the build has the file as an entry of its own. */
export function startReader(): Worker {
  const path = embedded === null ? "../imports/worker.ts" : "./src/imports/worker.ts";
  return new Worker(new URL(path, import.meta.url));
}
