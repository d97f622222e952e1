/** Choices → patches, where a conversation's own changes don't tell: for chats not begun, and favourites. */
import type { Bus } from "../../bus/bus.ts";
import type { Fragments } from "../../render/fragments.ts";
import { topics } from "../carriers/topics.ts";
import type { Carrier } from "../connection.ts";

export type ChoiceTeller = { bus: Bus; carrier: Carrier; fragments: Fragments };

/** Until the returned function is called. */
export function tellChoices({ bus, carrier, fragments }: ChoiceTeller): () => void {
  return bus.subscribe((event) => {
    if (event.type === "model.chosen") {
      const { owner, conversation, model } = event;
      const steps = fragments.pill(conversation, model);
      carrier.publish(topics.conversation(owner, conversation), { type: "patch", conversation, steps });
    }
    if (event.type === "model.favoured") {
      const { owner, model, isFavourite } = event;
      carrier.publish(topics.owner(owner), { type: "patch", steps: fragments.favourite(model, isFavourite) });
    }
  });
}
