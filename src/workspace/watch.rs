//! Waits until files change, by looking at them again and again.
//!
//! Looking works wherever files lie: on network shares, in containers, and for editors that put a new file in the
//! place of the old one. What it costs is a look at each file some times in a second.

#![expect(clippy::disallowed_methods, reason = "this is a window to the disk")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

/// Between two looks.
const EVERY: Duration = Duration::from_millis(250);

/// Files that are looked at, and folders for files that come and go in them.
#[derive(Debug, Default)]
pub struct Watch {
    seen: BTreeMap<PathBuf, Stamp>,
}

/// How a file or a folder was last seen.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Stamp {
    Missing,
    File(Option<SystemTime>, u64),
    /// The names in a folder.
    Folder(BTreeSet<PathBuf>),
}

impl Watch {
    /// Goes on with these paths; of those that were watched before it stays known how they were last seen.
    pub fn follow(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        let mut before = std::mem::take(&mut self.seen);
        for path in paths {
            let stamp = before.remove(&path).unwrap_or_else(|| Stamp::of(&path));
            self.seen.insert(path, stamp);
        }
    }

    /// Follows these paths, too.
    pub fn also(&mut self, paths: impl IntoIterator<Item = PathBuf>) {
        for path in paths {
            self.seen.entry(path).or_insert_with_key(|path| Stamp::of(path));
        }
    }

    /// The paths that are no longer as they were last seen. Of a folder, what counts is which names are in it.
    pub fn changed(&mut self) -> BTreeSet<PathBuf> {
        let mut changed = BTreeSet::new();
        for (path, seen) in &mut self.seen {
            let now = Stamp::of(path);
            if now != *seen {
                changed.insert(path.clone());
                *seen = now;
            }
        }
        changed
    }

    /// Waits until something changes, and then until nothing does: editors save in several steps.
    pub fn wait(&mut self) -> BTreeSet<PathBuf> {
        let mut all = BTreeSet::new();
        loop {
            thread::sleep(EVERY);
            let changed = self.changed();
            if changed.is_empty() && !all.is_empty() {
                return all;
            }
            all.extend(changed);
        }
    }
}

impl Stamp {
    fn of(path: &Path) -> Self {
        let Ok(metadata) = path.metadata() else { return Stamp::Missing };
        if !metadata.is_dir() {
            return Stamp::File(metadata.modified().ok(), metadata.len());
        }
        let entries = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
        Stamp::Folder(entries.map(|entry| PathBuf::from(entry.file_name())).filter(|name| !is_passing(name)).collect())
    }
}

/// Whether a file is one that editors make while they save.
fn is_passing(name: &Path) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp") || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_seen_once() {
        let folder = std::env::temp_dir().join(format!("promcheck-watch-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (rules, test) = (folder.join("rules.yml"), folder.join("test.yml"));
        std::fs::write(&rules, "groups: []").unwrap();
        let mut watch = Watch::default();
        watch.follow([rules.clone(), test.clone(), folder.clone()]);
        assert_eq!(watch.changed(), BTreeSet::new());
        std::fs::write(&rules, "groups: [] # longer").unwrap();
        assert_eq!(watch.changed(), BTreeSet::from([rules.clone()]));
        assert_eq!(watch.changed(), BTreeSet::new());
        // A file that appears changes its folder, too.
        std::fs::write(&test, "tests: []").unwrap();
        std::fs::write(folder.join(".test.yml.swp"), "").unwrap();
        assert_eq!(watch.changed(), BTreeSet::from([folder.clone(), test.clone()]));
        std::fs::write(folder.join("other~"), "").unwrap();
        assert_eq!(watch.changed(), BTreeSet::new());
        std::fs::remove_file(&rules).unwrap();
        // What is followed from now on was never seen otherwise than it is.
        watch.follow([rules.clone(), folder.join("new.yml")]);
        // And what is followed besides is not forgotten to have changed.
        watch.also([rules.clone(), test.clone()]);
        assert_eq!(watch.changed(), BTreeSet::from([rules]));
        std::fs::write(&test, "tests: [] # longer").unwrap();
        assert_eq!(watch.changed(), BTreeSet::from([test]));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
