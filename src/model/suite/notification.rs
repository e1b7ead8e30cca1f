//! What a test expects of notifications: who was told, and who was not.

use crate::{
    model::Pair,
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields, Node},
    vocab::Duration,
};

/// What is expected of notifications up to a moment.
#[derive(Clone, Debug)]
pub struct NotificationTest {
    /// The whole map.
    pub span: Span,
    /// The moment, from the start of the test.
    pub eval_time: Option<Spanned<Duration>>,
    /// Notifications sent since the last such moment, or the start.
    pub notifications: Vec<ExpectedNotification>,
    /// Receivers that were told nothing.
    pub silent: Vec<Spanned<String>>,
    /// Alerts that were held back.
    pub suppressed: Vec<ExpectedSuppression>,
}

/// An expected notification.
#[derive(Clone, Debug)]
pub struct ExpectedNotification {
    /// The whole map.
    pub span: Span,
    /// Who was told.
    pub receiver: Option<Spanned<String>>,
    /// Whether it was about firing or resolved alerts; either when absent.
    pub status: Option<Spanned<Status>>,
    /// When it was sent, from the start of the test.
    pub at: Option<Spanned<Duration>>,
    /// The labels of its group.
    pub group_labels: Vec<Pair>,
    /// The alerts in it; each by some of its labels.
    pub alerts: Vec<Vec<Pair>>,
}

/// What a notification is about.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// Something is wrong.
    Firing,
    /// It is over.
    Resolved,
}

/// An alert that was held back.
#[derive(Clone, Debug)]
pub struct ExpectedSuppression {
    /// The whole map.
    pub span: Span,
    /// The alert, by some of its labels.
    pub alert: Vec<Pair>,
    /// What held it back.
    pub by: Option<Spanned<Suppression>>,
}

/// What holds an alert back.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Suppression {
    /// An inhibition rule.
    Inhibition,
    /// A silence.
    Silence,
    /// A time interval in which the route is mute.
    MuteTimeInterval,
    /// The route is active at other times only.
    ActiveTimeInterval,
}

/// A silence during a test.
#[derive(Clone, Debug)]
pub struct Silence {
    /// The whole map.
    pub span: Span,
    /// Matchers of the alerts it silences.
    pub matchers: Vec<Excerpt>,
    /// When it begins, from the start of the test.
    pub from: Option<Spanned<Duration>>,
    /// When it ends, from the start of the test.
    pub to: Option<Spanned<Duration>>,
}

impl NotificationTest {
    /// How many things it expects.
    pub fn expectations(&self) -> usize {
        self.notifications.len() + self.silent.len() + self.suppressed.len()
    }

    pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "notification test", complaints)?;
        let eval_time = fields.duration("eval_time", complaints);
        let notifications = fields.list("exp_notifications", complaints);
        let silent = fields.strings("exp_silent", complaints);
        let suppressed = fields.list("exp_suppressed", complaints);
        fields.finish(complaints);
        Some(Self {
            span: node.span(),
            eval_time,
            notifications: notifications
                .into_iter()
                .filter_map(|node| ExpectedNotification::lower(node, complaints))
                .collect(),
            silent,
            suppressed: suppressed
                .into_iter()
                .filter_map(|node| ExpectedSuppression::lower(node, complaints))
                .collect(),
        })
    }
}

impl ExpectedNotification {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "expected notification", complaints)?;
        let status = [("firing", Status::Firing), ("resolved", Status::Resolved)];
        let notification = Self {
            span: node.span(),
            receiver: fields.string("receiver", complaints),
            status: super::lower::one_of(&mut fields, "status", &status, complaints),
            at: fields.duration("at", complaints),
            group_labels: Pair::all(fields.string_map("group_labels", complaints)),
            alerts: fields
                .list("alerts", complaints)
                .into_iter()
                .filter_map(|alert| super::lower::labels(alert, "alert of a notification", complaints))
                .collect(),
        };
        fields.finish(complaints);
        Some(notification)
    }
}

impl ExpectedSuppression {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "suppressed alert", complaints)?;
        let causes = [
            ("inhibition", Suppression::Inhibition),
            ("silence", Suppression::Silence),
            ("mute_time_interval", Suppression::MuteTimeInterval),
            ("active_time_interval", Suppression::ActiveTimeInterval),
        ];
        let suppression = Self {
            span: node.span(),
            alert: Pair::all(fields.string_map("alert", complaints)),
            by: super::lower::one_of(&mut fields, "by", &causes, complaints),
        };
        fields.finish(complaints);
        Some(suppression)
    }
}

impl Silence {
    pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "silence", complaints)?;
        let silence = Self {
            span: node.span(),
            matchers: fields.list("matchers", complaints).into_iter().filter_map(Node::excerpt).collect(),
            from: fields.duration("from", complaints),
            to: fields.duration("to", complaints),
        };
        fields.finish(complaints);
        Some(silence)
    }
}
