// Starts Swagger UI on the document that the page names, and says who is looking and what is out of their reach, or out of
// the reach of a role. A file of its own, so that the page needs no inline script.
"use strict";

const PERMISSIONS = "/api/platform/v1/permissions?limit=1000&spec=";
const CALLER = "/api/platform/v1/caller";
const MATRIX = "/api/platform/v1/role-matrix";
const ofRole = (role, spec) => `/api/platform/v1/roles/${encodeURIComponent(role)}/permissions?limit=1000&spec=${spec}`;

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

// Says how much of this document is open, to oneself or to a role, and fades the rest.
function tell(bar, who, role, permissions) {
  const open = permissions.filter((permission) => permission.allowed).length;
  bar.textContent = `${who}; ${open} of ${permissions.length} operations here are open to ${role || "you"}. `;
  if (role) bar.dataset.as = role;
  else delete bar.dataset.as;
  fade(permissions);
}

// Whoever may look at roles can look as one of them would. Trying things out is still done as oneself.
async function offerRoles(bar, own) {
  const matrix = await fetch(MATRIX);
  if (!matrix.ok) return;
  const label = document.createElement("label");
  const select = document.createElement("select");
  select.add(new Option("myself", ""));
  for (const role of (await matrix.json()).roles) select.add(new Option(role.name, role.name));
  select.addEventListener("change", async () => {
    const role = select.value;
    if (!role) return own();
    const permissions = await fetch(ofRole(role, bar.dataset.spec));
    if (!permissions.ok) bar.textContent = "What this role may call cannot be found out right now.";
    else if (select.value === role) tell(bar, `You look as ${role} would`, role, (await permissions.json()).items);
  });
  label.append("View as ", select);
  label.className = "view-as";
  bar.after(label);
}

async function introduce(bar) {
  const [caller, permissions] = await Promise.all([fetch(CALLER), fetch(PERMISSIONS + bar.dataset.spec)]);
  if (caller.ok && permissions.ok) {
    const who = await caller.json();
    const all = (await permissions.json()).items;
    const own = () => tell(bar, `You are ${who.subject}`, "", all);
    own();
    await offerRoles(bar, own);
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

// What may be left out is left out until somebody fills it in. Swagger UI would send the example of every parameter, so
// that a list was asked for a page that it does not have and with every filter there is; the example is told instead.
function leaveOut(parameter) {
  if (parameter.required) {
    return parameter;
  }
  const { example, schema = {}, description = "", ...rest } = parameter;
  const told = example === undefined ? "" : ` For example \`${example}\`.`;
  return { ...rest, schema: { ...schema, example: undefined }, description: description + told };
}

function withoutExamples(part) {
  if (Array.isArray(part)) {
    return part.map(withoutExamples);
  }
  if (part === null || typeof part !== "object") {
    return part;
  }
  const inner = ([name, value]) =>
    name === "parameters" && Array.isArray(value) ? [name, value.map(leaveOut)] : [name, withoutExamples(value)];
  return Object.fromEntries(Object.entries(part).map(inner));
}

// References lead into other documents, so parameters are known once Swagger UI has followed them.
const optionalIsEmpty = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateResolvedSubtree: (update) => (path, resolved) => update(path, withoutExamples(resolved)),
      },
    },
  },
});

// Problems are documented as ranges, `4XX`, which Swagger UI looks for nowhere: every refusal would be "Undocumented".
const rangesAreDocumented = () => ({
  wrapComponents: {
    liveResponse: (Original, { React }) => (props) => {
      const range = `${String(props.response.get("status"))[0]}XX`;
      const place = ["paths", props.path, props.method, "responses", range];
      const isDocumented = props.specSelectors.specJson().hasIn(place);
      const response = isDocumented ? props.response.delete("notDocumented") : props.response;
      return React.createElement(Original, { ...props, response });
    },
  },
});

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
    plugins: [optionalIsEmpty, rangesAreDocumented],
  });
});
