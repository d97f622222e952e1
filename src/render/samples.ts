/** A view for each template that is rendered by name: a template that can't show it is refused at load. */
import type { Failure, FilePart, Message } from "../domain.ts";
import { en } from "../words/en.ts";
import { accountsView } from "./views/people.ts";
import { providerView, sessionsView, signInView, tokenView } from "./views/accounts.ts";
import { attachView, chipView } from "./views/files.ts";
import { takeawayView } from "./views/takeaway.ts";
import { placeView } from "./views/place.ts";
import { parametersView } from "./models/parameters.ts";
import { pickerView } from "./models/picker.ts";
import { usageView } from "./models/usage.ts";
import { sampleAssistants } from "./assistants/samples.ts";
import { sampleShares } from "./shares/samples.ts";
import { rivalView } from "./models/racers.ts";
import { sampleRace } from "./models/samples.ts";
import { sampleLists } from "./sidebar/samples.ts";
import { composerView, pillView, welcomeView, type ChatView, type ErrorView } from "./views.ts";
import { editView, messageView, type MessageView } from "./views/message.ts";

export function sampleViews(): Record<string, object> {
  const messages = sampleMessages();
  const { sidebar, row, list, menu } = sampleLists(sampleId);
  const chosen = { endpoint: "local", id: "org/model:fastest" };
  const model = pillView(sampleId, { model: chosen }, { model: chosen, endpoints: ["local", "huggingface"] });
  const { racers, ...raced } = sampleRace(sampleId, messages);
  const composer = composerView(sampleId, null, {
    words: en,
    textMax: 100,
    fileBytesMax: 1,
    newId: () => sampleId,
  });
  const newId = () => sampleId;
  const assistants = sampleAssistants(sampleId);
  const edit = editView({ id: sampleId, conversation: sampleId }, "Sample", { textMax: 100, newId });
  for (const message of messages) if (message.isUser) message.edit = edit;
  const chat: ChatView = {
    title: "Sample · Banter",
    scripted: true,
    heading: "Sample",
    about: { id: sampleId, title: "Sample", tags: ["sample"], isArchived: true },
    list: null,
    menu: null,
    refreshes: true,
    conversation: sampleId,
    revision: 1,
    version: "sample",
    model,
    demo: true,
    temporary: true,
    sidebar,
    thread: "Sample",
    elsewhere: { id: sampleId, message: sampleId },
    ...welcomeView(true, en, null),
    ...assistants.choice,
    composer: { ...composer, running: sampleId, unanswered: sampleId, temporary: true, racers },
    blankEdit: edit,
    attaching: attachView(en, 1, 1),
  };
  const [message] = messages;
  return {
    chat,
    error: sampleError,
    ...sampleAccounts(),
    earlier: { conversation: sampleId, from: sampleId, first: sampleId, around: true },
    later: { conversation: sampleId, last: sampleId },
    list,
    found: list,
    menu,
    chip: chipView(sampleImage, "first", en),
    deleted: { ...sampleError, date: "Sample", id: sampleId, conversation: sampleId },
    about: chat,
    "sidebar-more": sidebar,
    "sidebar-tags": sidebar,
    "sidebar-rows": sidebar,
    "sidebar-row": row,
    "composer-foot": composer,
    message: message ?? {},
    heading: chat,
    "model-pill": model,
    racers: { racers },
    ...raced,
    ...samplePickers(),
    ...samplePieces(message ?? {}),
    ...sampleShares(sampleId),
    ...assistants.views,
  };
}

function samplePeople(): object {
  const took = { replies: 1, tokens: 1, costUsd: 1 };
  const row = { account: "sample", subject: "sample", name: "Sample", createdMs: 0, seenMs: 0, sessions: 1 };
  const rows = [1, null, null].map((blockedMs) => ({ ...row, blockedMs, today: took, month: took }));
  const place = { query: "", order: "seen", after: 0 } as const;
  const page = { rows, count: 4, today: took, month: took };
  return accountsView({ page, place, isAdmin: (each) => each === rows[2], queryMax: 9 }, en);
}

/** Pages about who one is, and what is theirs. */
function sampleAccounts(): Record<string, object> {
  const session = { tokenHash: "sample", agent: "Sample", seenMs: 0 };
  return {
    signin: signInView({ next: "/", trouble: "Sample" }, en),
    provider: providerView("/", "denied", { pays: true, isFramed: true }, en),
    token: tokenView(0, "Sample", true, en),
    sessions: sessionsView([session], "sample", true, en, { subject: "sample", name: "Sample" }),
    accounts: samplePeople(),
    takeaway: takeawayView(en, { broughtIn: sampleImport, trouble: "Sample", retentionDays: 1 }),
  };
}

/** What of a message is sent alone. */
function samplePieces(message: object): Record<string, object> {
  return {
    "message-head": message,
    "message-thought": message,
    "message-place": placeView(sampleId, { number: 1, line: "own" }, en),
    "message-foot": message,
  };
}

const sampleError: ErrorView = {
  title: "Sample",
  scripted: false,
  heading: "Sample",
  text: "Sample",
  requestId: "sample",
  refreshes: false,
};

function samplePickers(): Record<string, object> {
  const offer = {
    contextTokens: 1,
    usdIn: 1,
    usdOut: null,
    isFree: false,
    takesTools: true,
    firstTokenMs: 1,
  };
  const offers = ["a", null].map((provider) => ({ ...offer, provider, tokensPerS: 1 }));
  const models = offers.map((each, n) => ({ id: `m${n}`, takesImages: true, offers: [each] }));
  const lists = ["one", "two"].map((endpoint) => ({ endpoint, models, fetchedMs: 0, fault: "Sample." }));
  const current = { endpoint: "one", id: "m1" };
  const query = { q: "", sort: "" as const, only: [] };
  const place = {
    conversation: sampleId,
    message: sampleId,
    isContinued: true,
    temporary: true,
    rivals: null,
    racersMax: 4,
  };
  const picker = pickerView({
    words: en,
    lists,
    marks: [{ model: current, favouriteMs: 1, chosenMs: 1 }],
    query,
    current,
    ...place,
    nowMs: 1e10,
    isResting: () => true,
    newId: () => sampleId,
  });
  const star = picker.models[0]?.favourite ?? {};
  const raced = { ...picker, message: null, race: { with: "Sample", max: 4 } };
  const rival = rivalView(current, true, en);
  for (const row of raced.models) if (row.single) row.single.rival = rival;
  const settings = { systemPrompt: null, temperature: 1, maxTokens: 1 };
  const chat = { conversation: sampleId, temporary: true, id: sampleId };
  const parameters = parametersView({ parameters: { temperature: 1 }, settings, ...chat }, en);
  const sum = { runs: 1, tokensIn: 1, tokensOut: 1, costUsd: 1, estimatedUsd: 1, unpriced: 0 };
  const usage = usageView(
    {
      byModel: [{ ...sum, day: "2026-01-01", endpoint: "one", model: "m1" }],
      byConversation: [{ ...sum, id: sampleId, title: "Sample" }],
      titles: sum,
    },
    Date.UTC(2026, 0, 1),
    en,
    sampleBudget,
    "Sample",
  );
  const others = {
    budget: usage.budget,
    parameters,
    "parameters-sheet": parameters,
    usage,
    "usage-sheet": usage,
  };
  const pickers = { models: picker, "models-sheet": raced, "models-list": raced };
  return { ...others, ...pickers, "models-star": star, "models-rival": rival };
}

const sampleId = "00000000-0000-4000-8000-000000000000";

function sampleMessages(): MessageView[] {
  const failure: Failure = {
    kind: "rate_limited",
    status: 429,
    detail: "",
    provider: null,
    retryAfterMs: 1000,
  };
  const base = {
    conversation: sampleId,
    parent: null,
    createdMs: 0,
    parts: [{ type: "text", text: "Sample" }, sampleImage, { ...sampleImage, type: "file" }],
  };
  const receipt = {
    provider: "sample",
    finishReason: "length",
    waitedMs: 1000,
    firstTokenMs: 1,
    durationMs: 2,
    tokensIn: 1,
    tokensOut: 1,
    costUsd: 0.001,
    calls: 1,
  };
  const generation = { id: sampleId, message: sampleId, seq: 1, model: { endpoint: "local", id: "model" } };
  const messages = [
    { ...base, id: sampleId, role: "user", generation: null, siblings: [sampleId] },
    ...(["running", "complete", "failed", "interrupted"] as const).map((state) => ({
      ...base,
      id: sampleId,
      role: "assistant",
      siblings: [sampleId, sampleId],
      generation: { ...generation, state, receipt, failure: state === "failed" ? failure : null },
    })),
  ] as Message[];
  const placeOf = () => ({ number: 1, line: "all" as const });
  const options = { words: en, maxTokens: 1, newId: () => sampleId, placeOf };
  return messages.map((message) =>
    messageView(message, { blocks: ["<p>Sample</p>"], reasoning: "Sample", thoughtMs: 1000 }, options),
  );
}

const sampleImage: FilePart = {
  ...{ type: "image", file: sampleId, name: "Sample", bytes: 1, tokens: 1, width: 1, height: 1 },
};

const sampleImport = {
  added: 1,
  there: 1,
  assistants: 1,
  refused: 2,
  refusals: [{ title: "Sample", reason: "empty" as const }],
  ending: "cutOff" as const,
};

const sampleBudget = {
  caps: { turns: 1, tokens: 1, costUsd: 1 },
  spent: { turns: 1, tokens: 1, costUsd: 1 },
  nowMs: 0,
};
