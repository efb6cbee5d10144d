// Speaks with the device about passkeys, and sends what it says in the form's hidden field.
// Without this script the forms stay hidden, and every page has another way.

const SENTENCES = {
  NotAllowedError: "The passkey was not used: that was called off, or it took too long. Try again.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys do not work at this address, because it is a number. Open the site under its name; on this machine that is “localhost”.",
  NotSupportedError: "This device cannot make such a passkey. Try another device, or a security key.",
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector("[role=alert]");
    error.textContent = "";
    try {
      const credential = form.dataset.passkey === "create" ? await create(form) : await get(form);
      form.elements.credential.value = JSON.stringify(plain(credential));
      form.submit();
    } catch (problem) {
      error.textContent = SENTENCES[problem.name] || "That did not work. Reload the page and try again.";
    }
  });
}

async function create(form) {
  const { publicKey } = given().creation_options;
  const alone = form.elements.passwordless.checked;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  publicKey.excludeCredentials = known(publicKey.excludeCredentials);
  Object.assign(publicKey.authenticatorSelection, {
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : "preferred",
  });
  return navigator.credentials.create({ publicKey });
}

async function get(form) {
  const { publicKey } = (form.dataset.passkey === "login" ? await asked(form) : given()).request_options;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.allowCredentials = known(publicKey.allowCredentials);
  return navigator.credentials.get({ publicKey });
}

// What the page was given; for signing in, where nobody is known yet, it is asked for when it is needed.
const given = () => JSON.parse(document.getElementById("passkey-options").textContent);

async function asked(form) {
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

const known = (credentials = []) => credentials.map((credential) => ({ ...credential, id: bytes(credential.id) }));

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function plain(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}
