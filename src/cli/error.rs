//! Why the work could not be done.

use std::{
    borrow::Cow,
    io::{self, Write},
    path::PathBuf,
};

use crate::{
    diag::Severity,
    http::Unusable,
    lint::{Failure, UnknownCheck},
    live::server::Refusal,
    report::{Ink, Paint, visible},
    vocab::PatternError,
};

use super::{git, screen::Screen};

/// What the world or the arguments got wrong.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The linter could not begin.
    #[error(transparent)]
    Lint(#[from] Failure),
    /// The report cannot be written to the file that was asked for.
    #[error("cannot write `{}`: {error}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file became another while it was worked on.
    #[error("`{}` is no longer the text that was read", .0.display())]
    Moved(PathBuf),
    /// A file that is to be changed has changes that are not committed.
    #[error("`{}` has changes that are not committed; no file was changed", .0.display())]
    Uncommitted(PathBuf),
    /// Git does not say whether a file has changes that are not committed.
    #[error("git does not say whether `{}` is committed: {reason}", .path.display())]
    GitSilent {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Git does not know a revision.
    #[error("cannot compare with `{revision}`: {reason}")]
    NoRevision {
        /// What was typed.
        revision: String,
        /// Why.
        reason: String,
    },
    /// A file is to be written where one is.
    #[error("`{}` is there already; nothing was written", .0.display())]
    AlreadyThere(PathBuf),
    /// A baseline is to be renewed, and nothing says where it lies.
    #[error("nothing says where the baseline lies")]
    NoBaselinePath,
    /// A file that was named cannot be read.
    #[error("cannot read `{}`: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A word names no check and no group.
    #[error(transparent)]
    Check(#[from] UnknownCheck),
    /// What `--run` got is no regular expression.
    #[error("`{text}` is no regular expression: {error}")]
    Pattern {
        /// What was typed.
        text: String,
        /// Why.
        error: PatternError,
    },
    /// What `--run` got fits the name of no test.
    #[error("no test has a name like `{pattern}`")]
    NoTestLike {
        /// What was typed.
        pattern: String,
        /// The names that there are.
        hint: String,
    },
    /// A test file that is not there.
    #[error("there is no file `{}`", .0.display())]
    NoTestFile(PathBuf),
    /// A folder without test files.
    #[error("there are no test files in `{}`", .0.display())]
    NoTests(PathBuf),
    /// A word that names no exporter.
    #[error("no exporter is known as `{0}`: `promcheck catalog list` names those that are")]
    NoExporter(String),
    /// There is no routing tree to look at.
    #[error("{0}")]
    NoRoutes(String),
    /// A graph has no node of a name.
    #[error("nothing here is called `{name}`")]
    NoNode {
        /// What was typed.
        name: String,
        /// A name that is much like it.
        near: Option<String>,
    },
    /// A page is to be written to a terminal.
    #[error("a page is for a browser, not for a terminal")]
    PageOnTerminal,
    /// The threads that were asked for cannot be had.
    #[error("cannot start the threads: {0}")]
    Threads(io::Error),
    /// The network cannot be asked.
    #[error("cannot ask the network: {0}")]
    Network(#[from] Unusable),
    /// A server does not tell what it has.
    #[error(transparent)]
    Server(#[from] Refusal),
    /// A check was asked for without the flag that gives it something to look at.
    #[error("`{check}` has nothing to look at without `{flag}`")]
    NeedsFlag {
        /// The check.
        check: &'static str,
        /// The flag.
        flag: &'static str,
    },
    /// Output cannot be written.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
}

impl CliError {
    /// What to do about it.
    fn hint(&self) -> Option<Cow<'_, str>> {
        if let CliError::NoNode { near: Some(near), .. } = self {
            return Some(Cow::Owned(format!("did you mean `{near}`?")));
        }
        if let CliError::NeedsFlag { flag, .. } = self {
            return Some(Cow::Owned(format!("add `{flag}`")));
        }
        if let CliError::GitSilent { reason, .. } = self {
            let remedy = git::remedy(reason).map(|remedy| format!("{remedy}; "));
            return Some(Cow::Owned(format!("{}--allow-dirty goes on without asking git", remedy.unwrap_or_default())));
        }
        let hint = match self {
            CliError::Check(_) | CliError::Lint(Failure::UnknownCheck(_)) => {
                Some("`promcheck checks` lists all checks by group")
            }
            CliError::NoTestFile(_) | CliError::Lint(Failure::NoSuchPath(_)) => {
                Some("paths are relative to the working directory")
            }
            CliError::Uncommitted(_) => Some("commit or stash them first, or add --allow-dirty"),
            CliError::AlreadyThere(_) => Some("--force replaces it"),
            CliError::NoBaselinePath => Some("name it with --baseline, or under `baseline` in .promcheck.yml"),
            CliError::Lint(Failure::NoBaseline(_)) => Some("--update-baseline writes it"),
            CliError::NoRevision { reason, .. } => git::remedy(reason).or(Some(
                "a shallow clone has few revisions: `git fetch --unshallow`, or `fetch-depth: 0` in a pipeline",
            )),
            CliError::Moved(_) => Some("it keeps its new text; run again"),
            CliError::NoTestLike { hint, .. } => Some(hint.as_str()),
            CliError::Server(refusal) => Some(refusal.hint()),
            CliError::NoTests(_) => Some("a test file is one with `tests`, and `rule_files` beside it"),
            CliError::PageOnTerminal => Some("-o graph.html writes it to a file; -f mermaid, dot and json are text"),
            CliError::Lint(Failure::Unreadable(..) | Failure::Closed(_))
            | CliError::GitSilent { .. }
            | CliError::Unreadable { .. }
            | CliError::Unwritable { .. }
            | CliError::Pattern { .. }
            | CliError::Threads(_)
            | CliError::NoRoutes(_)
            | CliError::NoExporter(_)
            | CliError::Network(_)
            | CliError::NoNode { .. }
            | CliError::NeedsFlag { .. }
            | CliError::Output(_) => None,
        };
        hint.map(Cow::Borrowed)
    }

    /// Writes it for a person.
    pub fn show(&self, out: &mut dyn Write, screen: Screen) -> io::Result<()> {
        let paint = Paint::new(screen.colour);
        let head = paint.ink(Ink::Severity(Severity::Error), "promcheck:");
        writeln!(out, "{head} {}", visible(&self.to_string()))?;
        match self.hint() {
            Some(hint) => writeln!(out, "  {}{}", paint.ink(Ink::Lead, "help: "), visible(&hint)),
            None => Ok(()),
        }
    }
}
