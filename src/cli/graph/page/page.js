// What happens on the page: following paths, keeping a node, opening groups, searching, going by keys.

const search = document.getElementById("search");
const found = document.getElementById("found");
const state = { kept: null, concern: null, pointed: null, words: "", choice: -1, isSettling: false };

// Lights some nodes and the lines between them, and dims the rest.
function light(lit) {
  stage.classList.toggle("lit", lit !== null);
  for (const item of scene.items) item.element.classList.toggle("on", lit !== null && item.all.some((at) => lit.nodes.has(at)));
  const raised = [];
  for (const line of scene.lines) {
    const isOn = lit !== null && line.edges.some((edge) => lit.edges.has(edge));
    line.element.classList.toggle("on", isOn);
    if (isOn) raised.push(line.element);
  }
  edgesBox.append(...raised);
}

function matches(words) {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (parts.length === 0) return [];
  const text = (node) => `${node.name} ${node.kind} ${node.within.join(" ")} ${(node.means ?? []).join(" ")}`.toLowerCase();
  const scored = nodes.map((node, at) => [at, text(node)]).filter(([, all]) => parts.every((part) => all.includes(part)));
  const rank = ([at]) => {
    const name = nodes[at].name.toLowerCase();
    return name === parts[0] ? 0 : name.startsWith(parts[0]) ? 1 : parts.every((part) => name.includes(part)) ? 2 : 3;
  };
  return scored.sort((a, b) => rank(a) - rank(b) || a[0] - b[0]).map(([at]) => at);
}

// Lights what is asked for: what is pointed at, else what is searched for, what stands out, or what is kept.
function show() {
  const of = (seeds) => ({ nodes: new Set(seeds), edges: new Set() });
  const hits = matches(state.words);
  if (state.pointed) light(paths(state.pointed.all));
  else if (state.words) light(of(hits));
  else if (state.concern) light(of(nodes.map((_, at) => at).filter((at) => isConcerned(nodes[at], state.concern))));
  else if (state.kept !== null) light(paths([state.kept]));
  else light(null);
  for (const item of scene.items) item.element.classList.toggle("kept", item.node !== undefined && item.node === state.kept);
}

// Keeps a node: its path stays lit, and the panel tells of it.
function keep(at, goes) {
  Object.assign(state, { kept: at, concern: null, pointed: null });
  pressConcerns();
  const isFocused = nodesBox.contains(document.activeElement);
  if (reveal(at)) draw();
  tell(at);
  place();
  show();
  const { element } = scene.itemOf[at];
  turnTo(element, isFocused);
  if (goes) element.scrollIntoView({ block: "nearest", inline: "nearest" });
  history.replaceState(null, "", `#${encodeURIComponent(nodes[at].id)}`);
}

function letGo() {
  const last = state.kept;
  const isFocused = nodesBox.contains(document.activeElement) || panel.contains(document.activeElement);
  Object.assign(state, { kept: null, concern: null, pointed: null, words: "" });
  search.value = "";
  closeFound();
  pressConcerns();
  panel.hidden = true;
  document.body.classList.remove("told");
  if (last !== null) {
    place();
    turnTo(scene.itemOf[last].element, isFocused);
  }
  show();
  history.replaceState(null, "", location.pathname + location.search);
}

function toggle(group) {
  if (open.has(group.id)) open.delete(group.id);
  else open.add(group.id);
  touched.add(group.id);
  Object.assign(state, { pointed: null });
  draw();
  show();
  const first = scene.items.find((item) => item.all.includes(group.all[0]));
  turnTo(first.element, true);
}

// Only one node at a time is in the order of the Tab key; arrows move from it. Where the page itself moves the focus,
// nothing is pointed at.
function turnTo(element, focuses) {
  nodesBox.querySelectorAll(".node[tabindex='0']").forEach((one) => (one.tabIndex = -1));
  element.tabIndex = 0;
  if (!focuses) return;
  state.isSettling = true;
  element.focus({ preventScroll: true });
  state.isSettling = false;
}

// Goes to a node by a key.
function goTo(item) {
  turnTo(item.element, false);
  item.element.focus({ preventScroll: true });
  item.element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function step(item, key) {
  const layer = scene.layout.layers[item.column].filter((one) => !one.bend);
  const at = layer.indexOf(item);
  const nearest = (all) => [...all].sort((a, b) => Math.abs(a.y - item.y) - Math.abs(b.y - item.y))[0];
  const joined = (end, other) => scene.lines.filter((line) => line[end] === item).map((line) => line[other]);
  switch (key) {
    case "ArrowUp": return layer[at - 1];
    case "ArrowDown": return layer[at + 1];
    case "ArrowRight": return nearest(joined("from", "to"));
    case "ArrowLeft": return nearest(joined("to", "from"));
    case "Home": return layer[0];
    case "End": return layer[layer.length - 1];
    default: return null;
  }
}

nodesBox.addEventListener("pointerover", (event) => {
  const item = event.target.closest(".node")?.item ?? null;
  if (event.pointerType === "touch" || item === state.pointed) return;
  state.pointed = item;
  show();
});
nodesBox.addEventListener("pointerleave", () => {
  state.pointed = null;
  show();
});
nodesBox.addEventListener("focusin", (event) => {
  const item = event.target.closest(".node")?.item;
  if (!item || state.isSettling || !event.target.matches(":focus-visible")) return;
  state.pointed = item;
  show();
});
nodesBox.addEventListener("focusout", () => {
  if (isDrawing) return;
  state.pointed = null;
  show();
});
nodesBox.addEventListener("click", (event) => {
  const item = event.target.closest(".node")?.item;
  if (!item) return;
  if (item.group) toggle(item.group);
  else if (item.node === state.kept) letGo();
  else keep(item.node, false);
});
nodesBox.addEventListener("keydown", (event) => {
  const item = event.target.closest(".node")?.item;
  const to = item && step(item, event.key);
  if (!to) return;
  event.preventDefault();
  goTo(to);
});
view.addEventListener("click", (event) => {
  if (!event.target.closest("button")) letGo();
});

// The search and the list below it.
function closeFound() {
  found.hidden = true;
  state.choice = -1;
  search.setAttribute("aria-expanded", "false");
  search.removeAttribute("aria-activedescendant");
}

function offer() {
  const hits = matches(state.words);
  const options = hits.slice(0, 10).map((at, rank) => {
    const option = made("li", { id: `found-${rank}`, role: "option" }, made("span", { textContent: nodes[at].name }), made("small", { textContent: nodes[at].kind }));
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      choose(at);
    });
    return option;
  });
  const rest = hits.length - options.length;
  if (hits.length === 0) options.push(made("li", { className: "none", textContent: "Nothing here is called so" }));
  else if (rest > 0) options.push(made("li", { className: "none", textContent: `and ${rest.toLocaleString("en")} more` }));
  found.replaceChildren(...options);
  found.hidden = state.words.trim() === "";
  search.setAttribute("aria-expanded", String(!found.hidden));
  state.choice = -1;
}

function choose(at) {
  Object.assign(state, { words: "" });
  search.value = "";
  closeFound();
  keep(at, true);
  turnTo(scene.itemOf[at].element, true);
}

search.addEventListener("input", () => {
  Object.assign(state, { words: search.value, pointed: null });
  offer();
  show();
});
search.addEventListener("blur", closeFound);
search.addEventListener("keydown", (event) => {
  const options = [...found.querySelectorAll("[role=option]")];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (options.length === 0) return;
    event.preventDefault();
    state.choice = (state.choice + (event.key === "ArrowDown" ? 1 : options.length - (state.choice < 0 ? 0 : 1))) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === state.choice)));
    search.setAttribute("aria-activedescendant", options[state.choice].id);
  } else if (event.key === "Enter") {
    // Else the node that gets the focus now would take it for a click.
    event.preventDefault();
    const hits = matches(state.words);
    if (hits.length > 0) choose(hits[Math.max(0, state.choice)]);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && event.target !== search && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "Escape") {
    letGo();
  }
});

// What stands out, above the graph.
const concernsBox = document.getElementById("concerns");
const SEVERAL = { is: "are", comes: "come", reaches: "reach", gets: "get" };

function pressConcerns() {
  concernsBox.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.concern === state.concern)));
}

function drawConcerns() {
  const kinds = new Map();
  for (const node of nodes) {
    // That nobody scrapes a source is said of its metrics.
    for (const concern of node.kind === "source" ? [] : node.concerns) {
      const key = `${concern}\u0000${node.kind}`;
      kinds.set(key, { concern, kind: node.kind, count: (kinds.get(key)?.count ?? 0) + 1 });
    }
  }
  for (const { concern, kind, count } of kinds.values()) {
    const [verb, ...rest] = graph.concerns[concern].split(" ");
    const text = [counted(count, kind), count === 1 ? verb : SEVERAL[verb], ...rest].join(" ");
    const button = made("button", { type: "button", className: concern, textContent: text, dataset: { concern } });
    button.addEventListener("click", () => {
      const chosen = state.concern === concern ? null : concern;
      letGo();
      state.concern = chosen;
      pressConcerns();
      show();
    });
    concernsBox.append(made("li", {}, button));
  }
  pressConcerns();
}

function summarise() {
  const of = (kind) => nodes.map((_, at) => at).filter((at) => nodes[at].kind === kind);
  const alerts = of("alert");
  const receivers = of("receiver");
  const told = [...paths(alerts).nodes].filter((at) => nodes[at].kind === "receiver");
  const parts = [];
  if (alerts.length > 0) {
    const [looks, reach] = alerts.length === 1 ? ["looks", "reaches"] : ["look", "reach"];
    const isUnheard = alerts.every((at) => isConcerned(nodes[at], "unheard"));
    const whom = receivers.length > 0 ? `${told.length} of ${counted(receivers.length, "receiver")}` : isUnheard ? "nobody" : null;
    const metrics = of("metric").filter((at) => isAlertedOn({ all: [at] })).length;
    parts.push(`${counted(alerts.length, "alert")} ${looks} at ${counted(metrics, "metric")}${whom ? ` and ${reach} ${whom}` : ""}`);
  } else {
    parts.push(`${counted(of("metric").length, "metric")}, no alerts`);
  }
  document.getElementById("summary").textContent = `${parts.join(", ")}.`;
}

function begin() {
  if (nodes.length === 0) {
    nodesBox.append(made("p", { className: "empty", textContent: "There are no metrics, rules, routes or dashboards in these files." }));
    return;
  }
  summarise();
  drawConcerns();
  document.getElementById("dashes").hidden = edges.every((edge) => edge.certain);
  draw();
  turnTo(scene.layout.layers.flat().find((item) => !item.bend).element);
  const named = nodes.findIndex((node) => node.id === decodeURIComponent(location.hash.slice(1)));
  if (named >= 0) keep(named, true);
  else show();
}

let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (nodes.length === 0 || window.innerWidth === width) return;
  width = window.innerWidth;
  place();
  show();
});
// On paper the graph is as wide as the sheet.
window.addEventListener("beforeprint", () => (view.style.zoom = Math.min(1, 980 / stage.offsetWidth)));
window.addEventListener("afterprint", () => (view.style.zoom = ""));

begin();
