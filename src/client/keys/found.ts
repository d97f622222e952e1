/** Conversations by their titles that the page has no row of: as the sidebar's search finds them. */
import type { PageStep } from "../../protocol.ts";
import { parseHtml } from "../patch.ts";

export type FoundLink = { name: string; href: string };

/** Empty where nothing is found, or there is no way to the server. */
export async function findByTitle(query: string): Promise<FoundLink[]> {
  try {
    const response = await fetch(`/steps/found?q=${encodeURIComponent(query)}`);
    if (!response.ok) return [];
    const steps = (await response.json()) as PageStep[];
    return steps.flatMap((step) => (step[0] === "replace" ? linksIn(step[2]) : []));
  } catch {
    return [];
  }
}

function linksIn(html: string): FoundLink[] {
  return [...parseHtml(html).querySelectorAll<HTMLAnchorElement>("a.sidebar__link")].map((link) => ({
    name: link.textContent.trim(),
    href: link.href,
  }));
}
