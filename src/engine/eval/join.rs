//! Arithmetic and comparisons between two vectors.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    engine::{Failure, Labels, Moments, Note, Projection, Sample, Value, plan::Join, projection::Key},
    promql::ast::Side,
    text::Span,
};

use super::{Collector, Grid, Run, duplicate, element::combine};

/// Which samples of two vectors match: series with the same number do.
#[derive(Debug)]
pub(super) struct Keys {
    /// The number of each series on the left.
    pub left: Vec<usize>,
    /// The number of each series on the right.
    pub right: Vec<usize>,
    /// How many numbers there are.
    pub count: usize,
}

impl Keys {
    /// Numbers the series of both sides by the labels that count.
    pub(super) fn of(matching: &Projection, left: &Grid, right: &Grid) -> Self {
        let mut numbers: FxHashMap<Key<'_>, usize> = FxHashMap::default();
        let mut all = Vec::with_capacity(left.rows().len() + right.rows().len());
        for row in left.rows().iter().chain(right.rows()) {
            let next = numbers.len();
            all.push(*numbers.entry(matching.key(&row.labels)).or_insert(next));
        }
        let right = all.split_off(left.rows().len());
        Self { left: all, right, count: numbers.len() }
    }
}

/// The two sides of a join, as its cardinality has them: many samples on one may match one on the other.
struct Sides<'j> {
    join: &'j Join,
    many: Grid,
    one: Grid,
    many_keys: Vec<usize>,
    one_keys: Vec<usize>,
    key_count: usize,
    is_swapped: bool,
    /// What stands in where nothing matches on the side with many.
    fill_many: Option<f64>,
    /// What stands in where nothing matches on the side with one.
    fill_one: Option<f64>,
}

/// One side of a match: a sample, or the number that stands in for it.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
enum Partner {
    Row(usize),
    Fill,
}

/// What is known while the samples of one moment are matched.
#[derive(Default)]
struct Step {
    /// The row of the one side for each key.
    one: Vec<Option<usize>>,
    /// The keys that have a result.
    matched: Vec<bool>,
    /// The results of each key, when there may be several.
    results: FxHashSet<(usize, Labels)>,
    /// What there is to say; the last word counts.
    note: Option<Note>,
    samples: Vec<Sample>,
}

impl Run<'_> {
    /// The value of an operator between two vectors.
    pub(super) fn join(&mut self, join: &Join, span: Span, moments: Moments) -> Result<Grid, Failure> {
        let left = self.vector(&join.left, moments)?;
        let right = self.vector(&join.right, moments)?;
        let sides = Sides::of(join, left, right);
        let drops_name = join.op.is_arithmetic() || join.gives_bool && !self.options.delayed_name_removal;
        let mut labels = ResultLabels { join, drops_name, known: FxHashMap::default() };
        let mut collector: Collector = self.collector(moments);
        let mut step = Step::default();
        for at in 0..moments.count() {
            step.begin(sides.key_count);
            sides.match_at(at, &mut step, &mut labels).map_err(|message| Failure::new(span, message))?;
            for sample in step.samples.drain(..) {
                collector.add(at, sample).map_err(|collision| duplicate(collision, span))?;
            }
            self.check_size(collector.grid(), span)?;
            if let Some(note) = step.note.take() {
                self.notes.add(note, span);
            }
        }
        Ok(collector.finish())
    }
}

impl Step {
    fn begin(&mut self, keys: usize) {
        self.one.clear();
        self.one.resize(keys, None);
        self.matched.clear();
        self.matched.resize(keys, false);
        self.results.clear();
    }
}

impl<'j> Sides<'j> {
    fn of(join: &'j Join, left: Grid, right: Grid) -> Self {
        let Keys { left: left_keys, right: right_keys, count } = Keys::of(&join.matching, &left, &right);
        let is_swapped = join.many == Some(Side::Right);
        let (left, right) = ((left, left_keys, join.fill_left), (right, right_keys, join.fill_right));
        let (many, one) = if is_swapped { (right, left) } else { (left, right) };
        let ((many, many_keys, fill_many), (one, one_keys, fill_one)) = (many, one);
        Self { join, many, one, many_keys, one_keys, key_count: count, is_swapped, fill_many, fill_one }
    }

    /// Matches the samples of one moment.
    fn match_at(&self, at: usize, step: &mut Step, labels: &mut ResultLabels<'_>) -> Result<(), String> {
        let is_empty = |grid: &Grid| (0..grid.rows().len()).all(|row| grid.cell(row, at).is_none());
        let (none_many, none_one) = (is_empty(&self.many), is_empty(&self.one));
        let fills = self.fill_many.is_some() || self.fill_one.is_some();
        if none_many && none_one || (none_many || none_one) && !fills {
            return Ok(());
        }
        for (row, &key) in self.one_keys.iter().enumerate().filter(|(row, _)| self.one.cell(*row, at).is_some()) {
            if let Some(other) = step.one[key].replace(row) {
                return Err(self.ambiguous(row, other));
            }
        }
        for (row, &key) in self.many_keys.iter().enumerate() {
            let Some(value) = self.many.cell(row, at) else { continue };
            let (one, one_value) = match (step.one[key], self.fill_one) {
                (Some(one), _) => (Partner::Row(one), self.one.cell(one, at).cloned()),
                (None, Some(fill)) => (Partner::Fill, Some(Value::Float(fill))),
                (None, None) => continue,
            };
            let Some(one_value) = one_value else { continue };
            self.operate((Partner::Row(row), value), (one, &one_value), key, step, labels)?;
        }
        let Some(fill) = self.fill_many.map(Value::Float) else { return Ok(()) };
        for (row, &key) in self.one_keys.iter().enumerate() {
            if let Some(value) = self.one.cell(row, at).filter(|_| !step.matched[key]) {
                self.operate((Partner::Fill, &fill), (Partner::Row(row), value), key, step, labels)?;
            }
        }
        Ok(())
    }

    fn operate(
        &self,
        (many, many_value): (Partner, &Value),
        (one, one_value): (Partner, &Value),
        key: usize,
        step: &mut Step,
        labels: &mut ResultLabels<'_>,
    ) -> Result<(), String> {
        let join = self.join;
        let (left, right) = if self.is_swapped { (one_value, many_value) } else { (many_value, one_value) };
        let element = match combine(join.op, left, right) {
            Ok(element) => element,
            Err(note) => {
                step.note = Some(note);
                return Ok(());
            }
        };
        step.note = element.note.or(step.note.take());
        let labels = labels.of(self, many, one);
        let is_repeated = match join.many {
            None => step.matched[key],
            Some(_) => !step.results.insert((key, labels.clone())),
        };
        if is_repeated {
            return Err(match join.many {
                None => "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                Some(_) => "multiple matches for labels: grouping labels must ensure unique matches",
            }
            .to_owned());
        }
        step.matched[key] = true;
        let value = match (join.gives_bool, element.holds) {
            (true, holds) => Value::Float(if holds { 1.0 } else { 0.0 }),
            (false, true) => element.value,
            (false, false) => return Ok(()),
        };
        step.samples.push(Sample { labels, value, drop_name: join.gives_bool });
        Ok(())
    }

    fn ambiguous(&self, row: usize, other: usize) -> String {
        let labels = |row: usize| &self.one.rows()[row].labels;
        let group = self.join.matching.of(labels(row)).braced();
        let mut twins = [labels(row).braced(), labels(other).braced()];
        twins.sort();
        let side = if self.is_swapped { "left" } else { "right" };
        format!(
            "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{}];\
             many-to-many matching not allowed: matching labels must be unique on one side",
            twins.join(", ")
        )
    }
}

/// The labels of results, worked out once for each match.
struct ResultLabels<'j> {
    join: &'j Join,
    drops_name: bool,
    known: FxHashMap<(Partner, Partner), Labels>,
}

impl ResultLabels<'_> {
    fn of(&mut self, sides: &Sides<'_>, many: Partner, one: Partner) -> Labels {
        if let Some(known) = self.known.get(&(many, one)) {
            return known.clone();
        }
        let row = |grid: &Grid, row: usize| grid.rows()[row].labels.clone();
        let (many_labels, one_labels) = match (many, one) {
            (Partner::Row(many), Partner::Row(one)) => (row(&sides.many, many), row(&sides.one, one)),
            (Partner::Row(many), Partner::Fill) => {
                let labels = row(&sides.many, many);
                let group = self.join.matching.of(&labels);
                (labels, group)
            }
            (Partner::Fill, Partner::Row(one)) => {
                let labels = row(&sides.one, one);
                (self.join.matching.of(&labels), labels)
            }
            (Partner::Fill, Partner::Fill) => (Labels::empty(), Labels::empty()),
        };
        let result = self.combined(many_labels, &one_labels);
        self.known.insert((many, one), result.clone());
        result
    }

    fn combined(&self, many: Labels, one: &Labels) -> Labels {
        let labels = if self.drops_name { many.without_metadata() } else { many };
        let labels = match (&self.join.many, &self.join.matching) {
            (None, Projection::Only(_)) => self.join.matching.of(&labels),
            (None, Projection::AllBut(names)) if !names.is_empty() => {
                labels.filtered(|name| names.iter().all(|ignored| ignored != name))
            }
            _ => labels,
        };
        if self.join.include.is_empty() {
            return labels;
        }
        let mut builder = labels.builder();
        for name in &self.join.include {
            builder.set(name.as_str(), one.get(name).cloned().unwrap_or_default());
        }
        builder.build()
    }
}
