//! The labels of alerts, as far as their rules and servers tell.

use crate::{
    model::{
        alertmanager::Matcher,
        prometheus::{RelabelAction, RelabelRule},
        rules::Rule,
    },
    promql::{
        Expr,
        flow::{Cause, Flow, Known, Origin, Presence},
    },
    text::{Name, Spanned},
    vocab::{Pattern, PatternUse},
};

use super::{
    super::{KnownSeries, RuleSite, Server},
    values::takes,
};

/// What is known of one label of an alert.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Carried<'a> {
    /// It has this value; the empty one stands for a missing label.
    Exactly(&'a str),
    /// It has some value.
    Something,
    /// It may be missing or have any value.
    Anything,
}

/// Whether something is so.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Certainly not.
    No,
    /// It depends on what is not known.
    Maybe,
    /// Certainly.
    Yes,
}

impl Carried<'_> {
    /// Whether a label of which this is known satisfies a matcher.
    pub fn satisfies(self, matcher: &Matcher) -> Verdict {
        let certainly = |yes: bool| if yes { Verdict::Yes } else { Verdict::No };
        match self {
            Carried::Exactly(value) => certainly(takes(matcher, value)),
            Carried::Something | Carried::Anything => of_any(matcher, self == Carried::Something),
        }
    }

    /// Whether two alerts of which this is known agree in a label; missing labels agree.
    pub fn may_equal(self, other: Self) -> bool {
        match (self, other) {
            (Carried::Exactly(left), Carried::Exactly(right)) => left == right,
            (Carried::Exactly(""), Carried::Something) | (Carried::Something, Carried::Exactly("")) => false,
            _ => true,
        }
    }
}

/// Whether every value, or every one but the empty one, satisfies a matcher.
fn of_any(matcher: &Matcher, is_present: bool) -> Verdict {
    let value = matcher.value.text();
    let is_negative = matches!(matcher.op.sign(), "!=" | "!~");
    let all = if matcher.op.is_regex() {
        match Pattern::of(value, PatternUse::Alertmanager) {
            Ok(pattern) if pattern.literals().is_some_and(|literals| literals == [""]) => None,
            Ok(pattern) if pattern.matches_everything() || (is_present && value == ".+") => Some(true),
            _ => return Verdict::Maybe,
        }
    } else if value.is_empty() {
        None
    } else {
        return Verdict::Maybe;
    };
    // `None`: only the empty value satisfies the positive form.
    match all {
        None if !is_present => Verdict::Maybe,
        None if is_negative => Verdict::Yes,
        None => Verdict::No,
        Some(_) if is_negative => Verdict::No,
        Some(_) => Verdict::Yes,
    }
}

/// What is known of the labels of the alerts of one rule when they arrive at Alertmanager.
#[derive(Debug)]
pub struct Alert<'w> {
    /// The rule.
    pub site: RuleSite<'w>,
    /// Its name.
    pub name: &'w Spanned<String>,
    labels: Flow,
}

impl<'w> Alert<'w> {
    /// Follows the labels of a rule through its expression, its own labels, and what its servers add. `None` when it
    /// does not alert, or when all its servers certainly drop its alerts.
    pub(super) fn of(site: RuleSite<'w>, known: &KnownSeries<'_, '_>, servers: &[&Server<'_>]) -> Option<Self> {
        let name = site.rule.alert.as_ref().filter(|_| site.rule.is_alerting())?;
        let query = site.document.promql_of(site.group, site.rule);
        let mut labels = query.and_then(|query| query.valid()).map_or(Flow::unknown(), |expr| Flow::of(expr, known));
        let of_group = site.group.labels.iter().map(|label| (&label.name, label.value.text()));
        let of_rule = site.rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
        for (name, value) in of_group.chain(of_rule) {
            let cause = Cause::new(name.span, Origin::Rule);
            let known = match value {
                "" => Known::absent(cause),
                _ if value.contains("{{") => Known::possible(),
                _ => Known::certain(Some(value), cause),
            };
            labels = labels.with(&name.value, known);
        }
        labels = labels.with("__name__", Known::absent(Cause::new(name.span, Origin::Rule)));
        let alertname = Known::certain(Some(&name.value), Cause::new(name.span, Origin::Rule));
        labels = labels.with("alertname", alertname);
        if servers.is_empty() {
            return Some(Self { site, name, labels });
        }
        let sent = servers.iter().filter_map(|server| sent_by(server, labels.clone()));
        let labels = sent.reduce(|left, right| left.either(&right))?;
        Some(Self { site, name, labels })
    }

    /// What is known of a label.
    pub fn label(&self, name: &str) -> Carried<'_> {
        match &self.labels.label(name).presence {
            Presence::Certain(Some(value)) => Carried::Exactly(value),
            Presence::Certain(None) => Carried::Something,
            Presence::Possible => Carried::Anything,
            Presence::Absent => Carried::Exactly(""),
        }
    }

    /// What drops a label that it certainly has not.
    pub fn missing(&self, name: &str) -> Option<&Cause> {
        let known = self.labels.label(name);
        known.cause.as_ref().filter(|_| known.is_absent())
    }

    /// Whether it fires at all times, by an expression such as `vector(1)` that asks for no series.
    pub fn is_constant(&self) -> bool {
        let query = self.site.document.promql_of(self.site.group, self.site.rule);
        match query.and_then(|query| query.valid()).map(Expr::unwrap_parens) {
            Some(Expr::Call(call)) if call.function.value == "vector" => {
                call.arguments.first().is_some_and(|argument| argument.number().is_some())
            }
            Some(expr) => expr.number().is_some(),
            None => false,
        }
    }

    /// Whether it satisfies all of some matchers.
    pub fn satisfies<'m>(&self, matchers: impl IntoIterator<Item = &'m Matcher>) -> Verdict {
        let each = matchers.into_iter().map(|matcher| self.label(&matcher.name.value).satisfies(matcher));
        each.min().unwrap_or(Verdict::Yes)
    }

    /// The labels that its rule sets to a fixed value, the name aside.
    pub fn set_labels(&self) -> impl Iterator<Item = (&'w Spanned<Name>, &'w str)> {
        let rule: &'w Rule = self.site.rule;
        let labels = rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
        labels.filter(|(_, value)| !value.contains("{{") && !value.is_empty())
    }
}

/// The labels after a server has added its own and rewritten them; `None` when it certainly drops the alert.
fn sent_by(server: &Server<'_>, mut labels: Flow) -> Option<Flow> {
    for external in &server.config.global.external_labels {
        let before = labels.label(&external.name.value).presence.clone();
        let cause = Cause::new(external.name.span, Origin::Target { proof: Some(external.name.span) });
        let value = external.value.text();
        let value = (!value.contains('$')).then_some(value);
        let known = match before {
            Presence::Certain(_) => continue,
            Presence::Absent => Known::certain(value, cause),
            Presence::Possible => Known::certain(None, cause),
        };
        labels = labels.with(&external.name.value, known);
    }
    let alerting = &server.config.alerting;
    let labels = alerting.alert_relabel_configs.iter().try_fold(labels, rewritten)?;
    // Each Alertmanager may be sent other labels.
    let of_endpoints = alerting.alertmanagers.iter().map(|endpoint| &endpoint.alert_relabel_configs);
    let each = of_endpoints.map(|rules| rules.iter().try_fold(labels.clone(), rewritten));
    match each.collect::<Vec<_>>().as_slice() {
        [] => Some(labels),
        several => several.iter().flatten().cloned().reduce(|left, right| left.either(&right)),
    }
}

/// The labels after a relabelling rule; `None` when it certainly drops the alert.
fn rewritten(labels: Flow, rule: &RelabelRule) -> Option<Flow> {
    use RelabelAction::{Drop, DropEqual, HashMod, Keep, KeepEqual, LabelDrop, Lowercase, Replace, Uppercase};
    let pattern = || Pattern::of(rule.regex(), PatternUse::Relabel).ok();
    let is_matched = || Some(pattern()?.is_match(&joined(&labels, rule)?));
    let cause = || Cause::new(rule.span, Origin::Rule);
    match (rule.action(), &rule.target_label) {
        (Some(Keep), _) => (is_matched() != Some(false)).then_some(labels),
        (Some(Drop), _) => (is_matched() != Some(true)).then_some(labels),
        (Some(KeepEqual | DropEqual), _) => Some(labels),
        (Some(LabelDrop), _) => {
            let Some(pattern) = pattern() else { return Some(Flow::unknown()) };
            let mut names: Vec<String> =
                labels.names().filter(|name| pattern.is_match(name)).map(str::to_owned).collect();
            names.extend(pattern.literals().unwrap_or_default().iter().cloned());
            Some(names.iter().fold(labels, |labels, name| labels.with(name, Known::absent(cause()))))
        }
        (Some(Replace), Some(target)) if !target.value.contains('$') && !rule.replacement().contains('$') => {
            Some(match is_matched() {
                Some(false) => labels,
                Some(true) if rule.replacement().is_empty() => labels.with(&target.value, Known::absent(cause())),
                Some(true) => labels.with(&target.value, Known::certain(Some(rule.replacement()), cause())),
                None => labels.with(&target.value, Known::possible()),
            })
        }
        (Some(Replace | Lowercase | Uppercase | HashMod), Some(target)) if !target.value.contains('$') => {
            Some(labels.with(&target.value, Known::possible()))
        }
        _ => Some(Flow::unknown()),
    }
}

/// The joined values of the source labels of a rule, where all are known.
fn joined(labels: &Flow, rule: &RelabelRule) -> Option<String> {
    let value = |name: &Spanned<String>| match &labels.label(&name.value).presence {
        Presence::Certain(Some(value)) => Some(value.to_string()),
        Presence::Absent => Some(String::new()),
        Presence::Certain(None) | Presence::Possible => None,
    };
    let values: Option<Vec<String>> = rule.source_labels.iter().map(value).collect();
    Some(values?.join(rule.separator()))
}
