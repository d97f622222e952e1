/** Events between parts, in one process; a bus between machines will have this same shape. */
import type { Choice, Conversation, Detour, Message, ModelRef, Place } from "../domain.ts";
import type { Log } from "../log.ts";

export type BusEvent =
  | { type: "conversation.changed"; conversation: Conversation; change: Change }
  | {
      type: "generation.progressed";
      owner: string;
      conversation: string;
      generation: string;
      seq: number;
      text: string;
      reasoning: string;
    }
  /** `place` is null when it begins; before its first token it may be led elsewhere. */
  | {
      type: "generation.placed";
      owner: string;
      conversation: string;
      generation: string;
      place: Place | Detour | null;
    }
  /** For a conversation that is not begun yet. */
  | { type: "model.chosen"; owner: string; conversation: string; choice: Choice }
  | { type: "model.raced"; owner: string; conversation: string; model: ModelRef; isRival: boolean }
  | { type: "model.favoured"; owner: string; model: ModelRef; isFavourite: boolean }
  /** Signed out: whoever watches by it must go. */
  | { type: "session.ended"; tokenHash: string }
  /** Whoever reads by it must go, too. */
  | { type: "link.ended"; secretHash: string }
  /** There is something to take away. */
  | { type: "account.ended" };

export type EventOf<Type extends BusEvent["type"]> = Extract<BusEvent, { type: Type }>;

export type Change =
  /** The messages go after what was shown before. */
  | { type: "appended"; messages: Message[] }
  /** One message's state, whether or not it is on the visible path. */
  | { type: "message"; message: Message }
  /** What is said of it as a whole; or it was deleted. */
  | { type: "about" }
  /** A branch that is not on show is gone: the messages on show that have fewer versions now. */
  | { type: "versions"; messages: Message[] }
  /** Another branch is shown: the conversation must be read again. */
  | { type: "path" };

export type Bus = {
  publish(event: BusEvent): void;
  subscribe(listener: (event: BusEvent) => void): () => void;
};

/** Listeners are called in order and at once; one that throws is logged and harms nobody else. */
export function createBus(log: Log): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error("bus.listener_failed", { event: event.type, error });
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
