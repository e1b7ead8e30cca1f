//! The labels of alerts, as far as their rules and servers tell.

use crate::{
    model::{
        alertmanager::Matcher,
        prometheus::{RelabelAction, RelabelRule},
        rules::Rule,
    },
    promql::flow::{Cause, Flow, Known, Origin, Presence},
    text::Spanned,
    vocab::{Pattern, PatternUse},
};

use super::{
    super::{KnownSeries, RuleSite, Server},
    values::takes,
};

/// What is known of one label of an alert.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
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
    /// does not alert.
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
                _ => Known::certain(Some(value.to_owned()), cause),
            };
            labels = labels.with(&name.value, known);
        }
        labels = labels.with("__name__", Known::absent(Cause::new(name.span, Origin::Rule)));
        let alertname = Known::certain(Some(name.value.clone()), Cause::new(name.span, Origin::Rule));
        labels = labels.with("alertname", alertname);
        let sent =
            servers.iter().map(|server| sent_by(server, labels.clone())).reduce(|left, right| left.either(&right));
        Some(Self { site, name, labels: sent.unwrap_or(labels) })
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

    /// Whether it satisfies all of some matchers.
    pub fn satisfies<'m>(&self, matchers: impl IntoIterator<Item = &'m Matcher>) -> Verdict {
        let each = matchers.into_iter().map(|matcher| self.label(&matcher.name.value).satisfies(matcher));
        each.min().unwrap_or(Verdict::Yes)
    }

    /// The labels that its rule sets to a fixed value, the name aside.
    pub fn set_labels(&self) -> impl Iterator<Item = (&'w Spanned<String>, &'w str)> {
        let rule: &'w Rule = self.site.rule;
        let labels = rule.labels.iter().map(|label| (&label.name, label.value.text.text()));
        labels.filter(|(_, value)| !value.contains("{{") && !value.is_empty())
    }
}

/// The labels after a server has added its own and rewritten them.
fn sent_by(server: &Server<'_>, mut labels: Flow) -> Flow {
    for external in &server.config.global.external_labels {
        let before = labels.label(&external.name.value).presence.clone();
        let cause = Cause::new(external.name.span, Origin::Target { proof: Some(external.name.span) });
        let value = external.value.text();
        let value = (!value.contains('$')).then(|| value.to_owned());
        let known = match before {
            Presence::Certain(_) => continue,
            Presence::Absent => Known::certain(value, cause),
            Presence::Possible => Known::certain(None, cause),
        };
        labels = labels.with(&external.name.value, known);
    }
    let alerting = &server.config.alerting;
    let of_endpoints = alerting.alertmanagers.iter().flat_map(|endpoint| &endpoint.alert_relabel_configs);
    alerting.alert_relabel_configs.iter().chain(of_endpoints).fold(labels, rewritten)
}

fn rewritten(labels: Flow, rule: &RelabelRule) -> Flow {
    use RelabelAction::{Drop, DropEqual, HashMod, Keep, KeepEqual, Lowercase, Replace, Uppercase};
    match (rule.action(), &rule.target_label) {
        (Some(Keep | Drop | KeepEqual | DropEqual), _) => labels,
        (Some(Replace | Lowercase | Uppercase | HashMod), Some(target)) if !target.value.contains('$') => {
            labels.with(&target.value, Known::possible())
        }
        _ => Flow::unknown(),
    }
}
