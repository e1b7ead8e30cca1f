//! A command line split into words, as a shell does it: quotes, backslashes, blanks.

use crate::text::{Excerpt, ExcerptBuilder};

/// The words of a command line, without their quotes.
pub(super) fn words(line: &Excerpt) -> Vec<Excerpt> {
    let text = line.text();
    let mut found = Vec::new();
    let mut word: Option<ExcerptBuilder<'_>> = None;
    let mut quote = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, sign)) = characters.next() {
        match (quote, sign) {
            (None, blank) if blank.is_whitespace() => {
                found.extend(word.take().map(|word| word.finish()));
                continue;
            }
            (None, '"' | '\'') => {
                quote = Some(sign);
                word.get_or_insert_with(|| ExcerptBuilder::new(line));
            }
            (Some(open), close) if open == close => quote = None,
            (None | Some('"'), '\\') => {
                let word = word.get_or_insert_with(|| ExcerptBuilder::new(line));
                // A backslash before the end of a line joins the lines.
                match characters.next() {
                    Some((_, '\n')) => {}
                    Some((next, escaped)) if quote.is_none() || matches!(escaped, '"' | '\\' | '$' | '`') => {
                        word.copy(next..next + escaped.len_utf8());
                    }
                    Some((next, other)) => word.copy(at..next + other.len_utf8()),
                    None => word.copy(at..at + 1),
                }
            }
            _ => word.get_or_insert_with(|| ExcerptBuilder::new(line)).copy(at..at + sign.len_utf8()),
        }
    }
    found.extend(word.map(|word| word.finish()));
    found.retain(|word| !word.text().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{FileId, Span};

    #[test]
    fn splits_as_a_shell_does() {
        for (line, expected) in [
            ("a  b\n c", &["a", "b", "c"][..]),
            (r#"--x="a b" 'c d'"#, &["--x=a b", "c d"]),
            (r"a\ b \\", &["a b", r"\"]),
            ("a \\\n  b", &["a", "b"]),
            (r#""a\"b\n""#, &[r#"a"b\n"#]),
            ("'open", &["open"]),
            ("", &[]),
        ] {
            let found = words(&Excerpt::whole(FileId(0), line));
            assert_eq!(found.iter().map(Excerpt::text).collect::<Vec<_>>(), expected, "{line}");
        }
        let found = words(&Excerpt::whole(FileId(0), "x '--a=b'"));
        assert_eq!(found[1].full_span(), Span::new(FileId(0), 3, 8));
    }

    proptest! {
        #[test]
        fn any_line_is_split(line in "[ab\\\\\"' \né]{0,30}") {
            let found = words(&Excerpt::whole(FileId(0), line.clone()));
            for word in found {
                prop_assert!(line.get(word.full_span().range()).is_some());
            }
        }
    }
}
