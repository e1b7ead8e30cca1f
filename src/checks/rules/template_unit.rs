//! Texts that tell a value in a unit that is not its own.

use std::ops::Range;

use crate::{
    check,
    facts::documented::{Dimension, Measure, condition_of, dimension},
    kit::*,
    promql::Expr,
    template::{Template, ValueUse},
};

check! {
    /// A text tells a value in a unit that is not its own, as a rate per second for one per minute.
    ///
    /// ## Why it matters
    /// Whoever is woken up reads "0.25 errors per minute" where there are 15, "restarted 0.01 times in the last 15 minutes",
    /// or that the last backup was 56 years ago.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: Errors
    ///   expr: sum(rate(errors_total[5m])) > 0.5
    ///   annotations:
    ///     summary: "{{ $value }} errors per minute"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: Errors
    ///   expr: sum(rate(errors_total[5m])) * 60 > 30
    ///   annotations:
    ///     summary: "{{ $value }} errors per minute"
    /// ```
    pub struct TemplateUnit {}
    id: "rules/template-unit", severity: Warning,
}

impl Check for TemplateUnit {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        let texts = site.rule.annotations.iter().map(|pair| &pair.value);
        let told =
            texts.flat_map(|text| text.references().values.iter().filter_map(move |value| Told::of(text, value)));
        let told: Vec<Told> = told.collect();
        if told.is_empty() || !site.rule.is_alerting() {
            return;
        }
        let Some(query) = site.document.promql_of(site.group, site.rule) else { return };
        let compared = query.expr.as_ref().and_then(|expr| Compared::of(expr, condition_of(query)?.thresholds.len()));
        let Some(compared) = compared else { return };
        for told in &told {
            told.look_at(&compared, out);
        }
    }
}

/// What the value of an alert measures.
struct Compared {
    dimension: Dimension,
    span: Span,
}

impl Compared {
    /// That of the only comparison of an expression: with a number, or with what follows the clock.
    fn of(expr: &Expr, thresholds: usize) -> Option<Self> {
        let Expr::Binary(binary) = expr.unwrap_parens() else { return None };
        let is_comparison = binary.op.value.is_comparison() && binary.modifiers.bool_modifier.is_none();
        let dimension = dimension(&binary.left);
        // What is compared with the time is a moment, whatever its name ends in.
        let is_moment = dimension.measure == Measure::Moment
            && binary.right.calls().any(|call| call.function.value == "time")
            && binary.left.calls().next().is_none();
        let is_of_number = thresholds == 1 && dimension.measure != Measure::Moment;
        let span = binary.left.span();
        (is_comparison && (is_moment || is_of_number)).then_some(Self { dimension, span })
    }

    /// Whether it counts something per second, and is no seconds per second by another name.
    fn is_per_second(&self) -> bool {
        self.dimension.measure == Measure::PerSecond && self.dimension.scale == Some(1.0)
    }
}

/// How a text tells a value.
enum Told {
    /// By `humanizeDuration`.
    Duration(Span),
    /// As so many per unit of time: the words, and the seconds of the unit.
    Per(Span, f64),
    /// As so many times within a span of time: the words, and the seconds of it.
    Within(Span, f64),
}

impl Told {
    fn of(text: &Template, value: &ValueUse) -> Option<Self> {
        if let Some(function) = value.functions.iter().find(|function| function.value == "humanizeDuration") {
            return Some(Self::Duration(function.span));
        }
        let mut functions = value.functions.iter().map(|function| function.value.as_str());
        if !functions.all(|function| matches!(function, "humanize" | "printf" | "print")) {
            return None;
        }
        let start = text.behind(value.span)?;
        let behind = &text.text.text()[start..];
        let span = |words: Range<usize>| text.text.span(start + words.start..start + words.end);
        let of_unit = per(behind).map(|(words, seconds)| Self::Per(span(words), seconds));
        of_unit.or_else(|| within(behind).map(|(words, seconds)| Self::Within(span(words), seconds)))
    }

    fn look_at(&self, compared: &Compared, out: &mut Sink<'_>) {
        let Dimension { measure, scale } = compared.dimension;
        match self {
            Self::Duration(function) if measure == Measure::Moment => {
                out.report(
                    *function,
                    "the value is a moment in seconds since 1970, which this tells as more than 50 years",
                )
                .label(compared.span, "compared as a moment here")
                .help("compare how long ago it was, by `time() - …`; then that is the value");
            }
            Self::Duration(function) if measure == Measure::Time && scale.is_some_and(|scale| scale != 1.0) => {
                let Some(unit) = scale.and_then(unit_name) else { return };
                out.report(*function, format!("the value is in {unit}, but `humanizeDuration` takes it for seconds"))
                    .label(compared.span, format!("compared in {unit} here"))
                    .help(format!("compare seconds, or show the value as it is and say \"{unit}\""));
            }
            Self::Per(words, seconds) if compared.is_per_second() => {
                let Some(units) = unit_name(*seconds) else { return };
                out.report(*words, format!("the value is per second, not per {}", units.trim_end_matches('s')))
                    .label(compared.span, "so many per second")
                    .help(format!("say \"per second\", or compare `… * {seconds}`"));
            }
            Self::Within(words, seconds) if compared.is_per_second() => {
                out.report(*words, "the value is so many per second, not how often it happened")
                    .label(compared.span, "so many per second")
                    .help(format!(
                        "compare `increase(…)`, or say \"per second\"; in that time it is {seconds} times as much"
                    ));
            }
            _ => {}
        }
    }
}

fn unit_name(scale: f64) -> Option<&'static str> {
    let units = [
        (1e-9, "nanoseconds"),
        (1e-6, "microseconds"),
        (1e-3, "milliseconds"),
        (60.0, "minutes"),
        (3600.0, "hours"),
        (86_400.0, "days"),
    ];
    units.into_iter().find(|(of, _)| (scale / of - 1.0).abs() < 1e-9).map(|(_, unit)| unit)
}

/// Units of time, longest first.
const UNITS: [(&str, f64); 10] = [
    ("minutes", 60.0),
    ("minute", 60.0),
    ("mins", 60.0),
    ("min", 60.0),
    ("hours", 3600.0),
    ("hour", 3600.0),
    ("days", 86_400.0),
    ("day", 86_400.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// No more words stand between a value and what is said of it.
const MOST_WORDS: usize = 3;

/// "errors per minute", "/min" right behind a value: where that stands, and the seconds of the unit.
fn per(behind: &str) -> Option<(Range<usize>, f64)> {
    let (at, length) = ["per ", "/"].iter().filter_map(|sign| Some((behind.find(sign)?, sign.len()))).min()?;
    if !are_nouns(&behind[..at]) {
        return None;
    }
    let rest = behind[at + length..].trim_start();
    let start = behind.len() - rest.len();
    // "per h" is no English, and "per m" may be of metres.
    let (unit, seconds) =
        UNITS.iter().filter(|(unit, _)| unit.len() > 2).find(|(unit, _)| begins_with_word(rest, unit))?;
    Some((at..start + unit.len(), *seconds))
}

/// "times in the last 15 minutes" behind a value: where that stands, and how many seconds those are.
fn within(behind: &str) -> Option<(Range<usize>, f64)> {
    let openings = ["in the last ", "in the past ", "within the last ", "within the past ", "in last ", "in past "];
    let (at, length) = openings.iter().filter_map(|words| Some((behind.find(words)?, words.len()))).min()?;
    let words = &behind[..at];
    // Of a rate one may say over which time it is taken.
    let is_rate = ["second", "/s", "rate", "rps", "qps", "average", "avg", "%"].iter().any(|word| words.contains(word));
    if is_rate || words.trim().is_empty() || !are_nouns(words) {
        return None;
    }
    let rest = &behind[at + length..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let count: f64 = if digits == 0 { 1.0 } else { rest[..digits].parse().ok()? };
    let unit_at = rest[digits..].trim_start();
    let (unit, seconds) = UNITS.iter().find(|(unit, _)| begins_with_word(unit_at, unit))?;
    let end = behind.len() - unit_at.len() + unit.len();
    Some((at..end, count * seconds))
}

fn begins_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether nothing but a few words of one phrase stand between a value and what is said of it.
fn are_nouns(between: &str) -> bool {
    let is_of_words = |letter: char| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '(' | ')');
    between.split_whitespace().count() <= MOST_WORDS && between.chars().all(is_of_words)
}
