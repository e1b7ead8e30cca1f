//! `promcheck lint --watch`: everything is linted again when a file changes, and what that brought and cured is told.

#![expect(clippy::disallowed_methods, reason = "the command tells how long it takes")]

use std::{
    collections::BTreeMap,
    convert::Infallible,
    io::{self, Write},
    time::Instant,
};

use crate::{
    diag::Diagnostic,
    lint::{self, Session},
    report::{Format, Ink, Paint, one_line},
    text::Files,
    workspace::Watch,
};

use super::{
    super::{
        arguments::LintArguments,
        error::CliError,
        screen::{CLEAR, Screen},
    },
    linted, name_unread, request, write,
};

/// Lints, and again when something changes that counts, until the program is ended.
pub fn run(arguments: &LintArguments, screen: Screen, out: &mut dyn Write) -> Result<Infallible, CliError> {
    let mut watch = Watch::default();
    let mut before = None;
    loop {
        if screen.terminal {
            out.write_all(CLEAR.as_bytes()).map_err(CliError::Output)?;
        }
        let began = Instant::now();
        let round = request(arguments).and_then(|request| {
            // What changes from here on is seen, also while it is read.
            watch.follow(lint::followed(&request));
            linted(arguments, &request)
        });
        let notice = match round {
            Ok(found) => {
                name_unread(arguments, &found.workspace, &mut io::stderr().lock()).map_err(CliError::Output)?;
                write(arguments, &found, began, screen, out)?;
                // Of source code it is known only now which of it counts.
                watch.also(found.workspace.files.iter().map(|(_, file)| file.path.clone()));
                let now = Found::of(&found);
                let since = before.as_ref().map_or(String::new(), |before| now.since(before, screen));
                before = Some(now);
                since
            }
            // What cannot be read now may come back.
            Err(error) => format!("{}\n", one_line(&error.to_string())),
        };
        let waiting = Paint::new(screen.colour).ink(Ink::Dim, "waiting for changes; Ctrl-C ends this").to_string();
        tell(arguments, &format!("{notice}{waiting}\n"), out).map_err(CliError::Output)?;
        watch.wait();
    }
}

/// Says something beside the findings, where no program reads them.
fn tell(arguments: &LintArguments, words: &str, out: &mut dyn Write) -> io::Result<()> {
    if arguments.format == Format::Human {
        out.write_all(words.as_bytes())?;
        return out.flush();
    }
    out.flush()?;
    io::stderr().lock().write_all(words.as_bytes())
}

/// Findings by what they say, wherever in its file each stands, with a line for each.
struct Found(BTreeMap<(String, &'static str, String), Vec<String>>);

impl Found {
    fn of(session: &Session) -> Self {
        Self::among(&session.workspace.files, &session.findings)
    }

    fn among(files: &Files, findings: &[Diagnostic]) -> Self {
        let mut all: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for finding in findings {
            let file = files.file(finding.span.file);
            let (place, name) = (file.position(finding.span.start), one_line(&file.name));
            let (message, check) = (one_line(&finding.message), finding.check);
            let line = format!("{name}:{}:{}: {}: {message} [{check}]", place.line, place.column, finding.severity);
            all.entry((file.name.clone(), check, finding.message.clone())).or_default().push(line);
        }
        Self(all)
    }

    /// What is here and was not before, and the other way round: how many, and a line for each.
    fn since(&self, before: &Found, screen: Screen) -> String {
        let (new, gone) = (self.without(before), before.without(self));
        let paint = Paint::new(screen.colour);
        let counted = |lines: &[&str]| if lines.is_empty() { "nothing".to_owned() } else { lines.len().to_string() };
        let mut told = format!("since the last run: {} new, {} fixed\n", counted(&new), counted(&gone));
        for (word, ink, lines) in [("new", Ink::Bold, new), ("fixed", Ink::Good, gone)] {
            for line in lines {
                told.push_str(&format!("{} {line}\n", paint.ink(ink, format!("{word:>7}").as_str())));
            }
        }
        told
    }

    /// The lines that another does not have, or not as often.
    fn without(&self, other: &Found) -> Vec<&str> {
        let rest = self.0.iter().flat_map(|(key, lines)| {
            let known = other.0.get(key).map_or(0, Vec::len);
            lines.iter().skip(known)
        });
        rest.map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SourceFile, Span};

    fn found(text: &str, messages: &[(&str, &str)]) -> Found {
        let mut files = Files::default();
        let file = files.add(SourceFile::new("a.yml".into(), "a.yml".into(), text));
        let finding = |(at, message): &(&str, &str)| {
            let at = text.find(at).expect("it is there") as u32;
            let finding = Diagnostic::warning(Span::new(file, at, at + 1), *message);
            Diagnostic { check: "promql/syntax", ..finding }
        };
        Found::among(&files, &messages.iter().map(finding).collect::<Vec<_>>())
    }

    #[test]
    fn what_moves_is_neither_new_nor_fixed() {
        let before = found("a\nb\n", &[("a", "one"), ("b", "two")]);
        let moved = found("\n\na\nb\n", &[("a", "one"), ("b", "two")]);
        let screen = Screen::of_file();
        assert_eq!(moved.since(&before, screen), "since the last run: nothing new, nothing fixed\n");
        let after = found("b\nb\n\nc", &[("b", "two"), ("c", "two"), ("c", "three")]);
        assert_eq!(
            after.since(&before, screen),
            "since the last run: 2 new, 1 fixed\n\
             \x20   new a.yml:4:1: warning: three [promql/syntax]\n\
             \x20   new a.yml:4:1: warning: two [promql/syntax]\n\
             \x20 fixed a.yml:1:1: warning: one [promql/syntax]\n"
        );
    }
}
