//! Libraries that make metrics of their own, under names that are listed nowhere here.

use crate::vocab::Phrases;

/// How programs name them: frameworks' middleware, exporters of OpenTelemetry, collectors of pools and clients.
static LIBRARIES: Phrases = Phrases::of(&[
    // Python
    "aioprometheus",
    "celery_prometheus",
    "django_prometheus",
    "from ray import serve",
    "import bentoml",
    "litestar.contrib.prometheus",
    "litestar.plugins.prometheus",
    "opentelemetry.exporter.prometheus",
    "prometheus_async",
    "prometheus_flask_instrumentator",
    "py_grpc_prometheus",
    "ray.util.metrics",
    "sanic_prometheus",
    "starlette_exporter",
    "starlette_prometheus",
    // JavaScript
    "@envelop/prometheus",
    "@hono/prometheus",
    "@opentelemetry/exporter-prometheus",
    "@promster/",
    "apollo-prometheus-exporter",
    "express-prometheus-middleware",
    "fastify-metrics",
    "opossum-prometheus",
    "prometheus-api-metrics",
    "swagger-stats",
    // Go
    "766b/chi-prometheus",
    "armon/go-metrics",
    "depado/ginprom",
    "echo-contrib/echoprometheus",
    "echo-contrib/prometheus",
    "fiberprometheus",
    "go-gin-prometheus",
    "go-grpc-middleware/providers/prometheus",
    "go-grpc-prometheus",
    "go-http-metrics",
    "go-kit/kit/metrics",
    "gorm.io/plugin/prometheus",
    "hashicorp/go-metrics",
    "newdbstatscollector",
    "otel/exporters/prometheus",
    "penglongli/gin-metrics",
    "pgxpoolprometheus",
    "plugin/kprom",
    "redisprometheus",
    "sigs.k8s.io/controller-runtime",
    "sqlstats",
    "uber-go/tally",
    "victoriametrics/metrics",
    // Java
    "dropwizardexports",
    "io.micrometer.observation",
    "me.dinowernli.grpc.prometheus",
    "opentelemetry.exporter.prometheus",
    "org.eclipse.microprofile.metrics",
    // Rust
    "actix_web_prom",
    "axum_otel_metrics",
    "axum_prometheus",
    "metrics_process",
    "opentelemetry_prometheus",
    "rocket_prometheus",
    "tokio_metrics",
    // C#
    "addprometheusexporter",
    "dotnetruntimestatsbuilder",
    // Ruby and PHP
    "artprima/prometheus",
    "prometheus/middleware/collector",
    "prometheusexporter::",
    "spatie\\prometheus",
    "yabeda",
]);

/// Where a program names the first of them.
pub fn first_in(text: &str) -> Option<usize> {
    LIBRARIES.first_in(text)
}
