//! Which files to read: everything below the given paths that may be a part of a monitoring stack,
//! in an order that depends on nothing but the names.

#![expect(clippy::disallowed_methods, reason = "discovery is about what lies on the disk")]

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use ignore::{DirEntry, WalkBuilder};

use crate::{
    config::{Config, is_within},
    model::compose::env_file::{is_env_file, is_name_of_env_file},
    promql::Feature,
    vocab::AnchorStyle,
};

use super::{Comments, Disk};

/// Why a symbolic link is not followed.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Stray {
    /// It leads out of the repository, or where there is none out of the paths that were given.
    Out,
    /// It leads back to a folder that contains it, which is read anyway.
    Back,
}

/// What discovery found.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Files to read, sorted, each once.
    pub files: Vec<PathBuf>,
    /// Symbolic links that are not followed.
    pub strays: Vec<(PathBuf, Stray)>,
    /// The folders that were searched, sorted.
    pub folders: Vec<PathBuf>,
    /// Paths that could not be entered, with the reason in words.
    pub obstacles: Vec<(PathBuf, String)>,
    /// How many files were passed by for their kind (images, source code, pipes …).
    pub passed_by: usize,
    /// How the headings of pages get their anchors.
    pub anchors: AnchorStyle,
    /// Whose comments say what is to be passed over.
    pub comments: Comments,
    /// The parts of PromQL that Prometheus is said to have switched on.
    pub features: Vec<Feature>,
}

impl Discovered {
    /// Adds files that were named rather than found.
    pub fn add(&mut self, files: Vec<PathBuf>) {
        if files.is_empty() {
            return;
        }
        self.files.extend(files.into_iter().map(|file| super::normalised(&file)));
        self.files.sort();
        self.files.dedup();
    }
}

/// Finds the files below `roots`, without those that `.gitignore` or the configuration leave out. A root
/// that is a file is taken whatever its name.
pub fn discover(roots: &[PathBuf], config: &Config) -> Discovered {
    let anchors = config.anchors.as_ref().map(|style| style.value).unwrap_or_default();
    let features = config.enable_features.iter().filter_map(|flag| Feature::of_flag(&flag.value)).collect();
    let mut found = Discovered { anchors, features, ..Discovered::default() };
    let mut files = Vec::new();
    let mut entered = BTreeSet::new();
    let homes: Vec<PathBuf> = roots.iter().filter_map(|root| root.canonicalize().ok()).collect();
    for root in roots {
        if root.is_dir() {
            walk(root, &homes, config, &mut found, &mut files, &mut entered);
        } else {
            files.push(super::normalised(root));
        }
    }
    add_exemptions(config, &mut files);
    files.sort_by_cached_key(|path| in_order(path));
    files.dedup_by(|next, before| next.as_os_str() == before.as_os_str());
    found.files = files;
    found.folders.sort();
    found
}

/// What paths are sorted by: a folder's entries stand together, `a/b` before `a-b`.
fn in_order(path: &Path) -> Vec<u8> {
    let mut bytes = path.as_os_str().as_encoded_bytes().to_vec();
    bytes.iter_mut().filter(|byte| std::path::is_separator(char::from(**byte))).for_each(|byte| *byte = 0);
    bytes
}

/// Adds the files that say what dashboard-linter is not to tell of the dashboards beside them; their names begin with
/// a dot, so that walking passes them by.
fn add_exemptions(config: &Config, files: &mut Vec<PathBuf>) {
    let is_json = |path: &&PathBuf| path.as_os_str().as_encoded_bytes().ends_with(b".json");
    let folders: BTreeSet<&Path> = files.iter().filter(is_json).filter_map(|path| path.parent()).collect();
    let beside = folders.into_iter().map(|folder| folder.join(super::EXEMPTIONS));
    let found: Vec<PathBuf> = beside.filter(|path| config.takes(path) && path.is_file()).collect();
    files.extend(found);
}

fn walk(
    root: &Path,
    homes: &[PathBuf],
    config: &Config,
    found: &mut Discovered,
    files: &mut Vec<PathBuf>,
    entered: &mut BTreeSet<PathBuf>,
) {
    if let Ok(real) = root.canonicalize()
        && !entered.insert(real)
    {
        return;
    }
    let mut links = Vec::new();
    // Most entries lie in the folder of the one before them.
    let mut folder = (PathBuf::new(), PathBuf::new());
    let mut entries = WalkBuilder::new(root);
    entries.require_git(false).hidden(false).filter_entry(is_visible);
    for entry in entries.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = path_of(&error).unwrap_or_else(|| root.to_owned());
                found.obstacles.push((path, reason(&error)));
                continue;
            }
        };
        let parent = entry.path().parent().filter(|_| entry.depth() > 0);
        let path = match parent {
            None => super::normalised(entry.path()),
            Some(parent) => {
                if folder.0.as_os_str() != parent.as_os_str() {
                    folder = (parent.to_owned(), super::normalised(parent));
                }
                folder.1.join(entry.file_name())
            }
        };
        if !config.takes(&path) {
            continue;
        }
        if entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) {
            found.folders.push(path);
        } else if entry.path_is_symlink() && entry.depth() > 0 {
            links.push(path);
        } else if entry.file_type().is_some_and(|kind| kind.is_file())
            && is_name_of_readable_kind(&entry.file_name().to_string_lossy())
            && !is_spare(&path)
        {
            files.push(path);
        } else if entry.file_type().is_some() {
            found.passed_by += 1;
        }
    }
    links.sort();
    for link in links {
        follow(&link, root, homes, config, found, files, entered);
    }
}

/// A link to something inside the roots is met there anyway; one that leads to something else in the repository is
/// followed; none is followed out of it, so that a file of a stranger cannot name one of the machine.
fn follow(
    link: &Path,
    root: &Path,
    homes: &[PathBuf],
    config: &Config,
    found: &mut Discovered,
    files: &mut Vec<PathBuf>,
    entered: &mut BTreeSet<PathBuf>,
) {
    match link.canonicalize() {
        // What has no name of ours may have led anywhere.
        Err(_) if !is_readable_kind(link) => found.passed_by += 1,
        // Where it leads to on the machine of its author is not part of the repository.
        Err(_) if leads_out(link, root) => found.strays.push((link.to_owned(), Stray::Out)),
        // What git does not keep, everybody makes for themselves.
        Err(_) if leads_to_ignored(link) => found.passed_by += 1,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            found.obstacles.push((link.to_owned(), "this symbolic link leads nowhere".to_owned()));
        }
        Err(_) => found.obstacles.push((link.to_owned(), "this symbolic link leads back to itself".to_owned())),
        Ok(target) if link.canonicalize_parent().is_some_and(|parent| parent.starts_with(&target)) => {
            found.strays.push((link.to_owned(), Stray::Back));
        }
        Ok(target) if homes.iter().any(|home| target.starts_with(home)) => {}
        Ok(_) if !is_within(link, root) => found.strays.push((link.to_owned(), Stray::Out)),
        Ok(target) if target.is_dir() => walk(link, homes, config, found, files, entered),
        Ok(target) if target.is_file() && is_readable_kind(link) => {
            files.push(link.to_owned());
        }
        Ok(_) => found.passed_by += 1,
    }
}

/// Whether a link that leads nowhere here leads out of a folder by what it says.
fn leads_out(link: &Path, root: &Path) -> bool {
    let Ok(target) = link.read_link() else { return false };
    let (target, root) = (super::normalised(&link.with_file_name(target)), super::normalised(root));
    let is_here = root.as_os_str().is_empty() && target.is_relative() && !target.starts_with("..");
    !is_here && (root.as_os_str().is_empty() || !target.starts_with(root))
}

/// Whether a link leads to what a `.gitignore` keeps out of the repository.
fn leads_to_ignored(link: &Path) -> bool {
    link.read_link().is_ok_and(|target| Disk::Real.is_ignored(&super::normalised(&link.with_file_name(target))))
}

/// Whether walking comes by: at what begins with a dot it does not, unless that is a file of environment variables, and
/// neither at other people's code.
fn is_visible(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if entry.depth() == 0 {
        return true;
    }
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return !is_folder && is_env_file(entry.path());
    }
    if is_folder { !is_of_tools(entry.path()) } else { !is_made_wrong(entry.path(), entry.depth()) }
}

/// Whether a file of tests says by its name that it is wrong on purpose: `fixtures/invalid_rules.yml`. Who asks for the
/// folder of fixtures itself wants to see it: `depth` tells how many of the last names are below what was asked for.
fn is_made_wrong(file: &Path, depth: usize) -> bool {
    const FOLDERS: [&str; 4] = ["fixture", "fixtures", "test-fixtures", "testdata"];
    const WORDS: [&str; 4] = ["broken", "corrupt", "invalid", "malformed"];
    let mut folders = file.iter().rev().take(depth).skip(1);
    folders.any(|folder| FOLDERS.iter().any(|known| folder == *known)) && {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        stem.split(|letter: char| !letter.is_alphanumeric()).any(|word| WORDS.contains(&word))
    }
}

/// Whether a folder holds what tools have brought there, or what only the tests of a Go package read.
fn is_of_tools(folder: &Path) -> bool {
    let has_go = |folder: &Path| {
        let entries = folder.read_dir().into_iter().flatten().filter_map(Result::ok);
        entries.into_iter().any(|entry| Path::new(&entry.file_name()).extension().is_some_and(|end| end == "go"))
    };
    match folder.file_name().and_then(|name| name.to_str()) {
        Some("node_modules") => true,
        // Of Go, or of jsonnet-bundler.
        Some("vendor") => folder.join("modules.txt").is_file() || folder.join("github.com").is_dir(),
        Some("testdata") => folder.parent().is_some_and(has_go),
        _ => false,
    }
}

trait CanonicalParent {
    fn canonicalize_parent(&self) -> Option<PathBuf>;
}

impl CanonicalParent for Path {
    fn canonicalize_parent(&self) -> Option<PathBuf> {
        let parent = self.parent()?;
        // A path of one name lies in the working directory, which is shown as nothing.
        if parent.as_os_str().is_empty() { Path::new(".") } else { parent }.canonicalize().ok()
    }
}

/// Whether a file name promises one of the formats that promcheck reads.
pub fn is_readable_kind(path: &Path) -> bool {
    is_name_of_readable_kind(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn is_name_of_readable_kind(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = ["yml", "yaml", "json", "md", "markdown", "rules", "prom", "metrics", "rule", "tmpl", "conf"];
    // `Dockerfile.metrics` is how something is built, whatever its end says.
    let begins = |start: &&str| name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start));
    let is_build = ["dockerfile.", "containerfile."].iter().any(begins);
    !is_build && known.iter().any(|known| extension.eq_ignore_ascii_case(known))
        || is_name_of_env_file(name)
        || is_name_of_variant(name)
}

/// Whether a file is made into another one, by the end of its name: `prometheus.yml.j2`, `alerts.yaml.example`, and of
/// Prometheus' own configuration any other, such as `prometheus.yml.staging`.
pub fn is_variant(path: &Path) -> bool {
    is_name_of_variant(&path.file_name().unwrap_or_default().to_string_lossy())
}

fn is_name_of_variant(name: &str) -> bool {
    const RENDERED: [&str; 12] =
        ["j2", "jinja", "jinja2", "tmpl", "tpl", "template", "tftpl", "ctmpl", "gtmpl", "gotmpl", "erb", "in"];
    const LEFT_OVER: [&str; 9] = ["bak", "backup", "old", "orig", "save", "swp", "rej", "disabled", "off"];
    // Most names have one dot only.
    if name.bytes().filter(|byte| *byte == b'.').count() < 2 {
        return false;
    }
    let name = name.to_ascii_lowercase();
    let Some((stem, end)) = name.rsplit_once('.') else { return false };
    let is_word = || end.bytes().all(|byte| byte.is_ascii_lowercase()) && !LEFT_OVER.contains(&end);
    match stem.rsplit_once('.') {
        Some((_, "yml" | "yaml" | "json")) if RENDERED.contains(&end) || SAMPLES.contains(&end) => true,
        Some((kind, "yml" | "yaml")) => kind.ends_with("prometheus") && is_word(),
        _ => false,
    }
}

/// Ends of the names of files that are copied, not rendered.
const SAMPLES: [&str; 4] = ["example", "sample", "dist", "default"];

/// Whether a file is rendered by Jinja or Go, by the end of its name.
pub fn has_braces_by_end(path: &Path) -> bool {
    const ENDS: [&str; 8] = ["j2", "jinja", "jinja2", "tmpl", "gtmpl", "gotmpl", "ctmpl", "tpl"];
    path.extension().is_some_and(|end| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Whether a file is to be copied and filled in by hand, by the end of its name.
pub fn is_sample_by_end(path: &Path) -> bool {
    path.extension().is_some_and(|end| SAMPLES.iter().any(|sample| end.eq_ignore_ascii_case(sample)))
}

/// Whether a file is made into one that is there: that one counts.
fn is_spare(path: &Path) -> bool {
    is_variant(path) && path.with_extension("").is_file()
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child.clone()),
        _ => None,
    }
}

fn reason(error: &ignore::Error) -> String {
    match error.io_error().map(io::Error::kind) {
        Some(io::ErrorKind::PermissionDenied) => "permission denied, so nothing below it was read".to_owned(),
        Some(io::ErrorKind::NotFound) => "no such file or folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_files_by_their_names() {
        for name in ["a.yml", "A.JSON", "shop.metrics", "shop/Dockerfile/page.prom", ".env"] {
            assert!(is_readable_kind(Path::new(name)), "{name}");
        }
        for name in ["Dockerfile", "docker/Dockerfile.metrics", "Containerfile.prom", "a.rs"] {
            assert!(!is_readable_kind(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn knows_what_is_made_wrong() {
        for (name, depth, expected) in [
            ("tests/fixtures/invalid_rules.yml", 3, true),
            ("tests/fixtures/invalid_rules.yml", 2, true),
            ("tests/fixtures/invalid_rules.yml", 1, false),
            ("testdata/shop/rules-broken.yml", 3, true),
            ("invalid_rules.yml", 1, false),
            ("tests/invalid_orders_test.yml", 2, false),
            ("fixtures/rules.yml", 2, false),
        ] {
            assert_eq!(is_made_wrong(Path::new(name), depth), expected, "{name}");
        }
    }
}
