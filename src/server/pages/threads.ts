/** Threads as pages show them, kept until they change: a chat is opened more often than it is gone on with. */
import type { Conversation, Message } from "../../domain.ts";
import { createKept } from "../../render/kept.ts";

export type ShownThread = {
  html: string;
  /** The path's last message, which the next one comes after. */
  leaf: Message | null;
  /** Without scripts, the page comes again by itself. */
  refreshes: boolean;
};

/** `look` is all that the HTML depends on beside what is stored: the language, and the version of the templates. */
export type KeptThreads = {
  /** Null where there is none, or the conversation is another by now. */
  find(conversation: Conversation, look: string): ShownThread | null;
  /** Not one that is being written: that changes without its conversation. */
  keep(conversation: Conversation, look: string, thread: ShownThread): void;
};

/** The forms in it have the ids that they had: at one revision, a button means one thing however often it is pressed. */
export function keepThreads(charsMax: number): KeptThreads {
  const kept = createKept<{ as: string; thread: ShownThread }>(charsMax);
  return {
    find(conversation, look) {
      const found = kept.get(nameOf(conversation));
      return found?.as === stateOf(conversation, look) ? found.thread : null;
    },
    keep(conversation, look, thread) {
      kept.set(nameOf(conversation), { as: stateOf(conversation, look), thread }, thread.html.length);
    },
  };
}

function nameOf({ owner, id }: Conversation): string {
  return `${owner} ${id}`;
}

/** A conversation that was deleted for good can begin again under the same id, and count from one. */
function stateOf({ revision, leaf, createdMs }: Conversation, look: string): string {
  return [revision, leaf, createdMs, look].join(" ");
}
