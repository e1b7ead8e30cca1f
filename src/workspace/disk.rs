//! The one window to what lies on disk beside the files that were read: does this path exist, what
//! matches this glob. A test's workspace in memory answers from its list of files.

#![expect(clippy::disallowed_methods, reason = "this is the window to the disk")]

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Component, Path, PathBuf},
};

use ignore::gitignore::Gitignore;

use crate::{config::spelled_out, vocab::FileGlob};

use super::PathsThen;

/// No system opens a longer path, in bytes.
const LONGEST_PATH: usize = 32 << 10;

/// Answers questions about paths.
#[derive(Debug)]
pub enum Disk {
    /// The real file system.
    Real,
    /// The real file system in an earlier state.
    Then(PathsThen),
    /// Only these files exist, and the folders above them.
    Memory(BTreeSet<PathBuf>),
}

impl Disk {
    /// Whether it may not even be asked if a file or folder exists.
    pub fn is_closed(&self, path: &Path) -> bool {
        let refused = |error: io::Error| error.kind() == io::ErrorKind::PermissionDenied;
        !matches!(self, Disk::Memory(_)) && path.try_exists().is_err_and(refused)
    }

    /// Whether a file or folder exists.
    pub fn exists(&self, path: &Path) -> bool {
        match self {
            Disk::Real => spelled_out(path).exists(),
            Disk::Then(then) => {
                let path = normalised(path);
                let was_there = then.present.iter().any(|file| file.starts_with(&path));
                was_there || (spelled_out(&path).exists() && !then.absent.contains(&path))
            }
            Disk::Memory(files) => {
                let path = normalised(path);
                files.iter().any(|file| file.starts_with(&path))
            }
        }
    }

    /// Whether a `.gitignore` at or above a path keeps it out of the repository.
    pub fn is_ignored(&self, path: &Path) -> bool {
        self.is_ruled(path, ignores)
    }

    /// Whether a `.gitignore` above a folder names something in it: git keeps no folder of which all is ignored.
    pub fn holds_ignored(&self, folder: &Path) -> bool {
        self.is_ruled(folder, names_below)
    }

    /// Whether the rules of a folder at or above a path, in the same repository, say something of it.
    fn is_ruled(&self, path: &Path, says: fn(&Path, &Path) -> bool) -> bool {
        let (Disk::Real | Disk::Then(_)) = self else { return false };
        if path.as_os_str().len() > LONGEST_PATH {
            return false;
        }
        let mut is_inside = true;
        let folders = path.ancestors().skip(1).take_while(|folder| {
            let here = is_inside;
            is_inside = !folder.join(".git").exists();
            here
        });
        folders.into_iter().any(|folder| says(folder, path))
    }

    /// Whether a folder exists.
    pub fn is_folder(&self, path: &Path) -> bool {
        match self {
            Disk::Real => spelled_out(path).is_dir(),
            Disk::Then(PathsThen { present: files, .. }) | Disk::Memory(files) => {
                let path = normalised(path);
                let holds_one = files.iter().any(|file| file != &path && file.starts_with(&path));
                holds_one || (matches!(self, Disk::Then(_)) && spelled_out(&path).is_dir())
            }
        }
    }

    /// The files in the folder of `pattern` whose names match its last component, sorted. As in
    /// Prometheus, wildcards stand in the last component only.
    pub fn glob(&self, pattern: &Path) -> Vec<PathBuf> {
        let (Some(folder), Some(name)) = (pattern.parent(), pattern.file_name().and_then(|name| name.to_str())) else {
            return Vec::new();
        };
        let Some(glob) = FileGlob::parse(name) else { return Vec::new() };
        let folder = normalised(folder);
        let mut found: Vec<PathBuf> = match self {
            Disk::Real => real_files(&folder),
            Disk::Then(then) => {
                let now = real_files(&folder).into_iter().filter(|file| !then.absent.contains(file));
                let now: BTreeSet<PathBuf> = now.chain(files_in(&then.present, &folder)).collect();
                now.into_iter().collect()
            }
            Disk::Memory(files) => files_in(files, &folder).collect(),
        };
        found.retain(|path| path.file_name().is_some_and(|name| glob.matches(&name.to_string_lossy())));
        found.sort();
        found
    }
}

/// The files in a folder of the real file system.
fn real_files(folder: &Path) -> Vec<PathBuf> {
    let entries = listing(folder).filter(|entry| entry.file_type().is_file());
    entries.map(|entry| folder.join(entry.file_name())).collect()
}

/// What lies in a folder of the real file system.
fn listing(folder: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    walkdir::WalkDir::new(folder).min_depth(1).max_depth(1).follow_links(true).into_iter().filter_map(Result::ok)
}

fn files_in(files: &BTreeSet<PathBuf>, folder: &Path) -> impl Iterator<Item = PathBuf> {
    files.iter().filter(move |file| file.parent() == Some(folder)).cloned()
}

/// Names in a folder, and whether they are folders themselves.
type Entries = BTreeMap<String, bool>;

impl Disk {
    /// What matches a pattern with wildcards in any component, as Go's `filepath.Glob` finds it, sorted; folders
    /// match, too. `None` when the pattern is malformed.
    pub fn matching(&self, pattern: &Path) -> Option<Vec<PathBuf>> {
        let mut found = vec![PathBuf::new()];
        let components: Vec<Component<'_>> = pattern.components().collect();
        for (at, component) in components.iter().enumerate() {
            let Component::Normal(text) = component else {
                found.iter_mut().for_each(|path| path.push(component));
                continue;
            };
            let (text, is_last) = (text.to_string_lossy(), at + 1 == components.len());
            let glob = FileGlob::parse(&text)?;
            if !glob.is_wild() && !text.contains('\\') {
                found.iter_mut().for_each(|path| path.push(&*text));
                continue;
            }
            let inside = |folder: PathBuf| {
                let entries = self.entries(&folder).into_iter();
                let wanted = entries.filter(|(name, is_folder)| (is_last || *is_folder) && glob.matches(name));
                wanted.map(|(name, _)| folder.join(name)).collect::<Vec<_>>()
            };
            found = found.into_iter().flat_map(inside).collect();
        }
        found.retain(|path| self.exists(path));
        found.sort();
        Some(found)
    }

    /// What lies in a folder.
    fn entries(&self, folder: &Path) -> Entries {
        match self {
            Disk::Real => real_entries(folder),
            Disk::Then(then) => {
                let mut entries = real_entries(folder);
                entries.retain(|name, _| !then.absent.contains(&normalised(&folder.join(name))));
                entries.extend(entries_in(&then.present, folder));
                entries
            }
            Disk::Memory(files) => entries_in(files, folder),
        }
    }
}

fn real_entries(folder: &Path) -> Entries {
    let named =
        |entry: walkdir::DirEntry| (entry.file_name().to_string_lossy().into_owned(), entry.file_type().is_dir());
    listing(folder).map(named).collect()
}

fn entries_in(files: &BTreeSet<PathBuf>, folder: &Path) -> Entries {
    let folder = normalised(folder);
    let mut entries = Entries::new();
    for path in files.iter().filter_map(|file| file.strip_prefix(&folder).ok()) {
        let mut parts = path.components();
        let Some(first) = parts.next() else { continue };
        let name = first.as_os_str().to_string_lossy().into_owned();
        entries.insert(name, parts.next().is_some());
    }
    entries
}

/// Whether the `.gitignore` of a folder names a path below it.
fn ignores(folder: &Path, path: &Path) -> bool {
    let rules = folder.join(".gitignore");
    let Ok(rest) = path.strip_prefix(folder) else { return false };
    rules.is_file() && Gitignore::new(rules).0.matched_path_or_any_parents(rest, false).is_ignore()
}

fn names_below(folder: &Path, path: &Path) -> bool {
    let Ok(rest) = path.strip_prefix(folder) else { return false };
    let rules = std::fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
    rules.lines().any(|rule| Path::new(rule.trim_start_matches('/')).parent() == Some(rest))
}

/// A path without `.` and with `..` resolved by its text alone.
pub fn normalised(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// How many folders the paths of two files have in common, from the start.
pub fn shared_folders(one: &Path, other: &Path) -> usize {
    fn folders(path: &Path) -> &Path {
        path.parent().unwrap_or(Path::new(""))
    }
    folders(one).components().zip(folders(other).components()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_by_text() {
        for (path, clean) in [("a/./b/../c", "a/c"), ("../x", "../x"), ("/a/../b", "/b"), ("./a", "a")] {
            assert_eq!(normalised(Path::new(path)), Path::new(clean));
        }
    }

    #[test]
    fn counts_shared_folders() {
        for (one, other, count) in [("a/b/x", "a/b/y", 2), ("a/x", "a/x/y", 1), ("x", "y", 0), ("x", "x", 0)] {
            assert_eq!(shared_folders(Path::new(one), Path::new(other)), count, "{one} {other}");
        }
    }

    #[test]
    fn memory_answers_like_a_disk() {
        let disk = Disk::Memory(["rules/a.yml", "rules/b.yaml", "prometheus.yml"].map(PathBuf::from).into());
        assert!(disk.exists(Path::new("rules")) && disk.is_folder(Path::new("./rules")));
        assert!(!disk.is_folder(Path::new("prometheus.yml")) && !disk.exists(Path::new("rules/c.yml")));
        assert_eq!(disk.glob(Path::new("rules/*.yml")), [PathBuf::from("rules/a.yml")]);
        let matching = |pattern: &str| disk.matching(Path::new(pattern));
        assert_eq!(matching("r*/[ab].y*ml"), Some(vec!["rules/a.yml".into(), "rules/b.yaml".into()]));
        assert_eq!(matching("*"), Some(vec!["prometheus.yml".into(), "rules".into()]));
        assert_eq!((matching("rules/c.yml"), matching("rules/[")), (Some(Vec::new()), None));
    }

    #[test]
    fn an_earlier_state_answers_for_what_was_there() {
        let then = PathsThen { absent: ["src/lib.rs".into()].into(), present: ["src/gone/old.yml".into()].into() };
        let disk = Disk::Then(then);
        for (path, exists, is_folder) in [
            ("src/lib.rs", false, false),
            ("src/main.rs", true, false),
            ("src/gone/old.yml", true, false),
            ("src/gone", true, true),
            ("src/text", true, true),
        ] {
            let path = Path::new(path);
            assert_eq!((disk.exists(path), disk.is_folder(path)), (exists, is_folder), "{}", path.display());
        }
        assert_eq!(disk.glob(Path::new("src/*.rs")), [PathBuf::from("src/main.rs")]);
        assert_eq!(disk.glob(Path::new("src/gone/*.yml")), [PathBuf::from("src/gone/old.yml")]);
        assert_eq!(disk.matching(Path::new("src/[lm]*.rs")), Some(vec!["src/main.rs".into()]));
        assert_eq!(disk.matching(Path::new("src/g*/*.yml")), Some(vec!["src/gone/old.yml".into()]));
    }

    #[test]
    fn matches_like_filepath_glob() {
        let disk = Disk::Memory(["a/x/r.yml", "a/y/r.yml", "a/y/{q}.yml", "r.yml"].map(PathBuf::from).into());
        for (pattern, expected) in [
            ("a/*/r.yml", vec!["a/x/r.yml", "a/y/r.yml"]),
            ("*.yml", vec!["r.yml"]),
            ("./a/../r.yml", vec!["./a/../r.yml"]),
            ("a/[y-z]/{*}.yml", vec!["a/y/{q}.yml"]),
            ("a/?", vec!["a/x", "a/y"]),
            ("none.yml", vec![]),
        ] {
            let found = disk.matching(Path::new(pattern));
            assert_eq!(found, Some(expected.into_iter().map(PathBuf::from).collect()), "{pattern}");
        }
        assert!(disk.matching(Path::new("a/[x")).is_none());
    }

    #[test]
    fn git_ignores_what_gitignore_says() {
        for (path, expected) in [("target/debug/prometheus.yml", true), ("src/prometheus.yml", false)] {
            assert_eq!(Disk::Real.is_ignored(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn folders_may_hold_nothing_but_what_git_ignores() {
        let root = std::env::temp_dir().join(format!("promcheck-ignored-{}", std::process::id()));
        std::fs::create_dir_all(&root).expect("a folder for the test");
        std::fs::write(root.join(".gitignore"), "/conf/targets/*.json\n").expect("it can be written");
        for (folder, expected) in [("conf/targets", true), ("conf", false), ("targets", false)] {
            assert_eq!(Disk::Real.holds_ignored(&root.join(folder)), expected, "{folder}");
        }
        std::fs::remove_dir_all(&root).expect("it is there");
    }
}
