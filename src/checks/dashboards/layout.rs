//! Panels that are not where they seem to be, or nowhere at all.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{
            Dashboard, Style,
            panel::{Grid, Panel},
        },
    },
    vocab::{listed, nearest},
};

check! {
    /// Panels overlap, reach beyond the grid, or are not shown at all.
    ///
    /// ## Why it matters
    /// Grafana shows the panels inside a row only while the row is folded; in one that is open they are lost. What
    /// overlaps is pushed down to where nobody meant it to be. An element that the layout does not name is on no screen.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "row", "title": "Details", "collapsed": false,
    ///   "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1},
    ///   "panels": [{"type": "text", "title": "Read me", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 4}}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "panels": [{"type": "row", "title": "Details", "collapsed": false,
    ///   "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": []},
    ///   {"type": "text", "title": "Read me", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 4}}]}
    /// ```
    pub struct Layout {}
    id: "dashboards/layout", severity: Error,
}

/// Pairs of more panels than any dashboard has would take ever longer to look at.
const MOST_PANELS: usize = 2000;

/// Columns of the grid.
const COLUMNS: f64 = 24.0;

impl Check for Layout {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard() else { return };
        too_wide(dashboard, out);
        match dashboard.style {
            Style::Classic => {
                overlapping(dashboard, out);
                lost_in_open_rows(dashboard, out);
            }
            Style::V2 => elements(dashboard, out),
        }
    }
}

fn too_wide(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let beyond = |grid: &&Grid| grid.x + grid.width > COLUMNS;
    let wide: Vec<&Grid> = dashboard.panels.iter().filter_map(|panel| panel.grid.as_ref()).filter(beyond).collect();
    let Some(first) = wide.first() else { return };
    let others = here_and_more(wide.len());
    let end = first.x + first.width;
    out.report(first.span, format!("the panel reaches to column {end} of a grid of {COLUMNS}{others}"))
        .severity(Severity::Warning)
        .help("make it narrower, or move it to the left");
}

/// Two panels of one row, or outside of rows, that cover the same cell.
fn overlapping(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let placed: Vec<(&Panel, Grid)> = dashboard
        .panels
        .iter()
        .filter(|panel| panel.row.is_none_or(|row| dashboard.panels[row].collapsed))
        .filter_map(|panel| Some((panel, panel.grid?)))
        .take(MOST_PANELS)
        .collect();
    let mut pairs = Vec::new();
    for (at, (panel, grid)) in placed.iter().enumerate() {
        let covered = |(other, place): &&(&Panel, Grid)| other.row == panel.row && place.overlaps(grid);
        pairs.extend(placed[..at].iter().find(covered).map(|(_, other)| (*grid, *other)));
    }
    let Some((panel, other)) = pairs.first() else { return };
    let others = here_and_more(pairs.len());
    out.report(panel.span, format!("the panel covers a part of another one{others}"))
        .severity(Severity::Info)
        .label(other.span, "the other one")
        .help("move one of the two; Grafana pushes one down");
}

fn lost_in_open_rows(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let mut panels_inside: BTreeMap<usize, usize> = BTreeMap::new();
    for row in dashboard.panels.iter().filter_map(|panel| panel.row) {
        *panels_inside.entry(row).or_default() += 1;
    }
    for (index, row) in dashboard.panels.iter().enumerate() {
        let inside = panels_inside.get(&index).copied().unwrap_or_default();
        let (Some(kind), true) = (&row.kind, row.is_row() && inside > 0 && !row.collapsed && !row.legacy_row) else {
            continue;
        };
        let place = row.title.as_ref().map_or(kind.span, Excerpt::full_span);
        let what = if inside == 1 { "the panel".to_owned() } else { format!("the {inside} panels") };
        out.report(place, format!("Grafana does not show {what} inside this row, since the row is open"))
            .severity(Severity::Warning)
            .help("say `\"collapsed\": true`, or move what is inside `panels` behind the row");
    }
}

fn elements(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let Some(elements) = &dashboard.elements else { return };
    for reference in elements.dangling() {
        let names = elements.names.iter().map(|name| name.value.as_str());
        let finding = out.report(reference.span, format!("there is no element `{}`", reference.value));
        match nearest(&reference.value, names) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("add it to `elements`, or remove the item"),
        };
    }
    let orphans: Vec<&Spanned<String>> = elements.orphans().collect();
    let Some(first) = orphans.first() else { return };
    let names = listed(orphans.iter().map(|name| &name.value), ", ");
    let (what, verb) = if orphans.len() == 1 { ("the element", "is") } else { ("the elements", "are") };
    out.report(
        first.span,
        format!(
            "{what} {names} {verb} shown nowhere: the layout does not name {}",
            if orphans.len() == 1 { "it" } else { "them" }
        ),
    )
    .severity(Severity::Warning)
    .help("give the layout an item for it, or remove it");
}
