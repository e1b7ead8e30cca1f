//! Variables that a dashboard uses and does not define.

use std::collections::BTreeMap;

use crate::{
    check,
    kit::*,
    model::{
        Document,
        dashboard::{Dashboard, Wrapper, mention::Place, reference::VariableUse},
    },
    vocab::{listed, nearest},
};

use super::provisioned::is_template;

check! {
    /// A dashboard uses a variable that it does not define.
    ///
    /// ## Why it matters
    /// Grafana sends the text `$name` as it stands: a matcher that matches nothing, a syntax error, or a panel
    /// that is never repeated.
    ///
    /// ## Example
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{instance=~\"$instnace\"}"}]}]}
    /// ```
    ///
    /// ## Instead
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39,
    ///  "templating": {"list": [{"name": "instance", "type": "query", "query": "label_values(up, instance)"}]},
    ///  "panels": [{"type": "timeseries", "title": "Up", "datasource": {"type": "prometheus", "uid": "prom"},
    ///   "targets": [{"refId": "A", "expr": "up{instance=~\"$instance\"}"}]}]}
    /// ```
    pub struct VarUndefined {}
    id: "dashboards/var-undefined", severity: Error,
}

impl Check for VarUndefined {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        // The variables of a library panel are those of the dashboards that show it.
        let Some(dashboard) = document.dashboard().filter(|one| one.wrapper != Wrapper::Library) else { return };
        if is_template(document, facts) {
            return;
        }
        let names = dashboard.variables.iter().filter_map(|variable| variable.name.as_ref());
        let inputs = dashboard.inputs.iter().filter_map(|input| input.name.as_ref());
        let defined: Vec<&str> = names.chain(inputs).map(|name| name.value.as_str()).collect();
        let mut undefined: BTreeMap<&str, Vec<&VariableUse>> = BTreeMap::new();
        for used in uses(dashboard) {
            let is_input = used.name.starts_with("DS_") || used.name.starts_with("VAR_");
            if !used.is_system() && !is_input && !defined.contains(&used.name.as_str()) {
                undefined.entry(&used.name).or_default().push(used);
            }
        }
        for (name, places) in undefined {
            let Some(first) = places.first() else { continue };
            let others = here_and_more(places.len());
            let finding = out.report(first.span, format!("the variable `${name}` is not defined{others}"));
            match nearest(name, defined.iter().copied()) {
                Some(near) => {
                    let files = &facts.workspace.files;
                    let edits: Option<Vec<Edit>> =
                        places.iter().map(|one| replacing(files, one.span, name, near)).collect();
                    let fix =
                        edits.and_then(|edits| Fix::edits_of(format!("use `{near}`"), Applicability::Unsafe, edits));
                    finding.help(format!("did you mean `${near}`?")).fix_if(fix)
                }
                None if defined.is_empty() => {
                    finding.help("this dashboard defines no variables; add it under `templating.list`")
                }
                None => finding.help(format!(
                    "define it under `templating.list`; defined so far: {}",
                    listed(defined.iter().map(|name| format!("${name}")), ", ")
                )),
            };
        }
    }
}

/// The uses that Grafana certainly takes for variables: in PromQL, repeats and datasources, and with
/// braces in titles and links. In other languages and texts a `$` may be just that.
fn uses(dashboard: &Dashboard) -> impl Iterator<Item = &VariableUse> {
    let in_queries = dashboard.queries().filter(|query| query.certain).flat_map(|query| &query.interpolated.uses);
    let is_braced = |used: &VariableUse| used.span.len() as usize > used.name.len() + 1;
    let elsewhere = dashboard.mentions.iter().filter(move |mention| match mention.place {
        Place::Repeat | Place::Datasource => true,
        Place::Title | Place::Link => is_braced(&mention.variable),
        _ => false,
    });
    in_queries.map(|used| &used.variable).chain(elsewhere.map(|mention| &mention.variable))
}
