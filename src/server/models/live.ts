/** Choices → patches, where a conversation's own changes don't tell: for chats not begun, and favourites. */
import type { Bus } from "../../bus/bus.ts";
import type { Language } from "../../words/words.ts";
import { tellEach, topics, type Audience } from "../carriers/topics.ts";

export type ChoiceTeller = Audience & { bus: Bus };

/** Until the returned function is called. */
export function tellChoices({ bus, ...audience }: ChoiceTeller): () => void {
  return bus.subscribe((event) => {
    if (event.type === "model.chosen") {
      const { owner, conversation, choice } = event;
      const topicOf = (language: Language) => topics.conversation(owner, conversation, language);
      tellEach(audience, topicOf, (fragments) => {
        return { type: "patch", conversation, steps: fragments.pill(conversation, choice) };
      });
    }
    if (event.type === "model.raced") {
      const { owner, conversation, model, isRival } = event;
      const topicOf = (language: Language) => topics.conversation(owner, conversation, language);
      tellEach(audience, topicOf, (fragments) => {
        return { type: "patch", conversation, steps: fragments.rival(model, isRival) };
      });
    }
    if (event.type === "model.favoured") {
      const { owner, model, isFavourite } = event;
      const topicOf = (language: Language) => topics.owner(owner, language);
      tellEach(audience, topicOf, (fragments) => {
        return { type: "patch", steps: fragments.favourite(model, isFavourite) };
      });
    }
  });
}
