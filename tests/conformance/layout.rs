//! The expressions of real rule files, laid out anew: each is the same syntax tree as before, and a second run
//! changes nothing. A case is a file.

use promcheck::{
    layout::laid_out,
    text::FileId,
    workspace::{Workspace, load_texts},
};
use serde_json::Value;

use super::{
    board::{Data, Suite},
    promql_tree::shape,
};

pub fn run(data: &Data) -> Vec<Suite> {
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
    vec![suite]
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
