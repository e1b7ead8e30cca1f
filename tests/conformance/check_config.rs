//! Exit statuses of `check config` for the servers of real stacks, with the files that they name and without, as
//! promtool 3.5.3 gives them.

use promcheck::{
    model::rules::RuleReading,
    server::{ConfigReading, load_config, load_rules},
    text::Files,
    workspace::read_bytes,
};

use super::board::{Data, Suite};

pub fn run(data: &Data) -> Vec<Suite> {
    let mut suites = ["check_config", "check_config_syntax_only"].map(|flags| Suite::new(&format!("check-config/{flags}")));
    for row in data.rows("stacks-verdicts.jsonl") {
        let Some(path) = row["path"].as_str().filter(|_| row["role"] == "prometheus") else { continue };
        for (suite, syntax_only) in suites.iter_mut().zip([false, true]) {
            let verdict = &row["verdict"][suite.name.trim_start_matches("check-config/")];
            if verdict.is_null() {
                continue;
            }
            let path = data.path(path);
            let mut files = Files::default();
            let reading = ConfigReading { syntax_only, agent: false };
            let loaded = load_config(&mut files, path.clone(), read_bytes(&path), reading);
            let rules = loaded.rule_files.iter().map(|path| {
                load_rules(&mut files, path.clone(), read_bytes(path), &RuleReading::default()).refusals
            });
            let refusals: Vec<String> =
                rules.flatten().chain(loaded.refusals.iter().cloned()).map(|refusal| refusal.message).collect();
            let why = || format!("{}\n  promtool: {}\n  promcheck: {refusals:?}", path.display(), verdict["out"]);
            suite.case(verdict["rc"] == i64::from(!refusals.is_empty()), why);
        }
    }
    suites.into()
}
