//! Divisions by a limit that is 0 when there is no limit.

use crate::{
    check,
    kit::*,
    model::Document,
    promql::{
        Expr,
        ast::{Binary, BinaryOp, VectorSelector},
    },
};

check! {
    /// An alert divides by a limit, and some have none: they show 0.
    ///
    /// ## Why it matters
    /// Something divided by 0 is `+Inf`, which is above every threshold: the alert fires for exactly those that cannot
    /// run out.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: ContainerMemoryHigh
    ///   expr: container_memory_working_set_bytes / container_spec_memory_limit_bytes > 0.9
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: ContainerMemoryHigh
    ///   expr: container_memory_working_set_bytes / (container_spec_memory_limit_bytes > 0) > 0.9
    /// ```
    pub struct ZeroDivisor {}
    id: "promql/zero-divisor", severity: Warning,
}

/// An image and the setting that gives its program a limit.
type Setting = (&'static str, &'static str);

/// Metrics that are 0 where there is no limit. Where a program has to be told its limit: its image, and the setting.
const LIMITS: [(&str, Option<Setting>); 4] = [
    ("container_spec_memory_limit_bytes", None),
    ("container_spec_cpu_quota", None),
    ("redis_memory_max_bytes", Some(("redis", "maxmemory"))),
    ("redis_config_maxmemory", Some(("redis", "maxmemory"))),
];

impl Check for ZeroDivisor {
    type Subject = EachBinary;

    fn check(&self, Part { site, part: division }: Part<'_, &Binary>, facts: &Facts<'_>, out: &mut Sink<'_>) {
        if division.op.value != BinaryOp::Divide || !site.rule().is_some_and(|rule| rule.rule.is_alerting()) {
            return;
        }
        for selection in division.right.selections() {
            let Some((name, setting)) = limit(selection.selector) else { continue };
            let is_there = setting.is_some_and(|setting| site.document.in_manifest || !runs_without(setting, facts));
            if is_there || !site.expr().is_some_and(|whole| compares_upwards(whole) && !whole.walk().any(guards)) {
                continue;
            }
            out.report(name.span, format!("`{}` is 0 where there is no limit, and the alert fires", name.value))
                .label(division.op.span, quotient(&division.right))
                .help(format!("take only those that have one: `({} > 0)`", selection.selector));
        }
    }
}

/// What comes of dividing by such a limit where it is 0.
fn quotient(divisor: &Expr) -> String {
    let clamped = divisor.call_of("clamp_min").and_then(|call| call.arguments.get(1)).and_then(Expr::number);
    match clamped {
        Some(least) if least > 0.0 => format!("divided by {least} then"),
        _ => "+Inf then".to_owned(),
    }
}

fn limit(selector: &VectorSelector) -> Option<(&Spanned<Name>, Option<Setting>)> {
    let name = selector.metric_name()?;
    let (_, setting) = LIMITS.into_iter().find(|(limit, _)| *limit == name.value)?;
    Some((name, setting))
}

/// Whether the whole expression asks for values above a number.
fn compares_upwards(expr: &Expr) -> bool {
    let above = |node: &Expr| match node {
        Expr::Binary(binary) => {
            let is_greater = matches!(binary.op.value, BinaryOp::Greater | BinaryOp::GreaterEqual);
            is_greater && binary.right.number().is_some_and(|number| number > 0.0)
        }
        _ => false,
    };
    expr.walk().any(above)
}

/// Whether a node keeps only limits that are there, as in `limit > 0`, `limit != 0`, `… < +Inf`.
fn guards(node: &Expr) -> bool {
    let Expr::Binary(binary) = node else { return false };
    let is_limit = |expr: &Expr| expr.selections().any(|selection| limit(selection.selector).is_some());
    let number = binary.right.number().or(binary.left.number());
    let excludes = match binary.op.value {
        BinaryOp::Greater | BinaryOp::NotEqual | BinaryOp::GreaterEqual => {
            !matches!(binary.left.unwrap_parens(), Expr::Binary(_))
        }
        BinaryOp::Less | BinaryOp::LessEqual => number == Some(f64::INFINITY),
        _ => false,
    };
    let is_set_operator = matches!(binary.op.value, BinaryOp::And | BinaryOp::Unless);
    (excludes && number.is_some() && is_limit(&binary.left)) || (is_set_operator && is_limit(&binary.right))
}

/// Whether a service runs an image without being given the setting that limits it, and none is given it.
fn runs_without((image, setting): Setting, facts: &Facts<'_>) -> bool {
    let composes = facts.workspace.documents.iter().filter_map(Document::compose);
    let services = composes.flat_map(|compose| &compose.services).filter(|service| {
        let name = service.image.as_ref().and_then(|image| image.name.as_deref()).unwrap_or_default();
        name.rsplit('/').next() == Some(image)
    });
    let mut is_given = services.map(|service| {
        let mut words = service.entrypoint.iter().chain(&service.command).map(|word| word.text.text());
        let mut variables = service.environment.iter().map(|(name, _)| name.value.to_ascii_lowercase());
        words.any(|word| word.contains(setting) || word.ends_with(".conf"))
            || variables.any(|name| name.contains(setting))
    });
    is_given.next() == Some(false) && !is_given.any(|is_given| is_given)
}
