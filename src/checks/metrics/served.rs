//! What a live server that was asked does not have.

use std::collections::BTreeSet;

use crate::{
    facts::Asked,
    kit::*,
    promql::{
        Expr,
        ast::{BinaryOp, Matcher},
    },
    vocab::nearest,
};

/// Whether the live server has no series of a metric, nothing in the files is about to bring it, and the expression is
/// not made for its absence.
pub fn lacks(asked: Asked<'_>, facts: &Facts<'_>) -> bool {
    let name = asked.name.value.as_str();
    let Some(server) = facts.inventory.server() else { return false };
    // An exporter that the files scrape may be new.
    let jobs = facts.servers.all().iter().flat_map(|one| &one.config.scrape_configs);
    let mut exporters = jobs.flat_map(|job| facts.exporters.of_job(job));
    !server.has(name)
        && !matches!(asked.site.owner, Owner::Docs)
        && !expects_absence(asked)
        && !exporters.any(|exporter| exporter.named(name).is_some())
}

/// Whether the expression asks what to do where there is no such series: `absent(x)`, `x or y`, `y unless x`.
fn expects_absence(asked: Asked<'_>) -> bool {
    let at = asked.selector.span;
    asked.site.expr().into_iter().flat_map(Expr::walk).any(|expr| match expr {
        Expr::Call(call) => call.function.value.starts_with("absent") && expr.span().contains(at),
        Expr::Binary(binary) => matches!(binary.op.value, BinaryOp::Or | BinaryOp::Unless) && expr.span().contains(at),
        _ => false,
    })
}

/// The value of the live server that a matcher very likely means, where it names one that the server does not have.
/// Values that differ in digits are different things: `500` and `200`, `db-1` and `db-2`.
pub fn meant<'f>(asked: Asked<'_>, matcher: &Matcher, facts: &'f Facts<'_>) -> Option<&'f str> {
    let server = facts.inventory.server()?;
    let values: &BTreeSet<String> = server.values(&asked.name.value, &matcher.label.value)?;
    let text = matcher.value.value.as_str();
    if matcher.op.value.is_regex() || matcher.op.value.is_negative() || text.len() < SHORTEST {
        return None;
    }
    if values.contains(text) || expects_absence(asked) {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let alike = || values.iter().map(String::as_str).filter(|value| digits(value) == digits(text));
    let same = alike().find(|value| value.eq_ignore_ascii_case(text));
    same.or_else(|| nearest(text, alike()))
}

/// Shorter values are never taken for misspelt ones.
const SHORTEST: usize = 5;

/// Whether a label may be on the server soon: something in the configuration here writes it.
pub fn is_brought(label: &str, facts: &Facts<'_>) -> bool {
    facts.servers.all().iter().flat_map(|one| &one.config.scrape_configs).any(|job| {
        let mut rules = job.relabel_configs.iter().chain(&job.metric_relabel_configs);
        let mut fixed = job.static_configs.iter().flat_map(|config| &config.labels);
        rules.any(|rule| rule.target_label.as_ref().is_some_and(|target| target.value == label))
            || fixed.any(|own| own.name.value == label)
    })
}

/// Whether the live server has a value that a matcher takes.
pub fn has_value(metric: &str, matcher: &Matcher, facts: &Facts<'_>) -> bool {
    let values = facts.inventory.server().and_then(|server| server.values(metric, &matcher.label.value));
    values.is_some_and(|values| values.iter().any(|value| matcher.matches(value)))
}
