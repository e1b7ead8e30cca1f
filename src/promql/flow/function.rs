//! What functions do to labels.

use crate::{
    text::{Name, Spanned},
    vocab::{Pattern, PatternUse},
};

use super::{
    super::{
        ast::{Call, Expr, MatchOp, Modifiers, VectorSelector},
        functions::ValueType,
    },
    Cause, Flow, Known, Origin, Presence, Source,
};

pub(super) fn flow(call: &Call, source: &dyn Source) -> Flow {
    let Some(function) = call.signature() else { return Flow::unknown() };
    let cause = Cause::new(call.function.span, Origin::Function(function.name));
    let series = function.series_argument().and_then(|index| call.arguments.get(index));
    let Some(series) = series else { return Flow::none(cause) };
    let operand = || Flow::of(series, source);
    match function.name {
        "absent" | "absent_over_time" => absent(series, &cause, source),
        "histogram_quantile" | "histogram_fraction" => without_le(operand(), call, &cause),
        "histogram_quantiles" => {
            let quantiles = without_le(operand(), call, &cause);
            match call.arguments.get(1).and_then(Expr::string) {
                Some(label) => quantiles.with(&label.value, Known::certain(None, cause)),
                None => Flow::unknown(),
            }
        }
        "info" => operand().open(),
        "label_replace" => label_replace(operand(), call, &cause, source),
        "label_join" => label_join(operand(), call, &cause, source),
        _ if function.result == ValueType::Scalar => Flow::none(cause),
        _ if function.keeps_name => operand(),
        _ => operand().without_name(call.function.span),
    }
}

fn without_le(operand: Flow, call: &Call, cause: &Cause) -> Flow {
    operand.with("le", Known::absent(cause.clone())).without_name(call.function.span)
}

/// `absent` has the labels that its selector fixes with one `=` each, and none for other arguments
/// (Prometheus, `createLabelsForAbsentFunction`).
fn absent(series: &Expr, cause: &Cause, source: &dyn Source) -> Flow {
    let (selector, modifiers): (&VectorSelector, &Modifiers) = match series.unwrap_parens() {
        Expr::Selector(selector) => (selector, &selector.modifiers),
        Expr::Range(range) => (&range.selector, &range.modifiers),
        _ => return Flow::none(cause.clone()),
    };
    let mut flow = Flow::none(cause.clone());
    for matcher in selector.matchers.iter().filter(|matcher| matcher.label.value != "__name__") {
        let label = matcher.label.value.as_str();
        let is_alone = selector.matchers_of(label).count() == 1;
        let known = if source.is_open(matcher.label.span) {
            return Flow::unknown();
        } else if modifiers.at.is_some() || !is_alone || source.is_open(matcher.value.span) {
            Known::possible()
        } else if matcher.op.value == MatchOp::Equal && !matcher.value.value.is_empty() {
            let cause = Cause::new(matcher.span, Origin::Matcher);
            Known::certain(Some(&matcher.value.value), cause)
        } else {
            Known::absent(cause.clone())
        };
        flow = flow.with(label, known);
    }
    flow
}

fn literal<'e>(call: &'e Call, index: usize, source: &dyn Source) -> Option<&'e Spanned<Name>> {
    call.arguments.get(index).and_then(Expr::string).filter(|text| !source.is_open(text.span))
}

fn label_replace(operand: Flow, call: &Call, cause: &Cause, source: &dyn Source) -> Flow {
    let argument = |index| literal(call, index, source);
    let Some(target) = argument(1) else { return operand.map(Known::weakened).open() };
    let (Some(replacement), Some(from), Some(pattern)) = (argument(2), argument(3), argument(4)) else {
        return operand.with(&target.value, Known::possible());
    };
    let Ok(pattern) = Pattern::of(&pattern.value, PatternUse::Relabel) else { return Flow::unknown() };
    let written = match (replacement.value.contains('$'), replacement.value.is_empty()) {
        (_, true) => Known::absent(cause.clone()),
        (false, false) => Known::certain(Some(&replacement.value), cause.clone()),
        (true, false) => Known::possible(),
    };
    let before = operand.label(&target.value);
    let always = pattern.matches_everything()
        || match &operand.label(&from.value).presence {
            Presence::Certain(Some(value)) => pattern.is_match(value),
            Presence::Absent => pattern.is_match(""),
            Presence::Possible if from.value.is_empty() => pattern.is_match(""),
            _ => false,
        };
    let after = if always { written } else { before.either(&written) };
    operand.with(&target.value, after)
}

fn label_join(operand: Flow, call: &Call, cause: &Cause, source: &dyn Source) -> Flow {
    let Some(target) = literal(call, 1, source) else { return operand.map(Known::weakened).open() };
    let parts: Option<Vec<&Known>> =
        (3..call.arguments.len()).map(|index| Some(operand.label(&literal(call, index, source)?.value))).collect();
    let (Some(separator), Some(parts)) = (literal(call, 2, source), parts) else {
        return operand.with(&target.value, Known::possible());
    };
    let is_separated = parts.len() > 1 && !separator.value.is_empty();
    let after = if is_separated || parts.iter().any(|part| part.is_certain()) {
        Known::certain(None, cause.clone())
    } else if parts.iter().all(|part| part.is_absent()) {
        Known::absent(cause.clone())
    } else {
        Known::possible()
    };
    operand.with(&target.value, after)
}
