//! What holds for every reader, whatever it reads.

use proptest::prelude::*;

use super::{alertmanager, manifest, prometheus, rules};
use crate::{
    text::{Excerpt, FileId},
    tree::{self, Complaints},
};

const WORDS: &[&str] = &[
    "groups",
    "rules",
    "alert",
    "record",
    "expr",
    "for",
    "labels",
    "type",
    "up == 0",
    "5m",
    "1d2h",
    "-1",
    "~",
    "global",
    "scrape_configs",
    "static_configs",
    "targets",
    "relabel_configs",
    "action",
    "file_sd_configs",
    "params",
    "http_headers",
    "route",
    "routes",
    "matchers",
    "match_re",
    "a=~\"b(\"",
    "{a='b'}",
    "receivers",
    "slack_configs",
    "email_configs",
    "subject",
    "fields",
    "time_intervals",
    "times",
    "weekdays",
    "days_of_month",
    "-1:3",
    "apiVersion",
    "kind",
    "List",
    "items",
    "Template",
    "objects",
    "PrometheusRule",
    "AlertmanagerConfig",
    "spec",
    "data",
    "ä\\n\"",
];

/// JSON, which is YAML, of the words above.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS).prop_map(|word| format!("{word:?}"));
    let leaf = prop_oneof![word.clone(), word.clone().prop_map(|word| word.trim_matches('"').replace('\\', ""))];
    leaf.prop_map(
        |leaf| if leaf.contains([':', '"', '{', '~']) { format!("'{}'", leaf.replace('\'', "")) } else { leaf },
    )
    .prop_recursive(6, 40, 5, move |inner| {
        let entry = (word.clone(), inner.clone()).prop_map(|(key, value)| format!("{key}: {value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec(entry, 0..6).prop_map(|entries| format!("{{{}}}", entries.join(", "))),
        ]
    })
}

proptest! {
    #[test]
    fn readers_never_panic_and_complain_within_the_text(text in text()) {
        let stream = tree::yaml(&Excerpt::whole(FileId(0), text.as_str()));
        let Some(root) = stream.first().and_then(tree::Tree::root) else { return Ok(()) };
        let mut complaints = Complaints::new();
        rules::lower(root, &mut complaints);
        prometheus::lower(root, &mut complaints);
        alertmanager::lower(root, &mut complaints);
        manifest::lower(root, &mut complaints);
        for complaint in complaints {
            prop_assert!(text.get(complaint.span.range()).is_some(), "{complaint:?} in {text}");
        }
    }
}
