//! Every PromQL expression of a dashboard, wherever it stands.

use crate::logql;

use super::{Dashboard, Interpolated, Language, Panel, variable::VariableQuery};

/// An expression of a dashboard.
#[derive(Copy, Clone, Debug)]
pub struct DashboardQuery<'d> {
    /// The panel it belongs to; none for those of variables and annotations.
    pub panel: Option<&'d Panel>,
    /// The expression, its variables told apart from its PromQL.
    pub interpolated: &'d Interpolated,
    /// Whether the dashboard says that a Prometheus answers it. If not, it is PromQL only if it parses.
    pub certain: bool,
}

impl Dashboard {
    /// Its LogQL expressions: of panels and annotations.
    pub fn log_queries(&self) -> impl Iterator<Item = &Interpolated<logql::Query>> {
        let of_panels =
            self.panels.iter().flat_map(|panel| panel.targets.iter().filter_map(|target| target.log_query.as_ref()));
        of_panels.chain(self.annotations.iter().filter_map(|annotation| annotation.log_query.as_ref()))
    }

    /// Its PromQL expressions: of panels, annotations and variables, in this order.
    pub fn queries(&self) -> impl Iterator<Item = DashboardQuery<'_>> {
        let of_panels = self.panels.iter().flat_map(|panel| {
            panel.targets.iter().filter_map(move |target| query(target.query.as_ref()?, target.language, Some(panel)))
        });
        let of_annotations = self
            .annotations
            .iter()
            .filter_map(|annotation| query(annotation.query.as_ref()?, annotation.language, None));
        let of_variables = self.variables.iter().filter_map(|variable| match &variable.query {
            VariableQuery::LabelValues { of: Some(of), .. }
            | VariableQuery::LabelNames { of: Some(of) }
            | VariableQuery::QueryResult(of)
            | VariableQuery::Series(of) => query(of, Language::Undecided, None),
            _ => None,
        });
        of_panels.chain(of_annotations).chain(of_variables)
    }
}

fn query<'d>(
    interpolated: &'d Interpolated,
    language: Language,
    panel: Option<&'d Panel>,
) -> Option<DashboardQuery<'d>> {
    match language {
        Language::PromQl => Some(DashboardQuery { panel, interpolated, certain: true }),
        Language::Undecided => Some(DashboardQuery { panel, interpolated, certain: false }),
        Language::MetricsQl | Language::LogQl | Language::Other => None,
    }
}
