//! Parts of a graph: the neighbourhood of a node, some kinds only, and what nobody reads put together.

use std::collections::{BTreeMap, BTreeSet};

use super::{About, Concern, Edge, Graph, Kind, Measured, Node, Relation};

/// Which way to follow arrows.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Graph {
    /// The nodes that a name means: those of this id, else of this name, else of a series of this name.
    pub fn named(&self, name: &str) -> Vec<usize> {
        let by = |is_meant: &dyn Fn(&Node) -> bool| -> Vec<usize> {
            self.nodes.iter().enumerate().filter(|(_, node)| is_meant(node)).map(|(at, _)| at).collect()
        };
        let of_series = |node: &Node| match &node.about {
            About::Metric(Measured { series, .. }) => series.iter().any(|own| own == name),
            _ => false,
        };
        let tests: [&dyn Fn(&Node) -> bool; 3] = [&|node| node.id == name, &|node| node.name == name, &of_series];
        tests.into_iter().map(by).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// What leads to some nodes and what they lead to, at most so many steps away.
    #[must_use]
    pub fn around(self, nodes: &[usize], depth: usize) -> Self {
        let mut kept: BTreeSet<usize> = nodes.iter().copied().collect();
        for way in [Way::Up, Way::Down] {
            let next = self.neighbours(way);
            let mut seen: BTreeSet<usize> = nodes.iter().copied().collect();
            let mut front = nodes.to_vec();
            for _ in 0..depth {
                front = front.iter().flat_map(|at| &next[*at]).copied().filter(|at| seen.insert(*at)).collect();
                if front.is_empty() {
                    break;
                }
            }
            kept.extend(seen);
        }
        self.keeping(&kept)
    }

    fn neighbours(&self, way: Way) -> Vec<Vec<usize>> {
        let mut next = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            let (from, to) = if way == Way::Down { (edge.from, edge.to) } else { (edge.to, edge.from) };
            next[from].push(to);
        }
        next
    }

    /// The nodes of some kinds. What was joined by way of others is joined directly.
    #[must_use]
    pub fn of_kinds(self, wanted: &dyn Fn(Kind) -> bool) -> Self {
        let is_kept: Vec<bool> = self.nodes.iter().map(|node| wanted(node.kind())).collect();
        let mut next: Vec<Vec<&Edge>> = vec![Vec::new(); self.nodes.len()];
        self.edges.iter().for_each(|edge| next[edge.from].push(edge));
        let mut joined: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for from in (0..self.nodes.len()).filter(|at| is_kept[*at]) {
            // What is reached over what is left out, by certain arrows only and by any.
            for certain in [true, false] {
                let mut seen = BTreeSet::new();
                let mut front: Vec<usize> = vec![from];
                while let Some(at) = front.pop() {
                    for edge in next[at].iter().filter(|edge| edge.certain || !certain) {
                        let is_direct = at == from;
                        if is_kept[edge.to] && !is_direct {
                            *joined.entry((from, edge.to)).or_default() |= certain;
                        } else if !is_kept[edge.to] && seen.insert(edge.to) {
                            front.push(edge.to);
                        }
                    }
                }
            }
        }
        let own: BTreeSet<(usize, usize)> = self.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        let bridges = joined.into_iter().filter(|(ends, _)| !own.contains(ends));
        let bridges: Vec<Edge> =
            bridges.map(|((from, to), certain)| Edge { from, to, certain, places: Vec::new() }).collect();
        let kept: BTreeSet<usize> = (0..self.nodes.len()).filter(|at| is_kept[*at]).collect();
        let mut graph = self;
        graph.edges.extend(bridges);
        graph.edges.sort_by_key(|edge| (edge.from, edge.to));
        graph.keeping(&kept)
    }

    /// Some of the nodes, and the arrows between them.
    fn keeping(self, kept: &BTreeSet<usize>) -> Self {
        let rank: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let edges = self.edges.into_iter().filter_map(|edge| {
            let (from, to) = (*rank.get(&edge.from)?, *rank.get(&edge.to)?);
            Some(Edge { from, to, ..edge })
        });
        let edges = edges.collect();
        let nodes = self.nodes.into_iter().enumerate().filter(|(at, _)| kept.contains(at));
        Self { nodes: nodes.map(|(_, node)| node).collect(), edges }
    }

    /// The graph with one node in the place of all metrics of a job, or a source, that nobody reads. Where they are
    /// listed one by one they would be most of a picture.
    #[must_use]
    pub fn gathered(self) -> Self {
        let is_unread = |node: &Node| node.kind() == Kind::Metric && node.concerns.contains(&Concern::Unread);
        let mut unread: BTreeMap<usize, usize> = BTreeMap::new();
        let mut alone = 0;
        let mut of_origin: BTreeMap<usize, usize> = BTreeMap::new();
        for edge in self.edges.iter().filter(|edge| is_unread(&self.nodes[edge.to])) {
            of_origin.entry(edge.to).or_insert(edge.from);
        }
        for at in (0..self.nodes.len()).filter(|at| is_unread(&self.nodes[*at])) {
            match of_origin.get(&at) {
                Some(origin) => *unread.entry(*origin).or_default() += 1,
                None => alone += 1,
            }
        }
        let kept: BTreeSet<usize> = (0..self.nodes.len()).filter(|at| !is_unread(&self.nodes[*at])).collect();
        let rank: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let mut graph = self.keeping(&kept);
        for (origin, count) in unread {
            let to = graph.nodes.len();
            let id = format!("metric:unread of {}", graph.nodes[rank[&origin]].id);
            graph.nodes.push(bundle(id, count));
            graph.edges.push(Edge { from: rank[&origin], to, certain: true, places: Vec::new() });
        }
        if alone > 0 {
            graph.nodes.push(bundle("metric:unread".to_owned(), alone));
        }
        graph.edges.sort_by_key(|edge| (edge.from, edge.to));
        graph
    }

    /// What an arrow says.
    pub fn relation(&self, edge: &Edge) -> Relation {
        Relation::between(self.nodes[edge.from].kind(), self.nodes[edge.to].kind())
    }
}

fn bundle(id: String, count: usize) -> Node {
    let name = if count == 1 { "1 metric".to_owned() } else { format!("{count} metrics") };
    Node {
        id,
        name,
        within: Vec::new(),
        places: Vec::new(),
        extents: Vec::new(),
        concerns: vec![Concern::Unread],
        about: About::Metric(Measured::default()),
    }
}
