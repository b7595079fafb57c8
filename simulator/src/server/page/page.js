// Shows /_simulator/status, again every second. All text goes in as text, never as markup.
"use strict";

const element = (tag, text, className) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
};

const row = (...cells) => {
  const line = element("tr");
  for (const cell of cells) {
    const data = element("td");
    data.append(cell ?? "");
    line.append(data);
  }
  return line;
};

const organization = ({ id, name, count, services }) => {
  const nodes = [element("h3", `${name} (${id}): ${count} ${count === 1 ? "service" : "services"}`)];
  if (services.length > 0) {
    const table = element("table");
    table.append(...services.map(service => row(
      service.name, element("span", service.state, `state ${service.state}`), service.provider, service.region, service.id)));
    nodes.push(table);
  }
  if (services.length < count) nodes.push(element("p", `and ${count - services.length} more`, "empty"));
  return nodes;
};

const kind = ({ title, count, items }) => {
  const table = element("table");
  table.append(...items.map(item => row(
    item.name, item.state ? element("span", item.state, `state ${item.state.toLowerCase()}`) : "", item.in, item.id)));
  const nodes = [element("h3", `${title}: ${count}`), table];
  if (items.length < count) nodes.push(element("p", `and ${count - items.length} more`, "empty"));
  return nodes;
};

const fault = rule => {
  const calls = rule.times === undefined ? "" : `the next ${rule.times} `;
  const share = rule.probability === undefined ? "" : `, with a probability of ${rule.probability}`;
  return element("li", `${rule.fault} for ${calls}calls of ${rule.operation ?? "any operation"}${share}`);
};

const request = entry => row(
  entry.at.slice(11, 19), `${entry.method} ${entry.path}`, entry.operation, String(entry.status ?? "reset"), entry.fault);

const show = status => {
  const clock = document.getElementById("clock");
  const limit = status.rateLimit ?? "off";
  clock.className = "";
  clock.textContent = `${status.now.slice(0, 19).replace("T", " ")} UTC, at speed ${status.speed}; rate limit: ${limit}`;
  document.getElementById("organizations").replaceChildren(...status.organizations.flatMap(organization));
  const resources = status.resources.length > 0 ? status.resources.flatMap(kind) : [element("p", "none", "empty")];
  document.getElementById("resources").replaceChildren(...resources);
  const faults = status.faults.length > 0 ? status.faults.map(fault) : [element("li", "none", "empty")];
  document.getElementById("faults").replaceChildren(...faults);
  document.getElementById("requests").replaceChildren(...status.requests.last.reverse().map(request));
};

const refresh = async () => {
  try {
    const response = await fetch("/_simulator/status", { cache: "no-store" });
    show(await response.json());
  } catch {
    const clock = document.getElementById("clock");
    clock.className = "lost";
    clock.textContent = "The simulator does not respond.";
  }
  setTimeout(refresh, 1000);
};

refresh();
