//! The `%YAML` directive: go-yaml reads YAML 1.1 and refuses every other version.

use crate::{diag::Diagnostic, text::Excerpt};

/// Complains of a directive that asks for another version.
pub fn complain(source: &Excerpt) -> Option<Diagnostic> {
    let text = source.text();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim_end();
        if let Some(version) =
            content.strip_prefix("%YAML ").map(|rest| rest.split('#').next().unwrap_or_default().trim())
        {
            let complaint = Diagnostic::error(
                source.span(at..at + line.trim_end().len()),
                format!("the directive asks for YAML {version}, but Prometheus and Alertmanager read 1.1 only"),
            );
            return (version != "1.1")
                .then(|| complaint.help("remove the line, and the `---` below it if nothing else needs it"));
        }
        if !content.is_empty() && !content.starts_with(['#', '%']) {
            return None;
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn knows_only_one_version() {
        for (text, refused) in [
            ("%YAML 1.1\n---\na: 1\n", false),
            ("# x\n%YAML 1.2\n---\na: 1\n", true),
            ("a: |\n%YAML 1.2\n", false),
            ("%TAG ! x\n%YAML 1.2 # y\n---\n", true),
            ("", false),
        ] {
            assert_eq!(complain(&Excerpt::whole(FileId(0), text)).is_some(), refused, "{text}");
        }
    }
}
