//! Provisioned notification policies: a route tree in Grafana's spelling.

use crate::{
    model::{
        Keys,
        alertmanager::{GroupBy, MatchOp, Matcher, MatcherStyle, Matchers, Route, parse_matchers},
    },
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Kind, Node},
    vocab::Duration,
};

use super::setting::{self, Setting, duration, flag, integer, setting, settings};

/// How deep policies may nest.
const MOST_POLICIES: usize = 100;

/// A policy: which alerts it takes, where they go.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The whole map.
    pub span: Span,
    /// The organisation whose tree this replaces; only at the root.
    pub org: Option<Spanned<i64>>,
    /// Name of a contact point.
    pub receiver: Option<Setting>,
    /// Labels to group by.
    pub group_by: Vec<Setting>,
    /// Matchers as text: `severity = "critical"`.
    pub matchers: Vec<Excerpt>,
    /// Matchers as triples: `[severity, =, critical]`.
    pub object_matchers: Vec<ObjectMatcher>,
    /// Whether later siblings are asked too.
    pub goes_on: Option<Spanned<bool>>,
    /// Names of mute timings.
    pub mute_times: Vec<Setting>,
    /// Names of timings outside of which it is mute.
    pub active_times: Vec<Setting>,
    /// How long the first alert of a group waits for others.
    pub group_wait: Option<Spanned<Duration>>,
    /// How long further alerts of a group wait.
    pub group_interval: Option<Spanned<Duration>>,
    /// How long until an unchanged group is sent again.
    pub repeat_interval: Option<Spanned<Duration>>,
    /// Policies for some of its alerts.
    pub routes: Vec<Policy>,
}

/// A matcher as a triple.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectMatcher {
    /// The whole list.
    pub span: Span,
    /// The label.
    pub label: Spanned<String>,
    /// `=`, `!=`, `=~` or `!~`.
    pub operator: Spanned<String>,
    /// The value.
    pub value: Spanned<String>,
}

impl Policy {
    /// Reads the root of a tree and the policies below it.
    pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        Self::lower_at(node, 0, complaints)
    }

    fn lower_at(node: Node<'_>, depth: usize, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "notification policy", complaints)?;
        let matchers = fields.list("matchers", complaints);
        let object_matchers = fields.list("object_matchers", complaints);
        let routes = fields.list("routes", complaints);
        let policy = Self {
            span: node.span(),
            org: if depth == 0 { integer(&mut fields, "orgId", complaints) } else { None },
            receiver: setting(&mut fields, "receiver", complaints),
            group_by: settings(&mut fields, "group_by", complaints),
            matchers: matchers.into_iter().filter_map(Node::excerpt).collect(),
            object_matchers: object_matchers.into_iter().filter_map(ObjectMatcher::lower).collect(),
            goes_on: flag(&mut fields, "continue", complaints),
            mute_times: settings(&mut fields, "mute_time_intervals", complaints),
            active_times: settings(&mut fields, "active_time_intervals", complaints),
            group_wait: duration(&mut fields, "group_wait", complaints),
            group_interval: duration(&mut fields, "group_interval", complaints),
            repeat_interval: duration(&mut fields, "repeat_interval", complaints),
            routes: routes
                .into_iter()
                .filter(|_| depth < MOST_POLICIES)
                .filter_map(|route| Self::lower_at(route, depth + 1, complaints))
                .collect(),
        };
        for other in ["name", "match", "match_re"] {
            fields.value(other);
        }
        setting::finish(fields, complaints);
        Some(policy)
    }
}

impl Policy {
    /// The policy and those below it as a route of Alertmanager, whose rules Grafana follows.
    pub fn route(&self) -> Route {
        let text = |setting: &Setting| Spanned::new(setting.span(), setting.known().unwrap_or_default());
        let texts = |settings: &[Setting]| settings.iter().map(text).collect::<Vec<_>>();
        let group_by = self.group_by.first().zip(self.group_by.last());
        Route {
            span: self.span,
            keys: Keys::default(),
            receiver: self.receiver.as_ref().map(text),
            matchers: self.all_matchers(),
            group_by: group_by
                .map(|(first, last)| GroupBy { span: first.span().to(last.span()), labels: texts(&self.group_by) }),
            goes_on: self.goes_on,
            group_wait: self.group_wait,
            group_interval: self.group_interval,
            repeat_interval: self.repeat_interval,
            mute_time_intervals: texts(&self.mute_times),
            active_time_intervals: texts(&self.active_times),
            labels: Vec::new(),
            routes: self.routes.iter().map(Policy::route).collect(),
        }
    }

    fn all_matchers(&self) -> Matchers {
        let mut matchers = Matchers { all: Vec::new(), texts: Vec::new(), complete: true };
        for text in &self.matchers {
            let mut complaints = Complaints::new();
            let (read, how) = parse_matchers(text, &mut complaints);
            matchers.complete &= complaints.is_empty();
            matchers.all.extend(read);
            matchers.texts.push(how);
        }
        for triple in &self.object_matchers {
            match MatchOp::of(&triple.operator.value) {
                Some(op) => matchers.all.push(Matcher {
                    name: triple.label.clone(),
                    op,
                    value: Excerpt::verbatim(
                        triple.value.span.file,
                        triple.value.span.start,
                        triple.value.value.as_str(),
                    ),
                    span: triple.span,
                    style: MatcherStyle::Object,
                }),
                None => matchers.complete = false,
            }
        }
        matchers
    }
}

impl ObjectMatcher {
    fn lower(node: Node<'_>) -> Option<Self> {
        if node.kind() != Kind::Sequence {
            return None;
        }
        let mut parts = node.items().filter_map(|part| Some(Spanned::new(part.span(), part.text()?.to_owned())));
        let (label, operator, value) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| Self { span: node.span(), label, operator, value })
    }
}
