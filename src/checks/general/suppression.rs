//! Suppressions that are malformed, expired or without effect. The comments are read by `tree`; which of
//! them has an effect is known to the linter alone, which speaks under this check's id.

use crate::{check, kit::*, workspace::Workspace};

check! {
    /// A suppression is malformed, has expired, or suppresses nothing.
    ///
    /// A suppression is a comment, `# promcheck: ignore group/check -- reason`: at the end of a line for that
    /// line, above an entry or a rule for all of it, and with `ignore-file` for the file. `until=2027-01-31`
    /// before the `--` lets it expire. For JSON files the configuration has `ignore:`, with path and reason.
    ///
    /// ## Why it matters
    /// A comment that suppresses nothing hides the next finding, and one that is malformed does not do what its
    /// author believes.
    ///
    /// ## Example
    /// ```yaml
    /// groups:
    ///   - name: node
    ///     rules:
    ///       # promcheck: ignore rules/structure
    ///       - alert: Down
    ///         record: down
    ///         expr: up == 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// groups:
    ///   - name: node
    ///     rules:
    ///       # promcheck: ignore rules/structure -- this file is loaded by a fork that takes both
    ///       - alert: Down
    ///         record: down
    ///         expr: up == 0
    /// ```
    pub struct Suppression {}
    id: "general/suppression", severity: Warning,
}

impl Check for Suppression {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, _: &Facts<'_>, out: &mut Sink<'_>) {
        for complaint in workspace.readings.iter().flat_map(|reading| &reading.about_directives) {
            out.adopt(complaint.clone());
        }
    }
}
