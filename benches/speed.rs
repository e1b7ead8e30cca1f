//! How long reading, linting and reporting take: `cargo bench --bench speed`, or `… -- lint` for one group.

#![expect(clippy::unwrap_used, reason = "a bench may stop at what cannot be")]

mod workload;

use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use promcheck::{
    config::Config,
    diag::{Diagnostic, Severity},
    dispatch,
    engine::Labels,
    facts::{Facts, routing as routes},
    lint::{self, Options},
    model::alertmanager,
    notify::{Plan, Sender, Simulation, Standing},
    promql::Query,
    report::{self, Format, Look, Outcome, Summary},
    text::{Excerpt, FileId, Files, SourceFile, Span},
    tree,
    workspace::{self, Workspace},
};

/// PromQL expressions to syntax trees and types.
fn parse(criterion: &mut Criterion) {
    let exprs: Vec<String> = (0..100).flat_map(|file| (0..6).map(move |number| workload::expr(file, number))).collect();
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(exprs.iter().map(|expr| expr.len() as u64).sum()));
    group.bench_function("600 expressions", |bencher| {
        bencher.iter(|| {
            for expr in &exprs {
                black_box(Query::parse(Excerpt::whole(FileId(0), expr.as_str())));
            }
        });
    });
    group.finish();
}

/// YAML and JSON to trees, and whole files to documents.
fn load(criterion: &mut Criterion) {
    let yaml = workload::rules(1, 2400).remove(0).1;
    let json = workload::dashboard(0);
    let mut group = criterion.benchmark_group("load");
    group.throughput(Throughput::Bytes(yaml.len() as u64));
    let yaml = Excerpt::whole(FileId(0), yaml);
    group.bench_function("YAML tree of 2,400 rules", |bencher| bencher.iter(|| tree::yaml(&yaml)));
    group.throughput(Throughput::Bytes(json.len() as u64));
    let json = Excerpt::whole(FileId(0), json);
    group.bench_function("JSON tree of a dashboard", |bencher| bencher.iter(|| tree::json(&json)));
    let mut large = workload::rules(1, 120_000).remove(0).1;
    large.truncate(50 << 20);
    group.throughput(Throughput::Bytes(large.len() as u64)).sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("a rule file of 50 MB", |bencher| {
        bencher.iter_batched(
            || vec![("rules.yml".to_owned(), large.clone())],
            workspace::load_texts,
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Texts to findings.
fn lint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lint");
    group.sample_size(10);
    for (name, files) in [
        ("10,000 rules in 417 files", workload::rules(417, 24)),
        ("a stack of 300 services and dashboards", workload::stack(300)),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || files.clone(),
                |files| findings(&workspace::load_texts(files)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn findings(workspace: &Workspace) -> Vec<Diagnostic> {
    let today = jiff::civil::date(2026, 1, 1);
    lint::lint(workspace, &Config::default(), Options::default(), today).unwrap().findings
}

/// Findings to text; the time is that of a thousand.
fn render(criterion: &mut Criterion) {
    let text = workload::rules(1, 1200).remove(0).1;
    let mut files = Files::default();
    let places: Vec<u32> = text.match_indices("rate(").map(|(at, _)| at as u32).take(1000).collect();
    let file = files.add(SourceFile::new("rules.yml".into(), "rules.yml".to_owned(), text));
    let findings: Vec<Diagnostic> = places.iter().map(|&at| finding(file, at)).collect();
    let mut group = criterion.benchmark_group("render");
    group.throughput(Throughput::Elements(findings.len() as u64));
    for format in Format::ALL {
        group.bench_function(format.word(), |bencher| {
            bencher.iter(|| {
                let outcome = Outcome { files: &files, findings: &findings, summary: Summary::default(), checks: &[] };
                let mut out = Vec::new();
                let look = Look { colour: false, width: 100, elapsed: false, summary: true };
                report::render(format, &outcome, &mut out, look).unwrap();
                out
            });
        });
    }
    group.finish();
}

fn finding(file: FileId, at: u32) -> Diagnostic {
    let mut finding =
        Diagnostic::new(Severity::Warning, Span::new(file, at, at + 4), "`rate` is the name of a function")
            .label(Span::new(file, at.saturating_sub(400), at.saturating_sub(395)), "the proof stands here")
            .help("write something else");
    finding.check = "promql/example";
    finding
}

/// A configuration that groups, inhibits, keeps hours and repeats.
const NOTIFYING: &str = "
route:
  receiver: chat
  group_by: [alertname, instance]
  routes:
    - {matchers: [severity=\"page\"], receiver: pager, group_wait: 10s, continue: true}
    - {matchers: [severity=~\"page|warn\"], receiver: chat, group_interval: 1m, mute_time_intervals: [night]}
inhibit_rules:
  - {source_matchers: [severity=\"page\"], target_matchers: [severity=\"warn\"], equal: [instance]}
time_intervals:
  - {name: night, time_intervals: [{times: [{start_time: '00:00', end_time: '06:00'}], location: Europe/Berlin}]}
receivers: [{name: chat, webhook_configs: [{url: 'http://chat/'}]}, {name: pager, webhook_configs: [{url: 'http://p/'}]}]
";

/// What a rule says of its two alerts: each fires for half an hour of every three.
fn alerts(rule: usize, minute: i64) -> Vec<(Labels, Standing)> {
    let of_instance = |instance: i64| {
        let since = (minute + 7 * rule as i64 + 90 * instance).rem_euclid(180);
        let standing = match since {
            0..30 => Standing::Firing,
            30..=45 => Standing::Resolved((minute - since + 30) * 60_000),
            _ => return None,
        };
        let (name, severity) = (format!("Alert{rule}"), if rule.is_multiple_of(5) { "page" } else { "warn" });
        let instance = format!("host-{}", instance + rule as i64 % 3);
        Some((Labels::of([("alertname", name), ("severity", severity.to_owned()), ("instance", instance)]), standing))
    };
    (0..2).filter_map(of_instance).collect()
}

/// A week of 50 alerting rules, evaluated every minute, through Alertmanager.
fn notify(criterion: &mut Criterion) {
    let stream = tree::yaml(&Excerpt::whole(FileId(0), NOTIFYING));
    let config = alertmanager::lower(stream.first().and_then(tree::Tree::root).unwrap(), &mut Vec::new());
    let mut group = criterion.benchmark_group("notify");
    group.sample_size(10);
    group.bench_function("a week of 50 rules", |bencher| {
        bencher.iter(|| {
            let plan = Plan::of(&config, Vec::new()).unwrap();
            let mut simulation = Simulation::new(&plan, 0);
            let mut sender = Sender::default();
            for minute in 0..7 * 24 * 60 {
                let at = minute * 60_000;
                for rule in 0..50 {
                    let alerts = alerts(rule, minute);
                    simulation.receive(at, &sender.evaluated(rule, 60_000, at, alerts));
                }
            }
            simulation.advance(7 * 24 * 3_600_000);
            assert!(simulation.journal().sent.len() > 1000, "somebody is told");
            black_box(simulation.journal().withheld.len())
        });
    });
    group.finish();
}

/// Which of 2,000 alerts reaches whom by 500 routes.
fn routing(criterion: &mut Criterion) {
    let mut config = String::from("route:\n  receiver: r0\n  routes:\n");
    for route in 0..500 {
        let severity = ["critical", "warning", "info"][route % 3];
        config.push_str(&format!(
            "    - {{matchers: ['team=~\"team-{}|team-{}\"', severity=\"{severity}\"], receiver: r{}, continue: {}}}\n",
            route % 120,
            route % 77,
            route % 40,
            route % 4 == 0
        ));
    }
    config.push_str("receivers: [{name: r0}]\n");
    let mut rules = String::from("groups:\n  - name: all\n    rules:\n");
    for rule in 0..2000 {
        let labels = if rule % 5 == 0 { String::new() } else { format!(", team: team-{}", rule % 130) };
        let severity = ["critical", "warning", "info", "none"][rule % 4];
        rules.push_str(&format!(
            "      - {{alert: Alert{rule}, expr: up == 0, labels: {{severity: {severity}{labels}}}}}\n"
        ));
    }
    let workspace =
        workspace::load_texts(vec![("alertmanager.yml".to_owned(), config), ("rules.yml".to_owned(), rules)]);
    let declared = Config::default();
    let facts = Facts::of(&workspace, &declared);
    let alerts = routes::all_alerts(&facts);
    let tree = facts.routing.all().first().and_then(|one| one.tree.as_ref()).unwrap();
    assert_eq!((tree.nodes().len(), alerts.len()), (501, 2000));
    let mut group = criterion.benchmark_group("routing");
    group.sample_size(10);
    group.bench_function("500 routes, 2,000 alerts", |bencher| {
        bencher.iter(|| black_box(dispatch::rows(tree, &alerts).len()));
    });
    group.finish();
}

criterion_group!(benches, parse, load, lint, notify, routing, render);
criterion_main!(benches);
