//! Some labels of a set: what series are grouped and matched by.

use std::hash::{Hash, Hasher};

use super::{Labels, METADATA};

/// Which labels of a set count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Projection {
    /// These: `by`, `on`.
    Only(Vec<String>),
    /// All but these and those that tell of the metric (its name, type and unit): `without`, `ignoring`.
    AllBut(Vec<String>),
}

impl Projection {
    /// The labels of a set that count.
    pub fn of(&self, labels: &Labels) -> Labels {
        match self {
            Projection::Only(names) if names.is_empty() => Labels::empty(),
            _ => labels.filtered(|name| self.counts(name)),
        }
    }

    /// Those labels of a set, to be compared without making a set of them.
    pub fn key<'a>(&'a self, labels: &'a Labels) -> Key<'a> {
        Key { labels, projection: self }
    }

    fn counts(&self, name: &str) -> bool {
        match self {
            Projection::Only(names) => names.iter().any(|one| one == name),
            Projection::AllBut(names) => !METADATA.contains(&name) && names.iter().all(|one| one != name),
        }
    }
}

/// A set of labels as a [`Projection`] sees it. Only keys of the same projection can be compared.
#[derive(Copy, Clone, Debug)]
pub struct Key<'a> {
    labels: &'a Labels,
    projection: &'a Projection,
}

impl Hash for Key<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.projection {
            Projection::Only(names) => names.iter().for_each(|name| self.labels.value(name).hash(state)),
            Projection::AllBut(_) => self.counting().for_each(|label| label.hash(state)),
        }
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        match self.projection {
            Projection::Only(names) => names.iter().all(|name| self.labels.value(name) == other.labels.value(name)),
            Projection::AllBut(_) => self.counting().eq(other.counting()),
        }
    }
}

impl Eq for Key<'_> {}

impl<'a> Key<'a> {
    fn counting(&self) -> impl Iterator<Item = &'a super::Label> {
        let projection = self.projection;
        self.labels.iter().filter(move |label| projection.counts(&label.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_equal_as_the_labels_that_count() {
        let one = Labels::of([("__name__", "a"), ("__type__", "gauge"), ("__unit__", "s"), ("job", "x"), ("pod", "1")]);
        let other = Labels::of([("__name__", "b"), ("job", "x"), ("pod", "2")]);
        for (projection, labels, equal) in [
            (Projection::Only(vec!["job".into(), "none".into()]), r#"{job="x"}"#, true),
            (Projection::Only(vec!["__name__".into()]), "a", false),
            (Projection::Only(Vec::new()), "{}", true),
            (Projection::AllBut(vec!["pod".into()]), r#"{job="x"}"#, true),
            (Projection::AllBut(vec!["job".into()]), r#"{pod="1"}"#, false),
        ] {
            assert_eq!(projection.of(&one).to_string(), labels);
            assert_eq!(projection.key(&one) == projection.key(&other), equal, "{projection:?}");
        }
    }
}
