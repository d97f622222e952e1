/** What models there are and what they cost: the endpoints' own lists, kept and refreshed in the background. */
import type { Endpoint } from "../../config/endpoints.ts";
import type { ListedModel, ModelRef } from "../../domain.ts";
import type { Log } from "../../log.ts";
import { askForList, type AskLimits } from "./ask.ts";
import { parseCatalogue, type CatalogueLimits } from "./parse.ts";

export type CatalogueParts = {
  endpoints: readonly Endpoint[];
  /** Keeps each list over a restart. */
  kept: Kept;
  now(): number;
  log: Log;
  limits: AskLimits & CatalogueLimits & { catalogueFreshMs: number };
  signal: AbortSignal;
};

/** `source` is where the list is from: an endpoint of the same name may be another server by now. */
export type Kept = {
  read(endpoint: string, source: string): Promise<{ models: unknown; fetchedMs: number } | null>;
  write(list: { endpoint: string; source: string; models: unknown; fetchedMs: number }): Promise<void>;
};

export type KnownList = {
  endpoint: string;
  models: ListedModel[];
  /** When the endpoint told this; null where it never has. */
  fetchedMs: number | null;
  /** Why it could not be asked the last time, as a sentence. */
  fault: string | null;
};

export type Catalogue = {
  /** What is known, in the order of the settings. Waits for what was kept here, never for an endpoint. */
  lists(): Promise<KnownList[]>;
  /** Of what is in memory; the id may end in a choice such as `:fastest`. */
  find(model: ModelRef): ListedModel | null;
  /** Somebody may want it soon: what is old is asked for anew, in the background. */
  want(): void;
};

export function createCatalogue(parts: CatalogueParts): Catalogue {
  const entries = parts.endpoints.map((endpoint) => createEntry(parts, endpoint));
  return {
    async lists() {
      await Promise.all(entries.map((entry) => entry.restore()));
      for (const entry of entries) entry.want();
      return entries.map((entry) => entry.list);
    },
    find({ endpoint, id }) {
      const models = entries.find((entry) => entry.list.endpoint === endpoint)?.list.models ?? [];
      return models.find((each) => each.id === id) ?? models.find((each) => each.id === bareId(id)) ?? null;
    },
    want() {
      for (const entry of entries) void entry.restore().then(entry.want);
    },
  };
}

/** Without what follows a model's name behind a colon: a provider or a wish, or a tag. */
export function bareId(id: string): string {
  return id.replace(/:[^:/]*$/, "");
}

type Entry = { list: KnownList; restore(): Promise<void>; want(): void };

function createEntry(parts: CatalogueParts, endpoint: Endpoint): Entry {
  const { now, log, limits, kept } = parts;
  const { name } = endpoint;
  if (name === "demo") return createDemoEntry(now());
  const baseUrl = endpoint.baseUrl ?? routerUrl;
  let restored: Promise<void> | null = null;
  let isAsking = false;
  let failures = 0;
  let nextMs = 0;
  const entry: Entry = {
    list: { endpoint: name, models: [], fetchedMs: null, fault: null },
    restore: () => (restored ??= restore()),
    want() {
      if (isAsking || now() < nextMs || parts.signal.aborted) return;
      isAsking = true;
      void refresh().finally(() => (isAsking = false));
    },
  };

  async function restore(): Promise<void> {
    try {
      const found = await kept.read(name, baseUrl);
      const models = found === null ? null : parseKept(found.models);
      if (found === null || models === null) return;
      entry.list = { ...entry.list, models, fetchedMs: found.fetchedMs };
      nextMs = found.fetchedMs + limits.catalogueFreshMs;
    } catch (error) {
      log.warn("catalogue.not_read", { endpoint: name, error });
    }
  }

  async function refresh(): Promise<void> {
    const startedMs = now();
    try {
      const json = await askForList({ baseUrl, key: endpoint.key }, limits, parts.signal);
      const models = parseCatalogue(json, limits);
      if (models === null) throw new Error("Its answer is not a list of models.");
      const fetchedMs = now();
      entry.list = { endpoint: name, models, fetchedMs, fault: null };
      [failures, nextMs] = [0, fetchedMs + limits.catalogueFreshMs];
      log.info("catalogue.refreshed", {
        endpoint: name,
        models: models.length,
        durationMs: fetchedMs - startedMs,
      });
      await keep(models, fetchedMs);
    } catch (error) {
      if (parts.signal.aborted) return;
      failures += 1;
      nextMs = now() + Math.min(limits.catalogueFreshMs, firstWaitMs * 2 ** (failures - 1));
      const fault = error instanceof Error ? error.message : "The list could not be had.";
      entry.list = { ...entry.list, fault };
      log.warn("catalogue.failed", { endpoint: name, failures, fault });
    }
  }

  /** What can't be kept is known all the same, until the next start. */
  async function keep(models: ListedModel[], fetchedMs: number): Promise<void> {
    try {
      await kept.write({ endpoint: name, source: baseUrl, models, fetchedMs });
    } catch (error) {
      log.warn("catalogue.not_kept", { endpoint: name, error });
    }
  }

  return entry;
}

function createDemoEntry(fetchedMs: number): Entry {
  const free = { usdIn: 0, usdOut: 0, isFree: true, takesTools: false };
  const offer = { provider: null, contextTokens: null, firstTokenMs: null, tokensPerS: null, ...free };
  const models = [{ id: "eliza", takesImages: false, offers: [offer] }];
  return {
    list: { endpoint: "demo", models, fetchedMs, fault: null },
    restore: () => Promise.resolve(),
    want() {},
  };
}

/** What was kept is our own writing, of this version or another. */
function parseKept(models: unknown): ListedModel[] | null {
  if (!Array.isArray(models)) return null;
  const isWhole = models.every((each) => typeof each?.id === "string" && Array.isArray(each?.offers));
  return isWhole ? (models as ListedModel[]) : null;
}

const routerUrl = "https://router.huggingface.co/v1";
const firstWaitMs = 5000;
