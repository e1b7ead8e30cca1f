//! What touches the network, and only when a flag says so: `--links`, `--prometheus`.

mod environment;
mod pages;
mod server;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use crate::{
    http::{Client, Settings},
    workspace::read_bytes,
};

use super::error::CliError;

pub use pages::{Asked, ask, tell};
pub use server::ServerArguments;

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
    /// Which server to ask.
    #[command(flatten)]
    pub server: ServerArguments,
}

/// The client that asks.
///
/// # Errors
/// When the certificates cannot be read, a proxy's address is none, or the program was built without the network.
fn client(ca: Option<&Path>, timeout: Duration) -> Result<Client, CliError> {
    let read = |path: &Path| {
        let unreadable = |reason| CliError::Unreadable { path: path.to_path_buf(), reason };
        read_bytes(path).map_err(unreadable)
    };
    let trusted = ca.map(read).transpose()?;
    Ok(Client::new(&Settings { timeout, proxies: environment::proxies(), trusted })?)
}
