// Starts Swagger UI on the document that the page names, and says who is looking and what is out of their reach. A file
// of its own, so that the page needs no inline script.
"use strict";

const PERMISSIONS = "/api/platform/v1/permissions?limit=1000&spec=";
const CALLER = "/api/platform/v1/caller";

function explain(permission) {
  const roles = permission.granted_by.filter((role) => role !== "service");
  return `needs ${permission.missing.join(", ")}` + (roles.length ? ` (${roles.join(", ")})` : "");
}

// Rules rather than classes: Swagger UI draws its elements anew whenever it likes.
function fade(permissions) {
  const sheet = new CSSStyleSheet();
  for (const permission of permissions.filter((one) => !one.allowed)) {
    const operation = `[id^="operations-"][id$="-${permission.operation_id}"]`;
    sheet.insertRule(`${operation} .opblock-summary { opacity: 0.6; }`);
    sheet.insertRule(`${operation} .opblock-summary-description::after { content: ${JSON.stringify(" – " + explain(permission))}; }`);
  }
  document.adoptedStyleSheets = [sheet];
}

async function introduce(bar) {
  const [caller, permissions] = await Promise.all([fetch(CALLER), fetch(PERMISSIONS + bar.dataset.spec)]);
  if (caller.ok && permissions.ok) {
    const who = await caller.json();
    const all = (await permissions.json()).items;
    const open = all.filter((permission) => permission.allowed).length;
    bar.textContent = `You are ${who.subject}; ${open} of ${all.length} operations here are open to you. `;
    fade(all);
  } else if (caller.status === 401) {
    bar.textContent = "Nobody is signed in with this browser. ";
    const link = document.createElement("a");
    link.href = "/login";
    link.textContent = "Sign in";
    bar.append(link, ", or put an API key into Authorize.");
  } else {
    bar.textContent = "Who you are cannot be found out right now.";
  }
  bar.dataset.known = "";
}

window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("spec");
  introduce(document.getElementById("who"));
  SwaggerUIBundle({
    url: new URL(place.dataset.url, window.location.href).href,
    domNode: place,
    deepLinking: true,
    displayOperationId: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});
