//! `promcheck policy`: what the configuration demands, as Markdown for a wiki.

use std::{
    fmt::Write as _,
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    checks::TABLE,
    config::{self, Config, Level, Setting},
    kit::Meta,
    text::FileId,
    tree::{Kind, Node},
    vocab::listed,
    workspace::read_bytes,
};

use super::error::CliError;

/// Prints the policy of the folder or file at a path.
pub fn run(path: &Path, out: &mut dyn Write) -> Result<(), CliError> {
    let config = match config::find(path) {
        Some(found) => read(&found)?,
        None => Config::none(PathBuf::new()),
    };
    out.write_all(markdown(&config).as_bytes()).map_err(CliError::Output)
}

fn read(path: &Path) -> Result<Config, CliError> {
    let unreadable = |reason| CliError::Unreadable { path: path.to_path_buf(), reason };
    let text = String::from_utf8(read_bytes(path).map_err(unreadable)?);
    let text = text.map_err(|error| unreadable(format!("it is not UTF-8: {}", error.utf8_error())))?;
    Ok(Config::read(FileId(0), text, path.parent().unwrap_or(Path::new("")).to_path_buf()).0)
}

/// The policy: what is demanded, what else runs otherwise than usual, what is accepted.
fn markdown(config: &Config) -> String {
    let mut text = "# Monitoring policy\n\n".to_owned();
    match &config.preset {
        Some(preset) => {
            let _ = writeln!(text, "Based on the preset `{}` of promcheck.\n", preset.value.word());
        }
        None => text.push_str("What promcheck holds the rules, dashboards and docs of this project to.\n\n"),
    }
    text.push_str("## Demands\n\n");
    let before = text.len();
    for entry in TABLE {
        demand(entry.meta, &config.setting(entry.meta.id), &mut text);
    }
    if text.len() == before {
        text.push_str("Nothing beyond what every check says by itself.\n\n");
    }
    levels(config, &mut text);
    accepted(config, &mut text);
    text.push_str("Each check explains itself: `promcheck explain ID`.\n");
    text
}

/// A check that has options: what it says, and what it was told.
fn demand(meta: &Meta, setting: &Setting<'_>, text: &mut String) {
    if setting.options.is_empty() || setting.level == Some(Level::Off) {
        return;
    }
    let _ = writeln!(text, "### `{}` ({})\n\n{}\n", meta.id, level(meta, setting), meta.summary());
    for (key, value) in &setting.options {
        let name = key.text().unwrap_or_default();
        let about = meta.options.iter().find(|option| option.name == name);
        let about = about.map_or(name, |option| option.docs.trim().trim_end_matches('.'));
        let _ = writeln!(text, "- {about}: {}", spelled(*value));
    }
    text.push('\n');
}

/// A value of the configuration in words.
fn spelled(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Sequence => listed(node.items().filter_map(|item| item.text()), ", "),
        Kind::Mapping => {
            let entries = node.entries().into_iter();
            let parts = entries.map(|(key, value)| format!("`{}`: {}", key.text().unwrap_or_default(), spelled(value)));
            parts.collect::<Vec<_>>().join("; ")
        }
        Kind::Scalar(_) => format!("`{}`", node.text().unwrap_or_default()),
    }
}

fn level(meta: &Meta, setting: &Setting<'_>) -> &'static str {
    match setting.level {
        Some(Level::At(severity)) => severity.word(),
        Some(Level::Off) => "off",
        None => meta.severity.word(),
    }
}

/// The checks whose level is another than by default.
fn levels(config: &Config, text: &mut String) {
    let changed = TABLE.iter().filter_map(|entry| {
        let setting = config.setting(entry.meta.id);
        let usual = if entry.meta.opt_in { "off" } else { entry.meta.severity.word() };
        let now = level(entry.meta, &setting);
        (setting.level.is_some() && now != usual).then_some((entry.meta, usual, now))
    });
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        return;
    }
    text.push_str("## Changed levels\n\n| Check | By default | Here | What it finds |\n|---|---|---|---|\n");
    for (meta, usual, now) in changed {
        let _ = writeln!(text, "| `{}` | {usual} | {now} | {} |", meta.id, meta.summary());
    }
    text.push('\n');
}

/// What is accepted by way of exception.
fn accepted(config: &Config, text: &mut String) {
    if config.ignore.is_empty() {
        return;
    }
    text.push_str("## Accepted exceptions\n\n| Check | Files | Why | Until |\n|---|---|---|---|\n");
    for ignore in &config.ignore {
        let files = ignore.path.as_ref().map_or("all".to_owned(), |glob| format!("`{}`", glob.value.as_str()));
        let until = ignore.until.as_ref().map_or(String::new(), |until| until.value.to_string());
        let _ = writeln!(text, "| `{}` | {files} | {} | {until} |", ignore.check.value, cell(&ignore.reason.value));
    }
    text.push('\n');
}

/// A text that does not break a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> String {
        markdown(&Config::read(FileId(0), text.to_owned(), PathBuf::new()).0)
    }

    #[test]
    fn prints_demands_levels_and_exceptions() {
        let text = policy(
            "preset: strict\nchecks:\n  policy/labels:\n    required: [severity, team]\n  rules/humanize: off\n\
             ignore:\n  - {check: promql/regex, path: vendor/, reason: not ours | theirs, until: 2027-01-01}\n",
        );
        for expected in [
            "Based on the preset `strict`",
            "- Labels that every alert has to have: `severity`, `team`\n",
            "- The values that a label may have, by label: `severity`: `critical`, `warning`, `info`, `none`\n",
            "| `rules/humanize` | info | off |",
            "| `promql/style` | off | warning |",
            "| `promql/regex` | `vendor/` | not ours \\| theirs | 2027-01-01 |",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
    }

    #[test]
    fn without_configuration_nothing_is_demanded() {
        assert!(policy("{}").contains("Nothing beyond what every check says by itself."));
    }
}
