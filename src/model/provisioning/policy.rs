//! Provisioned notification policies: a route tree in Grafana's spelling.

use crate::{
    diag::Diagnostic,
    model::{
        Keys,
        alertmanager::{GroupBy, MatchOp, Matcher, MatcherStyle, Matchers, Route, parse_matchers, pattern_error},
    },
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
};

use super::setting::{self, Setting, duration, flag, integer, setting, settings};

/// How deep policies may nest.
const MOST_POLICIES: usize = 100;

/// The notification policies of an organisation, which replace all that it had.
#[derive(Clone, Debug)]
pub struct PolicyTree {
    /// The whole map.
    pub span: Span,
    /// The organisation; 1 when absent.
    pub org: Option<Spanned<i64>>,
    /// The policies as a route of Alertmanager, whose rules Grafana follows. A name that Grafana puts in from outside is
    /// empty.
    pub route: Route,
}

impl PolicyTree {
    pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut unsaid = Complaints::new();
        let org = integer(&mut Fields::of(node, "notification policy", &mut unsaid)?, "orgId", complaints);
        Some(Self { span: node.span(), org, route: lower_route(node, 0, complaints)? })
    }
}

fn lower_route(node: Node<'_>, depth: usize, complaints: &mut Complaints) -> Option<Route> {
    let mut fields = Fields::of(node, "notification policy", complaints)?;
    let text = |setting: Setting| Spanned::new(setting.span(), setting.known().unwrap_or_default());
    let matchers = lower_matchers(&mut fields, complaints);
    let routes = fields.list("routes", complaints).into_iter().filter(|_| depth < MOST_POLICIES);
    let route = Route {
        span: node.span(),
        keys: Keys::of(node),
        matchers,
        routes: routes.filter_map(|route| lower_route(route, depth + 1, complaints)).collect(),
        receiver: setting(&mut fields, "receiver", complaints).map(text),
        group_by: group_by(settings(&mut fields, "group_by", complaints).into_iter().map(text).collect()),
        goes_on: flag(&mut fields, "continue", complaints),
        group_wait: duration(&mut fields, "group_wait", complaints),
        group_interval: duration(&mut fields, "group_interval", complaints),
        repeat_interval: duration(&mut fields, "repeat_interval", complaints),
        mute_time_intervals: settings(&mut fields, "mute_time_intervals", complaints).into_iter().map(text).collect(),
        active_time_intervals: settings(&mut fields, "active_time_intervals", complaints)
            .into_iter()
            .map(text)
            .collect(),
        labels: Vec::new(),
    };
    for other in ["name", "orgId"] {
        fields.value(other);
    }
    setting::finish(fields, complaints);
    Some(route)
}

/// Labels to group by; an empty list is inherited, unlike Alertmanager's.
fn group_by(labels: Vec<Spanned<String>>) -> Option<GroupBy> {
    let span = labels.first()?.span.to(labels.last()?.span);
    Some(GroupBy { span, labels })
}

/// Matchers as texts (`severity = "critical"`), as triples (`[severity, =, critical]`), and in the old form, which is
/// not read.
fn lower_matchers(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Matchers {
    let mut matchers = Matchers { all: Vec::new(), texts: Vec::new(), complete: true };
    for text in fields.list("matchers", complaints).into_iter().filter_map(Node::excerpt) {
        let mut misread = Complaints::new();
        let (read, how) = parse_matchers(&text, &mut misread);
        let is_open = is_open(text.clone());
        matchers.complete &= misread.is_empty() && !is_open;
        complaints.extend(misread.into_iter().filter(|_| !is_open));
        matchers.all.extend(read);
        matchers.texts.push(how);
    }
    for triple in fields.list("object_matchers", complaints) {
        match object_matcher(triple, complaints) {
            Some(matcher) => matchers.all.push(matcher),
            None => matchers.complete = false,
        }
    }
    for old in ["match", "match_re"] {
        matchers.complete &= fields.value(old).is_none();
    }
    matchers
}

/// A matcher in three texts; `None` when Grafana refuses it, or puts something in from outside.
fn object_matcher(node: Node<'_>, complaints: &mut Complaints) -> Option<Matcher> {
    let mut refused = |span: Span, message: String| {
        complaints.push(Diagnostic::error(span, message).help(TRIPLE));
        None
    };
    if node.kind() != Kind::Sequence {
        return refused(node.span(), "this matcher is no list of three texts".to_owned());
    }
    let parts: Vec<Node<'_>> = node.items().collect();
    if parts.iter().filter_map(|part| part.excerpt()).any(is_open) {
        return None;
    }
    if let Some(number) = parts.iter().find(|part| !is_text(**part)) {
        return refused(number.span(), "Grafana refuses what is no text here".to_owned());
    }
    let part = |at: usize| parts.get(at).filter(|part| !part.is_null());
    let text = |at: usize| part(at).and_then(|part| part.text()).unwrap_or_default();
    let [label, operator, value] = [text(0), text(1), text(2)];
    let Some(op) = MatchOp::of(operator) else {
        let place = parts.get(1).map_or(node.span(), |part| part.span());
        return refused(place, format!("`{operator}` is no operator"));
    };
    let end = Excerpt::verbatim(node.span().file, node.span().end, "");
    let written = part(2).and_then(|part| part.excerpt()).unwrap_or(end);
    // Quotes of other spellings are taken off (`ObjectMatchers.UnmarshalJSON`).
    let start = usize::from(value.starts_with('"'));
    let end = value.len() - usize::from(value.len() > start && value.ends_with('"'));
    let value = written.sub(start..end);
    if let Some(message) = pattern_error(op, &value) {
        return refused(value.full_span(), message);
    }
    let name = Spanned::new(parts.first().map_or(node.span(), |part| part.span()), label.to_owned());
    Some(Matcher { name, op, value, span: node.span(), style: MatcherStyle::Object })
}

/// Whether Grafana puts something into a text from outside, or takes signs out of it.
fn is_open(text: Excerpt) -> bool {
    let setting = Setting { text };
    setting.known().is_none_or(|known| known != setting.text.text())
}

/// How a matcher in three texts is written.
const TRIPLE: &str = "write it as `[severity, \"=\", critical]`; operators are `=`, `!=`, `=~`, `!~`";

/// Whether a scalar is a text for YAML, or nothing, but not a number or a truth.
fn is_text(node: Node<'_>) -> bool {
    let Some(text) = node.text() else { return false };
    let is_other = text.parse::<f64>().is_ok_and(|_| text.starts_with(|first: char| "0123456789.+-".contains(first)))
        || ["true", "false", "True", "False", "TRUE", "FALSE"].contains(&text);
    node.is_null() || !(node.is_resolved() && is_other)
}
