//! Templates as people write them, with the verdicts of Go's text/template.

use proptest::prelude::*;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, FileId},
};

use super::{
    ast::{Node, Term},
    *,
};

fn rule(text: &str) -> Template {
    Template::parse(Excerpt::whole(FileId(0), text), Dialect::Rule)
}

fn notification(text: &str) -> Template {
    Template::parse(Excerpt::whole(FileId(0), text), Dialect::Alertmanager)
}

/// The complaints, each as `place: message`.
fn said<'t>(text: &'t str, found: &[Diagnostic]) -> Vec<(&'t str, String)> {
    found.iter().map(|found| (&text[found.span.range()], found.message.clone())).collect()
}

#[test]
fn takes_what_go_takes() {
    for text in [
        "plain } text {",
        "{{/* a note */}}{{- /* trimmed */ -}}",
        "{{ $value | printf \"%.2f\" }} and {{ printf `%q` $labels.job }}",
        "{{ with $x := .Labels.job }}{{ $x }}{{ else with .Value }}{{ . }}{{ else }}{{ $x }}{{ end }}",
        "{{ if gt $value 1.0 }}a{{ else if eq 1 1 }}b{{ else }}c{{ end }}",
        "{{ range $i, $s := query \"up\" }}{{ if $i }}{{ continue }}{{ end }}{{ .Value }}{{ break }}{{ else }}none{{ end }}",
        "{{ define \"a\" }}{{ . }}{{ end }}{{ template \"a\" . }}{{ block `b` $ }}x{{ end }}{{ template \"a\" }}",
        "{{ (query \"up\" | first).Value }}{{ (index $labels \"a-b\").x }}{{ now.x }}",
        "{{ 1_000 }}{{ 0x1F }}{{ 'a' }}{{ '\\'' }}{{ -1 -}} {{- nil }}{{ true }}{{ 1+2i }}{{ .5e3 }}",
        "{{ .x | }}",
        "{{ $y = 1 }}{{ ($z := 2) }}{{ $y }}{{ $z }}",
    ] {
        assert_eq!(said(text, rule(text).errors()), [], "{text}");
    }
}

#[test]
fn finds_every_error_at_its_place() {
    for (text, place, message) in [
        ("a {{ $value", "{{", "`{{` is never closed"),
        ("{{ $value {{ $value }}", "{{", "`{{` is never closed"),
        ("{{/* note }}", "{{/*", "the comment is never closed"),
        ("{{ ( 1 }}", "(", "`(` is never closed"),
        ("{{ 1 ) }}", ")", "`)` closes nothing"),
        ("{{ () }}", "()", "the parentheses are empty"),
        ("{{ }}", "{{ }}", "the action is empty"),
        ("{{ \"a }}", "\"", "the quote `\"` is never closed"),
        ("{{ “a” }}", "“", "`“` means nothing in an action"),
        ("{{ $labels.a-b }}", "-", "`-` cannot follow `.a`"),
        ("{{ humanizePercent 1 }}", "humanizePercent", "function `humanizePercent` does not exist in rule templates"),
        ("{{ $label.job }}", "$label", "variable `$label` is not defined"),
        ("{{ $value * 100 }}", "*", "templates have no operator `*`"),
        ("{{ $value == 1 }}", "=", "templates have no operator `==`"),
        ("{{ .x || .y }}", "|", "templates have no operator `||`"),
        ("{{ index $labels, \"a\" }}", ",", "`,` does not separate arguments"),
        ("{{ printf \"a\"\"b\" }}", "\"b\"", "a space is missing between two values"),
        ("{{ match \"\\d\" \"1\" }}", "\\d", "`\\d` is not an escape in a Go string"),
        ("{{ 1 | \"x\" }}", "\"x\"", "a value is piped into what is no function"),
        ("{{ if $value }}a", "{{ if $value }}", "`if` is never closed"),
        ("a{{ end }}", "{{ end }}", "`end` closes nothing"),
        ("{{ else }}", "{{ else }}", "`else` belongs to no `if`, `with` or `range`"),
        ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "{{ else }}", "a second `else` follows in the same `if`"),
        ("{{ with 1 }}{{ else if 1 }}{{ end }}", "{{ else if 1 }}", "`else if` follows in a `with`"),
        ("{{ if 1 }}{{ break }}{{ end }}", "{{ break }}", "`break` stands outside of a `range`"),
        ("{{ $a, $b := 1 }}", "$a", "only `range` declares two variables"),
        ("{{ template x }}", "x", "`template` needs a name in quotes"),
        ("{{ define \"a\" }}{{ $value }}{{ end }}", "$value", "variable `$value` is not defined"),
        ("{{ define \"a\" }}1{{ end }}{{ define \"a\" }}2{{ end }}", "\"a\"", "template `a` is defined twice"),
    ] {
        assert_eq!(said(text, rule(text).errors()), [(place, message.to_owned())], "{text}");
    }
}

#[test]
fn reads_on_after_an_error() {
    let text = "{{ if $lables.a }}{{ humanise $value }}{{ end }} {{ $value - 1 }} {{ .x }";
    let messages: Vec<&str> = said(text, rule(text).errors()).into_iter().map(|(place, _)| place).collect();
    assert_eq!(messages, ["$lables", "humanise", "-", "{{"]);
}

#[test]
fn knows_the_other_dialect_and_the_nearest_word() {
    let help = |template: &Template| template.errors()[0].help.join("");
    assert_eq!(help(&rule("{{ join 1 2 }}")), "`join` exists in Alertmanager templates only");
    assert_eq!(help(&notification("{{ 1 | humanize }}")), "`humanize` exists in rule templates only");
    assert_eq!(help(&notification("{{ $labels.job }}")), "`$labels` exists in rule templates only");
    assert_eq!(help(&rule("{{ $labels.a | upper }}")), "it is called `toUpper`");
    assert_eq!(help(&rule("{{ humanizeBytes 1 }}")), "`humanize1024` writes `ki`, `Mi`, `Gi`");
    assert_eq!(help(&rule("{{ humanise 1 }}")), "did you mean `humanize`?");
    assert_eq!(help(&rule("{{ $vaule }}")), "did you mean `$value`?");
}

#[test]
fn finds_calls_that_always_fail() {
    for (text, place, message) in [
        ("{{ value }}", "value", "`value` takes 1 argument, but is given 0"),
        ("{{ $value | humanize 1 }}", "humanize", "`humanize` takes 1 argument, but is given 2"),
        ("{{ eq 1 }}", "eq", "`eq` takes at least 2 arguments, but is given 1"),
        ("{{ $labels \"job\" }}", "$labels", "arguments are given to what is no function"),
    ] {
        let template = rule(text);
        assert_eq!(said(text, template.errors()), [], "{text}");
        assert_eq!(said(text, template.failures()), [(place, message.to_owned())], "{text}");
    }
    assert!(rule("{{ printf \"%d\" 1 2 3 | toUpper }}{{ .a.b 1 }}").failures().is_empty());
}

#[test]
fn trims_and_unquotes() {
    let template = rule("a \n{{- \"x\\ty\" -}}\n b{{ if 1 }}c{{ else if 2 }}d{{ end }}");
    let Node::Text(range) = &template.nodes()[0] else { panic!("{:?}", template.nodes()) };
    assert_eq!(template.text.get(range.clone()), Some("a"));
    let Node::Action(pipeline) = &template.nodes()[1] else { panic!("{:?}", template.nodes()) };
    let Term::String(string) = &pipeline.commands[0].called.term else { panic!("{pipeline:?}") };
    assert_eq!(string.text(), "x\ty");
    let Node::If(branch) = &template.nodes()[3] else { panic!("{:?}", template.nodes()) };
    assert!(matches!(branch.otherwise.as_slice(), [Node::If(inner)] if inner.body.len() == 1));
}

#[test]
fn follows_labels_values_and_queries() {
    let text = r#"{{ $labels.job }} {{ .Labels.env }} {{ index $labels "a-b" }} {{ "c" | index .Labels }}
{{ with $labels }}{{ .zone }}{{ end }}{{ range $k, $v := $labels }}{{ end }}{{ $externalLabels.cluster }}
{{ $v := $value | humanizePercentage }}{{ $v }} {{ printf "%.1f" (humanize .Value) }} {{ if gt $value 1.0 }}{{ end }}
{{ range query "up == 0" }}{{ .Labels.instance }}{{ label "pod" . }}{{ .Nope }}{{ end }}
{{ printf "x{job='%s'}" $labels.service | query | first | value }}{{ .labels.x }}{{ template "t" $labels }}
{{ define "t" }}{{ .rack }}{{ end }}"#;
    let template = rule(text);
    assert_eq!(said(text, template.errors()), []);
    let found = template.references();
    let labels: Vec<(LabelSource, &str)> =
        found.labels.iter().map(|label| (label.source, label.name.value.as_str())).collect();
    use LabelSource::{External, QueryResult, Series};
    let expected = [
        (Series, "job"),
        (Series, "env"),
        (Series, "a-b"),
        (Series, "c"),
        (Series, "zone"),
        (External, "cluster"),
        (QueryResult, "instance"),
        (QueryResult, "pod"),
        (Series, "service"),
        (Series, "rack"),
    ];
    assert_eq!(labels, expected);
    assert!(found.labels.iter().all(|label| text[label.name.span.range()] == label.name.value));
    assert_eq!(found.label_sets().len(), 1);
    let values: Vec<String> = found
        .values
        .iter()
        .map(|value| value.functions.iter().map(|function| function.value.as_str()).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(values, ["humanizePercentage", "humanize|printf", "gt"]);
    assert_eq!(found.values[1].format.as_ref().map(Excerpt::text), Some("%.1f"));
    let queries: Vec<(&str, bool)> = found.queries().iter().map(|query| (query.text.text(), query.formatted)).collect();
    assert_eq!(queries, [("up == 0", false), ("x{job='%s'}", true)]);
    let unknown: Vec<&str> = found.unknown_fields().iter().map(|field| field.name.value.as_str()).collect();
    assert_eq!(unknown, ["Nope", "labels"]);
    assert_eq!(found.calls().len(), 1);
}

#[test]
fn follows_the_dot_of_notifications() {
    let text = r#"{{ define "title" }}{{ .CommonLabels.alertname }}{{ end }}
{{ define "row" }}{{ .Labels.pod }}{{ .Annotations.summary }}{{ end }}
{{ define "text" }}{{ range .Alerts.Firing }}{{ template "row" . }}{{ end }}{{ with index .Alerts 0 }}{{ .Labels.a }}{{ end }}
{{ range .GroupLabels.SortedPairs }}{{ .Name }}{{ end }}{{ .Labels.oops }}{{ end }}"#;
    let template = notification(text);
    assert_eq!(said(text, template.errors()), []);
    let found = template.references();
    let mut labels: Vec<(LabelSource, &str)> =
        found.labels.iter().map(|label| (label.source, label.name.value.as_str())).collect();
    labels.sort_unstable();
    use LabelSource::{Alert, AlertAnnotations, Common};
    assert_eq!(labels, [(Common, "alertname"), (Alert, "a"), (Alert, "pod"), (AlertAnnotations, "summary")]);
    assert_eq!(found.label_sets().iter().map(|set| set.value).collect::<Vec<_>>(), [LabelSource::Group]);
    let unknown: Vec<&str> = found.unknown_fields().iter().map(|field| field.name.value.as_str()).collect();
    assert_eq!(unknown, ["Labels"]);
}

#[test]
fn bounds_depth() {
    let text = "{{ if 1 }}".repeat(5000);
    assert!(rule(&text).errors().iter().any(|error| error.message == "blocks nest deeper than 200"));
    let text = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(rule(&text).errors()[0].message, "parentheses nest deeper than 200");
    let chain = format!("{{{{ if 1 }}}}{}{{{{ end }}}}", "{{ else if 1 }}".repeat(150));
    assert_eq!(rule(&chain).errors(), []);
}

proptest! {
    #[test]
    fn never_panics_and_places_are_text(
        text in r#"(\{\{-? ?| ?-?\}\}|"|`|'|\\|/\*|\*/|\(|\)|\||:=|,|\$[a-z]*|\.[a-zA-Z]*|if |end|else |range |with |define |query |printf |[0-9ex_+-]+|\n|é|\PC){0,20}"#
    ) {
        for template in [rule(&text), notification(&text)] {
            for found in template.errors().iter().chain(template.failures()) {
                prop_assert!(text.get(found.span.range()).is_some(), "{found:?}");
            }
            for label in &template.references().labels {
                prop_assert!(text.get(label.name.span.range()).is_some(), "{label:?}");
            }
        }
    }
}

#[test]
fn a_comment_may_be_the_last_of_the_text() {
    for text in ["{{/* $*/", "a {{/* b */ ", "{{/**/é"] {
        let template = Template::parse(Excerpt::whole(FileId(0), text), Dialect::Rule);
        assert!(!template.errors().is_empty(), "{text}");
    }
}
