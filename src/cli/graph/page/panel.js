// What there is to say of the node that is kept, beside the graph.

const panel = document.getElementById("panel");

const INTO = { delivers: "Delivered by", "read-by": "Reads", "goes-to": "Takes", tells: "Told by", "explained-in": "Explains" };
const OUT = { delivers: "Delivers", "read-by": "Read by", "goes-to": "Goes to", tells: "Tells", "explained-in": "Runbook" };
const MOST_LISTED = 12;

function relation(edge) {
  const [from, to] = [nodes[edge.from].kind, nodes[edge.to].kind];
  if (from === "job" || from === "source") return "delivers";
  if (to === "runbook") return "explained-in";
  if (from === "route") return "tells";
  return to === "route" || to === "receiver" ? "goes-to" : "read-by";
}

const placeText = ({ path, line }) => `${path}:${line}`;
const places = (list) => list.map((one) => made("code", { className: "place", textContent: placeText(one) }));

function section(title, ...content) {
  return made("section", {}, made("h3", { textContent: title }), ...content);
}

function facts(entries) {
  const given = entries.filter(([, value]) => value !== null && value !== undefined && value !== "");
  if (given.length === 0) return null;
  return made("dl", {}, ...given.flatMap(([name, value]) => [made("dt", { textContent: name }), made("dd", { textContent: value })]));
}

function link(at, edge) {
  const node = nodes[at];
  const button = made("button", { type: "button", className: "link" },
    made("span", { textContent: node.name }), made("small", { textContent: edge && !edge.certain ? `${node.kind}, perhaps` : node.kind }));
  button.addEventListener("click", () => keep(at, true));
  return made("li", {}, button);
}

// A list that begins short.
function list(ends) {
  const box = made("ul", { className: "links" });
  const sorted = [...ends].sort(([a], [b]) => (nodes[a].name < nodes[b].name ? -1 : 1));
  box.append(...sorted.slice(0, MOST_LISTED).map(([at, edge]) => link(at, edge)));
  const rest = sorted.slice(MOST_LISTED);
  if (rest.length > 0) {
    const more = made("button", { type: "button", className: "rest", textContent: `and ${rest.length.toLocaleString("en")} more` });
    more.addEventListener("click", () => more.parentElement.replaceWith(...rest.map(([at, edge]) => link(at, edge))));
    box.append(made("li", {}, more));
  }
  return box;
}

function neighbours(at) {
  const sections = [];
  for (const [edgesOf, end, titles] of [[incoming[at], "from", INTO], [outgoing[at], "to", OUT]]) {
    const by = new Map();
    edgesOf.forEach((edge) => by.set(relation(edge), [...(by.get(relation(edge)) ?? []), [edge[end], edge]]));
    for (const [word, ends] of by) sections.push(section(titles[word], list(ends)));
  }
  return sections;
}

// Whom a node reaches in the end.
function reached(at) {
  const node = nodes[at];
  if (!["alert", "metric", "record", "job"].includes(node.kind)) return null;
  const far = [...paths([at]).nodes].filter((other) => nodes[other].kind === "receiver");
  const direct = new Set(outgoing[at].map((edge) => edge.to));
  const wanted = far.filter((other) => !direct.has(other));
  return wanted.length > 0 ? section("Reaches in the end", list(wanted.map((other) => [other, null]))) : null;
}

function code(text) {
  return made("pre", { textContent: text });
}

const pairs = (object) => Object.entries(object ?? {});

// What only nodes of this kind have.
function own(node) {
  switch (node.kind) {
    case "job":
      return [facts([["targets", node.targets.join(", ")],
        ["besides", node.left_out > 0 ? `${counted(node.left_out, "metric")} that nobody reads` : null]])];
    case "metric":
      return [facts([["type", node.type], ["labels", node.labels.join(", ")], ["series", node.series.join(", ")],
        ["known from", node.origins.map(origin).join("; ")]])];
    case "record":
      return node.rules.map((rule) => made("div", {}, code(rule.expr), ...places([rule]), facts(pairs(rule.labels)) ?? ""));
    case "alert": {
      const rest = pairs(node.annotations).filter(([name]) => name !== "summary");
      return [node.annotations.summary ? made("p", { className: "lead", textContent: node.annotations.summary }) : null,
        ...node.exprs.map(code), facts([["for", node.for], ["keeps firing", node.keep_firing_for]]),
        pairs(node.labels).length > 0 ? section("Labels", facts(pairs(node.labels))) : null,
        rest.length > 0 ? section("Annotations", facts(rest)) : null];
    }
    case "dashboard":
      return [facts([["uid", node.uid]]), ...node.panels.slice(0, 60).map((one) =>
        made("details", {}, made("summary", { textContent: one.title ?? "variables and annotations" }), ...one.exprs.map(code)))];
    case "route":
      return [node.matchers.length > 0 ? code(node.matchers.join("\n")) : null,
        facts([...pairs(node.settings), ["continue", node.continue ? "later routes see these alerts, too" : null]])];
    case "receiver":
      return [facts([["means", node.means.join(", ") || (node.unseen ? "configured elsewhere" : "none: it tells nobody")]])];
    case "runbook":
      return [facts([["link", node.link]])];
    default:
      return [];
  }
}

function origin(one) {
  const place = one.path ? ` (${one.path}:${one.line})` : "";
  switch (one.kind) {
    case "prometheus": return "Prometheus itself";
    case "rule": return `a recording rule${place}`;
    case "code": return `source code${place}`;
    case "page": return `a page captured from ${one.name}${place}`;
    case "library": return `the ${one.name} library`;
    default: return `the ${one.name} exporter${one.scraped ? "" : ", which no job scrapes"}`;
  }
}

function findings(node) {
  if (node.findings.length === 0) return null;
  const items = node.findings.map((one) => made("li", { className: one.severity },
    made("span", { textContent: one.message.replaceAll("`", "") }),
    made("small", { textContent: `${one.severity}, ${one.check}, line ${one.line}` })));
  return section(`${node.findings.length} ${node.findings.length === 1 ? "finding" : "findings"} of promcheck lint`,
    made("ul", { className: "findings" }, ...items));
}

// Fills the panel with a node.
function tell(at) {
  const node = nodes[at];
  const tag = tagOf({ node: at });
  const close = made("button", { type: "button", className: "close", textContent: "×" });
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => letGo());
  const head = made("div", { className: "head" },
    made("p", { className: "kind" }, made("span", { textContent: node.kind }), tag && made("span", { className: `tag ${tag.level}`, textContent: tag.text })),
    close, made("h2", { textContent: node.name }), ...places(node.places.slice(0, 3)));
  const concerns = concernsOf(node).map((text) => made("p", { className: "concern", textContent: `This ${node.kind} ${text}.` }));
  panel.replaceChildren(head, ...[...concerns, ...own(node), reached(at), ...neighbours(at), findings(node)].filter(Boolean));
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("told");
}

