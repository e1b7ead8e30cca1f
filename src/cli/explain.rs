//! `promcheck explain`: the documentation of a check in the terminal.

use std::io::{self, Write};

use crate::{
    kit::Meta,
    report::{Ink, Paint},
};

use super::{
    catalogue::{Named, list, named},
    error::CliError,
    prose,
    screen::Screen,
};

/// Explains a check, or lists those of a group.
pub fn run(word: &str, screen: Screen, out: &mut dyn Write) -> Result<(), CliError> {
    match named(word)? {
        Named::Group(checks) => list(&checks, screen, out),
        Named::Check(meta) if screen.terminal || screen.colour => shown(meta, screen, out),
        Named::Check(meta) => out.write_all(markdown(meta).as_bytes()),
    }
    .map_err(CliError::Output)
}

fn shown(meta: &Meta, screen: Screen, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(screen.colour);
    let severity = paint.ink(Ink::Severity(meta.severity), meta.severity);
    let state = meta.condition();
    writeln!(out, "{} ({severity}{state})\n", paint.ink(Ink::Bold, meta.id))?;
    let text = markdown(meta);
    let body = text.split_once("\n\n").map_or("", |(_, body)| body);
    out.write_all(prose::render(body, screen).as_bytes())
}

/// The whole documentation as Markdown: id and severity, the check's own text, its options.
fn markdown(meta: &Meta) -> String {
    let state = meta.condition();
    let mut text = format!("# {} ({}{state})\n\n{}\n", meta.id, meta.severity, unindented(meta.docs).trim());
    if !meta.options.is_empty() {
        text.push_str("\n## Options\n");
        for option in meta.options {
            text.push_str(&format!("- `{}` ({}): {}\n", option.name, option.kind, option.docs.trim()));
        }
    }
    text
}

/// Doc comments without the blank that follows their sign.
fn unindented(docs: &str) -> String {
    docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_comments_lose_their_blank() {
        assert_eq!(unindented(" A line.\n\n ```yaml\n - a:\n     b\n ```"), "A line.\n\n```yaml\n- a:\n    b\n```");
    }
}
