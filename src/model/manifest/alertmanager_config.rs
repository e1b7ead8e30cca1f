//! `AlertmanagerConfig`: the part of an Alertmanager's routing that belongs to one namespace, with the
//! keys of `alertmanager.yml` in another spelling.

use crate::{
    diag::Diagnostic,
    model::{
        Keys,
        alertmanager::{
            GroupBy, InhibitRule, MatchOp, Matcher, MatcherStyle, Matchers, Route, TimeInterval, TimeKeys, lower_spec,
            pattern_error,
        },
    },
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Node},
};

use super::receivers::{self, ManifestReceiver};

/// A part of an Alertmanager's configuration.
#[derive(Clone, Debug)]
pub struct AlertmanagerConfig {
    /// The whole `spec`.
    pub span: Span,
    /// What the operator puts before the names of receivers and time intervals: `namespace/name/`.
    pub prefix: String,
    /// The root of its routing tree, with the matcher on the namespace that the operator adds.
    pub route: Option<Route>,
    /// Who can be told.
    pub receivers: Vec<ManifestReceiver>,
    /// What silences what, on both sides with the operator's matcher on the namespace.
    pub inhibit_rules: Vec<InhibitRule>,
    /// Named times.
    pub time_intervals: Vec<TimeInterval>,
}

const TIME_KEYS: TimeKeys =
    TimeKeys { start: "startTime", end: "endTime", days_of_month: "daysOfMonth", ranges_as_maps: true };

impl AlertmanagerConfig {
    /// Adds what the operator adds: alerts of other namespaces have nothing to do with the manifest
    /// (`alertmanagerConfigMatcherStrategy: OnNamespace`, the default).
    pub(super) fn belongs_to(&mut self, namespace: &Spanned<String>, name: &str) {
        self.prefix = format!("{}/{name}/", namespace.value);
        let matcher = || Matcher {
            name: Spanned::new(namespace.span, "namespace".to_owned()),
            op: MatchOp::Equal,
            value: Excerpt::verbatim(namespace.span.file, namespace.span.start, namespace.value.as_str()),
            span: namespace.span,
            style: MatcherStyle::Object,
        };
        let sides = self.inhibit_rules.iter_mut().flat_map(|rule| [&mut rule.source, &mut rule.target]);
        for side in sides {
            side.all.retain(|own| own.name.value != "namespace");
            side.all.insert(0, matcher());
        }
        if let Some(route) = &mut self.route {
            route.matchers.all.insert(0, matcher());
        }
    }
}

pub(super) fn lower(spec: Node<'_>, complaints: &mut Complaints) -> AlertmanagerConfig {
    let mut config = AlertmanagerConfig {
        span: spec.span(),
        prefix: String::new(),
        route: None,
        receivers: Vec::new(),
        inhibit_rules: Vec::new(),
        time_intervals: Vec::new(),
    };
    let Some(mut fields) = Fields::of(spec, "AlertmanagerConfig", complaints) else { return config };
    config.route = fields.value("route").and_then(|node| lower_route(node, complaints));
    let listed = fields.list("receivers", complaints).into_iter();
    config.receivers = listed.filter_map(|node| receivers::lower(node, complaints)).collect();
    let rules = fields.list("inhibitRules", complaints).into_iter();
    config.inhibit_rules = rules.filter_map(|node| lower_inhibit_rule(node, complaints)).collect();
    // `v1alpha1` calls them `muteTimeIntervals`, `v1beta1` calls them `timeIntervals`.
    for list in ["muteTimeIntervals", "timeIntervals"] {
        let intervals = fields.list(list, complaints).into_iter();
        config.time_intervals.extend(intervals.filter_map(|node| lower_interval(node, list, complaints)));
    }
    fields.finish(complaints);
    config
}

fn lower_route(node: Node<'_>, complaints: &mut Complaints) -> Option<Route> {
    let mut fields = Fields::of(node, "route", complaints)?;
    let group_by = fields.value("groupBy").map(Node::span);
    let group_by = group_by.map(|span| GroupBy { span, labels: fields.strings("groupBy", complaints) });
    let routes = fields.list("routes", complaints).into_iter();
    let route = Route {
        span: node.span(),
        keys: Keys::of(node),
        receiver: fields.string("receiver", complaints),
        matchers: lower_matchers(&mut fields, "matchers", complaints),
        group_by,
        goes_on: fields.boolean("continue", complaints),
        group_wait: fields.duration("groupWait", complaints),
        group_interval: fields.duration("groupInterval", complaints),
        repeat_interval: fields.duration("repeatInterval", complaints),
        mute_time_intervals: fields.strings("muteTimeIntervals", complaints),
        active_time_intervals: fields.strings("activeTimeIntervals", complaints),
        labels: Vec::new(),
        routes: routes.filter_map(|child| lower_route(child, complaints)).collect(),
    };
    fields.finish(complaints);
    Some(route)
}

fn lower_matchers(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Matchers {
    let before = complaints.len();
    let items = fields.list(key, complaints);
    let all = items.into_iter().filter_map(|item| lower_matcher(item, complaints)).collect();
    Matchers { all, texts: Vec::new(), complete: complaints.len() == before }
}

fn lower_matcher(node: Node<'_>, complaints: &mut Complaints) -> Option<Matcher> {
    let mut fields = Fields::of(node, "matcher", complaints)?;
    let name = fields.string("name", complaints);
    let value = fields.excerpt("value", complaints);
    let sign = fields.string("matchType", complaints);
    let regex = fields.boolean("regex", complaints).is_some_and(|regex| regex.value);
    fields.finish(complaints);
    let Some(name) = name else {
        complaints.push(Diagnostic::error(node.span(), "the matcher has no `name`"));
        return None;
    };
    let op = match sign {
        Some(sign) => MatchOp::of(&sign.value).or_else(|| {
            let message = format!("`{}` is no operator", sign.value);
            complaints.push(Diagnostic::error(sign.span, message).help("operators are `=`, `!=`, `=~`, `!~`"));
            None
        })?,
        None if regex => MatchOp::Regex,
        None => MatchOp::Equal,
    };
    let value = value.unwrap_or_else(|| Excerpt::verbatim(node.span().file, node.span().end, ""));
    if let Some(message) = pattern_error(op, &value) {
        complaints.push(Diagnostic::error(value.full_span(), message));
        return None;
    }
    Some(Matcher { name, op, value, span: node.span(), style: MatcherStyle::Object })
}

fn lower_inhibit_rule(node: Node<'_>, complaints: &mut Complaints) -> Option<InhibitRule> {
    let mut fields = Fields::of(node, "inhibition rule", complaints)?;
    let rule = InhibitRule {
        span: node.span(),
        keys: Keys::of(node),
        name: None,
        source: lower_matchers(&mut fields, "sourceMatch", complaints),
        target: lower_matchers(&mut fields, "targetMatch", complaints),
        equal: fields.strings("equal", complaints),
    };
    fields.finish(complaints);
    Some(rule)
}

fn lower_interval(node: Node<'_>, list: &'static str, complaints: &mut Complaints) -> Option<TimeInterval> {
    let mut fields = Fields::of(node, "time interval", complaints)?;
    let name = fields.string("name", complaints);
    let specs = fields.list("timeIntervals", complaints).into_iter();
    let specs = specs.filter_map(|item| lower_spec(item, TIME_KEYS, complaints)).collect();
    fields.finish(complaints);
    Some(TimeInterval { span: node.span(), keys: Keys::of(node), list, name, specs })
}
