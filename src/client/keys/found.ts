/** Conversations by their titles that the page has no row of: as the sidebar's search finds them. */
import { parseHtml } from "../patch.ts";
import { askSteps } from "../sidebar/steps.ts";

export type FoundLink = { name: string; href: string };

/** Empty where nothing is found, or there is no way to the server. */
export async function findByTitle(query: string): Promise<FoundLink[]> {
  const steps = await askSteps(`/steps/found?q=${encodeURIComponent(query)}`);
  return (steps ?? []).flatMap((step) => (step[0] === "replace" ? linksIn(step[2]) : []));
}

function linksIn(html: string): FoundLink[] {
  return [...parseHtml(html).querySelectorAll<HTMLAnchorElement>("a.sidebar__link")].map((link) => ({
    name: link.textContent.trim(),
    href: link.href,
  }));
}
