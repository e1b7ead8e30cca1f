//! Units that contradict what the query measures.

use crate::{
    check,
    facts::documented::{Dimension, Measure, dimension},
    kit::*,
    model::{
        Document,
        dashboard::{interpolation::Slot, panel::Panel, target::Target},
    },
    vocab::slip_of,
};

check! {
    /// A panel shows its values in a unit that is not theirs.
    ///
    /// ## Why it matters
    /// A share of one half is shown as 0.5%, a tenth of a second as 0.1 ms, bytes as bits: everybody who looks
    /// at the panel reads numbers that are wrong by a factor.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Latency",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "ms"}, "overrides": []},
    ///   "targets": [{"refId": "A", "expr": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "timeseries", "title": "Latency",
    ///   "datasource": {"type": "prometheus", "uid": "prom"}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
    ///   "targets": [{"refId": "A", "expr": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"}]}]}
    /// ```
    pub struct Unit {}
    id: "dashboards/unit", severity: Warning,
}

/// Grafana's units: what they measure, and the factor to the measure's own unit. The first of a kind is the
/// one to propose.
const UNITS: &[(&str, Measure, f64)] = &[
    ("percentunit", Measure::Share, 1.0),
    ("percent", Measure::Share, 0.01),
    ("s", Measure::Time, 1.0),
    ("ms", Measure::Time, 1e-3),
    ("µs", Measure::Time, 1e-6),
    ("ns", Measure::Time, 1e-9),
    ("m", Measure::Time, 60.0),
    ("h", Measure::Time, 3600.0),
    ("d", Measure::Time, 86_400.0),
    ("dtdurations", Measure::Time, 1.0),
    ("dtdurationms", Measure::Time, 1e-3),
    ("dthms", Measure::Time, 1.0),
    ("clocks", Measure::Time, 1.0),
    ("clockms", Measure::Time, 1e-3),
    ("dateTimeAsIso", Measure::Moment, 1e-3),
    ("dateTimeAsIsoNoDateIfToday", Measure::Moment, 1e-3),
    ("dateTimeAsUS", Measure::Moment, 1e-3),
    ("dateTimeAsUSNoDateIfToday", Measure::Moment, 1e-3),
    ("dateTimeAsLocal", Measure::Moment, 1e-3),
    ("dateTimeAsSystem", Measure::Moment, 1e-3),
    ("dateTimeFromNow", Measure::Moment, 1e-3),
    ("bytes", Measure::Bytes, 1.0),
    ("decbytes", Measure::Bytes, 1.0),
    ("bits", Measure::Bytes, 0.125),
    ("decbits", Measure::Bytes, 0.125),
    ("kbytes", Measure::Bytes, 1024.0),
    ("deckbytes", Measure::Bytes, 1e3),
    ("mbytes", Measure::Bytes, 1_048_576.0),
    ("decmbytes", Measure::Bytes, 1e6),
    ("gbytes", Measure::Bytes, 1_073_741_824.0),
    ("decgbytes", Measure::Bytes, 1e9),
    ("Bps", Measure::BytesPerSecond, 1.0),
    ("binBps", Measure::BytesPerSecond, 1.0),
    ("bps", Measure::BytesPerSecond, 0.125),
    ("binbps", Measure::BytesPerSecond, 0.125),
    ("KBs", Measure::BytesPerSecond, 1e3),
    ("KiBs", Measure::BytesPerSecond, 1024.0),
    ("Kbits", Measure::BytesPerSecond, 125.0),
    ("MBs", Measure::BytesPerSecond, 1e6),
    ("MiBs", Measure::BytesPerSecond, 1_048_576.0),
    ("Mbits", Measure::BytesPerSecond, 125e3),
    ("GBs", Measure::BytesPerSecond, 1e9),
    ("GiBs", Measure::BytesPerSecond, 1_073_741_824.0),
    ("Gbits", Measure::BytesPerSecond, 125e6),
];

/// Units that measure what has no unit of its own. What is in neither list is written behind the numbers as it stands.
const OTHER_UNITS: [&str; 12] = [
    "none",
    "short",
    "string",
    "reqps",
    "iops",
    "celsius",
    "hertz",
    "watt",
    "volt",
    "humidity",
    "bool_yes_no",
    "bool_on_off",
];

/// Transformations after which a field may be anything.
const COMPUTE: [&str; 4] = ["calculateField", "configFromData", "histogram", "heatmap"];

impl Check for Unit {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        for panel in &dashboard.panels {
            for config in [&panel.defaults].into_iter().chain(&panel.overrides) {
                config.unit.iter().for_each(|unit| misspelt(unit, out));
            }
            let Some(unit) = &panel.defaults.unit else { continue };
            let Some((_, measure, scale)) = UNITS.iter().find(|(id, ..)| *id == unit.value) else { continue };
            let shown = Dimension { measure: *measure, scale: Some(*scale) };
            if let Some((target, given)) = contradicting(panel, shown) {
                report(unit, shown, target, given, out);
            }
        }
    }
}

/// Reports what is written behind the numbers as it stands, being no unit of Grafana's but nearly one.
fn misspelt(unit: &Spanned<String>, out: &mut Sink<'_>) {
    let known = || UNITS.iter().map(|(id, ..)| *id).chain(OTHER_UNITS);
    let written = &unit.value;
    let Some(meant) = slip_of(written, known()).filter(|_| known().all(|id| id != written)) else { return };
    out.report(unit.span, format!("Grafana has no unit `{written}`, and writes just that behind the numbers"))
        .help(format!("did you mean `{meant}`?"))
        .fix(Fix::edit(format!("say `{meant}`"), Applicability::Unsafe, unit.span, format!("\"{meant}\"")));
}

/// The first query of a panel whose values have another unit, if none has the one that is shown.
fn contradicting(panel: &Panel, shown: Dimension) -> Option<(Span, Dimension)> {
    let is_computed = panel.transformations.iter().any(|one| COMPUTE.contains(&one.value.as_str()));
    if is_computed || panel.overrides.iter().any(|config| config.unit.is_some()) {
        return None;
    }
    let mut first = None;
    for target in panel.targets.iter().filter(|target| !target.hidden) {
        match measured(target) {
            Some((span, given)) if contradicts(given, shown) => first = first.or(Some((span, given))),
            _ => return None,
        }
    }
    first
}

/// What a query measures, if no variable decides it.
fn measured(target: &Target) -> Option<(Span, Dimension)> {
    let interpolated = target.query.as_ref()?;
    let decides = |slot: &Slot| {
        !matches!(
            slot,
            Slot::Range
                | Slot::Step
                | Slot::Offset
                | Slot::At
                | Slot::LabelValue { .. }
                | Slot::Matchers
                | Slot::GroupingLabel
                | Slot::MatchedLabel
                | Slot::Comment
        )
    };
    if interpolated.uses.iter().any(|used| decides(&used.slot)) {
        return None;
    }
    let expr = interpolated.query.as_ref()?.valid()?;
    Some((expr.span(), dimension(expr)))
}

fn contradicts(given: Dimension, shown: Dimension) -> bool {
    let (Some(given_scale), Some(shown_scale)) = (given.scale, shown.scale) else { return false };
    // Thousand and 1024 are often taken for each other.
    let differs = !(0.9..1.1).contains(&(given_scale / shown_scale));
    match (given.measure, shown.measure) {
        (Measure::Share, Measure::Share) => differs && [1.0, 0.01].contains(&given_scale),
        // A factor that is no unit's is part of what is computed.
        (measure, shown) if measure == shown => differs && is_unit(given),
        (Measure::BytesPerSecond, Measure::Bytes) => true,
        _ => false,
    }
}

/// Whether a unit measures just so.
fn is_unit(given: Dimension) -> bool {
    let fits = |scale: f64| given.scale.is_some_and(|given| (0.99..1.01).contains(&(given / scale)));
    fits(1.0) || UNITS.iter().any(|(_, measure, scale)| *measure == given.measure && fits(*scale))
}

fn report(unit: &Spanned<String>, shown: Dimension, query: Span, given: Dimension, out: &mut Sink<'_>) {
    let written = &unit.value;
    let per_second_is_lost = given.measure == Measure::BytesPerSecond && shown.measure == Measure::Bytes;
    let message = if per_second_is_lost {
        format!("`{written}` shows bytes per second as an amount of bytes")
    } else {
        format!("`{written}` shows {} as {}", words(given), words(shown))
    };
    let severity = if per_second_is_lost { Severity::Info } else { Severity::Warning };
    let fitting = UNITS.iter().find(|(_, measure, scale)| {
        *measure == given.measure && given.scale.is_some_and(|given| (0.99..1.01).contains(&(given / scale)))
    });
    let finding =
        out.report(unit.span, message).severity(severity).label(query, format!("this gives {}", words(given)));
    match fitting {
        Some((id, ..)) => {
            finding.help(format!("say `{id}`, or compute what `{written}` shows")).fix(Fix::edit(
                format!("show the values in `{id}`"),
                Applicability::Unsafe,
                unit.span,
                format!("\"{id}\""),
            ));
        }
        None => {
            finding.help(format!("compute what `{written}` shows, or choose another unit"));
        }
    }
}

/// What a value stands for: "seconds", "1000ths of a second".
fn words(dimension: Dimension) -> String {
    let scale = dimension.scale.unwrap_or(1.0);
    let known: &[(f64, &str)] = match dimension.measure {
        Measure::Share => &[(1.0, "a share between 0 and 1"), (0.01, "a percentage between 0 and 100")],
        Measure::Time => &[
            (1.0, "seconds"),
            (1e-3, "milliseconds"),
            (1e-6, "microseconds"),
            (1e-9, "nanoseconds"),
            (60.0, "minutes"),
            (3600.0, "hours"),
            (86_400.0, "days"),
        ],
        Measure::Moment => &[(1.0, "seconds since 1970"), (1e-3, "milliseconds since 1970")],
        Measure::Bytes => &[
            (1.0, "bytes"),
            (0.125, "bits"),
            (1024.0, "kilobytes"),
            (1_048_576.0, "megabytes"),
            (1_073_741_824.0, "gigabytes"),
            (1e3, "kilobytes"),
            (1e6, "megabytes"),
            (1e9, "gigabytes"),
        ],
        Measure::BytesPerSecond => &[(1.0, "bytes per second"), (0.125, "bits per second")],
        _ => &[],
    };
    let exact = known.iter().find(|(factor, _)| (0.99..1.01).contains(&(scale / factor)));
    exact.map_or_else(
        || {
            let own = known.first().map_or("values", |(_, words)| words);
            format!("units of {scale} times {own}")
        },
        |(_, words)| (*words).to_owned(),
    )
}
