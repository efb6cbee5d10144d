// The films somebody looked at last, kept in their browser alone. Whoever signs out leaves no list behind.

const RECENT = "recent";
const MOST = 12;
const signedIn = document.body.hasAttribute("data-signed-in");

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT)) || {};
    return { off: kept.off === true, signedIn: kept.signedIn === true, films: Array.isArray(kept.films) ? kept.films : [] };
  } catch {
    return { off: false, signedIn: false, films: [] };
  }
}

function write(kept) {
  try {
    localStorage.setItem(RECENT, JSON.stringify(kept));
  } catch {
    // A browser may forbid storage; then there is no list.
  }
}

function item(film) {
  const link = document.createElement("a");
  const title = document.createElement("bdi");
  title.textContent = film.title;
  link.href = film.address;
  link.append(title, ` (${film.year})`);
  const line = document.createElement("li");
  line.append(link);
  return line;
}

// Anything may have written to the storage of this site.
const isFilm = (film) => typeof film?.address === "string" && /^\/films\/[\w-]+\/$/.test(film.address);

function draw() {
  const kept = read();
  const others = kept.films.filter((film) => isFilm(film) && film.address !== location.pathname);
  for (const place of document.querySelectorAll("[data-recent]")) {
    place.querySelector("ol").replaceChildren(...others.map(item));
    place.hidden = kept.off || others.length === 0;
  }
  for (const button of document.querySelectorAll("[data-recent-switch] button")) {
    button.setAttribute("aria-pressed", (button.value === "off") === kept.off);
  }
}

function enter() {
  const kept = read();
  const page = document.querySelector("[data-film-title]");
  if (kept.signedIn && !signedIn) kept.films = []; // They signed out, or were.
  if (page && !kept.off) {
    const film = { address: location.pathname, title: page.dataset.filmTitle, year: page.dataset.filmYear };
    kept.films = [film, ...kept.films.filter((other) => other?.address !== film.address)].slice(0, MOST);
  }
  if (kept.films.length || kept.signedIn !== signedIn) write({ ...kept, signedIn });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-recent-clear]")) {
    write({ ...read(), films: [] });
    document.getElementById("content").focus();
  }
  const choice = event.target.closest("[data-recent-switch] button");
  if (choice) write({ ...read(), off: choice.value === "off", films: choice.value === "off" ? [] : read().films });
  draw();
});
addEventListener("storage", draw);
addEventListener("pageshow", (event) => event.persisted && draw());

for (const group of document.querySelectorAll("[data-recent-switch]")) group.hidden = false;
enter();
draw();
