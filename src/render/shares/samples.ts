/** A view for each template of shared branches: see ../samples.ts. */
import type { Message } from "../../domain.ts";
import { en } from "../../words/en.ts";
import { leafName, sharedMessage, sharesView, type SharedView } from "./views.ts";

export function sampleShares(id: string): Record<string, object> {
  const base = { id, conversation: id, parent: null, createdMs: 0, siblings: [id] };
  const parts = [{ type: "text" as const, text: "Sample" }];
  const file = { type: "file" as const, file: id, name: "Sample", bytes: 1, tokens: 1 };
  const asked: Message = { ...base, role: "user", parts: [...parts, file], generation: null };
  const model = { endpoint: "local", id: "model" };
  const generation = { id, message: id, seq: 1, model, receipt: null, failure: null };
  const replies = (["running", "interrupted"] as const).map((state) => {
    const message: Message = { ...base, role: "assistant", parts, generation: { ...generation, state } };
    return sharedMessage(message, leafName, null, en);
  });
  const shared: SharedView = {
    title: "Sample",
    heading: "Sample",
    version: "sample",
    messages: [sharedMessage(asked, "1", null, en), ...replies],
    earlier: "/s/sample?steps=2",
    isPending: true,
    isLive: true,
  };
  const row = { id, title: "Sample", isLive: true, expiresMs: 0 };
  const rows = [
    { ...row, secret: "sample" },
    { ...row, expiresMs: null, secret: null },
  ];
  const form = { id, conversation: id, leaf: id, title: "Sample" };
  return {
    shared,
    shares: sharesView(rows, "http://localhost", form, en),
    "shared-foot": replies[0] ?? {},
  };
}
