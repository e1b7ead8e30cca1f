//! The functions of PromQL, as of Prometheus 3.16: what they take, what they give, what they are for.

use std::fmt;

/// The type of an expression.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ValueType {
    /// One number.
    Scalar,
    /// A text.
    String,
    /// One sample for each series.
    InstantVector,
    /// Several samples for each series.
    RangeVector,
}

/// What kind of series a function makes sense of.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Takes {
    /// All kinds.
    Any,
    /// Series that only ever grow, and start anew at zero.
    Counters,
    /// Series that go up and down.
    Gauges,
    /// Buckets with an `le` label, or native histograms.
    Histograms,
    /// Native histograms only; other series are left out.
    NativeHistograms,
}

/// A function of PromQL.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Function {
    /// Its name; functions are told apart by case.
    pub name: &'static str,
    /// Types of its arguments; the last one stands for all further ones.
    pub arguments: &'static [ValueType],
    /// The least number of arguments.
    pub least: usize,
    /// The greatest number of arguments; `None` when there is no limit.
    pub most: Option<usize>,
    /// Type of its result.
    pub result: ValueType,
    /// What kind of series it makes sense of.
    pub takes: Takes,
    /// Whether its result has the metric name of its operand.
    pub keeps_name: bool,
    /// Whether Prometheus has it behind `promql-experimental-functions`.
    pub experimental: bool,
    /// What it gives, in a few words.
    pub meaning: &'static str,
}

/// The function of that name.
pub fn function(name: &str) -> Option<&'static Function> {
    let initial = usize::from(name.bytes().next()?.checked_sub(b'a')?);
    let (from, to) = (*INITIALS.get(initial)?, *INITIALS.get(initial + 1)?);
    FUNCTIONS[from..to].iter().find(|function| function.name == name)
}

/// Where the functions begin whose names begin with `a`, with `b` and so on, and where those with `z` end: few begin
/// with the same letter, and every check of calls asks for them.
static INITIALS: [usize; 27] = {
    let mut places = [0; 27];
    let mut place = 0;
    while place < FUNCTIONS.len() {
        let initial = (FUNCTIONS[place].name.as_bytes()[0] - b'a') as usize;
        places[initial + 1] = place + 1;
        place += 1;
    }
    let mut initial = 1;
    while initial < places.len() {
        if places[initial] < places[initial - 1] {
            places[initial] = places[initial - 1];
        }
        initial += 1;
    }
    places
};

/// All functions, by name.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter()
}

impl Function {
    /// Type of the argument at `index`, counted from 0; `None` when there can be no such argument.
    pub fn argument(&self, index: usize) -> Option<ValueType> {
        if self.most.is_some_and(|most| index >= most) {
            return None;
        }
        self.arguments.get(index).or(self.arguments.last()).copied()
    }

    /// Position of the argument that holds the series.
    pub fn series_argument(&self) -> Option<usize> {
        self.arguments.iter().position(|kind| matches!(kind, ValueType::InstantVector | ValueType::RangeVector))
    }

    /// How it is called: `clamp(vector, scalar, scalar)`.
    pub fn usage(&self) -> String {
        let mut usage = format!("{}(", self.name);
        for (index, kind) in self.arguments.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let optional = if index >= self.least { "?" } else { "" };
            usage += &format!("{separator}{}{optional}", kind.short());
        }
        if self.most.is_none_or(|most| most > self.arguments.len()) {
            usage += ", …";
        }
        usage + ")"
    }

    const fn new(
        name: &'static str,
        arguments: &'static [ValueType],
        result: ValueType,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            arguments,
            least: arguments.len(),
            most: Some(arguments.len()),
            result,
            takes: Takes::Any,
            keeps_name: false,
            experimental: false,
            meaning,
        }
    }

    const fn with(mut self, least: usize, most: Option<usize>) -> Self {
        self.least = least;
        self.most = most;
        self
    }

    const fn taking(mut self, takes: Takes) -> Self {
        self.takes = takes;
        self
    }

    const fn keeping_name(mut self) -> Self {
        self.keeps_name = true;
        self
    }

    const fn experimental(mut self) -> Self {
        self.experimental = true;
        self
    }
}

impl ValueType {
    /// As Prometheus calls it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::Scalar => "scalar",
            ValueType::String => "string",
            ValueType::InstantVector => "instant vector",
            ValueType::RangeVector => "range vector",
        }
    }

    /// With its article.
    pub fn with_article(self) -> &'static str {
        match self {
            ValueType::Scalar => "a scalar",
            ValueType::String => "a string",
            ValueType::InstantVector => "an instant vector",
            ValueType::RangeVector => "a range vector",
        }
    }

    fn short(self) -> &'static str {
        match self {
            ValueType::Scalar => "scalar",
            ValueType::String => "string",
            ValueType::InstantVector => "vector",
            ValueType::RangeVector => "range",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

use Takes::{Counters, Gauges, Histograms, NativeHistograms};
use ValueType::{InstantVector as Vector, RangeVector as Range, Scalar, String as Text};

/// By name; a test checks it.
#[rustfmt::skip]
static FUNCTIONS: [Function; 91] = [
    Function::new("abs", &[Vector], Vector, "absolute value"),
    Function::new("absent", &[Vector], Vector, "1 when the vector is empty, else nothing"),
    Function::new("absent_over_time", &[Range], Vector, "1 when no series had a sample in the range, else nothing"),
    Function::new("acos", &[Vector], Vector, "arc cosine, in radians"),
    Function::new("acosh", &[Vector], Vector, "inverse hyperbolic cosine"),
    Function::new("asin", &[Vector], Vector, "arc sine, in radians"),
    Function::new("asinh", &[Vector], Vector, "inverse hyperbolic sine"),
    Function::new("atan", &[Vector], Vector, "arc tangent, in radians"),
    Function::new("atanh", &[Vector], Vector, "inverse hyperbolic tangent"),
    Function::new("avg_over_time", &[Range], Vector, "average of the samples in the range"),
    Function::new("ceil", &[Vector], Vector, "rounded up to whole numbers"),
    Function::new("changes", &[Range], Vector, "how often the value changed in the range"),
    Function::new("clamp", &[Vector, Scalar, Scalar], Vector, "values held between two bounds"),
    Function::new("clamp_max", &[Vector, Scalar], Vector, "values held below a bound"),
    Function::new("clamp_min", &[Vector, Scalar], Vector, "values held above a bound"),
    Function::new("cos", &[Vector], Vector, "cosine of radians"),
    Function::new("cosh", &[Vector], Vector, "hyperbolic cosine"),
    Function::new("count_over_time", &[Range], Vector, "number of the samples in the range"),
    Function::new("day_of_month", &[Vector], Vector, "day of the month, 1 to 31").with(0, Some(1)),
    Function::new("day_of_week", &[Vector], Vector, "day of the week, 0 (Sunday) to 6").with(0, Some(1)),
    Function::new("day_of_year", &[Vector], Vector, "day of the year, 1 to 366").with(0, Some(1)),
    Function::new("days_in_month", &[Vector], Vector, "number of days of the month, 28 to 31").with(0, Some(1)),
    Function::new("deg", &[Vector], Vector, "radians to degrees"),
    Function::new("delta", &[Range], Vector, "difference between the ends of the range").taking(Gauges),
    Function::new("deriv", &[Range], Vector, "slope per second of a line through the samples").taking(Gauges),
    Function::new("double_exponential_smoothing", &[Range, Scalar, Scalar], Vector, "smoothed value with a smoothed trend").taking(Gauges).experimental(),
    Function::new("end", &[], Scalar, "seconds since 1970 at the end of the query").experimental(),
    Function::new("exp", &[Vector], Vector, "e to the power of each value"),
    Function::new("first_over_time", &[Range], Vector, "oldest sample in the range").keeping_name(),
    Function::new("floor", &[Vector], Vector, "rounded down to whole numbers"),
    Function::new("histogram_avg", &[Vector], Vector, "average of the observations in a native histogram").taking(NativeHistograms),
    Function::new("histogram_count", &[Vector], Vector, "number of observations in a native histogram").taking(NativeHistograms),
    Function::new("histogram_fraction", &[Scalar, Scalar, Vector], Vector, "share of the observations between two bounds").taking(Histograms),
    Function::new("histogram_quantile", &[Scalar, Vector], Vector, "quantile of the observations in a histogram").taking(Histograms),
    Function::new("histogram_quantiles", &[Vector, Text, Scalar, Scalar], Vector, "several quantiles of the observations in a histogram, told apart by a label").with(3, Some(12)).taking(Histograms).experimental(),
    Function::new("histogram_stddev", &[Vector], Vector, "standard deviation of the observations in a native histogram").taking(NativeHistograms),
    Function::new("histogram_stdvar", &[Vector], Vector, "variance of the observations in a native histogram").taking(NativeHistograms),
    Function::new("histogram_sum", &[Vector], Vector, "sum of the observations in a native histogram").taking(NativeHistograms),
    Function::new("hour", &[Vector], Vector, "hour of the day, 0 to 23, in UTC").with(0, Some(1)),
    Function::new("idelta", &[Range], Vector, "difference between the last two samples").taking(Gauges),
    Function::new("increase", &[Range], Vector, "increase over the range, extrapolated to its ends").taking(Counters),
    Function::new("info", &[Vector, Vector], Vector, "the series with labels of the matching info metric added").with(1, Some(2)).keeping_name().experimental(),
    Function::new("integral", &[Range, Scalar], Vector, "area under the samples in the range, value times seconds").with(1, Some(2)).taking(Gauges).experimental(),
    Function::new("irate", &[Range], Vector, "increase per second between the last two samples").taking(Counters),
    Function::new("label_join", &[Vector, Text, Text, Text], Vector, "a label set to several others, joined").with(3, None).keeping_name(),
    Function::new("label_replace", &[Vector, Text, Text, Text, Text], Vector, "a label set from what a pattern finds in another").keeping_name(),
    Function::new("last_over_time", &[Range], Vector, "newest sample in the range").keeping_name(),
    Function::new("ln", &[Vector], Vector, "natural logarithm"),
    Function::new("log10", &[Vector], Vector, "decimal logarithm"),
    Function::new("log2", &[Vector], Vector, "binary logarithm"),
    Function::new("mad_over_time", &[Range], Vector, "median absolute deviation of the samples in the range").experimental(),
    Function::new("max_of", &[Scalar, Scalar], Scalar, "the larger of two scalars").experimental(),
    Function::new("max_over_time", &[Range], Vector, "largest of the samples in the range"),
    Function::new("min_of", &[Scalar, Scalar], Scalar, "the smaller of two scalars").experimental(),
    Function::new("min_over_time", &[Range], Vector, "smallest of the samples in the range"),
    Function::new("minute", &[Vector], Vector, "minute of the hour, 0 to 59").with(0, Some(1)),
    Function::new("month", &[Vector], Vector, "month of the year, 1 to 12").with(0, Some(1)),
    Function::new("pi", &[], Scalar, "the number pi"),
    Function::new("predict_linear", &[Range, Scalar], Vector, "value so many seconds from now, if the samples follow a line").taking(Gauges),
    Function::new("present_over_time", &[Range], Vector, "1 for each series with a sample in the range"),
    Function::new("quantile_over_time", &[Scalar, Range], Vector, "quantile of the samples in the range"),
    Function::new("rad", &[Vector], Vector, "degrees to radians"),
    Function::new("range", &[], Scalar, "seconds from the start to the end of the query").experimental(),
    Function::new("rate", &[Range], Vector, "increase per second over the range").taking(Counters),
    Function::new("resets", &[Range], Vector, "how often a counter started anew in the range").taking(Counters),
    Function::new("round", &[Vector, Scalar], Vector, "rounded to the nearest multiple of a number, 1 by default").with(1, Some(2)),
    Function::new("scalar", &[Vector], Scalar, "the value of the only series, else NaN"),
    Function::new("sgn", &[Vector], Vector, "sign: -1, 0 or 1"),
    Function::new("sin", &[Vector], Vector, "sine of radians"),
    Function::new("sinh", &[Vector], Vector, "hyperbolic sine"),
    Function::new("sort", &[Vector], Vector, "ordered by value, ascending").keeping_name(),
    Function::new("sort_by_label", &[Vector, Text], Vector, "ordered by labels, ascending").with(1, None).keeping_name().experimental(),
    Function::new("sort_by_label_desc", &[Vector, Text], Vector, "ordered by labels, descending").with(1, None).keeping_name().experimental(),
    Function::new("sort_desc", &[Vector], Vector, "ordered by value, descending").keeping_name(),
    Function::new("sqrt", &[Vector], Vector, "square root"),
    Function::new("start", &[], Scalar, "seconds since 1970 at the start of the query").experimental(),
    Function::new("start_timestamp", &[Vector], Vector, "seconds since 1970 at which each series began to count").experimental(),
    Function::new("stddev_over_time", &[Range], Vector, "standard deviation of the samples in the range"),
    Function::new("stdvar_over_time", &[Range], Vector, "variance of the samples in the range"),
    Function::new("step", &[], Scalar, "seconds between the evaluations of the query").experimental(),
    Function::new("sum_over_time", &[Range], Vector, "sum of the samples in the range"),
    Function::new("tan", &[Vector], Vector, "tangent of radians"),
    Function::new("tanh", &[Vector], Vector, "hyperbolic tangent"),
    Function::new("time", &[], Scalar, "seconds since 1970 at the evaluation"),
    Function::new("timestamp", &[Vector], Vector, "seconds since 1970 at which each sample was taken"),
    Function::new("ts_of_first_over_time", &[Range], Vector, "when the oldest sample in the range was taken").experimental(),
    Function::new("ts_of_last_over_time", &[Range], Vector, "when the newest sample in the range was taken").experimental(),
    Function::new("ts_of_max_over_time", &[Range], Vector, "when the largest sample in the range was taken").experimental(),
    Function::new("ts_of_min_over_time", &[Range], Vector, "when the smallest sample in the range was taken").experimental(),
    Function::new("vector", &[Scalar], Vector, "a scalar as a vector without labels"),
    Function::new("year", &[Vector], Vector, "year, in UTC").with(0, Some(1)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sorted_and_looks_up() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(all().all(|each| function(each.name) == Some(each)));
        assert_eq!(function("rate").map(|rate| rate.takes), Some(Counters));
        assert_eq!(function("Rate"), None);
        for unknown in ["holt_winters", "", "z", "a", "{", "_", "ä"] {
            assert_eq!(function(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn describes_its_arguments() {
        for (name, usage) in [
            ("time", "time()"),
            ("round", "round(vector, scalar?)"),
            ("clamp", "clamp(vector, scalar, scalar)"),
            ("label_join", "label_join(vector, string, string, string?, …)"),
            ("hour", "hour(vector?)"),
        ] {
            assert_eq!(function(name).map(Function::usage).as_deref(), Some(usage));
        }
        let quantiles = function("histogram_quantiles").unwrap();
        assert_eq!((quantiles.argument(11), quantiles.argument(12)), (Some(Scalar), None));
    }
}
