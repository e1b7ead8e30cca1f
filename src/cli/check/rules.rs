//! `promcheck check rules`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    cli::{Verdict, error::CliError},
    model::rules::RuleReading,
    report::one_line,
    server,
};

use super::{
    Fault, STANDARD_INPUT, Screens,
    arguments::{CheckArguments, RulesArguments},
    bytes_of, demand_files,
    lints::Lints,
    telling::Telling,
};

/// Checks rule files, each by itself.
pub fn run(
    what: &RulesArguments,
    how: &CheckArguments,
    screens: Screens,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, CliError> {
    demand_files(&what.files)?;
    let mut telling = Telling::new(how.format, screens, out, err);
    telling.about_features(&how.unknown_features()).map_err(CliError::Output)?;
    let lints = Lints::of(&what.lint, false, telling.heading()).map_err(CliError::Output)?;
    let reading = RuleReading {
        ignores_unknown_keys: what.strictness.ignore_unknown_fields,
        knows_relatives: false,
        features: how.features(),
    };
    let mut paths = what.files.clone();
    if paths.is_empty() {
        paths.push(PathBuf::from(STANDARD_INPUT));
    }
    let mut worst = Fault::None;
    for path in &paths {
        worst = worst.max(check(path, lints, &reading, &mut telling).map_err(CliError::Output)?);
    }
    telling.finish().map_err(CliError::Output)?;
    Ok(worst.verdict(what.strictness.lint_fatal))
}

/// Checks one rule file and tells how it went.
pub fn check(path: &Path, lints: Lints, reading: &RuleReading, telling: &mut Telling<'_>) -> io::Result<Fault> {
    let name = if path == Path::new(STANDARD_INPUT) { "standard input".into() } else { path.to_string_lossy() };
    telling.say(&format!("Checking {}", one_line(&name)))?;
    let loaded = server::load_rules(&mut telling.files, path.to_path_buf(), bytes_of(path), reading);
    if !loaded.refusals.is_empty() {
        telling.failed(loaded.refusals)?;
        return Ok(Fault::Refused);
    }
    let count = loaded.count();
    let duplicates = loaded.rules.iter().filter(|_| lints.duplicate_rules).flat_map(server::duplicates).collect();
    let fault = telling.lint(duplicates)?;
    if fault == Fault::None {
        telling.say(&format!("  SUCCESS: {count} rules found"))?;
    }
    telling.say("")?;
    Ok(fault)
}
