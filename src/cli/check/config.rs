//! `promcheck check config`.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    cli::{Verdict, error::CliError},
    diag::Diagnostic,
    model::rules::RuleReading,
    report::one_line,
    server::{self, ConfigReading, LoadedConfig},
    text::Span,
    vocab::Duration,
};

use super::{
    Fault, Screens,
    arguments::{CheckArguments, ConfigArguments},
    bytes_of, demand_files,
    lints::Lints,
    rules,
    telling::Telling,
};

/// Checks configurations, each with the files that it names.
pub fn run(
    what: &ConfigArguments,
    how: &CheckArguments,
    screens: Screens,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Verdict, CliError> {
    demand_files(&what.files)?;
    let mut telling = Telling::new(how.format, screens, out, err);
    telling.about_features(&how.unknown_features()).map_err(CliError::Output)?;
    let request = Request {
        reading: ConfigReading { syntax_only: what.syntax_only, agent: what.agent },
        lints: Lints::of(&what.lint, true, telling.heading()).map_err(CliError::Output)?,
        rules: RuleReading {
            ignores_unknown_keys: what.strictness.ignore_unknown_fields,
            knows_relatives: false,
            features: how.features(),
        },
        lookback_delta: how.lookback_delta,
    };
    let mut worst = Fault::None;
    for path in &what.files {
        worst = worst.max(request.check(path, &mut telling).map_err(CliError::Output)?);
    }
    telling.finish().map_err(CliError::Output)?;
    Ok(worst.verdict(what.strictness.lint_fatal))
}

/// How to check.
struct Request {
    reading: ConfigReading,
    lints: Lints,
    rules: RuleReading,
    lookback_delta: Duration,
}

impl Request {
    fn check(&self, path: &Path, telling: &mut Telling<'_>) -> io::Result<Fault> {
        let name = path.to_string_lossy();
        telling.say(&format!("Checking {}", one_line(&name)))?;
        let mut loaded = server::load_config(&mut telling.files, path.to_path_buf(), bytes_of(path), self.reading);
        for (pattern, job) in &loaded.unmatched {
            let whose = job.as_ref().map_or("alertmanager config".to_owned(), |job| format!("scrape job \"{job}\""));
            let pattern = pattern.to_string_lossy();
            let line = format!("  WARNING: file \"{pattern}\" for file_sd in {whose} does not exist");
            telling.say(&one_line(&line))?;
        }
        let mut fault = Fault::None;
        if loaded.refusals.is_empty() {
            if !loaded.rule_files.is_empty() {
                telling.say(&format!("  SUCCESS: {} rule files found", loaded.rule_files.len()))?;
            }
            telling.say(&format!(" SUCCESS: {} is valid prometheus config file syntax", one_line(&name)))?;
        } else {
            telling.failed(std::mem::take(&mut loaded.refusals))?;
            fault = Fault::Refused;
        }
        telling.say("")?;
        if self.reading.syntax_only {
            return Ok(fault);
        }
        if self.lints.long_intervals {
            fault = fault.max(telling.lint(self.long_intervals(&loaded))?);
        }
        for path in &loaded.rule_files {
            fault = fault.max(rules::check(path, self.lints, &self.rules, telling)?);
        }
        Ok(fault)
    }

    /// Jobs whose series vanish between two scrapes.
    fn long_intervals(&self, loaded: &LoadedConfig) -> Vec<Diagnostic> {
        let look_back = self.lookback_delta;
        let long = loaded.intervals.iter().filter(|(_, interval)| look_back > Duration::ZERO && *interval >= look_back);
        long.map(|(name, interval)| {
            let place = name.as_ref().map_or(Span::start_of(loaded.file), |name| name.span);
            let message = format!("this job is scraped every {interval}, but a query looks back only {look_back}");
            let warning = Diagnostic::warning(place, message)
                .help("scrape at least every two minutes, or tell `--query.lookback-delta` here and to Prometheus");
            Diagnostic { check: "prometheus/interval", ..warning }
        })
        .collect()
    }
}
