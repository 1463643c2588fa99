"use strict";
/* Reads the YAML this description is written in: block maps and lists by two spaces, one-line
   [a, b] lists, double-quoted or plain scalars. */
function parseYaml(text) {
  const lines = text.split("\n").filter((line) => line.trim())
    .map((line) => ({ depth: line.search(/\S/), text: line.trim() }));
  let at = 0;
  function scalar(value) {
    if (value.startsWith("[")) {
      const inner = value.slice(1, -1).trim();
      return inner ? inner.split(", ").map(scalar) : [];
    }
    return value.startsWith('"') ? JSON.parse(value) : value;
  }
  function block(depth) {
    return lines[at].text.startsWith("- ") ? list(depth) : map(depth);
  }
  function list(depth) {
    const items = [];
    while (at < lines.length && lines[at].depth === depth && lines[at].text.startsWith("- ")) {
      lines[at] = { depth: depth + 2, text: lines[at].text.slice(2) };
      if (/^("[^"]*"|[^\s"]+):( |$)/.test(lines[at].text)) items.push(map(depth + 2));
      else items.push(scalar(lines[at++].text));
    }
    return items;
  }
  function map(depth) {
    const entries = {};
    while (at < lines.length && lines[at].depth === depth && !lines[at].text.startsWith("- ")) {
      const [, key, value] = lines[at++].text.match(/^("[^"]*"|.+?):(?: (.*))?$/);
      const nested = value === undefined && at < lines.length && lines[at].depth > depth;
      entries[scalar(key)] = nested ? block(lines[at].depth) : scalar(value || "");
    }
    return entries;
  }
  return map(0);
}
function make(tag, text, cls) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (cls) node.className = cls;
  return node;
}
function table(heads, rows) {
  const all = make("table");
  const head = make("tr");
  head.append(...heads.map((text) => make("th", text)));
  all.append(head, ...rows.map((row) => {
    const line = make("tr");
    line.append(...row.map((text) => make("td", text)));
    return line;
  }));
  return all;
}
function show(api) {
  const find = (node) => node && node.$ref
    ? node.$ref.slice(2).split("/").reduce((from, key) => from[key], api) : node;
  const name = (schema) => schema && schema.$ref ? schema.$ref.split("/").pop() : schema?.type || "";
  const limits = (schema) => Object.entries(find(schema) || {})
    .filter(([key]) => !["properties", "items", "required"].includes(key))
    .map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join("; ");
  const main = document.getElementById("docs");
  main.replaceChildren(make("h1", api.info.title), make("p", api.info.description));
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const [method, op] of Object.entries(operations)) {
      const box = make("details", "", "panel op");
      const summary = make("summary");
      summary.append(make("span", method.toUpperCase(), "method"), make("code", path),
        " " + op.summary);
      const roles = op["x-roles"] ? "Roles: " + op["x-roles"].join(", ") : "No token needed";
      box.append(summary, make("p", roles, "muted"));
      const parameters = (op.parameters || []).map(find);
      if (parameters.length) {
        box.append(table(["Parameter", "In", "Limits"],
          parameters.map((p) => [p.name, p.in, limits(p.schema)])));
      }
      if (op.requestBody) {
        const schema = Object.values(op.requestBody.content)[0].schema;
        box.append(make("p", `Body: ${name(schema)}. ${op.requestBody.description}`));
      }
      box.append(table(["Status", "Meaning", "Codes", "Body"],
        Object.entries(op.responses).map(([status, ref]) => {
          const answer = find(ref);
          const [type, media] = Object.entries(answer.content || {})[0] || ["", {}];
          return [status, answer.description, (answer["x-codes"] || []).join(", "),
            `${type} ${name(media.schema)}`];
        })));
      main.append(box);
    }
  }
  main.append(make("h2", "Schemas"));
  for (const [title, schema] of Object.entries(api.components.schemas)) {
    const box = make("details", "", "panel op");
    box.append(make("summary", title));
    if (schema.properties) {
      box.append(table(["Field", "Type", "Limits"], Object.entries(schema.properties).map(
        ([key, s]) => [key + ((schema.required || []).includes(key) ? " *" : ""),
          s.items ? `list of ${name(s.items) || "either kind"}` : name(s), limits(s)])));
    } else box.append(make("p", limits(schema)));
    main.append(box);
  }
  main.setAttribute("aria-busy", "false");
}
fetch("/openapi.yaml").then((answer) => {
  if (!answer.ok) throw new Error(`the description answered ${answer.status}`);
  return answer.text();
}).then((text) => show(parseYaml(text))).catch((error) => {
  document.getElementById("docs").replaceChildren(make("p", error.message, "notice"));
});
