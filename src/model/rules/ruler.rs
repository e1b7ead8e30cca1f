//! Whose rule file it is. Several systems took over Prometheus' format and added keys or put another
//! query language into `expr`; what is wrong for one of them may be right for the other.

use crate::{
    text::floor,
    tree::{Kind, Node},
};

/// A system that reads rule files.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ruler {
    /// Prometheus itself; nothing in the file says otherwise.
    Prometheus,
    /// Thanos' ruler.
    Thanos,
    /// Mimir's or Cortex' ruler.
    Mimir,
    /// Loki's ruler, whose expressions are LogQL.
    Loki,
    /// VictoriaMetrics' vmalert, whose expressions are MetricsQL unless a group says otherwise.
    VictoriaMetrics,
}

/// The language of an expression.
#[derive(Copy, Clone, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// PromQL.
    PromQl,
    /// MetricsQL, which understands nearly all of PromQL.
    MetricsQl,
    /// LogQL.
    LogQl,
    /// LogsQL, of VictoriaLogs.
    LogsQl,
    /// Graphite's functions.
    Graphite,
}

impl Ruler {
    /// The language of its expressions, unless a group says otherwise.
    pub fn language(self) -> Language {
        match self {
            Ruler::Prometheus | Ruler::Thanos | Ruler::Mimir => Language::PromQl,
            Ruler::Loki => Language::LogQl,
            Ruler::VictoriaMetrics => Language::MetricsQl,
        }
    }

    /// What the system is called.
    pub fn name(self) -> &'static str {
        match self {
            Ruler::Prometheus => "Prometheus",
            Ruler::Thanos => "Thanos",
            Ruler::Mimir => "Mimir",
            Ruler::Loki => "Loki",
            Ruler::VictoriaMetrics => "VictoriaMetrics",
        }
    }

    /// The one of two that explains more: Loki shares Mimir's keys but not its language, and
    /// VictoriaMetrics' keys are its own, whatever language its expressions are in.
    pub(super) fn or_stronger(self, other: Ruler) -> Ruler {
        let rank = |ruler: Ruler| match ruler {
            Ruler::Prometheus => 0,
            Ruler::Thanos => 1,
            Ruler::Mimir => 2,
            Ruler::Loki => 3,
            Ruler::VictoriaMetrics => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl Language {
    /// The language of a group's `type` (vmalert).
    pub(super) fn of_type(word: &str) -> Option<Self> {
        match word {
            "prometheus" => Some(Language::MetricsQl),
            "graphite" => Some(Language::Graphite),
            "vlogs" => Some(Language::LogsQl),
            _ => None,
        }
    }
}

/// Keys that a ruler adds at the top of a file.
pub(super) const FILE_KEYS: &[(&str, Ruler)] = &[("namespace", Ruler::Mimir)];

/// Keys that a ruler adds to groups.
pub(super) const GROUP_KEYS: &[(&str, Ruler)] = &[
    ("partial_response_strategy", Ruler::Thanos),
    ("source_tenants", Ruler::Mimir),
    ("align_evaluation_time_on_interval", Ruler::Mimir),
    ("evaluation_delay", Ruler::Mimir),
    ("remote_write", Ruler::Mimir),
    ("type", Ruler::VictoriaMetrics),
    ("params", Ruler::VictoriaMetrics),
    ("concurrency", Ruler::VictoriaMetrics),
    ("headers", Ruler::VictoriaMetrics),
    ("notifier_headers", Ruler::VictoriaMetrics),
    ("eval_offset", Ruler::VictoriaMetrics),
    ("eval_delay", Ruler::VictoriaMetrics),
    ("eval_alignment", Ruler::VictoriaMetrics),
    ("extra_filter_labels", Ruler::VictoriaMetrics),
    ("tenant", Ruler::VictoriaMetrics),
    ("debug", Ruler::VictoriaMetrics),
];

/// Keys that a ruler adds to rules.
pub(super) const RULE_KEYS: &[(&str, Ruler)] =
    &[("debug", Ruler::VictoriaMetrics), ("update_entries_limit", Ruler::VictoriaMetrics)];

/// Whether an expression is LogQL: after a selector's `}` comes a line filter or a pipeline stage,
/// which no PromQL expression has.
pub(super) fn is_logql(expr: Node<'_>) -> bool {
    matches!(expr.kind(), Kind::Scalar(_)) && expr.text().is_some_and(has_pipeline)
}

fn has_pipeline(text: &str) -> bool {
    // Hardly any PromQL gets beyond this; what stands in quotes is looked at only below.
    let mut braces = memchr::memchr_iter(b'}', text.as_bytes());
    if !braces.any(|brace| starts_stage(behind_range(&text[brace + 1..]))) {
        return false;
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"' | '\'') if letter == '\\' => escaped = true,
            Some(open) if letter == open => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'' | '`') => quote = Some(letter),
            None if letter == '}' && starts_stage(behind_range(&text[at + 1..])) => return true,
            None => {}
        }
    }
    false
}

/// No range is longer than this many bytes.
const LONGEST_RANGE: usize = 100;

/// A text without the range that it begins with: `[5m]`, which may stand before the stages as well as behind them.
fn behind_range(text: &str) -> &str {
    let text = text.trim_start();
    let range = text.strip_prefix('[').map(|rest| &rest[..floor(rest, LONGEST_RANGE)]);
    let range = range.and_then(|rest| rest.find(']')).map(|length| (length, &text[length + 2..]));
    range.map_or(text, |(_, behind)| behind.trim_start())
}

/// Whether a text starts with a line filter (`|= "…"`) or a pipeline stage (`| json`).
fn starts_stage(text: &str) -> bool {
    let filters = ["|=", "|~", "!=", "!~", "|>", "!>"];
    if let Some(rest) = filters.iter().find_map(|filter| text.strip_prefix(filter)) {
        return rest.trim_start().starts_with(['"', '`']);
    }
    let stage = text.strip_prefix('|').map(str::trim_start);
    stage.is_some_and(|stage| stage.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_logql_from_promql() {
        for text in [
            r#"sum(rate({app="web"} |= "error" [5m])) > 10"#,
            r#"count_over_time({job="mail"} != `spam` [1m])"#,
            "{app=\"web\"}\n  | json | status >= 500",
            r#"sum by (code) (rate({job="nginx"}[1m] | json code="status"))"#,
            r#"sum by (pod) (rate({namespace="shop"} |~ "time ?out" | logfmt [1m]))"#,
        ] {
            assert!(has_pipeline(text), "{text}");
        }
        for text in [
            r#"rate(errors_total{path="/a|b"}[5m]) > 1"#,
            r#"up{job="x"} != 1"#,
            r#"{__name__="up"} || up"#,
            r#"up{a="}"} != ignoring(a) up{b='| json'}"#,
        ] {
            assert!(!has_pipeline(text), "{text}");
        }
    }
}
