//! What git says of files: whether their texts can be had back, and what they were.

#![expect(clippy::disallowed_methods, reason = "whether a file lies in a repository is asked of the disk")]

use std::{
    ffi::OsStr,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    text::FileId,
    workspace::{self, Earlier, is_readable_kind, normalised},
};

use super::error::CliError;

/// Why git cannot be asked where there is none.
const NO_GIT: &str = "git is not there to be asked";

/// What to do where git answers nothing at all, whatever it is asked.
pub fn remedy(reason: &str) -> Option<&'static str> {
    let remedies = [
        (NO_GIT, "install git; the image that holds promcheck alone has none"),
        (
            "dubious ownership",
            "the folder belongs to another user, as in a container: `git config --global --add safe.directory \"$PWD\"`",
        ),
        ("not a git repository", "what was there before is asked of git: name a folder of a repository"),
    ];
    remedies.iter().find(|(said, _)| reason.contains(said)).map(|(_, remedy)| *remedy)
}

/// Refuses a file with changes that are not committed, or that git does not know. A file outside of every repository
/// passes.
///
/// # Errors
/// When it is such a file, or git cannot be asked.
pub fn demand_committed(path: &Path) -> Result<(), CliError> {
    let Ok(file) = path.canonicalize() else { return Ok(()) };
    let Some(folder) = file.parent() else { return Ok(()) };
    if !folder.ancestors().any(|above| above.join(".git").exists()) {
        return Ok(());
    }
    let file = file.as_os_str();
    let said = ask(folder, &[OsStr::new("status"), OsStr::new("--porcelain"), OsStr::new("--"), file]);
    let said = said.map_err(|reason| CliError::GitSilent { path: path.to_path_buf(), reason })?;
    if said.is_empty() { Ok(()) } else { Err(CliError::Uncommitted(path.to_path_buf())) }
}

/// What git answers in a folder; the error is the first line of its complaint.
fn ask<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Result<Vec<u8>, String> {
    answer(&mut command(folder, arguments), &[])
}

/// Git in a folder. The repository's own settings must not make it start another program.
fn command<A: AsRef<OsStr>>(folder: &Path, arguments: &[A]) -> Command {
    let mut git = Command::new("git");
    // Nor must a partial clone fetch what it lacks.
    git.args(["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never"]);
    // What it says is told apart by its words, which are to be English.
    git.args(arguments).current_dir(folder).env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C");
    git
}

/// Runs git to its end, with this on its standard input.
fn answer(git: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => NO_GIT.to_owned(),
        _ => error.to_string(),
    };
    let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(broken)?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // Git answers while it is asked; both would wait for each other if only one of us did a thing at a time.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(broken)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("it failed").to_owned())
}

/// The state of the files below `roots` when the work that is not yet in `revision` began: at the newest commit that both
/// have in common, or at `revision` itself where there is none. Files that git does not know are new.
///
/// # Errors
/// When git cannot be asked, or knows no such revision.
pub fn earlier(roots: &[PathBuf], revision: &str) -> Result<Earlier, CliError> {
    let unknown = |reason: String| CliError::NoRevision { revision: revision.to_owned(), reason };
    let first = roots.first().map_or(Path::new("."), PathBuf::as_path);
    let first = first.canonicalize().map_err(|error| unknown(error.to_string()))?;
    let folder = if first.is_dir() { first.as_path() } else { first.parent().unwrap_or(&first) };
    let top = line(ask(folder, &["rev-parse", "--show-toplevel"]).map_err(unknown)?);
    let top = PathBuf::from(top);
    let commit = format!("{revision}^{{commit}}");
    let commit =
        line(ask(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|reason| {
            unknown(if reason == "it failed" { "git knows no such commit".to_owned() } else { reason })
        })?);
    let base = ask(folder, &["merge-base", &commit, "HEAD"]).map_or_else(|_| commit.clone(), line);
    let raw =
        ["diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules", &base, "--"];
    let changed = blobs(&ask(&top, &raw).map_err(unknown)?);
    let untracked = ask(&top, &["ls-files", "--others", "--exclude-standard", "-z"]).map_err(unknown)?;
    let untracked = untracked.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    let changed = changed.into_iter().chain(untracked.map(|path| (text(path), None)));
    let changed: Vec<(PathBuf, Option<String>)> =
        changed.filter_map(|(path, blob)| Some((as_given(&top.join(path), roots)?, blob))).collect();
    let wanted: Vec<&str> = changed.iter().filter_map(|(_, blob)| blob.as_deref()).collect();
    let mut contents = contents(&top, &wanted).map_err(unknown)?.into_iter();
    let texts = changed.iter().map(|(path, blob)| {
        let before = blob.as_ref().and_then(|_| contents.next()).map(|bytes| workspace::decode(FileId(0), bytes).text);
        (path.clone(), before.map(Into::into))
    });
    Ok(Earlier { name: revision.to_owned(), texts: texts.collect() })
}

/// The paths of `git diff --raw -z`, each with the blob that it had, if it had one.
fn blobs(raw: &[u8]) -> Vec<(String, Option<String>)> {
    let mut fields = raw.split(|byte| *byte == 0).map(text);
    let mut found = Vec::new();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        // `:100644 100644 <before> <after> M`
        let before = head.split(' ').nth(2).unwrap_or_default();
        let is_there = before.bytes().any(|byte| byte != b'0');
        found.push((path, is_there.then(|| before.to_owned())));
    }
    found
}

/// The contents of blobs, in order.
fn contents(top: &Path, blobs: &[&str]) -> Result<Vec<Vec<u8>>, String> {
    if blobs.is_empty() {
        return Ok(Vec::new());
    }
    let asked = blobs.iter().map(|blob| format!("{blob}\n")).collect::<String>();
    let said = answer(&mut command(top, &["cat-file", "--batch"]), asked.as_bytes())?;
    let mut rest = said.as_slice();
    let mut contents = Vec::with_capacity(blobs.len());
    for blob in blobs {
        // `<blob> blob <size>`, the bytes, a line feed.
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let size = text(&rest[..end]).rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let bytes = size.and_then(|size| rest.get(end + 1..end + 1 + size));
        let bytes = bytes.ok_or_else(|| format!("it does not give the content of {blob}"))?;
        contents.push(bytes.to_vec());
        rest = rest.get(end + 2 + bytes.len()..).unwrap_or_default();
    }
    Ok(contents)
}

/// A path as discovery would find it below the paths that were given, if it is one that is read.
fn as_given(path: &Path, roots: &[PathBuf]) -> Option<PathBuf> {
    roots.iter().find_map(|root| {
        let rest = path.strip_prefix(root.canonicalize().ok()?).ok()?;
        if rest.as_os_str().is_empty() {
            return Some(normalised(root));
        }
        is_readable_kind(path).then(|| normalised(&root.join(rest)))
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn line(bytes: Vec<u8>) -> String {
    text(&bytes).trim_end().to_owned()
}
