//! A `.test` script as Prometheus' own engine tests are written: commands, one after the other.
//!
//! The whole of the format is in Prometheus' `promql/promqltest/README.md`. A command that cannot be read
//! is kept with the reason, so that the others still run.

mod eval;
mod load;
mod text;

pub use eval::{Eval, Expectations, Times, Wanted};
pub use load::{Load, LoadedSeries};
pub use text::Text;

/// A script.
pub struct Script {
    /// Its commands, in order.
    pub commands: Vec<Command>,
}

/// A command.
pub struct Command {
    /// What it is, as far as its first word tells.
    pub kind: Kind,
    /// What to do, or why it cannot be read.
    pub action: Result<Action, Unreadable>,
}

/// What the first word of a command says.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `eval…`.
    Eval,
    /// Anything else.
    Other,
}

/// What a command does.
pub enum Action {
    /// Forgets all series.
    Clear,
    /// Adds series.
    Load(Load),
    /// Evaluates an expression and compares.
    Eval(Box<Eval>),
}

/// Why a command cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// Line of the script, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

/// The lines of a script, trimmed, comments blanked, and how far they are read.
pub struct Lines<'s> {
    lines: Vec<&'s str>,
    next: usize,
}

impl<'s> Lines<'s> {
    fn of(text: &'s str) -> Self {
        let line = |line: &'s str| Some(line.trim()).filter(|line| !line.starts_with('#')).unwrap_or_default();
        Self { lines: text.split('\n').map(line).collect(), next: 0 }
    }

    /// The next line of the block at hand; `None` where a blank line or the script ends it.
    fn of_block(&mut self) -> Option<&'s str> {
        let line = self.lines.get(self.next).copied().filter(|line| !line.is_empty())?;
        self.next += 1;
        Some(line)
    }

    /// Number of the line read last, from 1.
    fn number(&self) -> usize {
        self.next
    }

    /// A complaint about the line read last.
    fn unreadable(&self, why: impl Into<String>) -> Unreadable {
        Unreadable { line: self.number(), why: why.into() }
    }
}

impl Script {
    /// Reads a script.
    pub fn read(text: &str) -> Self {
        let mut lines = Lines::of(text);
        let mut commands = Vec::new();
        while lines.next < lines.lines.len() {
            let Some(first) = lines.of_block() else {
                lines.next += 1;
                continue;
            };
            let word = first.split(['\t', ' ']).next().unwrap_or_default().to_lowercase();
            let kind = if word.starts_with("eval") { Kind::Eval } else { Kind::Other };
            let action = match word.as_str() {
                "clear" => Ok(Action::Clear),
                word if word.starts_with("load") => Load::read(first, &mut lines).map(Action::Load),
                word if word.starts_with("eval") => Eval::read(first, &mut lines).map(Box::new).map(Action::Eval),
                _ => Err(lines.unreadable(format!("`{first}` is no command"))),
            };
            if action.is_err() {
                while lines.of_block().is_some() {}
            }
            commands.push(Command { kind, action });
        }
        Self { commands }
    }
}
