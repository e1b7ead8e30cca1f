//! What a graph is made of: nodes of nine kinds, arrows between them, and what stands out.

use crate::{census::Origin, exposition::MetricKind, text::Span};

/// What a node stands for. They are in the order in which the graph is read: from what is scraped to who is told.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A scrape job.
    Job,
    /// What a metric comes from that no job here is known to scrape: an exporter, a captured page, a program's code.
    Source,
    /// A metric that something exports.
    Metric,
    /// A metric that recording rules make.
    Record,
    /// An alerting rule.
    Alert,
    /// A dashboard.
    Dashboard,
    /// A route of Alertmanager, or a notification policy of Grafana.
    Route,
    /// A receiver of Alertmanager, or a contact point of Grafana.
    Receiver,
    /// A page that says what to do about an alert, or a section of it.
    Runbook,
}

impl Kind {
    /// All, in the order in which the graph is read.
    pub const ALL: [Kind; 9] = [
        Self::Job,
        Self::Source,
        Self::Metric,
        Self::Record,
        Self::Alert,
        Self::Dashboard,
        Self::Route,
        Self::Receiver,
        Self::Runbook,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Source => "source",
            Self::Metric => "metric",
            Self::Record => "record",
            Self::Alert => "alert",
            Self::Dashboard => "dashboard",
            Self::Route => "route",
            Self::Receiver => "receiver",
            Self::Runbook => "runbook",
        }
    }
}

/// Something that stands out at first sight.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Concern {
    /// A metric that is read, and nothing here says where it comes from.
    Undefined,
    /// A metric that is read, and comes from an exporter that no job here scrapes.
    NotScraped,
    /// A metric that something here makes, and nobody reads.
    Unread,
    /// An alert that reaches nobody.
    Unheard,
    /// A route that no alert gets to.
    Idle,
    /// A receiver that no alert reaches.
    Unreached,
    /// A receiver that a route names, and that is not there.
    NotDefined,
    /// A runbook that an alert links to, and that is not there.
    Missing,
}

impl Concern {
    /// All.
    pub const ALL: [Concern; 8] = [
        Self::Undefined,
        Self::NotScraped,
        Self::Unread,
        Self::Unheard,
        Self::Idle,
        Self::Unreached,
        Self::NotDefined,
        Self::Missing,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::NotScraped => "not-scraped",
            Self::Unread => "unread",
            Self::Unheard => "unheard",
            Self::Idle => "idle",
            Self::Unreached => "unreached",
            Self::NotDefined => "not-defined",
            Self::Missing => "missing",
        }
    }

    /// What it says of a node, as the end of a sentence that begins with its name.
    pub fn told(self) -> &'static str {
        match self {
            Self::Undefined => "comes from nowhere here",
            Self::NotScraped => "is scraped by no job",
            Self::Unread => "is read by nobody",
            Self::Unheard => "reaches nobody",
            Self::Idle => "gets no alert",
            Self::Unreached => "is reached by no alert",
            Self::NotDefined => "is not defined",
            Self::Missing => "is not there",
        }
    }
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its identity: the kind and the name, numbered where several have the same.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The file and, inside of it, the group that it belongs to.
    pub within: Vec<String>,
    /// Where it is defined: the place of its name.
    pub places: Vec<Span>,
    /// All of the text that defines it.
    pub extents: Vec<Span>,
    /// What stands out.
    pub concerns: Vec<Concern>,
    /// What there is to say of it.
    pub about: About,
}

/// What there is to say of a node, by its kind.
#[derive(Clone, Debug)]
pub enum About {
    /// Of a scrape job.
    Job {
        /// The targets that are written down.
        targets: Vec<String>,
        /// How many metrics it delivers that are left out, as a well-known exporter has them and nobody reads them.
        left_out: usize,
    },
    /// Of what no job is known to scrape.
    Source,
    /// Of a metric.
    Metric(Measured),
    /// Of a recorded metric: its rules.
    Record(Vec<Recording>),
    /// Of an alerting rule.
    Alert(Alerting),
    /// Of a dashboard.
    Dashboard {
        /// Its uid.
        uid: Option<String>,
        /// The panels that ask for metrics.
        panels: Vec<Panel>,
    },
    /// Of a route.
    Route {
        /// What it takes, that of the routes above it first.
        matchers: Vec<String>,
        /// Whether later routes see the alerts it took.
        goes_on: bool,
        /// What it says besides: `group_by`, `group_wait`, …
        settings: Vec<(&'static str, String)>,
    },
    /// Of a receiver: by what means it tells people, such as `slack #ops`.
    Receiver {
        /// The means.
        means: Vec<String>,
        /// Whether it is an Alertmanager whose configuration is not here.
        is_unseen: bool,
    },
    /// Of a runbook.
    Runbook {
        /// The link as it is written.
        link: String,
    },
}

/// What there is to say of a metric.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Its type.
    pub kind: Option<MetricKind>,
    /// Its labels, beside those of the target.
    pub labels: Vec<String>,
    /// The names of its series that are read, where they are not its own.
    pub series: Vec<String>,
    /// Where it comes from.
    pub origins: Vec<Origin>,
}

/// A recording rule.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Where its name stands.
    pub place: Span,
    /// Its expression.
    pub expr: String,
    /// The labels that it sets.
    pub labels: Vec<(String, String)>,
}

/// An alerting rule.
#[derive(Clone, Debug, Default)]
pub struct Alerting {
    /// Its expressions: one, but for rules of Grafana.
    pub exprs: Vec<String>,
    /// How long the expression must hold.
    pub hold: Option<String>,
    /// How long it goes on firing.
    pub keep_firing: Option<String>,
    /// Its labels, those of its group included.
    pub labels: Vec<(String, String)>,
    /// Its annotations.
    pub annotations: Vec<(String, String)>,
}

impl Alerting {
    /// The severity that it sets.
    pub fn severity(&self) -> Option<&str> {
        let own = self.labels.iter().rfind(|(name, _)| name == "severity");
        own.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty() && !value.contains("{{"))
    }
}

/// A panel that asks for metrics.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Panel {
    /// Its title; none for the queries of variables and annotations.
    pub title: Option<String>,
    /// Its expressions, as the author wrote them.
    pub exprs: Vec<String>,
}

impl Node {
    /// What it stands for.
    pub fn kind(&self) -> Kind {
        match self.about {
            About::Job { .. } => Kind::Job,
            About::Source => Kind::Source,
            About::Metric(_) => Kind::Metric,
            About::Record(_) => Kind::Record,
            About::Alert(_) => Kind::Alert,
            About::Dashboard { .. } => Kind::Dashboard,
            About::Route { .. } => Kind::Route,
            About::Receiver { .. } => Kind::Receiver,
            About::Runbook { .. } => Kind::Runbook,
        }
    }
}

/// An arrow.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The node it leaves, as an index.
    pub from: usize,
    /// The node it leads to, as an index.
    pub to: usize,
    /// Whether it is certain; if not, it depends on labels that are not known.
    pub certain: bool,
    /// Where it is written.
    pub places: Vec<Span>,
}

/// What an arrow says.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Relation {
    /// A job delivers a metric.
    Delivers,
    /// A rule or a dashboard reads a metric.
    ReadBy,
    /// An alert goes to a route, or past all routes to a receiver.
    GoesTo,
    /// A route tells a receiver.
    Tells,
    /// A runbook explains an alert.
    ExplainedIn,
}

impl Relation {
    /// What an arrow between nodes of these kinds says.
    pub fn between(from: Kind, to: Kind) -> Self {
        match (from, to) {
            (Kind::Job | Kind::Source, _) => Self::Delivers,
            (_, Kind::Runbook) => Self::ExplainedIn,
            (Kind::Route, _) => Self::Tells,
            (_, Kind::Route | Kind::Receiver) => Self::GoesTo,
            _ => Self::ReadBy,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Delivers => "delivers",
            Self::ReadBy => "read-by",
            Self::GoesTo => "goes-to",
            Self::Tells => "tells",
            Self::ExplainedIn => "explained-in",
        }
    }
}
