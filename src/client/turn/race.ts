/** A race: what it costs at most, told before it is sent; and one reply kept before anything else is. */
import { figuresIn } from "../../words/figures.ts";
import { say } from "../composer.ts";
import { language, must, word } from "../page.ts";
import { tokensAsked } from "./meter.ts";

const form = must<HTMLFormElement>("[data-composer]");

export function startRaces(): void {
  // Before the composer takes the text for a message.
  form.addEventListener("submit", (event) => {
    if (form.querySelector("[data-keep-first]") === null || event.submitter?.hasAttribute("formaction"))
      return;
    event.preventDefault();
    event.stopPropagation();
    say(word("keepfirst"));
  });
  form.addEventListener("input", tellCost);
  tellCost();
}

/** To be called whenever the page or the text has changed. */
export function tellCost(): void {
  const place = form.querySelector<HTMLElement>("[data-race-cost]");
  if (place === null) return;
  const { usdIn = "0", usdOut = "0", unpriced = "0" } = place.dataset;
  const usd = Number(usdOut) + Number(usdIn) * tokensAsked();
  const sum = figuresIn(language).dollars(usd);
  place.textContent = word(unpriced === "0" ? "upto" : "uptosome").replace("{sum}", sum);
}
