/** Where the code is of threads that read what people bring, or keep it. */
import { embedded } from "../embedded.ts";

/** Of chats from elsewhere. */
export function startReader(): Worker {
  return start("imports/worker.ts");
}

export function startPdfReader(): Worker {
  return start("files/pdf/thread.ts");
}

/** Brings the store's log into its file. */
export function startRelief(): Worker {
  return start("store/takeaway/thread.ts");
}

/** In the executable all addresses begin where index.ts is; the build has each of these as an entry of its own. */
function start(path: string): Worker {
  return new Worker(new URL(embedded === null ? `../${path}` : `./src/${path}`, import.meta.url));
}
