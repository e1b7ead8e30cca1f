//! Which names Prometheus takes without quotes.

use std::sync::LazyLock;

use super::Pattern;

/// Names as `promql-unquoted-utf8-names` allows them.
static UNQUOTED: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::anchored(r"[\pL_:][\pL_:.0-9]*").ok());

/// Whether a label name needs no quotes: `[a-zA-Z_][a-zA-Z0-9_]*`.
pub fn is_label_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a metric name needs no quotes: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
pub fn is_metric_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_' || first == b':')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
}

/// Whether a name of a metric or a label needs no quotes where the feature flag `promql-unquoted-utf8-names` is on
/// (Prometheus 3.16): letters of any script, and dots behind the first. Whether labels may have colons is not asked.
pub fn is_unquoted_name(name: &str) -> bool {
    UNQUOTED.as_ref().is_some_and(|names| names.is_match(name))
}
