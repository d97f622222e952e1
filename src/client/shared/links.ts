/** The page of one's own links: each has a button that copies it, which is there where it can. */
import { copy } from "../copy.ts";

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy-link]")) {
  const { ariaLabel, textContent } = button;
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = button.parentElement?.querySelector("input")?.value ?? "";
    void copy(Promise.resolve(link)).then(() => {
      button.ariaLabel = button.textContent = button.dataset["copied"] ?? "";
      setTimeout(() => {
        button.ariaLabel = ariaLabel;
        button.textContent = textContent;
      }, saidMs);
    });
  });
}

const saidMs = 1500;
