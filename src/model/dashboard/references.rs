//! Every datasource reference of a dashboard, wherever it stands.

use super::{Dashboard, datasource::DatasourceRef, panel::Panel};

impl Panel {
    /// Its references to datasources: its own, and those of its targets.
    pub fn datasource_references(&self) -> impl Iterator<Item = &DatasourceRef> {
        self.datasource.iter().chain(self.targets.iter().filter_map(|target| target.datasource.as_ref()))
    }
}

impl Dashboard {
    /// Its references to datasources: of panels and their targets, annotations and variables. Rows ask nothing, whatever
    /// they refer to.
    pub fn datasource_references(&self) -> impl Iterator<Item = &DatasourceRef> {
        let of_panels = self.panels.iter().filter(|panel| !panel.is_row()).flat_map(Panel::datasource_references);
        let of_annotations = self.annotations.iter().filter_map(|annotation| annotation.datasource.as_ref());
        let of_variables = self.variables.iter().filter_map(|variable| variable.datasource.as_ref());
        of_panels.chain(of_annotations).chain(of_variables)
    }
}
