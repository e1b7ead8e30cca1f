//! `--prometheus`: asks a live server what it has, before the files are judged.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock and keeps what was answered")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::Args;

use crate::{
    http::{Crowd, Patience, basic},
    kit::wanted,
    live::{
        Server,
        server::{Answers, Asking, ask, base_of},
    },
    vocab,
    workspace::{Workspace, read_bytes},
};

use super::{super::replace::put, CliError, client, environment};

/// How long an answer may take; that of a large server's names takes seconds.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many questions are asked at once.
const CROWD: usize = 6;

/// Which server to ask. Without `--prometheus` none is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub struct ServerArguments {
    /// Ask this server (Prometheus, Thanos, Mimir, VictoriaMetrics) which metrics, types and labels it
    /// has, so that what it does not have is found; credentials come from the environment:
    /// PROMCHECK_PROMETHEUS_TOKEN, or PROMCHECK_PROMETHEUS_USER and PROMCHECK_PROMETHEUS_PASSWORD
    #[arg(long, value_name = "URL")]
    pub prometheus: Option<String>,
    /// The tenant to ask about, as `X-Scope-OrgID` names it
    #[arg(long, value_name = "ID", requires = "prometheus")]
    pub prometheus_tenant: Option<String>,
    /// Send what this file holds as bearer token
    #[arg(long, value_name = "FILE", requires = "prometheus")]
    pub prometheus_token_file: Option<PathBuf>,
    /// How far back the server is asked what it had [default: 7d]
    #[arg(long, value_name = "DURATION", requires = "prometheus", value_parser = duration)]
    pub prometheus_lookback: Option<vocab::Duration>,
    /// For how long answers are remembered; 0s asks anew [default: 10m]
    #[arg(long, value_name = "DURATION", requires = "prometheus", value_parser = duration)]
    pub prometheus_max_age: Option<vocab::Duration>,
    /// Where answers are remembered [default: promcheck/servers.json in the user's folder for caches]
    #[arg(long, value_name = "FILE", requires = "prometheus")]
    pub prometheus_cache: Option<PathBuf>,
    /// Trust the certificates in this file, too (PEM); SSL_CERT_FILE replaces those of the machine
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

fn duration(text: &str) -> Result<vocab::Duration, String> {
    vocab::Duration::parse(text).map_err(|error| error.to_string())
}

impl ServerArguments {
    /// What the server knows of the metrics that the files ask for, if one is to be asked.
    ///
    /// # Errors
    /// When it does not answer as it should.
    pub fn ask(&self, workspace: &Workspace) -> Result<Option<Server>, CliError> {
        let Some(url) = &self.prometheus else { return Ok(None) };
        let base = base_of(url)?;
        let client = client(self.ca.as_deref(), TIMEOUT)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let lookback = self.prometheus_lookback.unwrap_or(vocab::Duration::seconds(7 * 24 * 3600));
        let age = seconds(self.prometheus_max_age.unwrap_or(vocab::Duration::minutes(10)));
        let words = self.prometheus_lookback.map_or_else(|| "7d".to_owned(), |lookback| lookback.to_string());
        let path = self.prometheus_cache.clone().or_else(|| environment::cache_file("servers.json"));
        let mut answers = path.as_deref().and_then(remembered).unwrap_or_default();
        let asking = Asking {
            network: &client,
            patience: Patience::default(),
            crowd: Crowd { size: CROWD, of_host: CROWD },
            headers: &self.headers()?,
            tenant: self.prometheus_tenant.as_deref().unwrap_or_default(),
            // Clocks differ, and what was scraped in this second counts.
            range: Some((now.saturating_sub(seconds(lookback)), now + 60, &words)),
            now,
            age,
        };
        let server = ask(&base, &wanted(workspace), &mut answers, &asking)?;
        answers.forget(now, age);
        if let Some(path) = path {
            // What cannot be remembered is asked again; that is no reason to stop, unless the file was named.
            let kept = keep(&path, &answers);
            if self.prometheus_cache.is_some() {
                kept?;
            }
        }
        Ok(Some(server))
    }

    /// Who asks, and about whose series.
    fn headers(&self) -> Result<Vec<(String, String)>, CliError> {
        let mut headers = Vec::new();
        let header = |name: &str, value: String| (name.to_owned(), value);
        let token = match &self.prometheus_token_file {
            Some(path) => {
                let unreadable = |reason| CliError::Unreadable { path: path.clone(), reason };
                let bytes = read_bytes(path).map_err(unreadable)?;
                Some(String::from_utf8_lossy(&bytes).trim().to_owned())
            }
            None => environment::value("PROMCHECK_PROMETHEUS_TOKEN"),
        };
        let user = environment::value("PROMCHECK_PROMETHEUS_USER");
        if let Some(token) = token {
            headers.push(header("Authorization", format!("Bearer {token}")));
        } else if let Some(user) = user {
            let password = environment::value("PROMCHECK_PROMETHEUS_PASSWORD").unwrap_or_default();
            headers.push(header("Authorization", basic(&user, &password)));
        }
        headers.extend(self.prometheus_tenant.iter().map(|tenant| header("X-Scope-OrgID", tenant.clone())));
        Ok(headers)
    }
}

fn seconds(duration: vocab::Duration) -> u64 {
    u64::try_from(duration.as_milliseconds()).unwrap_or_default().div_ceil(1000)
}

/// What an earlier run remembered; a file that holds something else is written anew.
fn remembered(path: &Path) -> Option<Answers> {
    Answers::read(&String::from_utf8(read_bytes(path).ok()?).ok()?)
}

fn keep(path: &Path, answers: &Answers) -> Result<(), CliError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let unwritable = |error| CliError::Unwritable { path: path.to_path_buf(), error };
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    put(path, &answers.text())
}
