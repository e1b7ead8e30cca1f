//! Series whose values are known by their name: what Prometheus and well-known exporters set to 0 or 1.

use super::{
    super::{ast::VectorSelector, flow::Source},
    Values,
};

/// Metrics that are 1 for yes and 0 for no, by whoever exports them, sorted.
const STATES: [&str; 49] = [
    "alertmanager_config_last_reload_successful",
    "apache_up",
    "consul_up",
    "haproxy_up",
    "kube_deployment_spec_paused",
    "kube_deployment_status_condition",
    "kube_horizontalpodautoscaler_status_condition",
    "kube_job_complete",
    "kube_job_failed",
    "kube_namespace_status_phase",
    "kube_node_spec_unschedulable",
    "kube_node_status_condition",
    "kube_persistentvolume_status_phase",
    "kube_persistentvolumeclaim_status_phase",
    "kube_pod_container_status_last_terminated_reason",
    "kube_pod_container_status_ready",
    "kube_pod_container_status_running",
    "kube_pod_container_status_terminated",
    "kube_pod_container_status_terminated_reason",
    "kube_pod_container_status_waiting",
    "kube_pod_container_status_waiting_reason",
    "kube_pod_status_phase",
    "kube_pod_status_ready",
    "kube_pod_status_reason",
    "kube_pod_status_scheduled",
    "kube_pod_status_unschedulable",
    "memcached_up",
    "mongodb_up",
    "mysql_up",
    "nginx_up",
    "node_filesystem_device_error",
    "node_filesystem_readonly",
    "node_network_up",
    "node_scrape_collector_success",
    "node_systemd_system_running",
    "node_systemd_unit_state",
    "node_textfile_scrape_error",
    "node_timex_sync_status",
    "pg_replication_is_replica",
    "pg_up",
    "pgbouncer_up",
    "phpfpm_up",
    "probe_failed_due_to_regex",
    "probe_http_ssl",
    "probe_success",
    "prometheus_config_last_reload_successful",
    "rabbitmq_up",
    "redis_up",
    "up",
];

pub(super) fn of_selector(selector: &VectorSelector, source: &dyn Source) -> Values {
    match selector.metric_name() {
        Some(name) if source.is_open(name.span) => Values::ANY,
        Some(name) => source.values(selector).unwrap_or_else(|| of_name(&name.value)),
        None => Values::ANY,
    }
}

fn of_name(name: &str) -> Values {
    match name {
        "ALERTS" => Values::exactly(1.0),
        "ALERTS_FOR_STATE" | "scrape_duration_seconds" => Values::NOT_NEGATIVE,
        "scrape_samples_scraped" | "scrape_samples_post_metric_relabeling" | "scrape_series_added" => {
            Values::between(0.0, f64::MAX).whole()
        }
        // Answers have three digits; without an answer it is 0.
        "probe_http_status_code" => Values::between(0.0, 999.0).whole(),
        name if STATES.binary_search(&name).is_ok() => Values::STATE,
        _ => Values::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_sorted_and_found() {
        assert!(STATES.is_sorted());
        assert_eq!(of_name("up"), Values::STATE);
        assert!(of_name("upload_bytes").is_any());
    }
}
