//! Which release of Prometheus brought which part of PromQL (its `CHANGELOG.md`).

use crate::vocab::Version;

use super::Feature;

/// Functions and aggregations that came after 2.7, by name, with the release.
const SINCE: [(&str, Version); 48] = [
    ("absent_over_time", Version::new(2, 16)),
    ("acos", Version::new(2, 31)),
    ("acosh", Version::new(2, 31)),
    ("asin", Version::new(2, 31)),
    ("asinh", Version::new(2, 31)),
    ("atan", Version::new(2, 31)),
    ("atanh", Version::new(2, 31)),
    ("clamp", Version::new(2, 26)),
    ("cos", Version::new(2, 31)),
    ("cosh", Version::new(2, 31)),
    ("deg", Version::new(2, 31)),
    ("double_exponential_smoothing", Version::new(3, 0)),
    ("end", Version::new(3, 12)),
    ("first_over_time", Version::new(3, 7)),
    ("group", Version::new(2, 20)),
    ("histogram_avg", Version::new(2, 51)),
    ("histogram_count", Version::new(2, 40)),
    ("histogram_fraction", Version::new(2, 40)),
    ("histogram_quantiles", Version::new(3, 11)),
    ("histogram_stddev", Version::new(2, 47)),
    ("histogram_stdvar", Version::new(2, 47)),
    ("histogram_sum", Version::new(2, 40)),
    ("info", Version::new(2, 55)),
    ("integral", Version::new(3, 16)),
    ("last_over_time", Version::new(2, 26)),
    ("limit_ratio", Version::new(2, 54)),
    ("limitk", Version::new(2, 54)),
    ("mad_over_time", Version::new(2, 49)),
    ("max_of", Version::new(3, 13)),
    ("min_of", Version::new(3, 13)),
    ("pi", Version::new(2, 31)),
    ("present_over_time", Version::new(2, 29)),
    ("rad", Version::new(2, 31)),
    ("range", Version::new(3, 12)),
    ("sgn", Version::new(2, 26)),
    ("sin", Version::new(2, 31)),
    ("sinh", Version::new(2, 31)),
    ("sort_by_label", Version::new(2, 49)),
    ("sort_by_label_desc", Version::new(2, 49)),
    ("start", Version::new(3, 12)),
    ("start_timestamp", Version::new(3, 14)),
    ("step", Version::new(3, 12)),
    ("tan", Version::new(2, 31)),
    ("tanh", Version::new(2, 31)),
    ("ts_of_first_over_time", Version::new(3, 7)),
    ("ts_of_last_over_time", Version::new(3, 5)),
    ("ts_of_max_over_time", Version::new(3, 5)),
    ("ts_of_min_over_time", Version::new(3, 5)),
];

/// The release that brought a function or aggregation; `None` for those that have always been there.
pub fn since(name: &str) -> Option<Version> {
    SINCE.binary_search_by_key(&name, |(known, _)| known).ok().map(|place| SINCE[place].1)
}

/// The release that took a function away.
pub(super) fn gone_since(name: &str) -> Option<Version> {
    (name == "holt_winters").then_some(Version::new(3, 0))
}

impl Feature {
    /// The release that brought it, be it behind its flag.
    pub fn since(self) -> Version {
        match self {
            Feature::ExperimentalFunctions => Version::new(2, 49),
            Feature::DurationExpressions => Version::new(3, 4),
            Feature::ExtendedRangeSelectors => Version::new(3, 7),
            Feature::FillModifiers => Version::new(3, 10),
            Feature::UnquotedNames => Version::new(3, 16),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::functions, *};

    #[test]
    fn names_what_there_is_in_order() {
        assert!(SINCE.is_sorted_by(|(one, _), (next, _)| one < next));
        let aggregations = ["group", "limit_ratio", "limitk"];
        for (name, _) in SINCE {
            assert!(functions::function(name).is_some() || aggregations.contains(&name), "{name}");
        }
        assert_eq!(since("rate"), None);
        assert_eq!(since("last_over_time"), Some(Version::new(2, 26)));
    }
}
