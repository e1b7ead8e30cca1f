//! `promcheck routes`: the tree and the receivers as amtool gives them, and what it does not say.

use crate::folder::Folder;

const CONFIG: &str = r#"route:
  receiver: root
  group_by: [alertname]
  routes:
    - match_re: {service: mysql|cassandra}
      receiver: db
      continue: true
      group_wait: 10s
      routes:
        - matchers: [severity="critical"]
          receiver: pager
          mute_time_intervals: [nights]
    - receiver: catch
receivers: [{name: root}, {name: db}, {name: pager}, {name: catch}]
time_intervals: [{name: nights}]
"#;

const RULES: &str = "groups:
- name: g
  rules:
  - {alert: A, expr: up == 0, labels: {severity: critical, service: mysql}}
  - {alert: B, expr: up == 0, labels: {severity: page}}
";

#[test]
fn draws_the_tree() {
    let folder = Folder::with(&[("a.yml", CONFIG)]);
    // What amtool draws, and behind it what amtool leaves out.
    let expected = r#"Routing tree:
.
└── default-route  receiver: root  group_by: [alertname]  a.yml:2
    ├── {service=~"^(?:mysql|cassandra)$"}  continue: true  receiver: db  group_wait: 10s  a.yml:5
    │   └── {severity="critical"}  receiver: pager  mute: nights  a.yml:10
    └── default-route  receiver: catch  a.yml:13

"#;
    for arguments in
        [&["routes", "a.yml"][..], &["routes", "show", "a.yml"], &["config", "routes", "--config.file=a.yml"]]
    {
        let answer = folder.run(arguments);
        assert_eq!((answer.status, answer.out.as_str(), answer.error.as_str()), (Some(0), expected, ""));
    }
    let json = folder.run(&["routes", "show", "a.yml", "--format", "json"]);
    let lines: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    assert_eq!(lines[2]["matchers"], serde_json::json!(["severity=\"critical\""]));
    assert_eq!((&lines[1]["continue"], &lines[1]["changes"]["group_wait"]), (&true.into(), &"10s".into()));
}

#[test]
fn tells_whom_an_alert_reaches() {
    let folder = Folder::with(&[("a.yml", CONFIG)]);
    let answer = folder.run(&["routes", "test", "a.yml", "service=mysql", "severity=critical"]);
    let expected = "pager,catch\n\npager\n  a.yml:2  default-route\n  a.yml:5  {service=~\"^(?:mysql|cassandra)$\"}\n  \
        a.yml:10  {severity=\"critical\"}  mute: nights\n\ncatch\n  a.yml:2  default-route\n  a.yml:13  default-route\n";
    assert_eq!((answer.status, answer.out.as_str()), (Some(0), expected));
    let amtool = ["config", "routes", "test", "--config.file=a.yml", "--verify.receivers=catch", "service=x"];
    assert_eq!(folder.run(&amtool).status, Some(0));
    let wrong = folder.run(&["routes", "test", "a.yml", "--verify-receivers", "catch,db", "service=mysql"]);
    assert_eq!((wrong.status, wrong.out.lines().next()), (Some(1), Some("db,catch")));
    for arguments in [&["a.yml", "service"][..], &["a.yml", "service!=x"], &["b.yml"]] {
        let answer = folder.run(&[&["routes", "test"], arguments].concat());
        assert_eq!((answer.status, answer.out.as_str()), (Some(1), ""), "{arguments:?}");
    }
    folder.write("broken.yml", CONFIG.replace("receiver: catch", "receiver: nobody"));
    let broken = folder.run(&["routes", "test", "broken.yml"]);
    assert!(broken.status == Some(1) && broken.out.contains("there is no receiver `nobody`"), "{}", broken.out);
}

#[test]
fn tells_where_rules_go() {
    let other = CONFIG.replace("severity=\"critical\"", "severity=\"page\"");
    let folder = Folder::with(&[("a.yml", CONFIG), ("b.yml", &other), ("rules/r.yml", RULES)]);
    let table = folder.run(&["routes", "rules", "a.yml", "rules"]).out;
    assert_eq!(
        table,
        "A  pager, catch  severity=critical service=mysql  rules/r.yml:4\n\
         B  catch, db?    severity=page                    rules/r.yml:5\n"
    );
    let changed = folder.run(&["routes", "rules", "a.yml", "rules", "--diff", "b.yml"]).out;
    assert_eq!(
        changed,
        "A  severity=critical service=mysql  rules/r.yml:4\n  - pager, catch\n  + db, catch\n\
         B  severity=page  rules/r.yml:5\n  - catch, db?\n  + catch, pager?\n"
    );
    assert_eq!(folder.run(&["routes", "rules", "a.yml", "rules", "--diff", "a.yml"]).out, "");
    let json = folder.run(&["routes", "rules", "a.yml", "rules", "-f", "json"]).out;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&rows[1]["certain"], &rows[1]["possible"]),
        (&serde_json::json!(["catch"]), &serde_json::json!(["db"]))
    );
}

#[test]
fn reads_manifests_and_policies() {
    let manifest = "apiVersion: monitoring.coreos.com/v1beta1\nkind: AlertmanagerConfig\nmetadata: {name: a, namespace: n}\n\
        spec:\n  route:\n    receiver: mail\n    routes:\n      - receiver: pager\n        matchers: [{name: severity, value: page, matchType: '='}]\n  \
        receivers: [{name: mail}, {name: pager}]\n";
    let policies = "apiVersion: 1\npolicies:\n  - orgId: 1\n    receiver: mail\n    group_by: [alertname]\n    routes:\n      \
        - receiver: pager\n        object_matchers: [[severity, '=', page]]\n        group_wait: 5s\n";
    let folder = Folder::with(&[("manifest.yaml", manifest), ("policies.yaml", policies)]);
    // The operator puts the namespace before names, and its matcher before the others.
    for (file, labels, receiver) in [
        ("manifest.yaml", &["severity=page", "namespace=n"][..], "n/a/pager"),
        ("manifest.yaml", &["severity=x", "namespace=n"], "n/a/mail"),
        ("manifest.yaml", &["severity=page"], "null"),
        ("policies.yaml", &["severity=page"], "pager"),
        ("policies.yaml", &["severity=x"], "mail"),
    ] {
        let answer = folder.run(&[&["routes", "test", file], labels].concat());
        assert_eq!((answer.status, answer.out.lines().next()), (Some(0), Some(receiver)), "{labels:?}: {answer:?}");
    }
    let tree = folder.run(&["routes", "policies.yaml"]).out;
    assert!(tree.contains("└── {severity=\"page\"}  receiver: pager  group_wait: 5s  policies.yaml:8\n"), "{tree}");
}
