/** Reads what is left of a person's day, and tells the tabs when it changes. */
import type { Bus } from "../../bus/bus.ts";
import { dayOf } from "../../chat/budget.ts";
import type { Log } from "../../log.ts";
import { budgetView, type BudgetData } from "../../render/models/budget.ts";
import type { Templates } from "../../render/templates.ts";
import type { Budgets } from "../../store/budget/budget.ts";
import type { Store } from "../../store/store.ts";
import { topics } from "../carriers/topics.ts";
import type { Carrier } from "../connection.ts";

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

export type BudgetTeller = {
  bus: Bus;
  carrier: Carrier;
  budget: BudgetReader;
  templates(): Templates;
  log: Log;
};

/** Until the returned function is called. */
export function tellBudgets({ bus, carrier, budget, templates, log }: BudgetTeller): () => void {
  const tell = async (owner: string) => {
    const data = await budget(owner);
    if (data === null) return;
    const html = templates().render("budget", budgetView(data));
    carrier.publish(topics.owner(owner), { type: "patch", steps: [["replace", "budget", html]] });
  };
  return bus.subscribe((event) => {
    if (event.type !== "conversation.changed" || event.change.type === "about") return;
    const { owner } = event.conversation;
    if (carrier.watchers(topics.owner(owner)) === 0) return;
    tell(owner).catch((error: unknown) => log.error("budget.not_told", { error }));
  });
}
