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
