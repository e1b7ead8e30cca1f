//! Label flow: which labels the series of a result have, and where each was set or dropped.
//!
//! "Certain" and "absent" are promises about every series that an expression can ever give, whatever the
//! data; what depends on the data is "possible". A promise about a result without series holds by itself.

mod aggregation;
mod binary;
mod cause;
mod function;
mod kept;
mod selector;
#[cfg(test)]
mod soundness;

use smol_str::SmolStr;

use crate::text::Span;

use super::{
    ast::{Expr, VectorSelector},
    functions::ValueType,
    values::{Outcome, Values},
};

pub use cause::{Cause, Origin};
pub use kept::{keeps_all_labels, keeps_labels};

/// What is known about one label of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// Whether the series have it.
    pub presence: Presence,
    /// What made it so.
    pub cause: Option<Cause>,
}

/// Whether the series of a result have a label. A label with an empty value is no label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Every series has it, all with this value if there is one.
    Certain(Option<SmolStr>),
    /// Some series may have it.
    Possible,
    /// No series has it.
    Absent,
}

/// What becomes of more labels than anybody lists is not followed.
const MOST_LABELS: usize = 500;

/// Among more labels than this, a search takes less than looking at all.
const MANY: usize = 32;

/// What is known about the labels of a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// Sorted by name; so few that a list beats any map.
    named: Vec<(SmolStr, Known)>,
    others: Known,
}

/// Who knows more about series than their selector says.
pub trait Source {
    /// What is known of the series that a selector picks by its name, its matchers aside.
    fn series(&self, _selector: &VectorSelector) -> Flow {
        Flow::unknown()
    }

    /// Whether a rule records the series that a selector picks, so that they may lack labels.
    fn is_recorded(&self, _selector: &VectorSelector) -> bool {
        false
    }

    /// What is known of the values of the series that a selector picks; `None` when no file tells.
    fn values(&self, _selector: &VectorSelector) -> Option<Values> {
        None
    }

    /// Whether the series that a selector picks are there, where they are recorded; `None` when no file tells.
    fn outcome(&self, _selector: &VectorSelector) -> Option<Outcome> {
        None
    }

    /// What was found out before of the labels of this very expression, which stands in a tree that stays where it is.
    fn followed(&self, _expr: &Expr) -> Option<Flow> {
        None
    }

    /// Whether what stands here may be anything, because a variable of a dashboard was written there.
    fn is_open(&self, _place: Span) -> bool {
        false
    }
}

/// Knows nothing.
impl Source for () {}

impl Known {
    /// Every series has the label, all with this value if there is one.
    pub fn certain(value: Option<&str>, cause: Cause) -> Self {
        Self { presence: Presence::Certain(value.map(SmolStr::new)), cause: Some(cause) }
    }

    /// Nothing is known.
    pub fn possible() -> Self {
        Self { presence: Presence::Possible, cause: None }
    }

    /// No series has the label.
    pub fn absent(cause: Cause) -> Self {
        Self { presence: Presence::Absent, cause: Some(cause) }
    }

    /// Nothing is known but that the author counts on the label, by naming it in `by (…)`.
    fn expected(self, cause: Cause) -> Self {
        if self.presence == Presence::Possible { Self { cause: Some(cause), ..self } } else { self }
    }

    /// Whether the author counts on the label, although nothing proves that it is there.
    pub fn is_expected(&self) -> bool {
        self.presence == Presence::Possible && self.cause.is_some()
    }

    /// Whether every series has the label.
    pub fn is_certain(&self) -> bool {
        matches!(self.presence, Presence::Certain(_))
    }

    /// Whether no series has the label.
    pub fn is_absent(&self) -> bool {
        self.presence == Presence::Absent
    }

    /// The value that the label has in every series, if it is known.
    pub fn value(&self) -> Option<&str> {
        match &self.presence {
            Presence::Certain(value) => value.as_deref(),
            _ => None,
        }
    }

    /// What is known of a series that is one of these or one of those.
    fn either(&self, other: &Self) -> Self {
        match (&self.presence, &other.presence) {
            (Presence::Certain(left), Presence::Certain(right)) => Self {
                presence: Presence::Certain(left.clone().filter(|_| left == right)),
                cause: self.cause.clone().or_else(|| other.cause.clone()),
            },
            (Presence::Absent, Presence::Absent) => self.clone(),
            _ => Self::possible(),
        }
    }

    /// What is known of a label that both sides of a matching agree on.
    fn agreed(&self, other: &Self) -> Self {
        let knows = |known: &Self| match known.presence {
            Presence::Certain(Some(_)) => 3,
            Presence::Certain(None) => 2,
            Presence::Absent => 1,
            Presence::Possible => 0,
        };
        if knows(other) > knows(self) { other.clone() } else { self.clone() }
    }

    /// The same with nothing certain about presence; what is absent stays so.
    fn weakened(&self) -> Self {
        if self.is_absent() { self.clone() } else { Self::possible() }
    }
}

impl Flow {
    /// What the labels of an expression's result are, as far as it can be known.
    pub fn of(expr: &Expr, source: &dyn Source) -> Self {
        match expr {
            _ if labels_named(expr) > MOST_LABELS => Self::unknown(),
            Expr::Aggregation(aggregation) if source.is_open(aggregation.op.span) => Self::unknown(),
            Expr::Call(call) if source.is_open(call.function.span) => Self::unknown(),
            Expr::Binary(binary) if source.is_open(binary.op.span) => Self::unknown(),
            Expr::Binary(binary) => source.followed(expr).unwrap_or_else(|| binary::flow(binary, source)),
            Expr::Number(number) => Self::none(Cause::new(number.span, Origin::Scalar)),
            Expr::String(string) => Self::none(Cause::new(string.span, Origin::Scalar)),
            Expr::Selector(selector) => selector::flow(selector, source),
            Expr::Range(range) => selector::flow(&range.selector, source),
            Expr::Subquery(subquery) => Self::of(&subquery.operand, source),
            Expr::Aggregation(aggregation) => aggregation::flow(aggregation, source),
            Expr::Call(call) => function::flow(call, source),
            Expr::Unary(unary) => Self::of(&unary.operand, source).without_name(unary.op.span),
            Expr::Paren(paren) => Self::of(&paren.inner, source),
            Expr::Broken(_) => Self::unknown(),
        }
    }

    /// Nothing is known.
    pub fn unknown() -> Self {
        Self { named: Vec::new(), others: Known::possible() }
    }

    /// There are no labels at all.
    pub fn none(cause: Cause) -> Self {
        Self { named: Vec::new(), others: Known::absent(cause) }
    }

    /// Some labels are known, which come sorted by name, and nothing of the others.
    pub fn knowing<'n>(labels: impl Iterator<Item = (&'n str, Known)>) -> Self {
        // Room for the metric's name and a matcher or two besides.
        let mut named = Vec::with_capacity(6);
        named.extend(labels.map(|(name, known)| (SmolStr::new(name), known)));
        Self { named, others: Known::possible() }
    }

    /// What is known of a label.
    pub fn label(&self, name: &str) -> &Known {
        self.place(name).map_or(&self.others, |place| &self.named[place].1)
    }

    /// The labels that something particular is known about, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(name, _)| name.as_str())
    }

    /// What is known of all other labels.
    pub fn others(&self) -> &Known {
        &self.others
    }

    /// The same with one label known.
    #[must_use]
    pub fn with(mut self, name: &str, known: Known) -> Self {
        let place = self.named.partition_point(|(known, _)| known.as_str() < name);
        match self.named.get_mut(place) {
            Some((own, before)) if own == name => *before = known,
            _ => self.named.insert(place, (name.into(), known)),
        }
        self
    }

    /// Where a name stands among the named labels: most differ in length already, so that looking at all of them takes
    /// less than a search.
    fn place(&self, name: &str) -> Option<usize> {
        if self.named.len() > MANY {
            return self.named.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok();
        }
        self.named.iter().position(|(known, _)| known.as_str() == name)
    }

    /// What is known of a series that is one of these or one of those.
    #[must_use]
    pub fn either(&self, other: &Self) -> Self {
        self.combined(other, Known::either)
    }

    /// The same with nothing said to be absent, for series that somebody may add labels to.
    #[must_use]
    pub fn open(self) -> Self {
        self.map(|known| if known.is_absent() { Known::possible() } else { known.clone() })
    }

    fn map(self, change: impl Fn(&Known) -> Known) -> Self {
        let named = self.named.into_iter().map(|(name, known)| (name, change(&known))).collect();
        Self { named, others: change(&self.others) }
    }

    fn combined(&self, other: &Self, combine: impl Fn(&Known, &Known) -> Known) -> Self {
        let mut named = Vec::with_capacity(self.named.len() + other.named.len());
        let (mut left, mut right) = (self.named.iter().peekable(), other.named.iter().peekable());
        while let Some((name, _)) = left.peek().into_iter().chain(right.peek()).min_by_key(|(name, _)| name).copied() {
            let one = left.next_if(|(own, _)| own == name).map_or(&self.others, |(_, known)| known);
            let two = right.next_if(|(own, _)| own == name).map_or(&other.others, |(_, known)| known);
            named.push((name.clone(), combine(one, two)));
        }
        Self { named, others: combine(&self.others, &other.others) }
    }

    fn without_name(self, span: Span) -> Self {
        self.with("__name__", Known::absent(Cause::new(span, Origin::Computed)))
    }
}

/// Whether an expression gives one number or a text, which have no labels and match everything.
fn is_scalar(expr: &Expr) -> bool {
    matches!(expr.value_type(), Some(ValueType::Scalar | ValueType::String))
}

/// How many labels an expression lists or matches by itself.
fn labels_named(expr: &Expr) -> usize {
    match expr {
        Expr::Selector(selector) => selector.matchers.len(),
        Expr::Range(range) => range.selector.matchers.len(),
        Expr::Aggregation(aggregation) => {
            aggregation.grouping.as_ref().map_or(0, |grouping| grouping.labels.names.len())
        }
        Expr::Binary(binary) => {
            let modifiers = &binary.modifiers;
            let compared = modifiers.matching.as_ref().map_or(0, |matching| matching.labels.names.len());
            let taken = modifiers.group.as_ref().and_then(|group| group.labels.as_ref());
            compared + taken.map_or(0, |labels| labels.names.len())
        }
        _ => 0,
    }
}
