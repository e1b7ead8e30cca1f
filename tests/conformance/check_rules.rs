//! Exit statuses of `check rules`, for every file and three sets of flags, as promtool 3.5.3 gives them.

use promcheck::{
    model::rules::RuleReading,
    server::{duplicates, load_rules},
    text::Files,
};

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suites = ["check", "lint_all", "lint_all_fatal"].map(|flags| Suite::new(&format!("check-rules/{flags}")));
    for row in data.rows("rules-verdicts.jsonl") {
        let Some(path) = row["path"].as_str() else { continue };
        let bytes = std::fs::read(data.path(path)).map_err(|error| error.to_string());
        let loaded = load_rules(&mut Files::default(), path.into(), bytes, &RuleReading::default());
        let is_refused = !loaded.refusals.is_empty();
        let is_twofold = loaded.rules.as_ref().is_some_and(|rules| !duplicates(rules).is_empty());
        let plain = i64::from(is_refused);
        let fatal = if !is_refused && is_twofold { 3 } else { plain };
        let said = || loaded.refusals.iter().map(|refusal| refusal.message.clone()).collect::<Vec<_>>();
        for (suite, status) in suites.iter_mut().zip([plain, plain, fatal]) {
            let verdict = &row[suite.name.trim_start_matches("check-rules/")];
            let why = || format!("{path}\n  promtool: {}\n  promcheck: {status} {:?}", verdict["stderr"], said());
            let passed = verdict["rc"] == status;
            suite.case(passed, why);
        }
    }
    suites.into()
}
