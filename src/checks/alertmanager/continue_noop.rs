//! `continue` where nothing follows.

use crate::{check, facts::routing::boards, kit::*, model::Document, text::SourceFile};

check! {
    /// A route says `continue`, and no route follows it.
    ///
    /// ## Why it matters
    /// `continue` hands an alert to the next routes of the same list, never to the route above. Who wrote it on the
    /// last one mostly expects that the parent, or the default receiver, is told as well.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    ///       continue: true
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    ///       continue: true
    ///     - receiver: mail
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    /// ```
    pub struct ContinueNoop {}
    id: "alertmanager/continue-noop", severity: Info,
}

impl Check for ContinueNoop {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for board in boards(facts.workspace, document) {
            let branch = board.origin.branch();
            for (place, node) in board.tree.nodes().iter().enumerate() {
                let Some(parent) = node.parent else { continue };
                let is_last = board.tree.node(parent).children.last() == Some(&place);
                let Some(goes_on) = node.route.goes_on.filter(|goes_on| goes_on.value && is_last) else { continue };
                let finding = out
                    .report(goes_on.span, format!("no {branch} follows this one, so `continue` has no effect"))
                    .help(format!("the {branch} above is not told either: put one without matchers behind this one, or remove `continue`"));
                let entry = node.route.keys.iter().find(|key| key.name == "continue").map(|key| key.entry);
                if let Some(line) = entry.and_then(|entry| own_line(entry, facts.workspace.files.file(entry.file))) {
                    finding.fix(Fix::edit("remove `continue`", Applicability::Safe, line, ""));
                }
            }
        }
    }
}

/// The whole line of an entry that stands alone on it.
fn own_line(entry: Span, file: &SourceFile) -> Option<Span> {
    let text = &file.text;
    let start = text[..entry.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[entry.end as usize..].find('\n').map(|length| entry.end as usize + length + 1)?;
    let is_alone = text[start..end].trim() == file.slice(entry);
    is_alone.then(|| Span::new(entry.file, start as u32, end as u32))
}
