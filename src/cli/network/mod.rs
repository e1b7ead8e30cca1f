//! What touches the network, and only when a flag says so: `--links`.

mod environment;
mod pages;

use std::{path::PathBuf, time::Duration};

use clap::Args;

use crate::{
    http::{Client, Settings},
    workspace::read_bytes,
};

use super::error::CliError;

pub use pages::{Asked, ask, tell};

/// What to ask the network. Without these flags nothing is asked.
#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkArguments {
    /// Ask whether the pages are there that runbook links, annotations, dashboards and docs lead to
    /// (runbooks/dead); `links` in .promcheck.yml says how
    #[arg(long, conflicts_with = "watch")]
    pub links: bool,
    /// Where it is remembered which pages were there, so that they are not asked for again [default:
    /// promcheck/links.json in the user's folder for caches]
    #[arg(long, value_name = "FILE", requires = "links")]
    pub links_cache: Option<PathBuf>,
    /// Trust the certificates in this file, too (PEM); SSL_CERT_FILE replaces those of the machine
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

impl NetworkArguments {
    /// The client that asks.
    ///
    /// # Errors
    /// When the certificates cannot be read, a proxy's address is none, or the program was built without the network.
    fn client(&self, timeout: Duration) -> Result<Client, CliError> {
        let read = |path: &PathBuf| {
            let unreadable = |reason| CliError::Unreadable { path: path.clone(), reason };
            read_bytes(path).map_err(unreadable)
        };
        let trusted = self.ca.as_ref().map(read).transpose()?;
        Ok(Client::new(&Settings { timeout, proxies: environment::proxies(), trusted })?)
    }
}
