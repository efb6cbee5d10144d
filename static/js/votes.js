// Casts a helpful vote without leaving the page. Whatever goes wrong, the form is sent as if this script were not there.

const native = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const votes = form.closest(".votes");
  if (!votes || native.has(form)) return;
  event.preventDefault();
  if (votes.hasAttribute("aria-busy")) return;
  votes.setAttribute("aria-busy", "true");
  const button = event.submitter;
  try {
    await vote(votes, form, button);
  } catch {
    votes.removeAttribute("aria-busy");
    native.add(form);
    setTimeout(() => form.requestSubmit(button)); // A form ignores this while its submit event is still on its way.
  }
});

async function vote(votes, form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const response = await fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  if (response.redirected) {
    votes.removeAttribute("aria-busy"); // For whoever comes back with the back button.
    return location.assign(response.url);
  }
  if (response.headers.get("Content-Type").startsWith("text/plain")) return refuse(votes, await response.text());
  if (!response.ok) throw new Error(response.statusText);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(votes.id);
  votes.replaceWith(fresh);
  const same = fresh.querySelector(`button[value="${button?.value || "yes"}"]`);
  same?.focus();
  document.getElementById("pending-vote")?.remove();
  // A live region speaks only of what changes after it has come into the page.
  setTimeout(() => {
    fresh.querySelector("[aria-live]").textContent = fresh.querySelector(".votes__count").textContent;
  }, 150);
}

// A vote that is refused says why where it was cast.
function refuse(votes, sentence) {
  votes.removeAttribute("aria-busy");
  const said = votes.querySelector(".votes__refused") ?? votes.appendChild(document.createElement("p"));
  said.className = "votes__refused";
  said.setAttribute("role", "alert");
  said.textContent = sentence;
}

// Whoever comes back from signing in finds the notice about the vote they had begun.
document.getElementById("pending-vote")?.focus();
