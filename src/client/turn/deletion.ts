/** The question before a message is deleted goes away with Escape, or when something else is looked at. */

export function startDeleting(): void {
  document.addEventListener("click", (event) => {
    for (const question of asked()) if (!question.contains(event.target as Node)) question.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const question of asked()) {
      question.open = false;
      question.querySelector("summary")?.focus();
    }
  });
}

function asked(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll("[data-deletion][open]");
}
