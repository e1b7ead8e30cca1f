//! `promcheck graph`: every format, parts of the graph, and names that mean something in HTML, DOT and Mermaid.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::folder::{Answer, Folder, promcheck};

/// A name that would end a script, a string, a comment and a label.
pub const EVIL: &str = "</script><b onclick=\"x()\">\\ `1. [a](b)` -->";

const PROMETHEUS: &str = "rule_files: [rules.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ['alertmanager:9093']}]}]}
scrape_configs:
  - {job_name: shop, static_configs: [{targets: ['shop:8080']}]}
";

const PAGE: &str = "# TYPE requests_total counter\nrequests_total{path=\"/\"} 1\n# TYPE lonely gauge\nlonely 1\n";

const ALERTMANAGER: &str = "route:
  receiver: mail
  routes:
  - {matchers: ['severity=\"page\"'], receiver: pager}
receivers:
- {name: mail, email_configs: [{to: a@example.com}]}
- {name: pager, pagerduty_configs: [{routing_key: topsecret}]}
- {name: spare, slack_configs: [{api_url: 'http://topsecret/', channel: '#ops'}]}
";

/// A folder in which an alert has a name that means something.
pub fn folder() -> Folder {
    let rules = format!(
        "groups:
- name: shop
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Idle
    expr: job:requests:rate5m < 1
    for: 5m
    labels: {{severity: page}}
  - alert: Raw
    expr: requests_total > 5
    for: 5m
    labels: {{severity: ticket}}
    annotations: {{summary: 'It is {{{{ $value }}}}'}}
  - alert: '{EVIL}'
    expr: requests_total > 1
    for: 5m
    labels: {{severity: ticket}}
"
    );
    Folder::with(&[
        ("prometheus.yml", PROMETHEUS),
        ("rules.yml", &rules),
        ("metrics/shop.prom", PAGE),
        ("alertmanager.yml", ALERTMANAGER),
    ])
}

fn graph(folder: &Folder, arguments: &[&str]) -> Answer {
    folder.run(&[&["graph"], arguments].concat())
}

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let answer = graph(folder, &[&["-f", "json"], arguments].concat());
    assert_eq!((answer.status, answer.error.as_str()), (Some(0), ""));
    serde_json::from_str(&answer.out).unwrap()
}

fn ids(graph: &Value) -> Vec<&str> {
    graph["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect()
}

#[test]
fn json_has_places_and_fits_its_schema() {
    let folder = folder();
    let all = json(&folder, &[]);
    let schema: Value = serde_json::from_str(&folder.run(&["schema", "graph"]).out).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&all).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let node = |id: &str| all["nodes"].as_array().unwrap().iter().find(|node| node["id"] == id).unwrap();
    let idle = node("alert:Idle");
    assert_eq!(idle["places"], serde_json::json!([{"path": "rules.yml", "line": 6}]));
    assert_eq!((&idle["for"], &idle["severity"]), (&"5m".into(), &"page".into()));
    assert_eq!(idle["exprs"], serde_json::json!(["job:requests:rate5m < 1"]));
    assert_eq!(node("metric:lonely")["concerns"], serde_json::json!(["unread"]));
    assert_eq!(node("receiver:spare")["concerns"], serde_json::json!(["unreached"]));
    assert_eq!(node("receiver:spare")["means"], serde_json::json!(["slack #ops"]));
    let found = node("alert:Raw")["findings"].as_array().unwrap();
    assert!(found.iter().any(|one| one["check"] == "promql/counter-raw"), "{found:?}");
    let read = all["edges"].as_array().unwrap().iter().find(|edge| edge["to"] == "alert:Idle").unwrap();
    let expected = serde_json::json!({"from": "record:job:requests:rate5m", "to": "alert:Idle", "relation": "read-by",
        "certain": true, "places": [{"path": "rules.yml", "line": 7}]});
    assert_eq!(*read, expected);
}

#[test]
fn the_five_stacks_fit_the_schema_and_give_the_same_bytes_twice() {
    let schema: Value = serde_json::from_str(&Folder::with(&[]).run(&["schema", "graph"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for stack in crate::STACKS {
        let (rules, dashboards) = (format!("rules-fixtures/{stack}"), format!("dashboards-fixtures/{stack}"));
        let drawn = |format: &str| {
            let mut command = promcheck(&["graph", "-f", format, &rules, &dashboards]);
            command.current_dir(env!("CARGO_MANIFEST_DIR"));
            Answer::to(command)
        };
        let answer = drawn("json");
        let all: Value = serde_json::from_str(&answer.out).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&all).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{stack}: {wrong:?}");
        let ids = ids(&all);
        let ends = all["edges"].as_array().unwrap().iter().flat_map(|edge| [&edge["from"], &edge["to"]]);
        ends.for_each(|end| assert!(ids.contains(&end.as_str().unwrap()), "{stack}: {end}"));
        for format in ["json", "html", "dot", "mermaid"] {
            assert_eq!(drawn(format), drawn(format), "{stack} {format}");
        }
        let page = drawn("html").out;
        assert!(page.len() < 400_000, "{stack}: {} bytes", page.len());
    }
}

#[test]
fn parts_of_the_graph() {
    let folder = folder();
    let of = |arguments: &[&str]| ids(&json(&folder, arguments)).join(" ");
    assert_eq!(
        of(&["--focus", "pager"]),
        "job:shop metric:requests_total record:job:requests:rate5m alert:Idle route:severity=\"page\" receiver:pager"
    );
    assert_eq!(of(&["--focus", "pager", "--depth", "2"]), "alert:Idle route:severity=\"page\" receiver:pager");
    assert_eq!(of(&["--focus", "Idle", "--only", "job,receiver"]), "job:shop receiver:pager");
    let without = json(&folder, &["--focus", "Idle", "--without", "record,route"]);
    let ends = |edge: &Value| format!("{} {}", edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap());
    let edges: Vec<String> = without["edges"].as_array().unwrap().iter().map(ends).collect();
    assert_eq!(
        edges,
        ["job:shop metric:requests_total", "metric:requests_total alert:Idle", "alert:Idle receiver:pager"]
    );
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let folder = folder();
    for (arguments, expected) in [
        (&["--focus", "Idel"][..], "promcheck: nothing here is called `Idel`\n  help: did you mean `Idle`?\n"),
        (&["nowhere"], "nowhere: no such file or folder"),
        (&["--only", "pager"], "invalid value 'pager'"),
        (&["--depth", "2"], "--focus <NAME>"),
        (&["-o", "no/such/folder/graph.html"], "cannot write `no/such/folder/graph.html`"),
    ] {
        let answer = graph(&folder, arguments);
        assert_eq!((answer.status, answer.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(answer.error.contains(expected), "{}", answer.error);
    }
}

#[test]
fn the_page_is_one_file_and_text_stays_text() {
    let folder = folder();
    assert_eq!(
        graph(&folder, &["-o", "graph.html"]),
        Answer { status: Some(0), out: String::new(), error: String::new() }
    );
    let page = std::fs::read_to_string(folder.0.join("graph.html")).unwrap();
    assert!(page.starts_with("<!doctype html>\n") && page.ends_with("</html>\n"), "{page}");
    assert_eq!((page.matches("<script").count(), page.matches("</script>").count()), (2, 2));
    assert!(!page.contains("topsecret") && !page.contains("<b onclick"), "{page}");
    for outside in ["src=", "href=", "url(", "@import", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The only address is the name of SVG.
    assert!(page.split("http://").skip(1).all(|rest| rest.starts_with("www.w3.org/2000/svg")), "{page}");
    let data = page.split("id=\"graph\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert!(data["nodes"].as_array().unwrap().iter().any(|node| node["name"] == EVIL));
}

#[test]
fn mermaid_and_dot_escape_names() {
    let folder = folder();
    let mermaid = graph(&folder, &["-f", "mermaid"]).out;
    assert!(mermaid.starts_with("flowchart LR\n  n0[[\"shop\"]]\n"), "{mermaid}");
    let evil = "{{\"#60;/script#62;#60;b onclick=#34;x()#34;#62;#92; #96;1. #91;a#93;(b)#96; --#62;<br>ticket\"}}";
    assert!(mermaid.contains(evil), "{mermaid}");
    assert!(mermaid.contains("[/\"spare<br>is reached by no alert\"\\]:::concern\n"), "{mermaid}");
    assert!(mermaid.contains("[\"1 metric<br>is read by nobody\"]:::concern\n"), "{mermaid}");
    let dot = graph(&folder, &["-f", "dot"]).out;
    let evil = "label=\"</script><b onclick=\\\"x()\\\">\\\\ `1. [a](b)` -->\\nticket\"]";
    assert!(dot.starts_with("digraph promcheck {\n") && dot.contains(evil), "{dot}");
    // Graphviz itself reads it, where it is installed.
    let graphviz = Command::new("dot").arg("-Tcanon").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    if let Ok(mut graphviz) = graphviz {
        graphviz.stdin.take().unwrap().write_all(dot.as_bytes()).unwrap();
        assert!(graphviz.wait_with_output().unwrap().status.success(), "{dot}");
    }
}

#[test]
fn nothing_makes_an_empty_graph() {
    let folder = Folder::with(&[("README.md", "# Nothing\n")]);
    assert_eq!(json(&folder, &[]), serde_json::json!({"version": 1, "nodes": [], "edges": []}));
    assert_eq!(graph(&folder, &["-f", "mermaid"]).out, "flowchart LR\n");
    assert!(graph(&folder, &[]).out.contains("\"nodes\":[]"));
}

#[test]
fn viewers_that_would_draw_nothing_are_warned_of() {
    let rules: String = (0..300).map(|at| format!("  - {{alert: A{at}, expr: 'a{at} + b{at} > 1'}}\n")).collect();
    let folder = Folder::with(&[("rules.yml", &format!("groups:\n- name: all\n  rules:\n{rules}"))]);
    let answer = graph(&folder, &["-f", "mermaid"]);
    assert_eq!(answer.status, Some(0));
    assert!(answer.error.contains("GitHub draws at most 500 arrows, and these are 600"), "{}", answer.error);
    assert!(Path::new(&folder.0).exists());
}
