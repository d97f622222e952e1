/** Wires what runs models: turns' runs, their line, titles, and what a day may take. */
import type { AppOptions } from "../app.ts";
import { createGrants, type Grants } from "../auth/oauth/grants.ts";
import type { IdentityProvider } from "../auth/oauth/provider.ts";
import { ownTokens, type GivenTokens, type OwnTokens } from "../auth/tokens.ts";
import { openVault } from "../auth/vault.ts";
import type { Bus } from "../bus/bus.ts";
import { Admission } from "../chat/admission.ts";
import type { BudgetParts } from "../chat/budget.ts";
import { Generations } from "../chat/generation.ts";
import type { Price, Run } from "../chat/run.ts";
import { makeTitles } from "../chat/titles.ts";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { ModelRef } from "../domain.ts";
import type { Catalogue } from "../inference/catalogue/catalogue.ts";
import { contextIn } from "../inference/catalogue/context.ts";
import { dearestPrice, estimateCost } from "../inference/catalogue/prices.ts";
import { takesImagesIn } from "../inference/catalogue/images.ts";
import { createProviders, type Served } from "../inference/endpoints.ts";
import { topics } from "../server/carriers/topics.ts";
import type { Carrier } from "../server/connection.ts";
import type { Metrics } from "../server/probes/metrics.ts";
import type { Store } from "../store/store.ts";

export function budgetPartsOf({ budgets, limits, ...settings }: Config, catalogue: Catalogue): BudgetParts {
  const dearest = (model: ModelRef, usdOutMax?: number) =>
    dearestPrice(catalogue.find(model), model.id, usdOutMax);
  const told = { contextOf: contextIn(catalogue.find), takesImages: takesImagesIn(catalogue.find) };
  return { budgets, settings, limits, dearest, ...told, now: systemClock.now };
}

/** Null where people can't bring tokens of their own. */
export async function tokensOf(
  { ownTokens: isWanted, oauth, secretKey, dataPath }: Config,
  store: Store,
  provider: IdentityProvider | null,
): Promise<GivenTokens | Grants | null> {
  if (provider !== null && oauth?.pays) {
    const vault = await openVault(secretKey, dataPath);
    return createGrants({ store, vault, provider, now: systemClock.now });
  }
  return isWanted ? ownTokens(store, await openVault(secretKey, dataPath)) : null;
}

export function startTitles(
  { config, log }: AppOptions,
  { store, bus, tokens }: Pick<RunParts, "store" | "bus" | "tokens">,
  budget: BudgetParts,
): () => void {
  const { titles, limits } = config;
  if (titles === null) return () => {};
  const provider = createProviders(
    config.endpoints,
    { ...limits, upstreamCallsMax: 1 },
    log,
    undefined,
    tokens,
  );
  return makeTitles({ store, bus, clock: systemClock, log, limits, model: titles.model, provider, budget });
}

type RunParts = {
  store: Store;
  bus: Bus;
  metrics: Metrics;
  carrier: Carrier;
  catalogue: Catalogue;
  served: Served;
  tokens: OwnTokens | null;
};

export function startGenerations(
  { config, log, live }: AppOptions,
  { store, bus, metrics: { beaten }, carrier, catalogue, served, tokens }: RunParts,
): Generations {
  const provider = createProviders(config.endpoints, config.limits, log, served, tokens);
  const { process, runs } = live;
  const { limits } = config;
  const current = () => live.generations ?? generations;
  const price: Price = ({ model, provider: who }, usage) =>
    estimateCost(catalogue.find(model), model.id, who, usage);
  const parts = {
    store,
    bus,
    clock: systemClock,
    log,
    limits,
    process,
    provider,
    price,
    runs,
    current,
    isLookedAt: ({ owner, conversation }: Run) => carrier.watchers(topics.eyes(owner, conversation)) > 0,
    freed: () => live.admission?.changed(),
    beaten,
  };
  const generations: Generations = new Generations(parts);
  return generations;
}

export function startAdmission(
  { config, log, live }: AppOptions,
  store: Store,
  bus: Bus,
  generations: Generations,
  catalogue: Catalogue,
): Admission {
  const { queue, runs } = live;
  const { limits } = config;
  const current = () => live.admission ?? admission;
  const shared = {
    store,
    bus,
    clock: systemClock,
    log,
    limits,
    current,
    contextOf: contextIn(catalogue.find),
    takesImages: takesImagesIn(catalogue.find),
  };
  const admission: Admission = new Admission({ ...shared, generations, queue, runs, settings: config });
  return admission;
}
