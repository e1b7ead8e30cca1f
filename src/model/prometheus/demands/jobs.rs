//! Demands on `global`, on scrape configurations, and on where alerts go.

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    model::{
        prometheus::{
            Alerting, AlertmanagerEndpoint, Prometheus, RelabelRule, ScrapeConfig, StaticConfig, is_too_wild,
        },
        settings::{Settings, Value, both, has, transport},
    },
    vocab::listed,
};

use super::Judge;

const PROTOCOLS: [&str; 6] = [
    "OpenMetricsText0.0.1",
    "OpenMetricsText1.0.0",
    "OpenMetricsText2.0.0",
    "PrometheusProto",
    "PrometheusText0.0.4",
    "PrometheusText1.0.0",
];

impl Judge<'_> {
    pub(super) fn global(&mut self, config: &Prometheus) {
        let global = &config.global;
        for label in &global.external_labels {
            if !self.naming.scheme.is_label_name(&label.name.value) {
                self.refuse(label.name.span, format!("`{}` is no name of a label", label.name.value));
            }
        }
        let interval = global.scrape_interval();
        if let Some(timeout) = global.scrape_timeout.filter(|timeout| timeout.value > interval) {
            let message = format!("a scrape may take {}, but one begins every {interval}", timeout.value);
            self.refuse_with(timeout.span, message, "make the timeout as long as the interval, or shorter");
        }
        if let Some(settings) = &global.settings {
            self.protocols(settings);
            self.global_names(settings, !config.scrape_configs.is_empty());
        }
        for entry in config.scrape_config_files.iter().filter(|entry| is_too_wild(&entry.value)) {
            let message = format!("Prometheus refuses `{}`: `*` may stand in the last part only", entry.value);
            self.refuse_with(entry.span, message, "name each folder in an entry of its own");
        }
    }

    pub(super) fn jobs(&mut self, jobs: &[ScrapeConfig]) {
        for job in jobs {
            self.job(job);
        }
        self.unique(jobs.iter().filter_map(|job| job.job_name.as_ref()), "the job name");
    }

    fn job(&mut self, job: &ScrapeConfig) {
        let is_named = job.job_name.as_ref().is_some_and(|name| !name.value.is_empty());
        self.demand(&job.keys, "job_name", is_named, job.span, "this scrape configuration");
        let interval = self.config.scrape_interval(job);
        if let Some(timeout) = job.scrape_timeout.filter(|timeout| timeout.value > interval) {
            let message = format!("a scrape may take {}, but one begins every {interval}", timeout.value);
            let diagnostic = Diagnostic::error(timeout.span, message);
            let global = self.config.global.scrape_interval.filter(|_| job.scrape_interval.is_none());
            let proof = job.scrape_interval.or(global).map(|interval| interval.span);
            let labelled =
                proof.into_iter().fold(diagnostic, |diagnostic, span| diagnostic.label(span, "the interval"));
            self.found.push(labelled.help("make the timeout as long as the interval, or shorter"));
        }
        self.protocols(&job.settings);
        self.one_of(&job.settings, "fallback_scrape_protocol", "", &[&[""][..], &PROTOCOLS[..]].concat());
        self.job_names(job);
        self.client(&job.settings);
        let scheme = self.config.name_scheme(Some(job));
        self.relabelling(&job.relabel_configs, scheme);
        self.relabelling(&job.metric_relabel_configs, scheme);
        self.static_targets(&job.static_configs, &job.relabel_configs);
        for discovery in &job.discoveries {
            self.discovery(discovery);
        }
    }

    fn protocols(&mut self, settings: &Settings) {
        let Some(Value::Texts(protocols)) = settings.value("scrape_protocols") else { return };
        if protocols.is_empty() {
            let place = settings.get("scrape_protocols").map_or(settings.span, |setting| setting.span);
            self.refuse(place, "`scrape_protocols` is an empty list");
        }
        let mut seen = BTreeSet::new();
        for protocol in protocols {
            if !seen.insert(protocol.text().to_lowercase()) {
                self.refuse(protocol.full_span(), format!("the protocol `{}` is there twice", protocol.text()));
            } else if !PROTOCOLS.contains(&protocol.text()) {
                let help = format!("known are {}", listed(PROTOCOLS, ", "));
                self.refuse_with(protocol.full_span(), format!("`{}` is no protocol", protocol.text()), &help);
            }
        }
    }

    pub(super) fn alerting(&mut self, alerting: &Alerting) {
        self.relabelling(&alerting.alert_relabel_configs, self.naming.scheme);
        for endpoint in &alerting.alertmanagers {
            self.endpoint(endpoint);
        }
    }

    fn endpoint(&mut self, endpoint: &AlertmanagerEndpoint) {
        self.client(&endpoint.settings);
        let ways = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"];
        if let Some(way) = ways.into_iter().find(|way| has(&endpoint.settings, way))
            && endpoint.settings.map("sigv4").is_some()
        {
            self.found.push(both(&endpoint.settings, way, "sigv4"));
        }
        if let Some(signature) = endpoint.settings.map("sigv4") {
            transport::signature(signature, &mut self.found);
        }
        self.relabelling(&endpoint.relabel_configs, self.naming.scheme);
        self.relabelling(&endpoint.alert_relabel_configs, self.naming.scheme);
        self.static_targets(&endpoint.static_configs, &endpoint.relabel_configs);
        for discovery in &endpoint.discoveries {
            self.discovery(discovery);
        }
    }

    /// Targets are addresses, unless a rule may make one of them.
    fn static_targets(&mut self, configs: &[StaticConfig], rules: &[RelabelRule]) {
        for config in configs {
            for label in config.labels.iter().filter(|label| label.name.value.is_empty()) {
                self.refuse(label.name.span, "this label has an empty name");
            }
            for target in config.targets.iter().filter(|target| rules.is_empty() && target.value.contains('/')) {
                self.refuse_with(
                    target.span,
                    format!("`{}` is no address: it holds a `/`", target.value),
                    "write `host:port`; the scheme goes to `scheme:`, the path to `metrics_path:`",
                );
            }
        }
    }
}
