// Where everything stands: columns from left to right, in each an order with few crossings, and heights that keep lines
// short. The same graph is always laid out alike.

const ROW = { gap: 8, caption: 30, block: 68, line: 30, tall: 44 };
const GAP = { least: 52, most: 240 };
const LEAST_WIDTH = 170;
const EASY_WIDTH = 240;
const MOST_RECORD_COLUMNS = 4;
const SWEEPS = 12;

// The column of each item. Recorded metrics that are made of recorded metrics stand in columns of their own.
function columns(items, lines) {
  const depth = new Map(items.filter((item) => item.block.column === 2).map((item) => [item, 0]));
  for (let round = 1; round < MOST_RECORD_COLUMNS; round++) {
    for (const { from, to } of lines) {
      if (depth.has(from) && depth.has(to)) depth.set(to, Math.max(depth.get(to), Math.min(round, depth.get(from) + 1)));
    }
  }
  const extra = Math.max(0, ...depth.values());
  const raw = (item) => item.block.column + (item.block.column === 2 ? depth.get(item) : item.block.column > 2 ? extra : 0);
  const used = [...new Set(items.map(raw))].sort((a, b) => a - b);
  items.forEach((item) => (item.column = used.indexOf(raw(item))));
  return used.length;
}

// Lines that pass a column get a place in it; those that leave the same item share it.
function passing(lines, count) {
  const bends = new Map();
  const layers = Array.from({ length: count }, () => []);
  const steps = [];
  for (const line of lines) {
    line.via = [];
    let last = line.from;
    for (let column = line.from.column + 1; column < line.to.column; column++) {
      const key = `${line.from.id}\u0001${column}`;
      if (!bends.has(key)) {
        const bend = { bend: true, column, block: line.from.block, height: 4, home: null, rank: 0, all: [] };
        bends.set(key, bend);
        layers[column].push(bend);
        steps.push([last, bend]);
      }
      last = bends.get(key);
      line.via.push(last);
    }
    if (line.to.column !== line.from.column) steps.push([last, line.to]);
  }
  return { layers, steps };
}

function crossings(layers, next) {
  let sum = 0;
  for (let column = 0; column + 1 < layers.length; column++) {
    const place = new Map(layers[column + 1].map((item, at) => [item, at]));
    const ends = layers[column].flatMap((item) => (next.get(item) ?? []).map((to) => place.get(to)).filter((at) => at !== undefined).sort((a, b) => a - b));
    const tree = new Array(layers[column + 1].length + 1).fill(0);
    ends.forEach((end, seen) => {
      let before = 0;
      for (let at = end + 1; at > 0; at -= at & -at) before += tree[at];
      sum += seen - before;
      for (let at = end + 1; at < tree.length; at += at & -at) tree[at] += 1;
    });
  }
  return sum;
}

// Sorts a column by where the neighbours of its items stand. Blocks keep their order, and groups stay together.
function sortBy(layer, neighbours) {
  const own = new Map(layer.map((item, at) => [item, at]));
  const wish = new Map(layer.map((item, at) => {
    const places = (neighbours.get(item) ?? []).map((other) => other.rank);
    return [item, places.length > 0 ? places.reduce((a, b) => a + b) / places.length : at / Math.max(1, layer.length)];
  }));
  const blockOf = (item) => (item.bend ? -1 : blocks.indexOf(item.block));
  const hasTwo = new Set(layer.filter((item) => !item.bend).map(blockOf)).size > 1;
  const homes = new Map();
  const homeOf = (item) => item.home ?? item;
  for (const item of layer) {
    const sum = homes.get(homeOf(item)) ?? { sum: 0, count: 0, first: own.get(item) };
    homes.set(homeOf(item), { ...sum, sum: sum.sum + wish.get(item), count: sum.count + 1 });
  }
  // What an alert looks at stands above what only dashboards show, and that above what nobody reads.
  const tiers = new Map();
  for (const item of layer) tiers.set(homeOf(item), Math.min(tiers.get(homeOf(item)) ?? 2, item.tier ?? 0));
  const tier = (item) => tiers.get(homeOf(item));
  const mean = (item) => homes.get(homeOf(item)).sum / homes.get(homeOf(item)).count;
  const first = (item) => homes.get(homeOf(item)).first;
  // A line that only passes goes where it is shortest, above the second block of a column.
  const rank = (item) => (item.bend && hasTwo ? Math.min(...layer.filter((other) => !other.bend).map(blockOf)) : blockOf(item));
  const block = (item) => (hasTwo ? rank(item) : 0);
  layer.sort((a, b) => block(a) - block(b) || tier(a) - tier(b) || mean(a) - mean(b) || first(a) - first(b) || wish.get(a) - wish.get(b) || own.get(a) - own.get(b));
}

const rankAll = (layer) => layer.forEach((item, at) => (item.rank = (at + 0.5) / layer.length));

function order(layers, steps) {
  const [next, last] = [new Map(), new Map()];
  const push = (map, key, value) => (map.has(key) ? map.get(key).push(value) : map.set(key, [value]));
  steps.forEach(([from, to]) => {
    push(next, from, to);
    push(last, to, from);
  });
  layers.forEach(rankAll);
  let best = layers.map((layer) => [...layer]);
  let least = Infinity;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const goesRight = sweep % 2 === 0;
    const turn = goesRight ? layers : [...layers].reverse();
    turn.forEach((layer) => {
      sortBy(layer, goesRight ? last : next);
      rankAll(layer);
    });
    const crossed = crossings(layers, next);
    if (crossed < least) [least, best] = [crossed, layers.map((layer) => [...layer])];
  }
  return { layers: best, next, last };
}

// The heights nearest to those wished for that keep the order and the gaps: neighbours that would overlap are moved
// together, until none do.
function settle(layer, wish) {
  const pools = [];
  layer.forEach((item, at) => {
    pools.push({ sum: (wish[at] - item.offset) * item.weight, weight: item.weight, count: 1 });
    while (pools.length > 1) {
      const [above, below] = pools.slice(-2);
      if (above.sum / above.weight <= below.sum / below.weight) break;
      pools.splice(-2, 2, { sum: above.sum + below.sum, weight: above.weight + below.weight, count: above.count + below.count });
    }
  });
  let at = 0;
  for (const { sum, weight, count } of pools) {
    for (let rest = count; rest > 0; rest--, at++) layer[at].y = sum / weight + layer[at].offset;
  }
}

// The room above each item: captions of groups, titles of blocks, gaps.
function offsets(layer) {
  let below = 0;
  let [home, block] = [null, null];
  for (const item of layer) {
    item.head = null;
    item.caption = null;
    let above = below === 0 ? 0 : ROW.gap;
    if (!item.bend) {
      if (block && item.block !== block) {
        above += ROW.block;
        item.head = item.block;
        home = null;
      }
      if (item.home && item.home !== home && (item.block.isGrouped || touched.has(item.home.id))) {
        above += ROW.caption;
        item.caption = item.home;
      }
      [home, block] = [item.home, item.block];
    }
    item.offset = below + above + item.height / 2;
    item.weight = item.bend ? 3 : 1;
    below += above + item.height;
  }
}

function heights({ layers, next, last }) {
  layers.forEach((layer) => {
    offsets(layer);
    layer.forEach((item) => (item.y = item.offset));
  });
  const tallest = Math.max(...layers.map((layer) => (layer.length > 0 ? layer[layer.length - 1].offset : 0)));
  layers.forEach((layer) => {
    const own = layer.length > 0 ? layer[layer.length - 1].offset : 0;
    layer.forEach((item) => (item.y += (tallest - own) / 2));
  });
  const mean = (items) => items.reduce((sum, item) => sum + item.y, 0) / items.length;
  for (let round = 0; round < 16; round++) {
    const goesRight = round % 2 === 0;
    for (const layer of goesRight ? layers : [...layers].reverse()) {
      const wish = layer.map((item) => {
        const near = [...(last.get(item) ?? []), ...(next.get(item) ?? [])];
        return near.length > 0 ? mean(near) : item.y;
      });
      settle(layer, wish);
    }
  }
  const tops = layers.flatMap((layer) => layer.map((item) => item.y - item.height / 2 - (item.caption ? ROW.caption : 0)));
  const top = Math.min(...tops);
  layers.flat().forEach((item) => (item.y -= top));
}

// Whether alerts look at what an item stands for, be it by way of recording rules.
function isAlertedOn(item) {
  const front = [...item.all];
  const seen = new Set(front);
  while (front.length > 0) {
    for (const { to } of outgoing[front.pop()]) {
      if (nodes[to].kind === "alert") return true;
      if (nodes[to].kind === "record" && !seen.has(to)) {
        seen.add(to);
        front.push(to);
      }
    }
  }
  return false;
}

// Lays out all that is shown; `measure` tells the height and width that an item wants.
function layOut({ items, lines }, measure) {
  for (const block of blocks) {
    const homes = new Set(items.filter((item) => item.block === block && item.home).map((item) => item.home));
    block.isGrouped = homes.size > 1;
  }
  items.forEach((item) => Object.assign(item, measure(item)));
  const isMeasured = (item) => ["Metrics", "Recording rules"].includes(item.block.title);
  const isUnread = (item) => item.all.every((at) => isConcerned(nodes[at], "unread"));
  const tier = (item) => (isUnread(item) ? 2 : isAlertedOn(item) ? 0 : 1);
  const joined = new Set(lines.flatMap(({ from, to }) => [from, to]));
  items.forEach((item) => (item.tier = isMeasured(item) ? tier(item) : joined.has(item) ? 0 : 2));
  const count = columns(items, lines);
  const { layers, steps } = passing(lines, count);
  items.forEach((item) => layers[item.column].push(item));
  const ordered = order(layers, steps);
  heights(ordered);
  const widths = ordered.layers.map((layer) => Math.max(...layer.map((item) => item.width ?? 0)));
  const height = Math.max(...ordered.layers.flat().map((item) => item.y + item.height / 2));
  return { layers: ordered.layers, widths, height };
}

// Widths that fit into the room, as far as names can be cut short.
function cut(widths, room) {
  const total = (cap) => widths.reduce((sum, width) => sum + Math.min(width, cap), 0) + GAP.least * (widths.length - 1);
  let cap = Math.max(...widths);
  while (cap > LEAST_WIDTH && total(cap) > room) cap -= 4;
  // What does not fit anyhow is moved to and fro, and may as well be read.
  if (total(cap) > room) cap = EASY_WIDTH;
  return widths.map((width) => Math.min(width, cap));
}

// Stretches the columns over the room that there is.
function spread(layout, room) {
  const widths = cut(layout.widths, room);
  const total = widths.reduce((a, b) => a + b, 0);
  const gap = widths.length > 1 ? Math.min(GAP.most, Math.max(GAP.least, (room - total) / (widths.length - 1))) : 0;
  let left = 0;
  layout.layers.forEach((layer, column) => {
    layer.forEach((item) => Object.assign(item, { left, right: left + widths[column] }));
    left += widths[column] + gap;
  });
  layout.width = left - gap;
}

