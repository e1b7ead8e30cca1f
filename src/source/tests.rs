//! Programs in each language, and the metrics they define.

use std::path::Path;

use proptest::prelude::*;

use crate::text::FileId;

use super::{Instrumentation, Language};

/// What a file defines, a line for each: name, type, labels.
fn read(path: &str, text: &str) -> Vec<String> {
    let language = Language::of(Path::new(path)).unwrap();
    let found = Instrumentation::read(FileId(0), text, language).unwrap_or_default();
    let line = |one: &super::Defined| {
        let labels = one.labels.as_ref().map_or("?".to_owned(), |labels| labels.join(","));
        format!("{} {} {labels}", one.name.value, one.kind.map_or("?", crate::exposition::MetricKind::word))
    };
    let open = found.open.iter().map(|span| format!("open {}", &text[span.range()]));
    let libraries = found.libraries.iter().map(|library| format!("library {library}"));
    found.defined.iter().map(line).chain(open).chain(libraries).collect()
}

#[test]
fn javascript() {
    let text = r#"
import client, { Histogram } from 'prom-client';
const PREFIX = 'shop_';
// new client.Counter({name: 'commented_total', help: 'x'})
const pattern = text.replace(/['"`]/g, ""); const don = <p>Don't</p>;
export const requests = new client.Counter<'method' | 'status_code'>({
  name: 'http_requests_total',
  help: `All requests`,
  labelNames: ['method', 'status_code'] as const,
});
const seconds = new Histogram({ name: `${PREFIX}latency_seconds`, help: 'Latency', labelNames: LABELS, buckets: [0.1, 1] });
const depth = new client.Gauge(PREFIX + 'queue_depth', 'Depth', ['queue']);
const made = (queue) => new client.Gauge({ name: queue + '_depth', help: 'Depth' });
client.collectDefaultMetrics({ register });
function make(name, help) { return new client.Counter({ name, help }); }
new Counter({ start: 3 });
"#;
    assert_eq!(
        read("metrics.ts", text),
        [
            "http_requests_total counter method,status_code",
            "shop_latency_seconds histogram ?",
            "shop_queue_depth gauge queue",
            "open client.Gauge({ name: queue + '_depth', help: 'Depth' })",
            "open client.Counter({ name, help })",
            "library nodejs",
        ]
    );
    let nest = "import { makeCounterProvider } from '@willsoto/nestjs-prometheus';
        providers: [makeCounterProvider({ name: 'posts_total', help: 'Posts', labelNames: ['status'] })]";
    assert_eq!(read("module.ts", nest), ["posts_total counter status"]);
    let module =
        "import { PrometheusModule } from '@willsoto/nestjs-prometheus'; PrometheusModule.register({ path: '/m' })";
    assert_eq!(read("app.module.ts", module), ["library nodejs"]);
    let prisma = "return registry.metrics() + await prisma.$metrics.prometheus();";
    assert_eq!(read("page.ts", prisma), ["open metrics.prometheus()"]);
    assert!(read("other.ts", "new Counter({name: 'x', help: 'y'})").is_empty(), "no library is imported");
}

#[test]
fn python() {
    let text = r#"
from prometheus_client import Counter, Gauge, Histogram, Info, generate_latest
NS = "shop"
REQUESTS = Counter("requests", "All 'requests'", ["method"], namespace=NS)
LATENCY = Histogram(
    name="latency", documentation="Latency", labelnames=("path",), subsystem='http', unit="seconds",
)
BUILD = Info("build", "Build")  # Counter("commented", "x")
DEPTH = Gauge(f"{NS}_depth", "Depth" " of the queue")
OPEN = Counter(name_of(x), "Open")
def page(): return generate_latest()
"#;
    assert_eq!(
        read("app.py", text),
        [
            "shop_requests_total counter method",
            "http_latency_seconds histogram path",
            "build_info gauge ",
            "shop_depth gauge ",
            "open Counter(name_of(x), \"Open\")",
            "library python",
        ]
    );
    let fastapi =
        "from prometheus_fastapi_instrumentator import Instrumentator\nInstrumentator().instrument(app).expose(app)";
    assert!(read("main.py", fastapi).contains(&"http_requests_total counter handler,method,status".to_owned()));
}

#[test]
fn go() {
    let text = r#"package metrics
import "github.com/prometheus/client_golang/prometheus"
const namespace = "shop"
var (
	requests = promauto.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace,
		Subsystem: "http",
		Name:      "requests_total",
		Help:      "All requests",
	}, []string{"method", "code"})
	up   = prometheus.NewGauge(prometheus.GaugeOpts{Name: `shop_up`, Help: "Up"})
	desc = prometheus.NewDesc(prometheus.BuildFQName(namespace, "", "items"), "Items", []string{"shelf"}, nil)
	open = prometheus.NewGauge(prometheus.GaugeOpts{Name: fmt.Sprintf("%s_x", y), Help: "X"})
)
"#;
    let open = "open prometheus.NewGauge(prometheus.GaugeOpts{Name: fmt.Sprintf(\"%s_x\", y), Help: \"X\"})";
    assert_eq!(
        read("metrics.go", text),
        ["shop_http_requests_total counter method,code", "shop_up gauge ", "shop_items ? shelf", open]
    );
}

#[test]
fn java() {
    let text = r#"import io.micrometer.core.instrument.*;
class Orders {
  Orders(MeterRegistry registry) {
    this.created = Counter.builder("orders.created").tag("shop", shop).register(registry);
    this.time = registry.timer("order.time");
    registry.gauge("orders.open", list, List::size);
  }
  @Timed("checkout.time") void checkout() {}
}"#;
    assert_eq!(
        read("Orders.java", text),
        [
            "orders_created_total counter ?",
            "order_time_seconds histogram ?",
            "orders_open gauge ?",
            "checkout_time_seconds histogram ?",
        ]
    );
    let client =
        "import io.prometheus.client.Counter;\nCounter c = Counter.build().name(\"jobs\").help(\"x\").register();";
    assert_eq!(read("Jobs.java", client), ["jobs_total counter ?"]);
}

#[test]
fn rust() {
    let text = r##"use prometheus::{register_int_counter_vec, Gauge};
static REQUESTS: LazyLock<IntCounterVec> =
    LazyLock::new(|| register_int_counter_vec!("requests_total", "All", &["method"]).unwrap());
fn f<'a>(x: &'a str) -> char { let depth = Gauge::new(r#"depth"#, "Depth"); 'x' }
fn g() { metrics::counter!("jobs_total", "queue" => queue).increment(1); }
"##;
    assert_eq!(read("m.rs", text), ["requests_total counter method", "depth gauge ", "jobs_total counter ?"]);
    // Another file may hold the name; a variable of a method of the same name is none.
    let text = "metrics::counter!(names::JOBS_TOTAL, \"queue\" => q).increment(1); shelf.gauge(width);";
    assert_eq!(read("m.rs", text), ["open metrics::counter!(names::JOBS_TOTAL, \"queue\" => q)"]);
}

#[test]
fn other_languages() {
    let csharp = r#"using Prometheus;
static readonly Counter Jobs = Metrics.CreateCounter("jobs_total", "Jobs", new CounterConfiguration { LabelNames = new[] { "queue" } });
static readonly Gauge Depth = Metrics.CreateGauge("depth", "Depth", "queue", "host");"#;
    assert_eq!(read("M.cs", csharp), ["jobs_total counter queue", "depth gauge queue,host"]);
    let ruby = "require 'prometheus/client'
jobs = Prometheus::Client::Counter.new(:jobs_total, docstring: 'Jobs', labels: [:queue])
prometheus.gauge(:depth, docstring: 'Depth')";
    assert_eq!(read("m.rb", ruby), ["jobs_total counter queue", "depth gauge "]);
    let php = "<?php use Prometheus\\CollectorRegistry;
$registry->getOrRegisterCounter('shop', 'jobs_total', 'Jobs', ['queue'])->inc(['mail']);";
    assert_eq!(read("m.php", php), ["shop_jobs_total counter queue"]);
}

#[test]
fn libraries_make_metrics_of_their_own() {
    for (path, text) in [
        ("settings.py", "INSTALLED_APPS = ['django_prometheus']"),
        ("main.go", "import \"go.opentelemetry.io/otel/exporters/prometheus\""),
        ("app.ts", "import metrics from 'fastify-metrics';"),
    ] {
        assert_eq!(read(path, text), ["open "], "{path}");
    }
    let text = "from prometheus_fastapi_instrumentator import Instrumentator, metrics
Instrumentator().add(metrics.latency()).instrument(app, metric_namespace='shop')";
    let open = read("main.py", text).into_iter().filter(|line| line.starts_with("open")).count();
    assert_eq!(open, 2);
}

#[test]
fn what_is_written_out_by_hand_is_read() {
    let text = "lines.push(`# TYPE shop_orders_total counter\\nshop_orders_total ${orders}`);
lines.push(`shop_queue_depth ${depth}`);";
    assert_eq!(read("m.js", text), ["shop_orders_total counter ?"]);
    let found = Instrumentation::read(FileId(0), text, Language::JavaScript).expect("metrics");
    assert_eq!(found.mentioned, ["shop_orders_total", "shop_queue_depth"]);
    assert!(found.open.is_empty());
    let open = Instrumentation::read(FileId(0), "write(f'# TYPE {name} gauge')", Language::Python).expect("metrics");
    assert!(open.defined.is_empty() && open.open.len() == 1);
}

#[test]
fn lines_of_samples_need_no_type() {
    for (path, text) in [
        ("m.py", "lines.append(f'shop_depth{{queue=\"{name}\"}} {depth}')"),
        ("m.js", "page += `shop_depth{queue=\"${name}\",host=\"a\"} ${depth}\\n`;"),
        ("m.go", r#"fmt.Fprintf(w, "shop_depth{queue=%q} %d\n", name, depth)"#),
        ("m.rs", r#"write!(out, "shop_depth{{queue=\"{}\"}} {}\n", name, depth)"#),
        ("M.java", r#"out.append("a_b 1\nshop_depth{queue=\"" + name + "\"} " + depth);"#),
        ("m.py", "return f\"\"\"\n    shop_depth{{queue=\"{name}\"}} {depth}\n\"\"\""),
    ] {
        assert_eq!(read(path, text), ["shop_depth ? ?"], "{path}");
    }
    let of_histogram = "f'shop_seconds_bucket{{le=\"{bound}\"}} {count}'";
    assert_eq!(read("m.py", of_histogram), ["shop_seconds histogram ?"]);
    for query in [
        "ask(f'sum(shop_depth{{queue=\"{name}\"}})')",
        "ask(f'shop_depth{{queue=\"{name}\"}} > {limit}')",
        "ask('max(shop_depth{queue=\"a\"} ' + end)",
        "if x == \"a\" {b} {c}",
        "é{a=\"b\"} {é",
    ] {
        assert!(read("m.py", query).is_empty(), "{query}");
    }
}

#[test]
fn tests_and_types_are_passed_over() {
    for (path, is_read) in
        [("a.ts", true), ("a.spec.ts", false), ("a.d.ts", false), ("a_test.go", false), ("a.yml", false), ("a", false)]
    {
        assert_eq!(Language::of(Path::new(path)).is_some(), is_read, "{path}");
    }
}

proptest! {
    #[test]
    fn anything_is_read_without_panic(text in "(?s)[a-z\"'`(){}\\[\\]<>/*#$@\\\\,.:=\n é]{0,200}") {
        for (path, mark) in [
            ("a.ts", "prom-client"), ("a.py", "prometheus_client"), ("a.go", "prometheus/client_golang"),
            ("A.java", "io.micrometer"), ("a.rs", "prometheus"), ("A.cs", "using Prometheus"),
            ("a.rb", "prometheus"), ("a.php", "Prometheus\\"),
        ] {
            let text = format!("new Counter({text} {mark}\n{text}");
            let found = Instrumentation::read(FileId(0), &text, Language::of(Path::new(path)).unwrap());
            prop_assert!(found.is_none_or(|found| found.defined.iter().all(|one| one.name.span.end as usize <= text.len())));
        }
    }
}

/// The name of each histogram with the text that says where its buckets end, and where that is.
fn ends(path: &str, text: &str) -> Vec<String> {
    let language = Language::of(Path::new(path)).unwrap();
    let found = Instrumentation::read(FileId(0), text, language).unwrap_or_default();
    let line = |one: super::Defined| {
        let end = one.highest.map(|end| format!("{} by {}", end.value, &text[end.span.range()]));
        format!("{}: {}", one.name.value, end.unwrap_or_else(|| "unknown".to_owned()))
    };
    found.defined.into_iter().map(line).collect()
}

#[test]
fn ends_of_buckets() {
    let python = r#"
from prometheus_client import Histogram, Counter
SLOW = (1, 60, 3_600.0, float("inf"))
FAST = [.1, .5]
def made(buckets=[1, 2]): pass
Counter("a_total", "A")
Histogram("default", "A", ["job"])
Histogram("listed", "A", buckets=[0.1, 2.5, INF])
Histogram("tuple", "A", buckets=(5e-3, 0.5))
Histogram("constant", "A", ["job"], buckets=SLOW)
Histogram("other", "A", buckets=MADE_ELSEWHERE)
Histogram("handed", "A", buckets=buckets)
Histogram("computed", "A", buckets=[1, 2 * 60])
Histogram("options", "A", **options)
"#;
    assert_eq!(
        ends("app.py", python),
        [
            "a_total: unknown",
            "default: 10 by \"default\"",
            "listed: 2.5 by 2.5",
            "tuple: 0.5 by 0.5",
            "constant: 3600 by 3_600.0",
            "other: unknown",
            "handed: unknown",
            "computed: unknown",
            "options: unknown",
        ]
    );
}

#[test]
fn ends_of_buckets_in_go() {
    let go = r#"
import "github.com/prometheus/client_golang/prometheus"
var slow = []float64{1, 10, 30}
var a = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "a", Help: "A"})
var b = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "b", Buckets: []float64{.5, 2}}, []string{"job"})
var c = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "c", Buckets: prometheus.DefBuckets})
var d = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "d", Buckets: prometheus.ExponentialBuckets(1, 2, 5)})
var e = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "e", Buckets: prometheus.LinearBuckets(0, 5, 4)})
var f = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "f", Buckets: slow})
var g = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "g", NativeHistogramBucketFactor: 1.1})
var h = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "h", Buckets: made()})
"#;
    assert_eq!(
        ends("main.go", go),
        [
            "a: 10 by \"a\"",
            "b: 2 by 2",
            "c: 10 by \"c\"",
            "d: 16 by prometheus.ExponentialBuckets(1, 2, 5)",
            "e: 15 by prometheus.LinearBuckets(0, 5, 4)",
            "f: 30 by 30",
            "g: unknown",
            "h: unknown",
        ]
    );
}

#[test]
fn ends_of_buckets_in_javascript_and_rust() {
    let javascript = r#"
const client = require('prom-client');
const slow = [1, 30];
new client.Histogram({ name: 'a', help: 'A' });
new client.Histogram({ name: 'b', help: 'B', buckets: [0.1, 3] });
new client.Histogram({ name: 'c', help: 'C', buckets: slow });
new client.Histogram({ name: 'd', help: 'D', ...common });
const buckets = [1, 2];
new client.Histogram({ name: 'e', help: 'E', buckets });
"#;
    assert_eq!(
        ends("metrics.js", javascript),
        ["a: 10 by 'a'", "b: 3 by 3", "c: 30 by 30", "d: unknown", "e: unknown"]
    );
    let rust = r#"
use prometheus::register_histogram_vec;
register_histogram!("a", "A");
register_histogram_vec!("b", "B", &["job"], vec![0.5, 20.0]);
register_histogram_vec_with_registry!("c", "C", &["job"], registry);
"#;
    assert_eq!(ends("main.rs", rust), ["a: 10 by \"a\"", "b: 20 by 20.0", "c: unknown"]);
}

#[test]
fn ends_of_buckets_of_fastapi() {
    let fastapi = r#"
from prometheus_fastapi_instrumentator import Instrumentator
Instrumentator().instrument(app).expose(app)
"#;
    let histograms: Vec<String> = ends("app.py", fastapi).into_iter().skip(3).collect();
    assert_eq!(
        histograms,
        [
            "http_request_duration_seconds: 1 by Instrumentator()",
            "http_request_duration_highr_seconds: 60 by Instrumentator()",
        ]
    );
    let told = fastapi.replace("instrument(app)", "instrument(app, latency_lowr_buckets=[1, 30])");
    assert!(ends("app.py", &told).iter().all(|line| line.ends_with("unknown")));
}
