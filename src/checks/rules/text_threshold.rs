//! Annotations whose numbers are not those of the rule.

use crate::{
    check,
    facts::documented::{
        Annotation, Claim, Condition, Measure, Relation, Threshold, Unit, Verdict, annotations, around, condition_of,
        contradicts_hold, judge, spoken,
    },
    kit::*,
};

check! {
    /// The text of an alert names another threshold or another time than its rule.
    ///
    /// ## Why it matters
    /// Whoever is woken up reads the text, not the expression, and looks for the wrong thing. The two drift apart
    /// whenever only one of them is edited.
    ///
    /// ## Example
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[2m])) / sum(rate(requests_total[2m])) > 0.1
    ///   for: 10m
    ///   annotations:
    ///     summary: More than 10% of the requests fail for 5 minutes
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - alert: HighErrorRate
    ///   expr: sum(rate(errors_total[2m])) / sum(rate(requests_total[2m])) > 0.1
    ///   for: 10m
    ///   annotations:
    ///     summary: More than 10% of the requests fail for 10 minutes
    /// ```
    pub struct TextThreshold {}
    id: "rules/text-threshold", severity: Warning,
}

impl Check for TextThreshold {
    type Subject = Rule;

    fn check(&self, site: RuleSite<'_>, _: &Facts<'_>, out: &mut Sink<'_>) {
        if !site.rule.is_alerting() {
            return;
        }
        let annotations: Vec<Annotation<'_>> = annotations(site.rule).collect();
        if annotations.is_empty() {
            return;
        }
        let Some(condition) = site.document.promql_of(site.group, site.rule).and_then(condition_of) else { return };
        let ages: Vec<f64> = annotations.iter().flat_map(named_ages).collect();
        for annotation in &annotations {
            thresholds(annotation, &condition, out);
            holds(annotation, &ages, site, &condition, out);
        }
    }
}

fn thresholds(annotation: &Annotation<'_>, condition: &Condition, out: &mut Sink<'_>) {
    let claims = annotation.claims.thresholds.iter().filter(|claim| !qualifies_a_noun(&annotation.text, claim));
    let judged: Vec<(&Claim, Verdict)> =
        claims.map(|claim| (claim, judge(claim, condition, &around(&annotation.text, &claim.said)))).collect();
    // A text that names the rule's own number speaks of something else with the others.
    let is_right = judged.iter().any(|(_, verdict)| matches!(verdict, Verdict::Agrees));
    for (claim, verdict) in judged {
        let said = &annotation.text[claim.said.clone()];
        let place = annotation.span(claim.quantity.range.clone());
        match verdict {
            Verdict::Differs(_) if is_right => {}
            Verdict::Differs(threshold) => {
                let fires = spoken(&threshold);
                out.report(place, format!("the {} says `{said}`, but the alert fires {fires}", annotation.name))
                    .label(threshold.span, "the rule says so here")
                    .help("change whichever of the two is out of date");
            }
            Verdict::RateForShare(threshold) => {
                out.report(
                    place,
                    format!(
                        "the {} says `{said}`, but the rule compares a rate per second, not a share",
                        annotation.name
                    ),
                )
                .label(threshold.span, "so many per second")
                .help("divide by the rate of all requests, or say how many per second");
            }
            Verdict::Agrees | Verdict::Unknown => {}
        }
    }
}

/// "{{ $value }} games > 1000 moves" says which games are counted, not how many are too many.
fn qualifies_a_noun(text: &str, claim: &Claim) -> bool {
    let before = text[..claim.said.start].trim_end();
    let value = before.trim_end_matches(char::is_alphabetic);
    claim.quantity.unit == Unit::Plain && value.len() < before.len() && value.trim_end().ends_with("xxxx")
}

/// The time that a condition compares with, as `time() - last_success_timestamp_seconds > 86400` does: that is how long
/// something lasts.
fn lasting(condition: &Condition) -> Option<&Threshold> {
    let [only] = condition.thresholds.as_slice() else { return None };
    let is_long = only.dimension.measure == Measure::Time && only.dimension.base(only.value) >= 600.0;
    (is_long && only.relation == Relation::Above).then_some(only)
}

/// The times of a text that the metric itself waits for, as in "counts jobs that are older than 15m".
fn named_ages(annotation: &Annotation<'_>) -> impl Iterator<Item = f64> {
    annotation.claims.thresholds.iter().filter_map(|claim| claim.quantity.seconds())
}

fn holds(annotation: &Annotation<'_>, ages: &[f64], site: RuleSite<'_>, condition: &Condition, out: &mut Sink<'_>) {
    let held = site.rule.hold_duration.as_ref().map_or(0.0, |duration| duration.value.as_seconds());
    for hold in &annotation.claims.holds {
        // Jobs that are older than 15m for 10m are stuck for 25m.
        let is_sum = ages.iter().any(|age| (age + held - hold.seconds).abs() < 1.0);
        // "(which fires at 90% for 15m)" is said of another alert.
        let before = annotation.text[..hold.range.start].rsplit('.').next().unwrap_or_default();
        // What has lasted for 15m has lasted for at least 10m.
        let is_least = hold.seconds < held && before.trim_end().to_lowercase().ends_with("at least");
        if is_sum || is_least || before.contains("which fires ") {
            continue;
        }
        let Some(proof) = contradicts_hold(hold, site.rule, condition) else { continue };
        let said = &annotation.text[hold.range.clone()];
        if let Some(threshold) = lasting(condition) {
            let message =
                format!("the {} says `for {said}`, but the alert fires {}", annotation.name, spoken(threshold));
            out.report(annotation.span(hold.range.clone()), message)
                .label(threshold.span, "the rule says so here")
                .help("change whichever of the two is out of date");
            continue;
        }
        let (what, label) = match &site.rule.hold_duration {
            Some(duration) => (format!("its `for` is {}", duration.value), "the rule says so here"),
            None => ("it has no `for`".to_owned(), "this rule fires at once"),
        };
        out.report(
            annotation.span(hold.range.clone()),
            format!("the {} says `for {said}`, but {what}", annotation.name),
        )
        .label(proof, label)
        .help("change whichever of the two is out of date");
    }
}
