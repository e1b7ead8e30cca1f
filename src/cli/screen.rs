//! What the place that output goes to can show.

#![expect(clippy::disallowed_methods, reason = "the environment says whether colours are wanted")]

use std::io::{self, IsTerminal};

use terminal_size::{Width, terminal_size};

/// Columns where no terminal says how many there are.
const USUAL_WIDTH: usize = 100;

/// What takes away all that a terminal shows, and puts the cursor at its beginning.
pub const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// When to colour.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// All.
    pub const ALL: [Color; 3] = [Color::Auto, Color::Always, Color::Never];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        }
    }

    fn on(self, terminal: bool) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}

/// What output may look like.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Screen {
    /// Whether a person watches.
    pub terminal: bool,
    /// Whether colours may be written.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

impl Screen {
    /// That of the standard output.
    pub fn of_stdout(color: Color) -> Self {
        Self::of(io::stdout().is_terminal(), color)
    }

    /// That of the standard error.
    pub fn of_stderr(color: Color) -> Self {
        Self::of(io::stderr().is_terminal(), color)
    }

    /// That of a file.
    pub fn of_file() -> Self {
        Self { terminal: false, colour: false, width: USUAL_WIDTH }
    }

    fn of(terminal: bool, color: Color) -> Self {
        let width = match terminal_size() {
            // Wider text is no easier to read.
            Some((Width(columns), _)) if terminal => usize::from(columns).clamp(40, 120),
            _ => USUAL_WIDTH,
        };
        Self { terminal, colour: color.on(terminal), width }
    }
}
