//! Whether a text that is no PromQL may be MetricsQL, the language of VictoriaMetrics, which contains
//! nearly all of PromQL and adds to it.

/// Functions and aggregations that only MetricsQL has, and beginnings of their names (with `*`).
const OWN: &[&str] = &[
    "WITH",
    "aggr_over_time",
    "alias",
    "any",
    "ascent_over_time",
    "bitmap_*",
    "bottomk_*",
    "buckets_limit",
    "count_eq_over_time",
    "count_gt_over_time",
    "count_le_over_time",
    "count_ne_over_time",
    "count_values_over_time",
    "decreases_over_time",
    "default_rollup",
    "deriv_fast",
    "descent_over_time",
    "distinct",
    "distinct_over_time",
    "drop_common_labels",
    "drop_empty_series",
    "duration_over_time",
    "geomean",
    "geomean_over_time",
    "histogram",
    "histogram_over_time",
    "histogram_share",
    "hoeffding_bound_*",
    "ideriv",
    "increase_prometheus",
    "increase_pure",
    "increases_over_time",
    "integrate",
    "interpolate",
    "iqr_over_time",
    "keep_last_value",
    "keep_next_value",
    "label_copy",
    "label_del",
    "label_graphite_group",
    "label_keep",
    "label_lowercase",
    "label_map",
    "label_match",
    "label_mismatch",
    "label_move",
    "label_set",
    "label_transform",
    "label_uppercase",
    "label_value",
    "labels_equal",
    "lag",
    "lifetime",
    "limit_offset",
    "mad",
    "median",
    "median_over_time",
    "mode",
    "mode_over_time",
    "outlier*",
    "prometheus_buckets",
    "quantiles",
    "quantiles_over_time",
    "range_*",
    "rate_over_sum",
    "rate_prometheus",
    "remove_resets",
    "rollup",
    "rollup_*",
    "running_*",
    "scrape_interval",
    "share",
    "share_*",
    "smooth_exponential",
    "sort_by_label_numeric*",
    "sum2",
    "sum2_over_time",
    "sum_eq_over_time",
    "sum_gt_over_time",
    "sum_le_over_time",
    "tfirst_over_time",
    "timestamp_with_name",
    "tlast_change_over_time",
    "tlast_over_time",
    "tmax_over_time",
    "tmin_over_time",
    "topk_*",
    "ttf",
    "union",
    "zscore",
    "zscore_over_time",
];

/// Binary operators and modifiers that only MetricsQL has.
const WORDS: &[&str] = &["default", "if", "ifnot", "keep_metric_names"];

/// Whether something in a text exists in MetricsQL and not in PromQL. Meant for texts that are no valid
/// PromQL; a metric may well be called `default`.
pub fn may_be_metricsql(text: &str) -> bool {
    let mut rest = text;
    // What stands behind the braces that are open already was looked at with the first of them.
    let mut seen = 0;
    while let Some(start) =
        rest.find(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '"' | '\'' | '`' | '{'))
    {
        rest = &rest[start..];
        let first = rest.chars().next().unwrap_or_default();
        if let '"' | '\'' | '`' = first {
            rest = rest[1..].split_once(first).map_or("", |(_, after)| after);
            continue;
        }
        if first == '{' {
            // Alternatives inside braces: `{a="x" or b="y"}`.
            let at = text.len() - rest.len();
            let inside = if at < seen { "" } else { rest.split('}').next().unwrap_or_default() };
            if inside.contains("\" or ") {
                return true;
            }
            seen = seen.max(at + inside.len());
            rest = &rest[1..];
            continue;
        }
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')).count();
        let (word, after) = rest.split_at(length);
        let called = after.trim_start().starts_with('(');
        if WORDS.contains(&word) || (called && OWN.iter().any(|own| is_named(word, own))) {
            return true;
        }
        rest = after;
    }
    false
}

fn is_named(word: &str, own: &str) -> bool {
    match own.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word.eq_ignore_ascii_case(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_dialects_apart() {
        for text in [
            "topk_max(5, rate(x[5m]))",
            "WITH (a = up) a",
            "sum(x) default 0",
            r#"up{job="a" or job="b"}"#,
            "label_set(up, \"a\", \"b\")",
        ] {
            assert!(may_be_metricsql(text), "{text}");
        }
        for text in ["sum(rate(x[5m])", r#"up{mode="default"} = 1"#, "topk(5, x", "ratee(x[5m])", r#"x{a='if (b)'}"#] {
            assert!(!may_be_metricsql(text), "{text}");
        }
    }
}
