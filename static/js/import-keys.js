// Keys for working through the rows of an import. Everything they do has a link, a box or a button of its own.

const rows = [...document.querySelectorAll(".import-row")];
let current = -1;

function move(step) {
  current = Math.max(0, Math.min(rows.length - 1, current + step));
  const row = rows[current];
  row.querySelector(".import-row-source").focus();
  row.scrollIntoView({ block: "nearest" });
}

function act(key) {
  const marked = document.querySelector(`[data-key="${key}"]`);
  if (marked?.matches("input[type=text]")) marked.focus();
  else if (marked) marked.click();
  return Boolean(marked);
}

document.addEventListener("focusin", (event) => {
  const row = rows.indexOf(event.target.closest(".import-row"));
  if (row >= 0) current = row;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (act(event.key)) event.preventDefault();
  else if (rows.length && (event.key === "j" || event.key === "k")) move(event.key === "j" ? 1 : -1);
  else if (event.key === "x") rows[current]?.querySelector("[name=rows]")?.click();
});
