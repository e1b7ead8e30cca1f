//! A graph that is being drawn: nodes get their identity, arrows are drawn once, and all is sorted at the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use crate::{
    facts::Facts,
    model::Document,
    text::{FileId, Span},
};

use super::{About, Concern, Edge, Graph, Node};

/// The most places that an arrow keeps: a dashboard may read a metric in each of a hundred panels.
const MOST_PLACES: usize = 8;

/// What is drawn so far.
pub(super) struct Drawing<'f, 'w> {
    /// What it is drawn from.
    pub facts: &'f Facts<'w>,
    nodes: Vec<Node>,
    edges: BTreeMap<(usize, usize), (bool, BTreeSet<Span>)>,
    /// Who reads what stands in a text: the beginning of each text, with its end.
    readers: BTreeMap<(FileId, u32), (u32, usize)>,
}

impl<'f, 'w> Drawing<'f, 'w> {
    /// An empty one.
    pub fn of(facts: &'f Facts<'w>) -> Self {
        Self { facts, nodes: Vec::new(), edges: BTreeMap::new(), readers: BTreeMap::new() }
    }

    /// Adds a node that lies in a file; gives its place in the drawing.
    pub fn add(&mut self, name: impl Into<String>, within: Vec<String>, about: About) -> usize {
        let name = name.into();
        let node = Node {
            id: String::new(),
            name,
            within,
            places: Vec::new(),
            extents: Vec::new(),
            concerns: Vec::new(),
            about,
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Says where a node is defined: the place of its name, and all of its text.
    pub fn place(&mut self, node: usize, name: Span, extent: Span) {
        self.nodes[node].places.push(name);
        self.nodes[node].extents.push(extent);
    }

    /// A node.
    pub fn node(&mut self, node: usize) -> &mut Node {
        &mut self.nodes[node]
    }

    /// All nodes, by their places in the drawing.
    pub fn nodes(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate()
    }

    /// Lets something stand out.
    pub fn concern(&mut self, node: usize, concern: Concern) {
        let concerns = &mut self.nodes[node].concerns;
        if !concerns.contains(&concern) {
            concerns.push(concern);
        }
    }

    /// Draws an arrow; one that is certain anywhere is certain.
    pub fn join(&mut self, from: usize, to: usize, certain: bool, place: Option<Span>) {
        let (is_certain, places) = self.edges.entry((from, to)).or_default();
        *is_certain |= certain;
        places.extend(place);
    }

    /// The ends of the arrows that leave a node, each with whether it is certain.
    pub fn ends_of(&self, node: usize) -> impl Iterator<Item = (usize, bool)> + '_ {
        let of_node = self.edges.range((node, 0)..(node + 1, 0));
        of_node.map(|((_, to), (certain, _))| (*to, *certain))
    }

    /// Makes a node the reader of all that stands in a text.
    pub fn reads(&mut self, node: usize, text: Span) {
        self.readers.insert((text.file, text.start), (text.end, node));
    }

    /// Who reads what stands at a place.
    pub fn reader(&self, place: Span) -> Option<usize> {
        let before = (Bound::Included((place.file, 0)), Bound::Included((place.file, place.start)));
        let (_, (end, node)) = self.readers.range(before).next_back()?;
        (place.end <= *end).then_some(*node)
    }

    /// The name of a document's file.
    pub fn file(&self, document: &Document) -> String {
        self.facts.workspace.files.file(document.file).name.clone()
    }

    /// The graph, sorted.
    pub fn finish(self) -> Graph {
        let Self { mut nodes, edges, .. } = self;
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_cached_key(|at| {
            let node = &nodes[*at];
            let place = node.places.first().copied();
            // What is defined nowhere comes last of its kind.
            (node.kind(), place.is_none(), place, node.name.clone())
        });
        let mut rank = vec![0; nodes.len()];
        // What is taken, with the number that the last of the same name got.
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for (new, old) in order.iter().enumerate() {
            rank[*old] = new;
            let node = &mut nodes[*old];
            let plain = format!("{}:{}", node.kind().word(), node.name);
            node.id.clone_from(&plain);
            if let Some(&last) = taken.get(&plain) {
                // A name may look like one that was numbered here.
                let mut number = last + 1;
                while taken.contains_key(&format!("{plain}#{number}")) {
                    number += 1;
                }
                node.id = format!("{plain}#{number}");
                taken.insert(plain, number);
            }
            taken.insert(node.id.clone(), 1);
        }
        let mut edges: Vec<Edge> = edges
            .into_iter()
            .map(|((from, to), (certain, places))| {
                let places = places.into_iter().take(MOST_PLACES).collect();
                Edge { from: rank[from], to: rank[to], certain, places }
            })
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to));
        let mut ranked: Vec<(usize, Node)> = rank.into_iter().zip(nodes).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        Graph { nodes: ranked.into_iter().map(|(_, node)| node).collect(), edges }
    }
}
