// Light or dark, as chosen at the foot of a page. Loaded before anything is drawn, so that nothing flashes.

const APPEARANCE = "appearance";

function chosenAppearance() {
  try {
    return localStorage.getItem(APPEARANCE) || "";
  } catch {
    return ""; // A browser may forbid storage.
  }
}

function show(appearance) {
  if (appearance) document.documentElement.dataset.appearance = appearance;
  else delete document.documentElement.dataset.appearance;
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    const own = meta.dataset.scheme;
    meta.media = appearance ? (appearance === own ? "all" : "not all") : `(prefers-color-scheme: ${own})`;
  }
  for (const button of document.querySelectorAll("[data-appearance-switch] button")) {
    button.setAttribute("aria-pressed", button.value === appearance);
  }
}

show(chosenAppearance());

addEventListener("storage", () => show(chosenAppearance()));

document.addEventListener("DOMContentLoaded", () => {
  for (const group of document.querySelectorAll("[data-appearance-switch]")) group.hidden = false;
  show(chosenAppearance());
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-appearance-switch] button");
  if (!button) return;
  show(button.value);
  try {
    if (button.value) localStorage.setItem(APPEARANCE, button.value);
    else localStorage.removeItem(APPEARANCE);
  } catch {
    // Then the choice holds for this page.
  }
});
