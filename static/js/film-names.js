// Offers the films of the catalogue while an admin writes which one is meant. Without it the field takes any text as well.

const PAUSE = 200; // milliseconds between two letters of somebody who types

for (const field of document.querySelectorAll("input[data-films]")) {
  const offered = document.createElement("datalist");
  offered.id = `${field.name}-offered`;
  field.after(offered);
  field.setAttribute("list", offered.id);
  let pause;

  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(offer, PAUSE);
  });

  async function offer() {
    const written = field.value.trim();
    if (!written) return;
    const answer = await fetch(`${field.dataset.films}&term=${encodeURIComponent(written)}`);
    if (!answer.ok || field.value.trim() !== written) return;
    const { results } = await answer.json();
    offered.replaceChildren(...results.map((film) => new Option("", film.text)));
  }
}
