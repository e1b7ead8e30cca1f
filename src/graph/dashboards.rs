//! Dashboards, each with the panels that ask for metrics.

use crate::model::dashboard::Dashboard;

use super::{About, Panel, drawing::Drawing};

/// Draws all dashboards.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>) {
    for document in &drawing.facts.workspace.documents {
        let Some(dashboard) = document.dashboard() else { continue };
        let file = drawing.file(document);
        let title = dashboard.title.as_ref().map_or(file.as_str(), |title| title.text()).to_owned();
        let uid = dashboard.uid.as_ref().map(|uid| uid.value.clone());
        let node = drawing.add(title, vec![file], About::Dashboard { uid, panels: panels(dashboard) });
        let name = dashboard.title.as_ref().map_or(document.span, |title| title.full_span());
        drawing.place(node, name, document.span);
        drawing.reads(node, document.span);
    }
}

/// The panels with their queries, in the order of the dashboard; those of variables and annotations together at the end.
fn panels(dashboard: &Dashboard) -> Vec<Panel> {
    let mut panels: Vec<(Option<usize>, Panel)> = Vec::new();
    for query in dashboard.queries() {
        let at = query.panel.and_then(|panel| dashboard.panels.iter().position(|own| std::ptr::eq(own, panel)));
        let expr = query.interpolated.raw.text().to_owned();
        match panels.last_mut().filter(|(last, _)| *last == at) {
            Some((_, panel)) => panel.exprs.push(expr),
            None => {
                let title = query.panel.and_then(|panel| panel.title.as_ref()).map(|title| title.text().to_owned());
                panels.push((at, Panel { title, exprs: vec![expr] }));
            }
        }
    }
    panels.into_iter().map(|(_, panel)| panel).collect()
}
