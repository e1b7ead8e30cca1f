//! Labels that anything here names: expressions, texts, legends, routes, jobs.

use rustc_hash::FxHashMap;

use crate::{
    model::{
        Document,
        alertmanager::{self, Alertmanager},
        dashboard::{Dashboard, queries::DashboardQuery, target::legend_labels, variable::VariableQuery},
        prometheus::{Prometheus, RelabelRule},
    },
    promql::Expr,
    template::LabelSource,
    text::{Name, Span, Spanned},
    vocab::is_slip,
    workspace::Workspace,
};

use super::{Owner, QuerySite, RuleSite, queries_beside_rules, slips::Slips};

/// A label that is named somewhere.
#[derive(Copy, Clone, Debug)]
pub struct NamedLabel<'w> {
    /// Its name.
    pub name: &'w str,
    /// Where it is named first.
    pub span: Span,
    /// What names it there.
    pub by: NamedBy<'w>,
    /// How often it is named in all.
    pub count: u32,
    /// In how many rules, panels, routes and jobs.
    pub sites: u32,
    last_site: u32,
}

/// What names a label.
#[derive(Copy, Clone, Debug)]
pub enum NamedBy<'w> {
    /// An expression: a matcher, a grouping, a matching.
    Query(QuerySite<'w>),
    /// A text of a rule.
    Text(RuleSite<'w>),
    /// The legend of an expression's lines.
    Legend(QuerySite<'w>),
    /// A route or an inhibition.
    Alertmanager(&'w Document),
    /// A rule or a job that sets it, a variable.
    Other,
}

/// The labels that anything names, in the order in which they come.
#[derive(Debug, Default)]
pub struct LabelNames<'w> {
    places: FxHashMap<&'w str, usize>,
    all: Vec<NamedLabel<'w>>,
    /// How many rules, panels, routes and jobs were looked at.
    site: u32,
}

impl<'w> LabelNames<'w> {
    /// Gathers the names of a workspace.
    pub fn of(workspace: &'w Workspace) -> Self {
        let mut names = Self::default();
        workspace.documents.iter().for_each(|document| names.of_document(document));
        names
    }

    /// Each label that stands in one rule, panel, route or job only, with the names of others that it is but for a slip of
    /// the finger.
    pub fn alone(&self) -> impl Iterator<Item = (&NamedLabel<'w>, Vec<&NamedLabel<'w>>)> {
        let slips = Slips::of(self.all.iter().map(|label| label.name));
        self.all.iter().filter(|label| label.sites == 1).map(move |label| {
            let near = slips.near(label.name).map(|place| &self.all[place]);
            (label, near.filter(|near| is_slip(label.name, near.name)).collect())
        })
    }

    fn add(&mut self, name: &'w str, span: Span, by: NamedBy<'w>) {
        let place = *self.places.entry(name).or_insert_with(|| {
            self.all.push(NamedLabel { name, span, by, count: 0, sites: 0, last_site: u32::MAX });
            self.all.len() - 1
        });
        let label = &mut self.all[place];
        label.count += 1;
        if label.last_site != self.site {
            (label.sites, label.last_site) = (label.sites + 1, self.site);
        }
    }

    fn of_document(&mut self, document: &'w Document) {
        for (group, rule) in document.rules() {
            self.site += 1;
            let site = RuleSite { document, group, rule };
            if let Some(query) = site.query() {
                self.of_query(query);
            }
            for pair in rule.labels.iter().chain(&rule.annotations) {
                for label in &pair.value.references().labels {
                    if label.source == LabelSource::Series {
                        self.add(&label.name.value, label.name.span, NamedBy::Text(site));
                    }
                }
            }
            rule.labels.iter().for_each(|pair| self.add(&pair.name.value, pair.name.span, NamedBy::Other));
        }
        for query in queries_beside_rules(document) {
            self.site += 1;
            self.of_query(query);
        }
        if let Some(dashboard) = document.dashboard() {
            self.of_dashboard(document, dashboard);
        }
        if let Some(config) = document.alertmanager() {
            self.of_alertmanager(document, config);
        }
        if let Some(config) = document.prometheus() {
            self.of_prometheus(config);
        }
    }

    fn of_query(&mut self, query: QuerySite<'w>) {
        let Some(expr) = query.expr() else { return };
        let by = NamedBy::Query(query);
        for part in expr.walk() {
            match part {
                Expr::Aggregation(one) => {
                    one.grouping.iter().for_each(|grouping| self.of_list(&grouping.labels.names, by));
                }
                Expr::Binary(one) => {
                    one.modifiers.matching.iter().for_each(|matching| self.of_list(&matching.labels.names, by));
                    let taken = one.modifiers.group.iter().filter_map(|group| group.labels.as_ref());
                    taken.for_each(|labels| self.of_list(&labels.names, by));
                }
                // The labels that `label_replace` and the like write and read.
                Expr::Call(call) if call.function.value.starts_with("label_") => {
                    let texts = call.arguments.iter().filter_map(Expr::string);
                    texts.for_each(|text| self.add(&text.value, text.span, NamedBy::Other));
                }
                _ => {
                    let matchers = part.selection().into_iter().flat_map(|one| &one.selector.matchers);
                    matchers.for_each(|matcher| self.add(&matcher.label.value, matcher.label.span, by));
                }
            }
        }
    }

    fn of_list(&mut self, labels: &'w [Spanned<Name>], by: NamedBy<'w>) {
        labels.iter().for_each(|label| self.add(&label.value, label.span, by));
    }

    fn of_dashboard(&mut self, document: &'w Document, dashboard: &'w Dashboard) {
        for panel in &dashboard.panels {
            for target in &panel.targets {
                self.site += 1;
                let (Some(legend), Some(interpolated)) = (&target.legend_format, &target.query) else { continue };
                let Some(query) = &interpolated.query else { continue };
                let owner = Owner::Dashboard(DashboardQuery { panel: Some(panel), interpolated, certain: true });
                for (name, range) in legend_labels(legend.text()) {
                    self.add(name, legend.span(range), NamedBy::Legend(QuerySite { document, query, owner }));
                }
            }
        }
        for variable in &dashboard.variables {
            self.site += 1;
            if let VariableQuery::LabelValues { label, .. } = &variable.query {
                self.add(label.text(), label.full_span(), NamedBy::Other);
            }
        }
    }

    fn of_alertmanager(&mut self, document: &'w Document, config: &'w Alertmanager) {
        let by = NamedBy::Alertmanager(document);
        for route in config.routes() {
            self.site += 1;
            self.of_matchers(&route.matchers, by);
            let labels = route.group_by.iter().flat_map(|group_by| &group_by.labels);
            labels.for_each(|label| self.add(&label.value, label.span, by));
        }
        for rule in &config.inhibit_rules {
            self.site += 1;
            self.of_matchers(&rule.source, by);
            self.of_matchers(&rule.target, by);
            rule.equal.iter().for_each(|label| self.add(&label.value, label.span, by));
        }
    }

    fn of_matchers(&mut self, matchers: &'w alertmanager::Matchers, by: NamedBy<'w>) {
        matchers.all.iter().for_each(|matcher| self.add(&matcher.name.value, matcher.name.span, by));
    }

    fn of_prometheus(&mut self, config: &'w Prometheus) {
        self.site += 1;
        config
            .global
            .external_labels
            .iter()
            .for_each(|pair| self.add(&pair.name.value, pair.name.span, NamedBy::Other));
        self.of_relabelling(&config.alerting.alert_relabel_configs);
        for job in &config.scrape_configs {
            self.site += 1;
            let labels = job.static_configs.iter().flat_map(|targets| &targets.labels);
            labels.for_each(|pair| self.add(&pair.name.value, pair.name.span, NamedBy::Other));
            self.of_relabelling(&job.relabel_configs);
            self.of_relabelling(&job.metric_relabel_configs);
        }
    }

    fn of_relabelling(&mut self, rules: &'w [RelabelRule]) {
        for rule in rules {
            let labels = rule.source_labels.iter().chain(&rule.target_label);
            labels.for_each(|label| self.add(&label.value, label.span, NamedBy::Other));
        }
    }
}
