//! Which plugins of Grafana answer the same queries.

/// The name that stands for all plugins of a language: those that answer the same queries, and those that Grafana has
/// renamed and still finds by their old name.
pub fn language(plugin: &str) -> &str {
    match plugin {
        "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" | "mimir" | "cortex" => {
            "prometheus"
        }
        "victoriametrics-datasource" | "victoriametrics-metrics-datasource" => "prometheus",
        "grafana-postgresql-datasource" => "postgres",
        "grafana-pyroscope-datasource" => "phlare",
        "grafana-testdata-datasource" => "testdata",
        other => other,
    }
}
