// The graph as it was written, and what is shown of it: each node by itself, or within a closed group.

const graph = JSON.parse(document.getElementById("graph").textContent);
const nodes = graph.nodes;
const edges = graph.edges.map(([from, to, certain, places]) => ({ from, to, certain: certain === 1, places }));
const incoming = nodes.map(() => []);
const outgoing = nodes.map(() => []);
edges.forEach((edge) => {
  outgoing[edge.from].push(edge);
  incoming[edge.to].push(edge);
});

// Blocks, in the order in which they are read. Two blocks of a column stand one below the other.
const BLOCKS = [
  { kinds: ["job"], column: 0, title: "Jobs" },
  { kinds: ["source"], column: 0, title: "Other sources" },
  { kinds: ["metric"], column: 1, title: "Metrics" },
  { kinds: ["record"], isByFile: true, column: 2, title: "Recording rules" },
  { kinds: ["alert"], isByFile: true, column: 3, title: "Alerts" },
  { kinds: ["dashboard"], column: 3, title: "Dashboards" },
  { kinds: ["route"], column: 4, title: "Routes" },
  { kinds: ["receiver"], column: 5, title: "Receivers" },
  { kinds: ["runbook"], isByFile: true, column: 4, title: "Runbooks" },
];

// Where no routes are known, receivers stand in their place.
if (nodes.every((node) => node.kind !== "route")) BLOCKS.find((block) => block.title === "Receivers").column = 4;

// More than this is not shown of a block at first, but put together in groups.
const MOST_SHOWN = 48;
// A group that holds more is parted once more, by names.
const MOST_TOGETHER = 120;
// So few metrics that nobody reads are shown one by one.
const FEW = 3;

const plural = { job: "jobs", source: "sources", metric: "metrics", record: "recorded metrics", alert: "alerts",
  dashboard: "dashboards", route: "routes", receiver: "receivers", runbook: "runbooks" };
const counted = (count, kind) => `${count.toLocaleString("en")} ${count === 1 ? plural[kind].replace(/s$/, "") : plural[kind]}`;
const isConcerned = (node, concern) => node.concerns.includes(concern);

// The names of the groups around a node, from the outermost to the innermost.
function wayTo(node, at) {
  const folders = (path) => {
    const parts = path.split("/");
    return parts.map((part, depth) => (depth < parts.length - 1 ? `${part}/` : part));
  };
  switch (node.kind) {
    case "metric": {
      const from = incoming[at].length > 0 ? nodes[incoming[at][0].from].name : "no source";
      return isConcerned(node, "unread") ? ["read by nobody", from] : [from];
    }
    case "alert": case "record": return [...folders(node.within[0] ?? ""), node.within[1] ?? ""];
    case "dashboard": return folders(node.within[0] ?? "").slice(0, -1);
    case "runbook": return folders(node.within[0] ?? "");
    default: return [node.within[0] ?? ""];
  }
}

const groups = new Map();

function group(block, way, parent) {
  const id = `${block.title}\u0000${way.join("\u0000")}`;
  if (!groups.has(id)) {
    const made = { id, block, parent, label: way[way.length - 1] ?? block.title, way, parts: [], leaves: [], all: [] };
    groups.set(id, made);
    parent?.parts.push(made);
  }
  return groups.get(id);
}

// A group with nothing but one group in it is that group; one that holds too much is parted by names.
function tidied(one) {
  one.parts = one.parts.map(tidied);
  if (one.leaves.length > MOST_TOGETHER) {
    const sorted = [...one.leaves].sort((a, b) => (nodes[a].name < nodes[b].name ? -1 : 1));
    for (let start = 0; start < sorted.length; start += MOST_TOGETHER) {
      const leaves = sorted.slice(start, start + MOST_TOGETHER);
      const label = `${nodes[leaves[0]].name} … ${nodes[leaves[leaves.length - 1]].name}`;
      const part = group(one.block, [...one.way, label], one);
      Object.assign(part, { leaves, all: leaves });
    }
    one.leaves = [];
  }
  const [only] = one.parts;
  if (one.parent && one.parts.length === 1 && one.leaves.length === 0) {
    const label = one.label.endsWith("/") ? one.label + only.label : only.label || one.label;
    return Object.assign(only, { parent: one.parent, label });
  }
  return one;
}

const blocks = BLOCKS.map((block) => {
  const of = nodes.map((_, at) => at).filter((at) => block.kinds.includes(nodes[at].kind));
  if (of.length === 0) return null;
  const made = { ...block, nodes: of };
  let root = group(made, [], null);
  for (const at of of) {
    let here = root;
    here.all.push(at);
    wayTo(nodes[at], at).forEach((_, depth, way) => {
      here = group(made, way.slice(0, depth + 1), here);
      here.all.push(at);
    });
    here.leaves.push(at);
  }
  made.root = tidied(root);
  return made;
}).filter(Boolean);

// Opens groups level by level, as long as the block stays short.
function opened(block) {
  const open = new Set([block.root.id]);
  const isOfUnread = (one) => one.way[0] === "read by nobody" && one.all.length > FEW;
  let front = [block.root];
  let shown = block.root.leaves.length + block.root.parts.length;
  for (;;) {
    const inner = front.flatMap((one) => one.parts).filter((one) => !isOfUnread(one));
    const more = inner.reduce((sum, one) => sum + one.leaves.length + one.parts.length - 1, 0);
    if (inner.length === 0 || shown + more > MOST_SHOWN) return open;
    inner.forEach((one) => open.add(one.id));
    shown += more;
    front = inner;
  }
}

const open = new Set(blocks.flatMap((block) => [...opened(block)]));
// Groups that somebody opened or closed by hand show how to undo it.
const touched = new Set();

// What is shown: the items of each block in the order of files, and of each node the item that shows it.
function shown() {
  const itemOf = new Array(nodes.length);
  const items = [];
  const add = (item) => {
    items.push(item);
    item.all.forEach((at) => (itemOf[at] = item));
  };
  for (const block of blocks) {
    const visit = (one, home) => {
      const isCaptioned = block.isByFile && one !== block.root && one.leaves.length > 0;
      const here = isCaptioned || (touched.has(one.id) && one !== block.root) ? one : home;
      one.leaves.forEach((at) => add({ id: nodes[at].id, block, node: at, all: [at], home: here }));
      for (const part of one.parts) {
        if (open.has(part.id)) visit(part, here);
        else if (part.all.length === 1) add({ id: nodes[part.all[0]].id, block, node: part.all[0], all: part.all, home: here });
        else add({ id: part.id, block, group: part, all: part.all, home: here });
      }
    };
    visit(block.root, null);
  }
  const joined = new Map();
  for (const edge of edges) {
    const [from, to] = [itemOf[edge.from], itemOf[edge.to]];
    if (from === to) continue;
    const key = `${from.id}\u0001${to.id}`;
    const one = joined.get(key) ?? { from, to, certain: false, edges: [] };
    one.certain ||= edge.certain;
    one.edges.push(edge);
    joined.set(key, one);
  }
  return { items, itemOf, lines: [...joined.values()] };
}

// The nodes and edges on every way through some nodes: all that leads to them, and all that they lead to.
function paths(seeds) {
  const onWay = new Set(seeds);
  const used = new Set();
  for (const [next, end] of [[incoming, "from"], [outgoing, "to"]]) {
    const front = [...seeds];
    const seen = new Set(seeds);
    while (front.length > 0) {
      for (const edge of next[front.pop()]) {
        used.add(edge);
        if (!seen.has(edge[end])) {
          seen.add(edge[end]);
          front.push(edge[end]);
        }
      }
    }
    seen.forEach((at) => onWay.add(at));
  }
  return { nodes: onWay, edges: used };
}

// Opens all groups around a node.
function reveal(at) {
  let changed = false;
  for (const one of groups.values()) {
    if (!open.has(one.id) && one.all.includes(at)) {
      open.add(one.id);
      touched.add(one.id);
      changed = true;
    }
  }
  return changed;
}

