//! `.lint`, in which users of Grafana's dashboard-linter say which of its rules do not hold for which dashboards.
//!
//! Source: `lint/configuration.go` of grafana/dashboard-linter. An entry holds for what has its title; `targetIdx`
//! is honoured as its documentation says.

use crate::{
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
};

/// A `.lint` file.
#[derive(Clone, Debug, Default)]
pub struct Exemptions {
    /// Rules that are not to be told of.
    pub exclusions: Vec<ExemptRule>,
    /// Rules that only warn.
    pub warnings: Vec<ExemptRule>,
}

/// A rule, and for what it is exempt.
#[derive(Clone, Debug)]
pub struct ExemptRule {
    /// Its name, such as `panel-units-rule`.
    pub name: Spanned<String>,
    /// For what; for everything when there is none.
    pub entries: Vec<ExemptPlace>,
}

/// A dashboard, one of its panels, or one of that one's queries.
#[derive(Clone, Debug)]
pub struct ExemptPlace {
    /// The whole map.
    pub span: Span,
    /// The title of the dashboard.
    pub dashboard: Option<Spanned<String>>,
    /// The title of the panel.
    pub panel: Option<Spanned<String>>,
    /// The number of the query, from 0.
    pub target: Option<Spanned<i64>>,
}

/// Whether a file of this name is one of dashboard-linter's.
pub fn looks_like(root: Node<'_>) -> bool {
    root.get("exclusions").is_some() || root.get("warnings").is_some()
}

/// Reads a `.lint` file.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Option<Exemptions> {
    let mut fields = Fields::of(root, "`.lint` file", complaints)?;
    let mut rules = |key: &'static str, complaints: &mut Complaints| {
        let map = fields.value(key).map(Node::entries).unwrap_or_default();
        map.into_iter().filter_map(|(name, body)| rule(name, body, complaints)).collect()
    };
    let exemptions =
        Exemptions { exclusions: rules("exclusions", complaints), warnings: rules("warnings", complaints) };
    fields.finish(complaints);
    Some(exemptions)
}

fn rule(name: Node<'_>, body: Node<'_>, complaints: &mut Complaints) -> Option<ExemptRule> {
    let name = Spanned::new(name.span(), name.text()?.to_owned());
    if body.is_null() {
        return Some(ExemptRule { name, entries: Vec::new() });
    }
    let mut fields = Fields::of(body, "rule", complaints)?;
    fields.string("reason", complaints);
    let entries = fields.list("entries", complaints);
    fields.finish(complaints);
    let entries = entries.into_iter().filter_map(|node| place(node, complaints)).collect();
    Some(ExemptRule { name, entries })
}

fn place(node: Node<'_>, complaints: &mut Complaints) -> Option<ExemptPlace> {
    let mut fields = Fields::of(node, "entry", complaints)?;
    fields.string("reason", complaints);
    let place = ExemptPlace {
        span: node.span(),
        dashboard: fields.string("dashboard", complaints),
        panel: fields.string("panel", complaints),
        target: target(&mut fields),
    };
    fields.finish(complaints);
    Some(place)
}

/// `targetIdx`, which is written with and without quotes.
fn target(fields: &mut Fields<'_>) -> Option<Spanned<i64>> {
    let node = fields.value("targetIdx")?;
    Some(Spanned::new(node.span(), node.text()?.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::specimen::read;

    #[test]
    fn reads_rules_with_and_without_entries() {
        let text = "exclusions:\n  template-job-rule:\n  panel-units-rule:\n    reason: counts\n    entries:\n    \
                    - {dashboard: Shop, panel: Up, targetIdx: \"1\"}\n    - {dashbord: Stock}\nwarnings:\n  \
                    uneditable-dashboard: {}\n";
        let (exemptions, complaints) = read(text, lower);
        let exemptions = exemptions.expect("a map");
        let names = |rules: &[ExemptRule]| rules.iter().map(|rule| rule.name.value.clone()).collect::<Vec<_>>();
        assert_eq!(names(&exemptions.exclusions), ["template-job-rule", "panel-units-rule"]);
        assert_eq!(names(&exemptions.warnings), ["uneditable-dashboard"]);
        assert!(exemptions.exclusions[0].entries.is_empty());
        let entry = &exemptions.exclusions[1].entries[0];
        assert_eq!(entry.dashboard.as_ref().map(|title| title.value.as_str()), Some("Shop"));
        assert_eq!(entry.panel.as_ref().map(|title| title.value.as_str()), Some("Up"));
        assert_eq!(entry.target.map(|target| target.value), Some(1));
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("dashbord: "), "{complaints:?}");
    }
}
