//! What is known of an alert's labels when it arrives at Alertmanager.

use crate::{config::Config, facts::Facts, workspace::load_texts};

use super::{Alert, Carried};

/// What is known of labels of the only alert of some rules, and what the files say beside them.
fn carried(prometheus: &str, rule: &str, labels: &[&str]) -> Vec<String> {
    let texts = [
        ("prometheus.yml", prometheus.to_owned()),
        ("rules.yml", format!("groups:\n  - name: all\n    rules:\n      - {rule}\n")),
        ("alertmanager.yml", "route: {receiver: mail}\nreceivers: [{name: mail}]\n".to_owned()),
    ];
    let workspace = load_texts(texts.map(|(name, text)| (name.to_owned(), text)).to_vec());
    let config = Config::default();
    let facts = Facts::of(&workspace, &config);
    let alerts: &[Alert<'_>] = facts.routing.all()[0].alerts.as_deref().expect("nobody else sends");
    let Some(alert) = alerts.first() else { return vec!["not sent".to_owned()] };
    let spelled = |label: &&str| match alert.label(label) {
        Carried::Exactly("") => "absent".to_owned(),
        Carried::Exactly(value) => value.to_owned(),
        Carried::Something => "some".to_owned(),
        Carried::Anything => "any".to_owned(),
    };
    labels.iter().map(spelled).collect()
}

/// A server that loads the rules, with further keys.
fn server(more: &str) -> String {
    format!("rule_files: [rules.yml]\n{more}")
}

#[test]
fn rules_and_expressions_tell_labels() {
    for (rule, labels, expected) in [
        (
            "{alert: A, expr: up == 0, labels: {severity: page, team: ''}}",
            &["alertname", "severity", "team"],
            ["A", "page", "absent"],
        ),
        ("{alert: A, expr: 'sum by (job) (up) == 0'}", &["job", "instance", "zone"], ["shop", "absent", "absent"]),
        (
            "{alert: A, expr: 'sum without (instance) (up) == 0'}",
            &["job", "instance", "zone"],
            ["shop", "absent", "any"],
        ),
        ("{alert: A, expr: 'up{zone=\"a\"} == 0'}", &["job", "instance", "zone"], ["shop", "some", "a"]),
        ("{alert: A, expr: 'absent(up{job=\"shop\"})'}", &["job", "instance", "zone"], ["shop", "absent", "absent"]),
        (
            "{alert: A, expr: vector(1), labels: {zone: '{{ $value }}'}}",
            &["job", "instance", "zone"],
            ["absent", "absent", "any"],
        ),
        (
            "{alert: A, expr: 'a * on (job) group_left (team) b'}",
            &["job", "team", "__name__"],
            ["shop", "any", "absent"],
        ),
    ] {
        let scraping = "scrape_configs: [{job_name: shop, static_configs: [{targets: ['a:1', 'b:1']}]}]\n";
        assert_eq!(carried(&server(scraping), rule, labels), expected, "{rule}");
    }
}

#[test]
fn targets_and_external_labels_tell_labels() {
    let rule = "{alert: A, expr: up == 0}";
    let target = "scrape_configs: [{job_name: shop, static_configs: [{targets: ['a:1'], labels: {zone: eu}}]}]\n";
    assert_eq!(carried(&server(target), rule, &["job", "instance", "zone"]), ["shop", "some", "eu"]);
    let other = "{job_name: other, static_configs: [{targets: ['b:1'], labels: {zone: us}}]}";
    let two = target.replace("[{job_name", &format!("[{other}, {{job_name"));
    assert_eq!(carried(&server(&two), rule, &["job", "zone", "team"]), ["some", "some", "any"]);
    let rewritten =
        target.replace("{job_name: shop,", "{job_name: shop, relabel_configs: [{action: labeldrop, regex: zone}],");
    assert_eq!(carried(&server(&rewritten), rule, &["job", "zone"]), ["shop", "any"]);
    let external = "global: {external_labels: {zone: eu, job: other}}\n";
    assert_eq!(carried(&server(external), "{alert: A, expr: sum(up) == 0}", &["zone", "job"]), ["eu", "other"]);
    // What the alert has already is kept.
    let both = format!("{external}{target}");
    assert_eq!(carried(&server(&both), rule, &["zone", "job"]), ["eu", "shop"]);
}

#[test]
fn relabelling_of_alerts_changes_labels() {
    let rule = "{alert: A, expr: sum(up) == 0, labels: {severity: page, team: db}}";
    for (steps, labels, expected) in [
        ("{target_label: zone, replacement: eu}", &["zone", "severity"], ["eu", "page"]),
        (
            "{source_labels: [severity], regex: page, target_label: severity, replacement: critical}",
            &["severity", "team"],
            ["critical", "db"],
        ),
        (
            "{source_labels: [severity], regex: info, target_label: severity, replacement: low}",
            &["severity", "team"],
            ["page", "db"],
        ),
        ("{source_labels: [team], target_label: squad}", &["squad", "team"], ["any", "db"]),
        (
            "{source_labels: [team], regex: db, target_label: team, replacement: ''}",
            &["team", "severity"],
            ["absent", "page"],
        ),
        ("{action: labeldrop, regex: 'te.*'}", &["team", "severity"], ["absent", "page"]),
        ("{action: labelkeep, regex: 'alertname'}", &["team", "severity"], ["any", "any"]),
        ("{action: lowercase, source_labels: [team], target_label: team}", &["team", "severity"], ["any", "page"]),
        ("{action: drop, source_labels: [severity], regex: info}", &["team", "severity"], ["db", "page"]),
    ] {
        let relabel = server(&format!("alerting: {{alert_relabel_configs: [{steps}]}}\n"));
        assert_eq!(carried(&relabel, rule, labels), expected, "{steps}");
        let of_endpoint = server(&format!(
            "alerting: {{alertmanagers: [{{alert_relabel_configs: [{steps}], static_configs: [{{targets: ['am:9093']}}]}}]}}\n"
        ));
        assert_eq!(carried(&of_endpoint, rule, labels), expected, "{steps}");
    }
    for steps in [
        "{action: drop, source_labels: [severity], regex: page}",
        "{action: keep, source_labels: [severity, team], regex: 'page;web'}",
    ] {
        let relabel = server(&format!("alerting: {{alert_relabel_configs: [{steps}]}}\n"));
        assert_eq!(carried(&relabel, rule, &[]), ["not sent"], "{steps}");
    }
}
