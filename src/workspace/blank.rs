//! Parts of a file that pint is told to pass over: they are blanked before anything is read, since templates often stand
//! there that are no YAML.

/// Whose comments count.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum Comments {
    /// Those for promcheck.
    #[default]
    Own,
    /// Those for pint and promruval, too.
    OfPeers,
}

/// What stands behind `# pint` on a line: the verb and the rest.
pub fn pint(line: &str) -> Option<(&str, &str)> {
    let (_, said) = line.match_indices('#').find_map(|(at, sign)| {
        let rest = line[at + sign.len()..].trim_start_matches('#');
        let said = rest.strip_prefix([' ', '\t'])?.trim_start().strip_prefix("pint")?;
        said.starts_with([' ', '\t']).then_some((at, said.trim()))
    })?;
    Some(said.split_once([' ', '\t']).map_or((said, ""), |(verb, rest)| (verb, rest.trim())))
}

/// The text with blanks, one for each byte, where pint is to ignore it; `None` when that is nowhere.
pub fn blanked(text: &str) -> Option<String> {
    if !text.contains("pint") {
        return None;
    }
    let mut blanked = String::with_capacity(text.len());
    let (mut until_end, mut block, mut next) = (false, false, false);
    let mut is_changed = false;
    for line in text.split_inclusive('\n') {
        let verb = pint(line).map(|(verb, _)| verb);
        let hides = until_end || block || next || verb == Some("ignore/line");
        next = verb == Some("ignore/next-line");
        block = (block || verb == Some("ignore/begin")) && verb != Some("ignore/end");
        until_end |= verb == Some("ignore/file");
        is_changed |= hides;
        if hides {
            blanked.extend(line.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
        } else {
            blanked.push_str(line);
        }
    }
    is_changed.then_some(blanked)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_said_to_pint() {
        for (line, expected) in [
            ("# pint ignore/file", Some(("ignore/file", ""))),
            ("  expr: up # pint disable promql/series(up) # why", Some(("disable", "promql/series(up) # why"))),
            ("#   pint   rule/owner  bob", Some(("rule/owner", "bob"))),
            ("#pint ignore/file", None),
            ("# pints ignore/file", None),
            ("pint ignore/file", None),
            ("# a # pint ignore/line", Some(("ignore/line", ""))),
        ] {
            assert_eq!(pint(line), expected, "{line}");
        }
    }

    #[test]
    fn blanks() {
        for (text, expected) in [
            ("{% a %} # pint ignore/line\nb\n", "                          \nb\n"),
            ("# pint ignore/next-line\nä\nb\n", "# pint ignore/next-line\n  \nb\n"),
            (
                "a\n# pint ignore/begin\n{%\n%}\n# pint ignore/end\nb",
                "a\n# pint ignore/begin\n  \n  \n                 \nb",
            ),
            ("a\n# pint ignore/file\r\nb\r\n", "a\n# pint ignore/file\r\n \r\n"),
        ] {
            assert_eq!(blanked(text).as_deref(), Some(expected), "{text:?}");
        }
        assert_eq!(blanked("a # pint disable promql/series\n"), None);
    }

    proptest! {
        #[test]
        fn every_byte_keeps_its_place(text in "([ab#\n]|# pint ignore/(file|line|begin|end|next-line)|ä){0,20}") {
            if let Some(blanked) = blanked(&text) {
                prop_assert_eq!(blanked.len(), text.len());
                let breaks = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
                prop_assert_eq!(breaks(&blanked), breaks(&text));
            }
        }
    }
}
