//! Which receivers are told of an alert, as amtool's `config routes test` says.

use promcheck::{
    facts::routing::{Carried, RouteTree},
    model::alertmanager,
    text::{Excerpt, FileId},
    tree::{self, Tree},
};
use serde_json::Value;

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suite = Suite::new("routing/receivers");
    for row in data.rows("alertmanager-routes.jsonl") {
        let (Some(path), Some(receivers)) = (row["config"].as_str(), row["receivers"].as_str()) else { continue };
        if row["rc"] != 0 {
            continue;
        }
        // Warnings about matchers stand before the answer.
        let receivers = receivers.lines().last().unwrap_or_default();
        let ours = receivers_of(&data.text(path), &row["labels"]);
        suite.case(ours == receivers, || format!("{path} {}\n  amtool: {receivers}\n  promcheck: {ours}", row["labels"]));
    }
    vec![suite]
}

fn receivers_of(text: &str, labels: &Value) -> String {
    let stream = tree::yaml(&Excerpt::whole(FileId(0), text));
    let Some(root) = stream.first().and_then(Tree::root) else { return String::new() };
    let config = alertmanager::lower(root, &mut Vec::new());
    let Some(route) = &config.route else { return String::new() };
    let tree = RouteTree::of(route);
    let reached = tree.reached(&|name| Carried::Exactly(labels[name].as_str().unwrap_or_default()));
    reached.iter().filter_map(|reached| tree.receiver(reached.place)).collect::<Vec<_>>().join(",")
}
