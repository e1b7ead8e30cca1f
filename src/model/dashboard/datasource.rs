//! References to datasources in all the forms that Grafana has had.

use crate::{
    text::{Span, Spanned},
    tree::{Kind, Node},
};

use super::{field, reference};

/// A reference to a datasource.
#[derive(Clone, PartialEq, Debug)]
pub struct DatasourceRef {
    /// The whole value: the string, or the map.
    pub span: Span,
    /// The plugin id it claims (`prometheus`), in the map form.
    pub plugin: Option<Spanned<String>>,
    /// Which datasource, at the text that says so.
    pub points_to: Spanned<DatasourceTarget>,
}

/// Which datasource a reference means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DatasourceTarget {
    /// `default`, or a map without uid: the org's default, of the claimed plugin if one is claimed.
    Default,
    /// The string form of old dashboards: a name, though newer Grafana takes a uid there too.
    Name(String),
    /// `uid:` of the map form.
    Uid(String),
    /// `$ds`, `${ds}`: a variable of the dashboard, by name.
    Variable(String),
    /// `${DS_X}`: by its name an input, which the import dialog fills in and nothing else does; but see
    /// [`super::Dashboard::is_leftover_input`].
    Input(String),
    /// `-- Mixed --`: each target names its own.
    Mixed,
    /// `-- Dashboard --`: the result of another panel.
    Dashboard,
    /// `-- Grafana --`, `grafana`: built-in annotations, live and test data.
    Grafana,
    /// `__expr__`: a server-side expression.
    Expression,
}

impl DatasourceRef {
    /// Reads the value of a `datasource` field; null is `None`.
    pub fn lower(node: Node<'_>) -> Option<Self> {
        if node.is_null() {
            return None;
        }
        if let Some(text) = node.text() {
            let target = DatasourceTarget::of(text, DatasourceTarget::Name);
            return Some(Self { span: node.span(), plugin: None, points_to: Spanned::new(node.span(), target) });
        }
        if node.kind() != Kind::Mapping {
            return None;
        }
        let plugin = field::string(node, "type").filter(|plugin| !plugin.is_empty());
        let points_to = match field::string(node, "uid").or_else(|| field::string(node, "name")) {
            Some(uid) => uid.map(|uid| DatasourceTarget::of(&uid, DatasourceTarget::Uid)),
            None => Spanned::new(node.span(), DatasourceTarget::Default),
        };
        Some(Self { span: node.span(), plugin: plugin.map(|plugin| plugin.map(normal_plugin)), points_to })
    }

    /// The variable it goes through, if any; inputs included.
    pub fn variable(&self) -> Option<&str> {
        match &self.points_to.value {
            DatasourceTarget::Variable(name) | DatasourceTarget::Input(name) => Some(name),
            _ => None,
        }
    }
}

impl DatasourceTarget {
    /// What a text in a datasource field means; `plain` makes the form for a text that is no special one.
    pub fn of(text: &str, plain: impl FnOnce(String) -> Self) -> Self {
        let text = text.trim();
        if let [only] = reference::references(text).as_slice()
            && only.range == (0..text.len())
        {
            let name = text[only.name.clone()].to_owned();
            return if name.starts_with("DS_") { Self::Input(name) } else { Self::Variable(name) };
        }
        match text {
            "" | "default" => Self::Default,
            "-- Mixed --" => Self::Mixed,
            "-- Dashboard --" => Self::Dashboard,
            "-- Grafana --" | "grafana" => Self::Grafana,
            "__expr__" | "-100" => Self::Expression,
            other => plain(other.to_owned()),
        }
    }
}

/// Early v2 previews and some exports spell plugin ids with a `-datasource` suffix or in capitals.
fn normal_plugin(plugin: String) -> String {
    if plugin.eq_ignore_ascii_case("prometheus") { "prometheus".to_owned() } else { plugin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_special_forms() {
        for (text, expected) in [
            ("$ds", DatasourceTarget::Variable("ds".into())),
            ("${datasource}", DatasourceTarget::Variable("datasource".into())),
            ("${DS_PROM}", DatasourceTarget::Input("DS_PROM".into())),
            ("-- Mixed --", DatasourceTarget::Mixed),
            ("-- Grafana --", DatasourceTarget::Grafana),
            ("__expr__", DatasourceTarget::Expression),
            ("default", DatasourceTarget::Default),
            ("prom-$env", DatasourceTarget::Uid("prom-$env".into())),
            ("P1809F7CD0C75ACF3", DatasourceTarget::Uid("P1809F7CD0C75ACF3".into())),
        ] {
            assert_eq!(DatasourceTarget::of(text, DatasourceTarget::Uid), expected, "{text}");
        }
    }
}
