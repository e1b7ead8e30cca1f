//! A document: one thing that a file holds, and what it means.

use crate::{
    diag::Diagnostic,
    exposition::Exposition,
    markdown::Markdown,
    promql::{self, Feature},
    template::Template,
    text::{FileId, Span},
};

use super::{
    alertmanager::Alertmanager,
    compose::{Compose, EnvFile},
    dashboard::Dashboard,
    exemptions::Exemptions,
    loki::Loki,
    manifest::Manifest,
    prometheus::Prometheus,
    provisioning::Provisioning,
    proxy::Proxy,
    rules::{Group, Language, Rule, RuleFile},
    suite::Suite,
};

/// One thing that a file holds. A file may hold several: the parts of a YAML stream, the items of a
/// Kubernetes List, the files inside a ConfigMap.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// All of it.
    pub span: Span,
    /// What it means.
    pub body: Body,
    /// What its reader found wrong: unknown keys, wrong types.
    pub complaints: Vec<Diagnostic>,
    /// Whether it stands inside a Kubernetes manifest.
    pub in_manifest: bool,
}

/// What a document means.
#[derive(Clone, Debug)]
pub enum Body {
    /// Alerting and recording rules.
    Rules(Box<RuleFile>),
    /// `prometheus.yml`.
    Prometheus(Box<Prometheus>),
    /// `alertmanager.yml`.
    Alertmanager(Box<Alertmanager>),
    /// A Grafana dashboard.
    Dashboard(Box<Dashboard>),
    /// A Grafana provisioning file.
    Provisioning(Box<Provisioning>),
    /// A Kubernetes manifest that is none of the others.
    Manifest(Box<Manifest>),
    /// A rule unit-test file.
    Suite(Box<Suite>),
    /// A Docker Compose file.
    Compose(Box<Compose>),
    /// A file of environment variables.
    Environment(Box<EnvFile>),
    /// A captured `/metrics` page.
    Exposition(Box<Exposition>),
    /// Templates of notifications, in a file of their own.
    Templates(Box<Template>),
    /// Loki's configuration.
    Loki(Box<Loki>),
    /// A configuration of nginx.
    Proxy(Box<Proxy>),
    /// A `.lint` file of dashboard-linter.
    Exemptions(Box<Exemptions>),
    /// A README, a runbook.
    Docs(Box<Markdown>),
}

impl Document {
    /// The same document where these features of PromQL are on, as far as it has rules and tests of them.
    pub fn with_features(mut self, features: &[Feature]) -> Self {
        if features.is_empty() {
            return self;
        }
        self.body = match self.body {
            Body::Rules(rules) => Body::Rules(Box::new(rules.with_features(features))),
            Body::Suite(suite) => Body::Suite(Box::new(suite.with_features(features, &mut self.complaints))),
            body => body,
        };
        self
    }

    /// The rule file, if it is one.
    pub fn rule_file(&self) -> Option<&RuleFile> {
        match &self.body {
            Body::Rules(rules) => Some(rules),
            _ => None,
        }
    }

    /// The Prometheus configuration, if it is one.
    pub fn prometheus(&self) -> Option<&Prometheus> {
        match &self.body {
            Body::Prometheus(config) => Some(config),
            _ => None,
        }
    }

    /// The Alertmanager configuration, if it is one.
    pub fn alertmanager(&self) -> Option<&Alertmanager> {
        match &self.body {
            Body::Alertmanager(config) => Some(config),
            _ => None,
        }
    }

    /// The dashboard, if it is one.
    pub fn dashboard(&self) -> Option<&Dashboard> {
        match &self.body {
            Body::Dashboard(dashboard) => Some(dashboard),
            _ => None,
        }
    }

    /// The Grafana provisioning, if it is one.
    pub fn provisioning(&self) -> Option<&Provisioning> {
        match &self.body {
            Body::Provisioning(provisioning) => Some(provisioning),
            _ => None,
        }
    }

    /// The Kubernetes manifest, if it is one and carries none of the others.
    pub fn manifest(&self) -> Option<&Manifest> {
        match &self.body {
            Body::Manifest(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The file of templates, if it is one.
    pub fn templates(&self) -> Option<&Template> {
        match &self.body {
            Body::Templates(templates) => Some(templates),
            _ => None,
        }
    }

    /// The unit-test file, if it is one.
    pub fn suite(&self) -> Option<&Suite> {
        match &self.body {
            Body::Suite(suite) => Some(suite),
            _ => None,
        }
    }

    /// The compose file, if it is one.
    pub fn compose(&self) -> Option<&Compose> {
        match &self.body {
            Body::Compose(compose) => Some(compose),
            _ => None,
        }
    }

    /// The file of environment variables, if it is one.
    pub fn env_file(&self) -> Option<&EnvFile> {
        match &self.body {
            Body::Environment(file) => Some(file),
            _ => None,
        }
    }

    /// The configuration of nginx, if it is one.
    pub fn proxy(&self) -> Option<&Proxy> {
        match &self.body {
            Body::Proxy(proxy) => Some(proxy),
            _ => None,
        }
    }

    /// Loki's configuration, if it is one.
    pub fn loki(&self) -> Option<&Loki> {
        match &self.body {
            Body::Loki(loki) => Some(loki),
            _ => None,
        }
    }

    /// The captured metrics page, if it is one.
    pub fn exposition(&self) -> Option<&Exposition> {
        match &self.body {
            Body::Exposition(page) => Some(page),
            _ => None,
        }
    }

    /// The exemptions of dashboard-linter, if it is a file of them.
    pub fn exemptions(&self) -> Option<&Exemptions> {
        match &self.body {
            Body::Exemptions(exemptions) => Some(exemptions),
            _ => None,
        }
    }

    /// The Markdown text, if it is one.
    pub fn docs(&self) -> Option<&Markdown> {
        match &self.body {
            Body::Docs(docs) => Some(docs),
            _ => None,
        }
    }

    /// Its rules with their groups; none for other documents.
    pub fn rules(&self) -> impl Iterator<Item = (&Group, &Rule)> {
        self.rule_file().into_iter().flat_map(RuleFile::rules)
    }

    /// The expression of a rule of this document, if its language is PromQL.
    pub fn promql_of<'d>(&'d self, group: &Group, rule: &'d Rule) -> Option<&'d promql::Query> {
        let language = self.rule_file()?.language(group);
        rule.expr.as_ref().filter(|_| language == Language::PromQl)
    }
}
