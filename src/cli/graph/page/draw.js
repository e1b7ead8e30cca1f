// Puts on the page what was laid out: buttons for nodes and groups, curves for lines.

const view = document.getElementById("view");
const stage = document.getElementById("stage");
const nodesBox = document.getElementById("nodes");
const edgesBox = document.getElementById("edges");

const SVG = "http://www.w3.org/2000/svg";
const headsBox = document.getElementById("heads");
const MARGIN = 32;

function made(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  if (dataset) Object.assign(element.dataset, dataset);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const pencil = document.createElement("canvas").getContext("2d");
const fonts = { name: "", small: "" };

function widthOf(text, font) {
  pencil.font = fonts[font];
  return pencil.measureText(text).width;
}

// Fonts are those of the page, which people set as they like.
function learnFonts() {
  const family = getComputedStyle(document.body).fontFamily;
  fonts.name = `500 13px ${family}`;
  fonts.small = `400 11.5px ${family}`;
}

const severityOf = (node) => (node.kind === "alert" ? node.severity : null);

// What may well be right.
const QUIET = ["undefined", "unread"];

// What stands out at a node, in words.
const concernsOf = (node) => node.concerns.map((concern) => graph.concerns[concern]);

// The line below the name: what stands out, else what is worth knowing at first sight.
function noteOf(item) {
  if (item.group) {
    const { group } = item;
    if (group.way[0] === "read by nobody" && item.block.title === "Metrics") return "read by nobody";
    const concerned = group.all.filter((at) => nodes[at].concerns.some((concern) => !QUIET.includes(concern))).length;
    const rest = concerned > 0 ? `, ${concerned.toLocaleString("en")} to look at` : "";
    return `${counted(group.all.length, nodes[group.all[0]].kind)}${rest}`;
  }
  const node = nodes[item.node];
  if (node.concerns.length > 0) return concernsOf(node).join(", ");
  if (node.kind === "receiver") return node.means.join(", ") || (node.unseen ? "configured elsewhere" : "tells nobody");
  if (node.kind === "job") return node.targets.join(", ");
  return "";
}

function nameOf(item) {
  if (!item.group) return nodes[item.node].name;
  const { group } = item;
  if (group.way[0] === "read by nobody" && item.block.title === "Metrics") {
    const from = group.label === "read by nobody" ? "" : ` of ${group.label}`;
    return `${counted(group.all.length, "metric")}${from}`;
  }
  return group.label || "no file";
}

function tagOf(item) {
  if (item.group) return null;
  const node = nodes[item.node];
  if (node.kind === "dashboard" && node.panels.length > 0) return { text: `${node.panels.length} ${node.panels.length === 1 ? "panel" : "panels"}`, level: "plain" };
  const severity = severityOf(node);
  if (!severity) return null;
  const level = /^(critical|page|error|fatal|emergency|p[01]|sev-?[01]|high)$/i.test(severity) ? "high"
    : /^(warn|warning|p2|sev-?2|medium)$/i.test(severity) ? "middle" : "plain";
  return { text: severity, level };
}

function measure(item) {
  const [note, tag] = [noteOf(item), tagOf(item)];
  const name = widthOf(nameOf(item), "name") + (tag ? widthOf(tag.text, "small") + 26 : 0) + (item.group ? 20 : 0);
  const width = Math.min(336, Math.max(112, Math.max(name, widthOf(note, "small")) + 28));
  return { width: Math.ceil(width), height: note ? ROW.tall : ROW.line };
}

// What a screen reader says of an item.
function toldOf(item) {
  if (item.group) return `${nameOf(item)}, ${noteOf(item)}, closed group`;
  const node = nodes[item.node];
  return [node.kind, node.name, severityOf(node) && `severity ${severityOf(node)}`, noteOf(item)].filter(Boolean).join(", ");
}

function drawItem(item) {
  const [note, tag] = [noteOf(item), tagOf(item)];
  const button = made("button", { type: "button", className: "node", tabIndex: -1, title: nameOf(item) },
    made("span", { className: "name", textContent: nameOf(item) }),
    tag && made("span", { className: `tag ${tag.level}`, textContent: tag.text }),
    item.group ? made("span", { className: "more", textContent: "+" }) : null,
    note ? made("span", { className: "note", textContent: note }) : null);
  button.setAttribute("aria-label", toldOf(item));
  button.classList.add(item.group ? "group" : nodes[item.node].kind);
  const concerns = item.group
    ? (item.group.way[0] === "read by nobody" && item.block.title === "Metrics" ? ["unread"] : [])
    : nodes[item.node].concerns;
  if (concerns.length > 0) button.classList.add("concern", ...concerns);
  if (item.group) button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, {
    left: `${item.left}px`, top: `${item.y - item.height / 2}px`,
    width: `${item.right - item.left}px`, height: `${item.height}px`,
  });
  item.element = button;
  button.item = item;
  return button;
}

function drawCaption(item) {
  const home = item.caption;
  const box = made("div", { className: "caption" });
  const label = made("span", { textContent: home.label || "no group", title: home.way.join("") });
  if (touched.has(home.id)) {
    const close = made("button", { type: "button", title: `Put ${home.label} together again` }, made("b", { textContent: "–" }), label);
    close.addEventListener("click", () => toggle(home));
    box.append(close);
  } else {
    box.append(label);
  }
  Object.assign(box.style, { left: `${item.left}px`, top: `${item.y - item.height / 2 - ROW.caption + 8}px`, width: `${item.right - item.left}px` });
  return box;
}

function drawHead(block, left, top, width) {
  const head = made("h2", {}, block.title, made("span", { textContent: block.nodes.length.toLocaleString("en") }));
  Object.assign(head.style, { left: `${left}px`, top: `${top}px`, width: `${width}px` });
  return head;
}

const bent = (x, y, toX, toY) => {
  const pull = Math.max(24, (toX - x) * 0.5);
  return ` C${x + pull},${y} ${toX - pull},${toY} ${toX},${toY}`;
};

// A curve from the right of an item to the left of another, through its places in the columns between. Within a column
// it goes round.
function curve({ from, to, via }) {
  if (from.column >= to.column) {
    const out = from.right + 26;
    return `M${from.right},${from.y} C${out},${from.y} ${out},${to.y} ${to.right},${to.y}`;
  }
  let path = `M${from.right},${from.y}`;
  let [x, y] = [from.right, from.y];
  for (const bend of via) {
    path += `${bent(x, y, bend.left, bend.y)} L${bend.right},${bend.y}`;
    [x, y] = [bend.right, bend.y];
  }
  return path + bent(x, y, to.left, to.y);
}

function drawLine(line) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", curve(line));
  if (!line.certain) path.classList.add("possible");
  const kinds = [line.from.block.title, line.to.block.title];
  if (kinds.includes("Dashboards") || kinds.includes("Runbooks")) path.classList.add("aside");
  if (line.edges.length > 1) path.style.setProperty("--weight", Math.min(2.5, 1.25 + Math.log2(line.edges.length) / 6).toFixed(2));
  line.element = path;
  return path;
}

// Whether nodes are being replaced, so that what has the focus goes away.
let isDrawing = false;

let scene = { items: [], lines: [], itemOf: [] };

// Lays out anew and draws everything.
function draw() {
  learnFonts();
  scene = shown();
  scene.layout = layOut(scene, measure);
  place();
}

// Draws what was laid out, as wide as there is room.
function place() {
  const { layout, items, lines } = scene;
  spread(layout, view.clientWidth - 2 * MARGIN - 4);
  const pieces = [];
  const heads = [];
  const titled = new Set();
  layout.layers.forEach((layer) => {
    const own = layer.filter((item) => !item.bend);
    const [first] = own;
    if (!first) return;
    const width = first.right - first.left;
    if (!titled.has(first.block)) heads.push(drawHead(first.block, first.left, 18, width));
    titled.add(first.block);
    own.forEach((item) => {
      if (item.head) pieces.push(drawHead(item.head, item.left, item.y - item.height / 2 - (item.caption ? ROW.caption : 0) - 32, width));
      if (item.caption) pieces.push(drawCaption(item));
      pieces.push(drawItem(item));
    });
  });
  isDrawing = true;
  nodesBox.replaceChildren(...pieces);
  isDrawing = false;
  headsBox.replaceChildren(...heads);
  edgesBox.replaceChildren(...lines.map(drawLine));
  const [width, height] = [Math.max(layout.width, 1), Math.max(layout.height, 1)];
  Object.assign(stage.style, { width: `${width}px`, height: `${height}px` });
  headsBox.style.width = `${width}px`;
  edgesBox.setAttribute("width", width + 40);
  edgesBox.setAttribute("height", height + 8);
  items.forEach((item) => item.all.forEach((at) => (scene.itemOf[at] = item)));
}

