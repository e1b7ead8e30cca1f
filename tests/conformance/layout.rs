//! The expressions of real rule files and dashboards, laid out anew: each is the same syntax tree as before, all else is as
//! it was, and a second run changes nothing. A case is a file.

use promcheck::{
    layout::laid_out,
    text::FileId,
    workspace::{Workspace, load_texts},
};
use serde_json::Value;

use super::{
    board::{Data, Suite},
    dashboards::files,
    promql_tree::shape,
};

pub fn run(data: &Data) -> Vec<Suite> {
    vec![of_rules(data), of_dashboards(data)]
}

fn of_rules(data: &Data) -> Suite {
    let mut suite = Suite::new("fmt/rules");
    for row in data.rows("rules-verdicts.jsonl") {
        let Some(path) = row["path"].as_str() else { continue };
        let text = data.text(path);
        let before = read(&text);
        if before.documents.iter().all(|document| document.rules().next().is_none()) {
            continue;
        }
        let after = laid_out(&before, FileId(0)).unwrap_or_else(|| text.clone());
        let again = read(&after);
        let second = laid_out(&again, FileId(0));
        let same = rules(&before) == rules(&again);
        suite.case(same && second.is_none(), || {
            let what = if same { "a second run changes it" } else { "it is no longer the same" };
            format!("{path}: {what}")
        });
    }
    suite
}

fn of_dashboards(data: &Data) -> Suite {
    let mut suite = Suite::new("fmt/dashboards");
    let mut paths = Vec::new();
    files(&data.path("dashboards"), &mut paths);
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let path = path.to_string_lossy();
        let text = data.text(&path);
        let read = |text: &str| load_texts(vec![("a.json".to_owned(), text.to_owned())]);
        let before = read(&text);
        if before.documents.iter().all(|document| document.dashboard().is_none()) {
            continue;
        }
        let after = laid_out(&before, FileId(0)).unwrap_or_else(|| text.clone());
        let again = read(&after);
        let second = laid_out(&again, FileId(0));
        let (is_same, are_queries) = (rest(&text, &before) == rest(&after, &again), queries(&before) == queries(&again));
        suite.case(is_same && are_queries && second.is_none(), || {
            format!("{path}: all else is the same {is_same}, queries {are_queries}, once {}", second.is_none())
        });
    }
    suite
}

/// A file without its expressions.
fn rest(text: &str, workspace: &Workspace) -> String {
    let mut rest = text.to_owned();
    let dashboards = workspace.documents.iter().filter_map(|document| document.dashboard());
    let mut places: Vec<_> =
        dashboards.flat_map(|dashboard| dashboard.queries()).map(|query| query.interpolated.raw.full_span().range()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.start));
    places.dedup();
    places.into_iter().for_each(|place| rest.replace_range(place, ""));
    rest
}

/// Each query as the analysis sees it, with placeholders for its variables, and the variables in it.
fn queries(workspace: &Workspace) -> Vec<(Value, Vec<String>)> {
    let dashboards = workspace.documents.iter().filter_map(|document| document.dashboard());
    let all = dashboards.flat_map(|dashboard| dashboard.queries()).map(|query| {
        let interpolated = query.interpolated;
        let read = interpolated.query.as_ref();
        let expr = read.and_then(|read| read.valid()).map_or_else(
            || Value::from(interpolated.raw.text()),
            |expr| sorted(shape(expr)),
        );
        let mut variables: Vec<String> =
            interpolated.uses.iter().map(|used| format!("{:?} {}", used.slot, used.variable.name)).collect();
        variables.sort();
        (expr, variables)
    });
    all.collect()
}

fn read(text: &str) -> Workspace {
    load_texts(vec![("rules.yml".to_owned(), text.to_owned())])
}

/// The name of every rule, and its expression as a syntax tree, or as text where it is none.
fn rules(workspace: &Workspace) -> Vec<(Option<String>, Value)> {
    let rules = workspace.documents.iter().flat_map(|document| document.rules());
    let said = rules.map(|(_, rule)| {
        let name = rule.alert.as_ref().or(rule.record.as_ref()).map(|name| name.value.clone());
        let expr = rule.expr.as_ref().map_or(Value::Null, |query| match query.valid() {
            Some(expr) => sorted(shape(expr)),
            None => Value::from(query.text.text()),
        });
        (name, expr)
    });
    said.collect()
}

/// With the matchers of each selector in order: Prometheus' own printer sorts them.
fn sorted(mut tree: Value) -> Value {
    match &mut tree {
        Value::Object(fields) => {
            if let Some(Value::Array(matchers)) = fields.get_mut("matchers") {
                matchers.sort_by_key(Value::to_string);
            }
            fields.values_mut().for_each(|value| *value = sorted(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| *value = sorted(value.take())),
        _ => {}
    }
    tree
}
