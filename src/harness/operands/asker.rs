//! Evaluates the parts of an expression, and puts what they gave into words.

use crate::{
    engine::{Answered, Labels, Moments, Plan, Value},
    promql::{Expr, Query},
    vocab::Duration,
};

use super::{
    super::{dump, explain::Scene, verdict::Pairs},
    arithmetic,
};

/// The most samples that are told of one operand.
const MOST_SAMPLES: usize = 2;

/// What a part of an expression gave.
pub(super) enum Given {
    /// A number.
    Scalar(f64),
    /// Samples.
    Vector(Vec<(Labels, Value)>),
    /// So many samples of so many series.
    Matrix {
        /// Series.
        series: usize,
        /// Samples of all of them.
        samples: usize,
    },
    /// An error.
    Failure(String),
}

impl Given {
    /// Whether it gave nothing.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Given::Vector(samples) => samples.is_empty(),
            Given::Matrix { series, .. } => *series == 0,
            Given::Scalar(_) | Given::Failure(_) => false,
        }
    }
}

/// What is asked, and of what.
pub(super) struct Asker<'a> {
    /// The whole expression.
    pub(super) query: &'a Query,
    /// Labels whose samples are told first.
    pub(super) about: Option<&'a Pairs>,
    /// The world that is asked.
    pub(super) scene: &'a Scene<'a>,
}

impl Asker<'_> {
    /// What a part gives; `None` for a text and for what cannot be asked alone.
    pub(super) fn ask(&self, expr: &Expr) -> Option<Given> {
        let plan = Plan::of(&self.query.part(expr))?;
        let moment = Moments::instant(self.scene.at);
        Some(match plan.evaluate(self.scene.storage, moment, self.scene.options) {
            Err(failure) => Given::Failure(failure.message),
            Ok(answer) => match answer.value {
                Answered::Scalar(value) => Given::Scalar(value),
                Answered::String(_) => return None,
                Answered::Vector(samples) => Given::Vector(samples),
                Answered::Matrix(series) => Given::Matrix {
                    series: series.len(),
                    samples: series.iter().map(|one| one.floats.len() + one.histograms.len()).sum(),
                },
            },
        })
    }

    /// A part as it is written.
    pub(super) fn written(&self, expr: &Expr) -> &str {
        self.query.text.text().get(self.query.range_of(expr.span())).unwrap_or_default()
    }

    /// What a part gave, in words.
    pub(super) fn words(&self, expr: &Expr, given: &Given) -> String {
        let after = Duration::milliseconds(self.scene.at - self.scene.clock.start);
        match given {
            Given::Failure(message) => format!("fails at {after}: {message}"),
            Given::Scalar(value) => {
                let value = Value::Float(*value);
                let sum = arithmetic::filled(self, expr, &Labels::empty(), &value);
                format!("{} at {after}", sum.unwrap_or_else(|| dump::shown(&value)))
            }
            Given::Vector(samples) => match &samples[..] {
                [] => format!("nothing at {after}"),
                [(labels, value)] => {
                    let sum = arithmetic::filled(self, expr, labels, value);
                    format!("{} at {after}", sum.unwrap_or_else(|| dump::shown(value)))
                }
                many => format!("{} at {after}", self.several(many)),
            },
            Given::Matrix { series: 0, .. } => format!("no samples up to {after}"),
            Given::Matrix { series: 1, samples: 1 } => format!("1 sample up to {after}"),
            Given::Matrix { series: 1, samples } => format!("{samples} samples up to {after}"),
            Given::Matrix { series, samples } => format!("{samples} samples of {series} series up to {after}"),
        }
    }

    /// Some of many samples, those most like what the failure is about.
    fn several(&self, samples: &[(Labels, Value)]) -> String {
        let likeness = |labels: &Labels| {
            self.about.map_or(0, |about| {
                labels.iter().filter(|label| about.get(&*label.name).is_some_and(|own| **own == *label.value)).count()
            })
        };
        let mut told: Vec<&(Labels, Value)> = samples.iter().collect();
        told.sort_by_key(|(labels, _)| std::cmp::Reverse(likeness(labels)));
        let more = told.len().saturating_sub(MOST_SAMPLES);
        let told = told.into_iter().take(MOST_SAMPLES);
        let told: Vec<String> = told.map(|(labels, value)| format!("{} for {labels}", dump::shown(value))).collect();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", told.join(", "))
    }
}
