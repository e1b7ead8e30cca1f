//! What the YAML reader of Alertmanager (yaml.v2) refuses though others take it: question marks in brackets, `\/` in
//! quotes, tags that do not fit, keys that are no text, merges of what is no map.

use crate::{
    diag::{Applicability, Diagnostic, Fix},
    tree::{Complaints, Kind, Node, Style, float, whole},
};

/// Complains of everything in a document that yaml.v2 does not read.
pub(super) fn judge(root: Node<'_>, complaints: &mut Complaints) {
    question_marks(root, complaints);
    for node in root.tree().nodes().filter(|node| !node.is_alias()) {
        match node.kind() {
            Kind::Scalar(style) => {
                tag(node, complaints);
                if style == Style::DoubleQuoted {
                    slash(node, complaints);
                }
            }
            Kind::Mapping => keys(node, complaints),
            Kind::Sequence => {}
        }
    }
}

/// Complains of every text in brackets that holds a question mark and has no quotes: it ends there.
fn question_marks(root: Node<'_>, complaints: &mut Complaints) {
    let source = root.tree().source();
    let mut brackets_until = 0;
    for node in root.tree().nodes() {
        let span = node.span();
        let is_bracket = || source.offset_of(span.start).is_some_and(|at| source.text()[at..].starts_with(['{', '[']));
        match node.kind() {
            _ if node.is_alias() => {}
            Kind::Sequence | Kind::Mapping if span.end > brackets_until && is_bracket() => brackets_until = span.end,
            Kind::Scalar(Style::Plain) if span.start < brackets_until => {
                let Some(text) = node.text().filter(|text| text.contains('?')) else { continue };
                let quoted = format!("'{}'", text.replace('\'', "''"));
                let complaint = Diagnostic::error(span, "a text without quotes ends at `?` within brackets")
                    .help("put it in quotes: the YAML reader of Alertmanager is stricter than others here")
                    .fix(Fix::edit("put it in quotes", Applicability::Safe, span, quoted));
                complaints.push(complaint);
            }
            _ => {}
        }
    }
}

/// Complains of a scalar that is not what its tag says.
fn tag(node: Node<'_>, complaints: &mut Complaints) {
    let (Some(tag), Some(text)) = (node.tag(), node.text()) else { return };
    const TRUTHS: [&str; 8] = ["y", "yes", "on", "true", "n", "no", "off", "false"];
    let fits = match tag {
        "!!int" => whole(text).is_some() && !text.contains('.'),
        "!!float" => float(text).is_some(),
        "!!bool" => TRUTHS.contains(&text.to_lowercase().as_str()),
        "!!null" => matches!(text, "" | "~" | "null" | "Null" | "NULL"),
        _ => true,
    };
    if !fits {
        let message = format!("`{}` is not what its tag `{tag}` says", crate::vocab::shortened(text, 40));
        complaints.push(Diagnostic::error(node.span(), message).help("remove the tag"));
    }
}

/// Complains of `\/` in double quotes, which only JSON and newer YAML know.
fn slash(node: Node<'_>, complaints: &mut Complaints) {
    let (source, span) = (node.tree().source(), node.span());
    let Some(start) = source.offset_of(span.start) else { return };
    let Some(raw) = source.text().get(start..start + span.range().len()) else { return };
    let mut escaped = false;
    for (at, letter) in raw.char_indices() {
        if escaped && letter == '/' {
            let place = source.span(start + at - 1..start + at + 1);
            let complaint = Diagnostic::error(place, "the YAML reader of Alertmanager knows no escape `\\/`");
            complaints.push(complaint.fix(Fix::edit("write `/`", Applicability::Safe, place, "/")));
        }
        escaped = letter == '\\' && !escaped;
    }
}

/// Complains of keys that are lists or maps, and of merges of what is no map.
fn keys(map: Node<'_>, complaints: &mut Complaints) {
    for (key, value) in map.raw_entries() {
        if !matches!(key.kind(), Kind::Scalar(_)) {
            complaints.push(Diagnostic::error(key.span(), "a key is a text, not a list or a map"));
        }
        let is_map = |node: Node<'_>| node.kind() == Kind::Mapping;
        let merges = is_map(value) || (value.kind() == Kind::Sequence && value.items().all(is_map));
        if key.is_merge() && !merges {
            complaints.push(Diagnostic::error(value.span(), "`<<` takes a map, or a list of maps"));
        }
    }
}
