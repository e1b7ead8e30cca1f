//! How an engine is set up, and which moments a query is evaluated at.

/// How an engine is set up.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Options {
    /// How long a sample counts when no newer one came, in milliseconds.
    pub lookback_delta: i64,
    /// The step of a subquery that names none, in milliseconds.
    pub default_step: i64,
    /// What is on beside the default.
    pub features: Features,
    /// Whether metadata labels go only at the end of the query (`promql-delayed-name-removal`).
    pub delayed_name_removal: bool,
    /// How many samples a query may hold at once.
    pub most_samples: usize,
}

/// Flags of Prometheus that change what an expression evaluates to.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub struct Features {
    /// `type-and-unit-labels`: `__type__` tells counters from gauges.
    pub type_and_unit_labels: bool,
    /// `use-start-timestamps`: `rate` and its like know when a counter started.
    pub start_timestamps: bool,
}

impl Default for Options {
    /// As Prometheus has it without flags.
    fn default() -> Self {
        Self {
            lookback_delta: 5 * 60_000,
            default_step: 60_000,
            features: Features::default(),
            delayed_name_removal: false,
            most_samples: 50_000_000,
        }
    }
}

/// The moments a query is evaluated at: from `start` in steps to `end`, in milliseconds since 1970.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Moments {
    /// The first.
    pub start: i64,
    /// None is later than this; before `start`, there is none at all.
    pub end: i64,
    /// From one to the next; of an instant query 0.
    pub step: i64,
}

impl Moments {
    /// One moment: an instant query.
    pub fn instant(at: i64) -> Self {
        Self { start: at, end: at, step: 0 }
    }

    /// Several moments: a range query, even when there is only one. A step below a millisecond is raised to one.
    pub fn range(start: i64, end: i64, step: i64) -> Self {
        Self { start, end, step: step.max(1) }
    }

    /// Whether they are of an instant query.
    pub fn is_instant(self) -> bool {
        self.step == 0
    }

    /// How many they are.
    pub fn count(self) -> usize {
        match self.end.saturating_sub(self.start) {
            span if span < 0 => 0,
            _ if self.is_instant() => 1,
            span => (span / self.step) as usize + 1,
        }
    }

    /// Each of them.
    pub fn iter(self) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator + Clone {
        (0..self.count()).map(move |index| self.start + index as i64 * self.step)
    }
}
