/** Reads what is left of a person's day, and tells the tabs when it changes. */
import type { Bus } from "../../bus/bus.ts";
import { dayOf } from "../../chat/budget.ts";
import type { Log } from "../../log.ts";
import type { BudgetData } from "../../render/models/budget.ts";
import type { Budgets } from "../../store/budget/budget.ts";
import type { Store } from "../../store/store.ts";
import { languages, type Language } from "../../words/words.ts";
import { tellEach, topics, type Audience } from "../carriers/topics.ts";

export type BudgetReader = (account: string) => Promise<BudgetData | null>;

/** Null where an account has no budget of its own; what all have together is not told. */
export function budgetReader(store: Store, { account: caps }: Budgets, now: () => number): BudgetReader {
  const isBounded = Object.values(caps).some((cap) => cap !== null);
  return async (account) => {
    if (!isBounded) return null;
    const nowMs = now();
    return { caps, spent: await store.budget.spent(account, dayOf(nowMs)), nowMs };
  };
}

export type BudgetTeller = Audience & { bus: Bus; budget: BudgetReader; log: Log };

/** Until the returned function is called. */
export function tellBudgets({ bus, budget, log, ...audience }: BudgetTeller): () => void {
  const tell = async (owner: string) => {
    const data = await budget(owner);
    if (data === null) return;
    tellEach(audience, topicOf(owner), (fragments) => ({ type: "patch", steps: fragments.budget(data) }));
  };
  return bus.subscribe((event) => {
    if (event.type !== "conversation.changed" || event.change.type === "about") return;
    const { owner } = event.conversation;
    if (!languages.some((language) => audience.carrier.watchers(topicOf(owner)(language)) > 0)) return;
    tell(owner).catch((error: unknown) => log.error("budget.not_told", { error }));
  });
}

const topicOf = (owner: string) => (language: Language) => topics.owner(owner, language);
