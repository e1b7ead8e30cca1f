//! Reads `alertmanager.yml` out of the tree.

use crate::{
    diag::Diagnostic,
    model::{
        Keys, Pair,
        settings::{Settings, empty_item, no_duration, passed_over},
    },
    text::{Excerpt, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::Duration,
};

use super::{
    Alertmanager, GroupBy, InhibitRule, MatchOp, Matcher, MatcherStyle, Matchers, Receiver, Route, dialect,
    integration::lower_integrations, matcher, schema, time_interval::lower_intervals,
};

/// Reads a configuration.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Alertmanager {
    let mut config = Alertmanager {
        span: root.span(),
        keys: Keys::of(root),
        global: None,
        route: None,
        receivers: Vec::new(),
        inhibit_rules: Vec::new(),
        time_intervals: Vec::new(),
        templates: Vec::new(),
        tracing: None,
        event_recorder: None,
    };
    dialect::judge(root, complaints);
    let Some(mut fields) = Fields::of(root, "Alertmanager configuration", complaints) else { return config };
    config.global = Settings::under(&mut fields, "global", &schema::GLOBAL, complaints);
    config.route = fields.value("route").and_then(|node| lower_route(node, complaints));
    let receivers = fields.list("receivers", complaints);
    empty_items("receiver", "receivers", &receivers, complaints);
    let receivers = receivers.into_iter();
    config.receivers = receivers.filter_map(|node| lower_receiver(node, complaints)).collect();
    let rules = fields.list("inhibit_rules", complaints).into_iter();
    config.inhibit_rules = rules.filter_map(|node| lower_inhibit_rule(node, complaints)).collect();
    config.time_intervals = lower_intervals(&mut fields, "time_intervals", complaints);
    config.time_intervals.extend(lower_intervals(&mut fields, "mute_time_intervals", complaints));
    config.time_intervals.sort_by_key(|interval| interval.span);
    config.templates = fields.strings("templates", complaints);
    config.tracing = Settings::under(&mut fields, "tracing", &schema::TRACING, complaints);
    config.event_recorder = Settings::under(&mut fields, "event_recorder", &schema::EVENT_RECORDER, complaints);
    fields.finish(complaints);
    config
}

fn lower_route(node: Node<'_>, complaints: &mut Complaints) -> Option<Route> {
    let mut fields = Fields::of(node, "route", complaints)?;
    let route = Route {
        span: node.span(),
        keys: Keys::of(node),
        receiver: fields.string("receiver", complaints),
        matchers: lower_matchers(&mut fields, ["matchers", "match", "match_re"], complaints),
        group_by: group_by(&mut fields, complaints),
        goes_on: fields.boolean("continue", complaints),
        group_wait: duration(&mut fields, "group_wait", complaints),
        group_interval: duration(&mut fields, "group_interval", complaints),
        repeat_interval: duration(&mut fields, "repeat_interval", complaints),
        mute_time_intervals: fields.strings("mute_time_intervals", complaints),
        active_time_intervals: fields.strings("active_time_intervals", complaints),
        labels: Pair::all(fields.string_map("labels", complaints)),
        routes: lower_routes(&mut fields, complaints),
    };
    fields.finish(complaints);
    Some(route)
}

fn duration(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Option<Spanned<Duration>> {
    if let Some(null) = fields.node_of(key).filter(|node| node.is_capital_null()) {
        complaints.push(no_duration(null, key));
    }
    fields.duration(key, complaints)
}

fn lower_routes(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Vec<Route> {
    let mut routes = Vec::new();
    for item in fields.list("routes", complaints) {
        if item.is_null() {
            complaints.push(empty_item(item, "routes"));
        } else {
            routes.extend(lower_route(item, complaints));
        }
    }
    routes
}

fn group_by(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Option<GroupBy> {
    let span = fields.value("group_by")?.span();
    Some(GroupBy { span, labels: fields.strings("group_by", complaints) })
}

/// The matchers under three keys: texts, a map of values, and a map of regular expressions.
fn lower_matchers(
    fields: &mut Fields<'_>,
    [texts, values, patterns]: [&'static str; 3],
    complaints: &mut Complaints,
) -> Matchers {
    let before = complaints.len();
    let mut matchers = Matchers { all: Vec::new(), texts: Vec::new(), complete: true };
    for text in fields.excerpts(texts, complaints) {
        let (read, how) = matcher::parse(&text, complaints);
        matchers.all.extend(read);
        matchers.texts.push(how);
    }
    for (name, value) in fields.string_map(values, complaints) {
        matchers.all.push(pair_matcher(name.map(String::from), MatchOp::Equal, value, MatcherStyle::Match));
    }
    for (name, value) in fields.string_map(patterns, complaints) {
        if let Some(message) = matcher::pattern_error(MatchOp::Regex, &value) {
            complaints.push(Diagnostic::error(value.full_span(), message));
        } else {
            matchers.all.push(pair_matcher(name.map(String::from), MatchOp::Regex, value, MatcherStyle::MatchRe));
        }
    }
    let nulls = fields.value(patterns).into_iter().flat_map(Node::entries).filter(|(_, value)| value.is_null());
    for (name, _) in nulls {
        let name_text = name.text().unwrap_or_default();
        complaints.push(Diagnostic::error(name.span(), format!("`{name_text}` has no regular expression")));
    }
    matchers.complete = complaints.len() == before;
    matchers
}

fn pair_matcher(name: Spanned<String>, op: MatchOp, value: Excerpt, style: MatcherStyle) -> Matcher {
    Matcher { span: name.span.to(value.full_span()), name, op, value, style }
}

/// Complains of items that are null. Alertmanager takes one for a thing with the empty name, which may be there once;
/// in capital letters it is refused.
pub(super) fn empty_items(what: &str, list: &str, items: &[Node<'_>], complaints: &mut Complaints) {
    let mut empty = items.iter().copied().filter(|item| item.is_null());
    let Some(first) = empty.next() else { return };
    let nameless = |item: Node<'_>| Diagnostic::error(item.span(), format!("this {what} has no name"));
    complaints.push(if first.is_capital_null() { nameless(first) } else { passed_over(first, list) });
    complaints.extend(
        empty.map(|item| nameless(item).label(first.span(), "nor has this one").help("fill it in or remove the dash")),
    );
}

fn lower_receiver(node: Node<'_>, complaints: &mut Complaints) -> Option<Receiver> {
    if node.is_null() {
        return None;
    }
    let mut fields = Fields::of(node, "receiver", complaints)?;
    let receiver = Receiver {
        span: node.span(),
        keys: Keys::of(node),
        name: fields.string("name", complaints),
        labels: Pair::all(fields.string_map("labels", complaints)),
        integrations: lower_integrations(&mut fields, complaints),
    };
    fields.finish(complaints);
    Some(receiver)
}

fn lower_inhibit_rule(node: Node<'_>, complaints: &mut Complaints) -> Option<InhibitRule> {
    let mut fields = Fields::of(node, "inhibition rule", complaints)?;
    let source = ["source_matchers", "source_match", "source_match_re"];
    let target = ["target_matchers", "target_match", "target_match_re"];
    let rule = InhibitRule {
        span: node.span(),
        keys: Keys::of(node),
        name: fields.string("name", complaints),
        source: lower_matchers(&mut fields, source, complaints),
        target: lower_matchers(&mut fields, target, complaints),
        equal: fields.strings("equal", complaints),
    };
    fields.finish(complaints);
    Some(rule)
}
