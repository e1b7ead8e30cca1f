//! Provisioned notification policies: a route tree in Grafana's spelling.

use crate::{
    model::{
        Keys,
        alertmanager::{GroupBy, MatchOp, Matcher, MatcherStyle, Matchers, Route, parse_matchers},
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
        matchers.complete &= misread.is_empty();
        matchers.all.extend(read);
        matchers.texts.push(how);
    }
    for triple in fields.list("object_matchers", complaints) {
        match object_matcher(triple) {
            Some(matcher) => matchers.all.push(matcher),
            None => matchers.complete = false,
        }
    }
    for old in ["match", "match_re"] {
        matchers.complete &= fields.value(old).is_none();
    }
    matchers
}

fn object_matcher(node: Node<'_>) -> Option<Matcher> {
    if node.kind() != Kind::Sequence {
        return None;
    }
    let mut parts = node.items().filter(|part| part.text().is_some());
    let (label, operator, value) = (parts.next()?, parts.next()?, parts.next()?);
    let value_text = value.text()?;
    let matcher = Matcher {
        name: Spanned::new(label.span(), label.text()?.to_owned()),
        op: MatchOp::of(operator.text()?)?,
        value: value.excerpt().unwrap_or_else(|| Excerpt::verbatim(value.span().file, value.span().start, value_text)),
        span: node.span(),
        style: MatcherStyle::Object,
    };
    // Grafana puts variables in from outside here, too.
    (parts.next().is_none() && !value_text.contains('$')).then_some(matcher)
}
