//! Two texts of one file as a unified diff.

use std::io::{self, Write};

use similar::TextDiff;

use super::{Ink, Look, Paint, visible};

/// Unchanged lines around each change.
const CONTEXT: usize = 3;

/// Writes what changes from `before` to `after`, so that `git apply` and `patch -p1` can read it; nothing when they are
/// equal. Where colours are wanted a person reads, and then no character of the file can move the cursor.
///
/// # Errors
/// When `out` fails.
pub fn unified(name: &str, before: &str, after: &str, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let (old, new) = (format!("a/{name}"), format!("b/{name}"));
    let text = diff.unified_diff().context_radius(CONTEXT).header(&old, &new).to_string();
    if !look.colour {
        return out.write_all(text.as_bytes());
    }
    let paint = Paint::new(true);
    for (number, line) in text.lines().enumerate() {
        let line = visible(line);
        match line.as_bytes().first() {
            _ if number < 2 => writeln!(out, "{}", paint.ink(Ink::Bold, line))?,
            Some(b'@') => writeln!(out, "{}", paint.ink(Ink::Literal, line))?,
            Some(b'-') => writeln!(out, "{}", paint.ink(Ink::Severity(crate::diag::Severity::Error), line))?,
            Some(b'+') => writeln!(out, "{}", paint.ink(Ink::Good, line))?,
            _ => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str, colour: bool) -> String {
        let mut out = Vec::new();
        let look = Look { colour, width: 80, elapsed: false, summary: false };
        unified("rules/a.yml", before, after, &mut out, look).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn is_what_patch_reads() {
        assert_eq!(diff("a\nb\n", "a\nb\n", false), "");
        assert_eq!(
            diff("a\nb\n", "a\nc\n", false),
            "--- a/rules/a.yml\n+++ b/rules/a.yml\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        );
        assert!(diff("a", "b\n", false).contains("-a\n\\ No newline at end of file\n+b\n"));
    }

    #[test]
    fn shows_a_person_no_control_characters() {
        let shown = diff("a\u{1b}[2Jb\n", "c\n", true);
        assert!(shown.contains("-a␛[2Jb") && shown.contains("\u{1b}[1;32m+c"), "{shown}");
    }
}
