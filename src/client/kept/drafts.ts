/** What is being written in each conversation, kept over a reload, a look elsewhere, and a newer version. */

export function keepDraft(key: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, text);
    if (ofEntry(key) !== null) history.replaceState(null, "");
  } catch {
    keepInHistory(key, text);
  }
}

/** Empty where there is none. */
export function draftOf(key: string): string {
  try {
    return ofEntry(key) ?? localStorage.getItem(prefix + key) ?? "";
  } catch {
    return "";
  }
}

/** Where storage is full or forbidden: the tab's own history outlives a reload, too. */
function keepInHistory(key: string, text: string): void {
  try {
    history.replaceState({ draft: [key, text] }, "");
    // What it was before, it is no longer.
    localStorage.removeItem(prefix + key);
  } catch {
    // Nothing keeps it: the draft lives as long as the page.
  }
}

function ofEntry(key: string): string | null {
  const state = history.state as { draft?: [string, string] } | null;
  return state?.draft?.[0] === key ? state.draft[1] : null;
}

const prefix = "banter.draft.";

/** Ids of files that were brought for a draft, which is kept beside them; without storage the page alone knows them. */
export function keepFiles(key: string, ids: string[]): void {
  try {
    if (ids.length === 0) localStorage.removeItem(filesPrefix + key);
    else localStorage.setItem(filesPrefix + key, ids.join(" "));
  } catch {
    // What is not sent is taken away by the server after a while.
  }
}

export function filesOf(key: string): string[] {
  try {
    return (localStorage.getItem(filesPrefix + key) ?? "").split(" ").filter((id) => id !== "");
  } catch {
    return [];
  }
}

const filesPrefix = "banter.files.";
