//! What was expected, what was found, and whether that is the same.

use std::collections::BTreeMap;

use crate::{
    diag::Diagnostic,
    engine::{Labels, Value},
    input::{histogram_of, labels_of},
    model::suite::{ExpectedAlert, ExpectedSample, Matching, Tolerance},
    vocab::Pattern,
};

use super::alerting::Texts;

/// Up to so many pairs of an expected and a found thing, the nearest are put together for the report.
const MOST_COMPARED: usize = 40_000;

/// Labels or annotations by name.
pub type Pairs = BTreeMap<String, String>;

/// An alert as it is compared.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AlertFace {
    /// Its labels, `alertname` among them.
    pub labels: Pairs,
    /// Its annotations.
    pub annotations: Pairs,
}

impl AlertFace {
    /// A found alert.
    pub fn found(labels: &Labels, annotations: &Texts) -> Self {
        let labels = labels.iter().map(|label| (label.name.to_string(), label.value.to_string())).collect();
        let annotations = annotations.iter().map(|(name, text)| (name.to_string(), text.clone())).collect();
        Self { labels, annotations }
    }

    /// An expected alert; its `alertname` is that of the test, whatever is written.
    pub fn expected(alert: &ExpectedAlert, alertname: &str) -> Self {
        let pairs = |pairs: &[crate::model::Pair]| -> Pairs {
            pairs.iter().map(|pair| (pair.name.value.to_string(), pair.value.text().to_owned())).collect()
        };
        let mut labels = pairs(&alert.labels);
        labels.insert("alertname".to_owned(), alertname.to_owned());
        Self { labels, annotations: pairs(&alert.annotations) }
    }

    /// Whether a found alert is what this one describes.
    pub fn describes(&self, found: &AlertFace, matching: Matching) -> bool {
        match matching {
            Matching::Exact => self == found,
            Matching::Subset => {
                is_within(&self.labels, &found.labels) && is_within(&self.annotations, &found.annotations)
            }
        }
    }

    /// In how many labels and annotations a found alert differs; labels weigh more.
    fn distance(&self, found: &AlertFace, matching: Matching) -> usize {
        3 * differences(&self.labels, &found.labels, matching).len()
            + differences(&self.annotations, &found.annotations, matching).len()
    }
}

fn is_within(expected: &Pairs, found: &Pairs) -> bool {
    expected.iter().all(|(name, value)| fits(value, found.get(name).map_or("", String::as_str)))
}

/// Whether a value is the expected one, which between slashes is a regular expression for all of it.
pub(super) fn fits(expected: &str, found: &str) -> bool {
    let pattern = expected.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    match pattern.filter(|_| expected.len() > 1).map(Pattern::anchored) {
        Some(Ok(pattern)) => pattern.is_match(found),
        _ => expected == found,
    }
}

/// A label or an annotation that is not as expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// What is expected; `None` when nothing is.
    pub expected: Option<String>,
    /// What is there; `None` when it is missing.
    pub found: Option<String>,
}

/// What differs between expected and found labels or annotations, by name.
pub fn differences(expected: &Pairs, found: &Pairs, matching: Matching) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, value) in expected {
        let there = found.get(name);
        let same = match matching {
            Matching::Exact => there == Some(value),
            Matching::Subset => fits(value, there.map_or("", String::as_str)),
        };
        if !same {
            let (expected, found) = (Some(value.clone()), there.cloned());
            differences.push(Difference { name: name.clone(), expected, found });
        }
    }
    if matching == Matching::Exact {
        let others = found.iter().filter(|(name, _)| !expected.contains_key(*name));
        differences.extend(others.map(|(name, value)| Difference {
            name: name.clone(),
            expected: None,
            found: Some(value.clone()),
        }));
    }
    differences
}

/// How expected and found things belong together, by their indices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pairing {
    /// An expected and a found one that are nearest to each other, but not the same.
    pub differing: Vec<(usize, usize)>,
    /// Expected, and nothing like it is there.
    pub missing: Vec<usize>,
    /// There, and nothing like it is expected.
    pub surplus: Vec<usize>,
}

impl Pairing {
    /// Whether all is as expected.
    pub fn is_perfect(&self) -> bool {
        self.differing.is_empty() && self.missing.is_empty() && self.surplus.is_empty()
    }

    /// Puts each expected alert together with a found one.
    pub fn of_alerts(expected: &[AlertFace], found: &[AlertFace], matching: Matching) -> Self {
        Self::of(
            expected.len(),
            found.len(),
            |e, f| expected[e].describes(&found[f], matching),
            |e, f| expected[e].distance(&found[f], matching),
        )
    }

    /// Puts each expected sample together with a found one: those that are the same, then those of the same
    /// labels, then the others.
    pub fn of_samples(expected: &[SampleFace], found: &[SampleFace], exactness: Exactness) -> Self {
        Self::of(
            expected.len(),
            found.len(),
            |e, f| expected[e].is_same(&found[f], exactness),
            |e, f| {
                let differing = |labels: &Labels, other: &Labels| {
                    labels.iter().filter(|label| other.get(&label.name) != Some(&label.value)).count()
                };
                let (expected, found) = (&expected[e].labels, &found[f].labels);
                differing(expected, found) + differing(found, expected)
            },
        )
    }

    fn of(
        expected: usize,
        found: usize,
        same: impl Fn(usize, usize) -> bool,
        distance: impl Fn(usize, usize) -> usize,
    ) -> Self {
        let partners = perfect_partners(expected, found, same);
        let mut missing: Vec<usize> = (0..expected).filter(|e| partners[*e].is_none()).collect();
        let mut surplus: Vec<usize> = (0..found).filter(|f| !partners.contains(&Some(*f))).collect();
        let mut differing = Vec::new();
        if missing.len() * surplus.len() <= MOST_COMPARED {
            let pairs = missing.iter().flat_map(|e| surplus.iter().map(move |f| (*e, *f)));
            let mut pairs: Vec<_> = pairs.map(|(e, f)| (distance(e, f), e, f)).collect();
            pairs.sort_unstable();
            for (_, e, f) in pairs {
                if missing.contains(&e) && surplus.contains(&f) {
                    missing.retain(|other| *other != e);
                    surplus.retain(|other| *other != f);
                    differing.push((e, f));
                }
            }
        }
        differing.sort_unstable();
        Self { differing, missing, surplus }
    }
}

/// For each expected thing a found one that is the same, no found one twice, as many as possible.
pub(super) fn perfect_partners(
    expected: usize,
    found: usize,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let fits: Vec<Vec<usize>> = (0..expected).map(|e| (0..found).filter(|f| same(e, *f)).collect()).collect();
    let mut owner: Vec<Option<usize>> = vec![None; found];
    for start in 0..expected {
        // Whoever holds a thing that `start` could have may find another one.
        let mut tried = vec![false; found];
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((e, next)) = path.last().copied() {
            let Some(&f) = fits[e].get(next) else {
                path.pop();
                continue;
            };
            path.last_mut().expect("it was just looked at").1 += 1;
            if std::mem::replace(&mut tried[f], true) {
                continue;
            }
            match owner[f] {
                Some(other) => path.push((other, 0)),
                None => {
                    for (e, next) in path.drain(..) {
                        owner[fits[e][next - 1]] = Some(e);
                    }
                    owner[f] = Some(e);
                }
            }
        }
    }
    let mut partners = vec![None; expected];
    for (f, e) in owner.into_iter().enumerate() {
        if let Some(e) = e {
            partners[e] = Some(f);
        }
    }
    partners
}

/// A sample as it is compared.
#[derive(Clone, Debug)]
pub struct SampleFace {
    /// Its labels.
    pub labels: Labels,
    /// Its value; 0 of a histogram.
    pub value: f64,
    /// Its histogram in the notation of tests.
    pub histogram: Option<String>,
}

/// How exactly values are compared.
#[derive(Copy, Clone, PartialEq, Debug)]
pub enum Exactness {
    /// As Go's `==`.
    Exact,
    /// They may be neighbours among all numbers that can be represented.
    Neighbours,
    /// They may be off by so much; NaN equals NaN.
    Within {
        /// The greatest difference.
        absolute: f64,
        /// The greatest difference as a share of the expected value.
        relative: f64,
    },
}

impl Exactness {
    /// What a test file asks for.
    pub fn of(fuzzy: bool, tolerance: Option<&Tolerance>) -> Self {
        match tolerance {
            Some(tolerance) => Exactness::Within {
                absolute: tolerance.absolute.map_or(0.0, |absolute| absolute.value),
                relative: tolerance.relative.map_or(0.0, |relative| relative.value),
            },
            None if fuzzy => Exactness::Neighbours,
            None => Exactness::Exact,
        }
    }

    /// Whether a found value is the expected one.
    pub fn accepts(self, expected: f64, found: f64) -> bool {
        match self {
            Exactness::Exact => expected == found,
            Exactness::Neighbours => expected == found || expected.next_down() == found || expected.next_up() == found,
            Exactness::Within { absolute, relative } => {
                let both_nan = expected.is_nan() && found.is_nan();
                both_nan || expected == found || (expected - found).abs() <= absolute.max(relative * expected.abs())
            }
        }
    }
}

impl SampleFace {
    /// A found sample.
    pub fn found(labels: Labels, value: &Value) -> Self {
        match value {
            Value::Float(value) => Self { labels, value: *value, histogram: None },
            Value::Histogram(histogram) => Self { labels, value: 0.0, histogram: Some(histogram.test_form()) },
        }
    }

    /// An expected sample.
    ///
    /// # Errors
    /// When its histogram is none.
    pub fn expected(sample: &ExpectedSample) -> Result<Self, Box<Diagnostic>> {
        let labels = sample.series.as_ref().map_or_else(Labels::empty, labels_of);
        let value = sample.value.map_or(0.0, |value| value.value);
        let histogram = match &sample.histogram {
            Some((_, text)) => Some(histogram_of(text)?.test_form()),
            None => None,
        };
        Ok(Self { labels, value, histogram })
    }

    /// Whether a found sample is this one.
    pub fn is_same(&self, found: &SampleFace, exactness: Exactness) -> bool {
        self.labels == found.labels && self.histogram == found.histogram && exactness.accepts(self.value, found.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_near_as_asked() {
        let next = 0.1_f64.next_up();
        let within = |absolute, relative| Exactness::Within { absolute, relative };
        for (exactness, expected, found, same) in [
            (Exactness::Exact, 0.0, -0.0, true),
            (Exactness::Exact, 0.1, next, false),
            (Exactness::Exact, f64::NAN, f64::NAN, false),
            (Exactness::Neighbours, 0.1, next, true),
            (Exactness::Neighbours, next, 0.1, true),
            (Exactness::Neighbours, 0.1, next.next_up(), false),
            (Exactness::Neighbours, f64::NAN, f64::NAN, false),
            (within(0.5, 0.0), 1.0, 1.5, true),
            (within(0.5, 0.0), 1.0, 1.6, false),
            (within(0.0, 0.1), -10.0, -9.0, true),
            (within(0.0, 0.1), 10.0, 8.9, false),
            (within(0.0, 0.0), f64::NAN, f64::NAN, true),
            (within(0.0, 0.0), f64::INFINITY, f64::INFINITY, true),
            (within(1.0, 0.0), f64::INFINITY, 1.0, false),
        ] {
            assert_eq!(exactness.accepts(expected, found), same, "{exactness:?} {expected} {found}");
        }
    }

    fn face(labels: &[(&str, &str)]) -> AlertFace {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        AlertFace { labels, annotations: Pairs::new() }
    }

    #[test]
    fn the_nearest_belong_together() {
        let expected = [face(&[("job", "a"), ("severity", "page")]), face(&[("job", "b"), ("severity", "page")])];
        let found = [face(&[("job", "b"), ("severity", "warn")]), face(&[("job", "a"), ("severity", "page")])];
        let pairing = Pairing::of_alerts(&expected, &found, Matching::Exact);
        assert_eq!(pairing, Pairing { differing: vec![(1, 0)], missing: vec![], surplus: vec![] });
        let none = Pairing::of_alerts(&expected, &[], Matching::Exact);
        assert_eq!(none.missing, [0, 1]);
        assert_eq!(Pairing::of_alerts(&[], &found, Matching::Exact).surplus, [0, 1]);
    }

    #[test]
    fn a_subset_describes_each_alert_once() {
        let found = [face(&[("job", "a"), ("pod", "1")]), face(&[("job", "a"), ("pod", "2")])];
        // The first takes the only alert that the second could have, unless it moves on to the other one.
        let expected = [face(&[("job", "/[ab]/")]), face(&[("pod", "1")])];
        assert!(Pairing::of_alerts(&expected, &found, Matching::Subset).is_perfect());
        assert!(!Pairing::of_alerts(&expected[1..], &found, Matching::Subset).is_perfect());
        assert!(!Pairing::of_alerts(&expected, &found[1..], Matching::Subset).is_perfect());
        assert!(!face(&[("job", "/b/")]).describes(&found[0], Matching::Subset));
        assert!(!face(&[("job", "[ab]")]).describes(&found[0], Matching::Subset));
    }

    #[test]
    fn differences_are_named() {
        let (expected, found) = (face(&[("a", "1"), ("b", "2")]), face(&[("b", "3"), ("c", "4")]));
        let text = |value: &str| Some(value.to_owned());
        let difference = |name: &str, expected, found| Difference { name: name.to_owned(), expected, found };
        assert_eq!(
            differences(&expected.labels, &found.labels, Matching::Exact),
            [difference("a", text("1"), None), difference("b", text("2"), text("3")), difference("c", None, text("4")),]
        );
        assert_eq!(differences(&expected.labels, &found.labels, Matching::Subset).len(), 2);
    }
}
