//! `promcheck lint --links`: asks where links lead before the files are linted, and says how that went.

#![expect(clippy::disallowed_methods, reason = "the command knows the clock and keeps the cache")]

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    config::{Config, LinkSettings},
    facts::Links,
    http::{Crowd, Patience},
    live::{
        Pages, Standing,
        links::{Asking, Cache, Exclusion, Skip, ask as ask_pages},
    },
    report::one_line,
    vocab,
    workspace::{Workspace, read_bytes},
};

use super::{super::replace::put, CliError, NetworkArguments, client, environment};

/// How many ask at once.
const CROWD: usize = 24;
/// As many hosts are named that could not be asked.
const MOST_SHOWN: usize = 10;

/// What was asked.
pub struct Asked {
    /// Where the links lead.
    pub pages: Pages,
    /// How many links have a variable in them.
    open: usize,
    /// Why the cache was not written.
    unkept: Option<CliError>,
}

/// Asks for the links of a workspace.
///
/// # Errors
/// When nothing can be asked at all.
pub fn ask(arguments: &NetworkArguments, workspace: &Workspace, config: &Config) -> Result<Asked, CliError> {
    let settings = &config.links;
    let links = Links::of(workspace, config);
    let client = client(arguments.server.ca.as_deref(), timeout(settings))?;
    let path = arguments.links_cache.clone().or_else(|| environment::cache_file("links.json"));
    let mut cache = path.as_deref().and_then(remembered).unwrap_or_default();
    let exclusions: Vec<Exclusion> = settings.except.iter().map(|pattern| Exclusion::new(&pattern.value)).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let number = |wanted: Option<u32>, usual: u32, most: u32| wanted.unwrap_or(usual).min(most);
    let asking = Asking {
        server: &client,
        patience: Patience {
            retries: number(settings.retries.map(|retries| retries.value), 2, 5),
            ..Patience::default()
        },
        crowd: Crowd {
            size: CROWD,
            of_host: number(settings.per_host.map(|count| count.value), 2, 16).max(1) as usize,
        },
        exclusions: &exclusions,
        asks_local: settings.localhost.is_some_and(|asks| asks.value),
        headers: &environment::link_headers(),
        now,
        age: settings.max_age.map_or(24 * 3600, |age| seconds(age.value)),
    };
    let pages = ask_pages(links.links.iter().map(|link| link.text.as_str()), &mut cache, &asking);
    cache.forget(now, asking.age);
    let unkept = path.and_then(|path| keep(&path, &cache).err());
    Ok(Asked { pages, open: links.open, unkept })
}

fn timeout(settings: &LinkSettings) -> Duration {
    let wanted = settings.timeout.map_or(10, |timeout| seconds(timeout.value));
    Duration::from_secs(wanted.clamp(1, 120))
}

/// Whole seconds, rounded up.
fn seconds(duration: vocab::Duration) -> u64 {
    u64::try_from(duration.as_milliseconds()).unwrap_or_default().div_ceil(1000)
}

/// What an earlier run remembered; a file that holds something else is written anew.
fn remembered(path: &Path) -> Option<Cache> {
    Cache::read(&String::from_utf8(read_bytes(path).ok()?).ok()?)
}

fn keep(path: &Path, cache: &Cache) -> Result<(), CliError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let unwritable = |error| CliError::Unwritable { path: PathBuf::from(path), error };
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    put(path, &cache.text())
}

/// Says how many links were asked for, how many were not and why, and which hosts could not be asked.
///
/// # Errors
/// When `out` fails.
pub fn tell(asked: &Asked, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let count = |wanted: fn(&Standing) -> bool| asked.pages.iter().filter(|(_, standing)| wanted(standing)).count();
    let unchecked = count(|standing| matches!(standing, Standing::Unchecked { .. }));
    let numbers = [
        (count(|standing| !matches!(standing, Standing::Remembered | Standing::Skipped(_))), "asked for"),
        (count(|standing| *standing == Standing::Remembered), "known from the cache"),
        (unchecked, "could not be checked"),
        (asked.open, "with variables"),
        (count(|standing| *standing == Standing::Skipped(Skip::Local)), "to this machine"),
        (count(|standing| *standing == Standing::Skipped(Skip::Example)), "with placeholders"),
        (count(|standing| *standing == Standing::Skipped(Skip::Malformed)), "malformed"),
        (count(|standing| *standing == Standing::Skipped(Skip::Excluded)), "excluded"),
    ];
    let numbers = numbers.iter().enumerate().filter(|(at, (count, _))| *at == 0 || *count > 0);
    let numbers: Vec<String> = numbers.map(|(_, (count, what))| format!("{count} {what}")).collect();
    writeln!(out, "links: {}", numbers.join(", "))?;
    let mut hosts: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (link, standing) in asked.pages.iter() {
        if let Standing::Unchecked { host, why } = standing {
            hosts.entry((host, why)).or_default().push(link);
        }
    }
    let most = if verbose { usize::MAX } else { MOST_SHOWN };
    for ((host, why), links) in hosts.iter().take(most) {
        let more = if links.len() > 1 { format!(" ({} links)", links.len()) } else { String::new() };
        writeln!(out, "  {}: {}{more}", one_line(host), one_line(why))?;
        for link in links.iter().filter(|_| verbose) {
            writeln!(out, "    {}", one_line(link))?;
        }
    }
    if hosts.len() > most {
        writeln!(out, "  and {} more, which --verbose names", hosts.len() - most)?;
    }
    let needs_ca = hosts.keys().any(|(_, why)| why.contains("from nobody who is trusted"));
    if needs_ca {
        writeln!(out, "  help: --ca FILE trusts the certificates of your own authority")?;
    }
    match &asked.unkept {
        Some(error) => writeln!(out, "  nothing is remembered: {}", one_line(&error.to_string())),
        None => Ok(()),
    }
}
