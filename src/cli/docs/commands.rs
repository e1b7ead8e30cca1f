//! A page for each command: its help.

use std::fmt::Write;

use clap::{Command, CommandFactory};

use crate::cli::arguments::Arguments;

use super::Pages;

/// Columns of the blocks.
const WIDTH: usize = 100;

/// Adds the pages; gives their lines for the summary.
pub fn add(pages: &mut Pages) -> String {
    let mut program = Arguments::command().term_width(WIDTH);
    program.build();
    let mut summary = String::new();
    pages.insert("commands/index.md".to_owned(), page(&mut program.clone()));
    for command in program.get_subcommands() {
        add_command(command, 1, pages, &mut summary);
    }
    summary
}

fn add_command(command: &Command, depth: usize, pages: &mut Pages, summary: &mut String) {
    if command.get_name() == "help" || command.is_hide_set() {
        return;
    }
    // `check config` and `check-config` are two.
    let words = name(command);
    let file = format!("commands/{}.md", words.strip_prefix("promcheck ").unwrap_or(&words).replace(' ', "/"));
    let _ = writeln!(summary, "{:1$}- [{2}]({file})", "", 2 * depth, name(command));
    pages.insert(file, page(&mut command.clone()));
    for part in command.get_subcommands() {
        add_command(part, depth + 1, pages, summary);
    }
}

/// `promcheck check rules`.
fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &mut Command) -> String {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("# {}\n\n```text\n{}\n```\n", name(command), lines.join("\n").trim_end())
}
