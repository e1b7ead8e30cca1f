//! What all files say together: one index per file of this folder, built once and read by every check. An
//! index is built from documents, or from the indexes that its `of` asks for. To join two facts, write a third.

mod asked;
mod buckets;
mod by_name;
mod charts;
mod cluster;
mod datasources;
mod deployment;
pub mod documented;
pub mod documented_metrics;
mod exporters;
mod fillers;
mod instrumented;
mod inventory;
mod kinds;
mod label_names;
mod links;
mod queries;
mod recordings;
pub mod routing;
mod rules;
pub mod runbooks;
mod scraping;
mod series;
mod servers;
mod slips;
mod suites;
mod versions;
mod victoria;

use crate::{config::Config, workspace::Workspace};

pub use asked::{Asked, AskedFor, of_query};
pub use buckets::Buckets;
pub use cluster::Cluster;
pub use datasources::{Datasources, Provisioned};
pub use deployment::{Container, Deployment, Hosts, Listening, Place, Program, Supplied, Variable};
pub use documented::Documented;
pub use exporters::{Exporters, asked_addresses};
pub use fillers::Fillers;
pub use instrumented::{Instrumented, JobCode};
pub use inventory::{CapturedLabels, Inventory, Page, Verdict};
pub use kinds::{Kinds, TypedBy, gauge_by, kind_of};
pub use label_names::{LabelNames, NamedBy, NamedLabel};
pub use links::{LinkPlace, Links, WebLink};
pub use queries::{Owner, QuerySite, queries_beside_rules, queries_of};
pub use recordings::{Recording, Recordings};
pub use routing::Routing;
pub use rules::{RuleSite, Rules};
pub use runbooks::Runbooks;
pub use scraping::{Job, Scraping, TargetLabels};
pub use series::{KnownSeries, Series};
pub use servers::{LeadsTo, RuleFiles, Server, Servers};
pub use slips::Slips;
pub use suites::{Suites, TestedRules};
pub use versions::{Running, may_know_versions, running};
pub use victoria::Victoria;

/// All facts.
#[derive(Debug)]
pub struct Facts<'w> {
    /// What they were gathered from.
    pub workspace: &'w Workspace,
    /// What the project says of itself.
    pub config: &'w Config,
    /// What expressions ask for.
    pub asked: AskedFor<'w>,
    /// Kubernetes manifests, and what they say of each other.
    pub cluster: Cluster<'w>,
    /// How far the buckets of histograms reach.
    pub buckets: Buckets<'w>,
    /// Provisioned Grafana datasources.
    pub datasources: Datasources<'w>,
    /// Captured pages of metrics, and what they say about names.
    pub inventory: Inventory<'w>,
    /// What the docs say of the alerts.
    pub documented: Documented<'w>,
    /// Links of the web; none where the network was not asked for them.
    pub links: Links,
    /// Containers, and what they see.
    pub deployment: Deployment<'w>,
    /// Exporters behind the jobs.
    pub exporters: Exporters,
    /// Metrics that source code defines.
    pub instrumented: Instrumented<'w>,
    /// Metrics that expressions take for counters.
    pub kinds: Kinds<'w>,
    /// Labels that anything names.
    pub label_names: LabelNames<'w>,
    /// Rules by name.
    pub rules: Rules<'w>,
    /// Values of recorded series.
    pub recordings: Recordings<'w>,
    /// Where the runbook links lead.
    pub runbooks: Runbooks<'w>,
    /// Prometheus servers and the rule files they load.
    pub servers: Servers<'w>,
    /// Labels of recorded and scraped series.
    pub series: Series,
    /// Test files and the rule files that they test.
    pub suites: Suites<'w>,
    /// Alertmanagers and the alerts that are sent to them.
    pub routing: Routing<'w>,
    /// Rules that VictoriaMetrics evaluates.
    pub victoria: Victoria,
}

impl<'w> Facts<'w> {
    /// Gathers the facts of a workspace.
    pub fn of(workspace: &'w Workspace, config: &'w Config) -> Self {
        let of_rules = || {
            let (rules, deployment) = rayon::join(|| Rules::of(workspace), || Deployment::of(workspace));
            let servers = Servers::of(workspace, &deployment);
            let series_and_routing = || {
                let series = Series::of(&rules, &servers);
                let routing = Routing::of(workspace, &deployment, &rules, &servers, &series);
                (series, routing)
            };
            let beside = || (Exporters::of(&servers, &deployment), Instrumented::of(workspace, &deployment));
            let ((series, routing), (recordings, (exporters, instrumented))) =
                rayon::join(series_and_routing, || rayon::join(|| Recordings::of(&rules), beside));
            (rules, recordings, deployment, servers, series, routing, exporters, instrumented)
        };
        let of_docs = || Documented::of(workspace, config);
        let of_the_rest = || {
            let (inventory, buckets) = (Inventory::of(workspace, config), Buckets::of(workspace));
            let (datasources, cluster) = (Datasources::of(workspace), Cluster::of(workspace));
            (inventory, buckets, datasources, cluster, Suites::of(workspace), Kinds::of(workspace))
        };
        // The longest work is begun first, so that threads which are done have something left to take over.
        let beside_rules = || rayon::join(|| AskedFor::of(workspace), || rayon::join(of_docs, of_the_rest));
        let named = || rayon::join(|| Runbooks::of(workspace, config), || LabelNames::of(workspace));
        let ((runbooks, label_names), (of_rules, (asked, (documented, of_the_rest)))) =
            rayon::join(named, || rayon::join(of_rules, beside_rules));
        let (rules, recordings, deployment, servers, series, routing, exporters, instrumented) = of_rules;
        let (inventory, buckets, datasources, cluster, suites, kinds) = of_the_rest;
        let victoria = Victoria::of(workspace, &deployment);
        let links = workspace.live.pages.as_ref().map(|_| Links::of(workspace, config)).unwrap_or_default();
        Self {
            workspace,
            config,
            asked,
            cluster,
            buckets,
            datasources,
            inventory,
            documented,
            links,
            deployment,
            exporters,
            instrumented,
            kinds,
            label_names,
            rules,
            recordings,
            runbooks,
            servers,
            series,
            suites,
            routing,
            victoria,
        }
    }
}
