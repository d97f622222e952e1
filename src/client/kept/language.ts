/** One language in all tabs: a page left in the old one would get parts in the new one. */
import { language } from "../page.ts";

export function followLanguage(): void {
  try {
    localStorage.setItem(name, language);
  } catch {
    // Nothing tells the other tabs: each has its language when it is loaded anew.
  }
  addEventListener("storage", ({ key, newValue }) => {
    if (key === name && newValue !== null && newValue !== language) location.reload();
  });
}

const name = "banter.language";
