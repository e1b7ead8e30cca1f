//! Grafana dashboards, classic and schema v2, as one model.

mod classic;
pub mod datasource;
mod field;
pub mod interpolation;
pub mod mention;
pub mod panel;
pub mod queries;
pub mod reference;
mod references;
pub mod target;
pub mod transformation;
mod v2;
pub mod variable;

use crate::{
    logql,
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Kind, Node},
};

use datasource::{DatasourceRef, DatasourceTarget};
use interpolation::{Interpolated, Scope};
use mention::Mention;
use panel::{Link, Panel};
use target::{Language, Surroundings};
use variable::{Variable, VariableKind};

/// A dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The whole document, wrapper included.
    pub span: Span,
    /// In which schema it is written.
    pub style: Style,
    /// What is wrapped around it.
    pub wrapper: Wrapper,
    /// The key that holds it in the form of the HTTP API.
    pub wrapped_in: Option<Span>,
    /// The database id, which files had better not have.
    pub id: Option<Spanned<i64>>,
    /// Its identity; in Kubernetes form the resource's name.
    pub uid: Option<Spanned<String>>,
    /// Where `uid` is null or empty.
    pub blank_uid: Option<Span>,
    /// Title, variables unexpanded.
    pub title: Option<Excerpt>,
    /// Description.
    pub description: Option<Excerpt>,
    /// `schemaVersion` of a classic dashboard.
    pub schema_version: Option<Spanned<i64>>,
    /// Whether it may be edited in the browser.
    pub editable: Option<Spanned<bool>>,
    /// Tags.
    pub tags: Vec<Spanned<String>>,
    /// Start of the time range shown first, such as `now-6h`.
    pub time_from: Option<Spanned<String>>,
    /// End of the time range shown first.
    pub time_to: Option<Spanned<String>>,
    /// How often it is drawn anew, such as `30s`; may be empty.
    pub refresh: Option<Spanned<String>>,
    /// All panels and rows at any depth, a row before what it holds.
    pub panels: Vec<Panel>,
    /// Template variables; in v2 also those of rows and tabs.
    pub variables: Vec<Variable>,
    /// Annotation queries.
    pub annotations: Vec<Annotation>,
    /// Links in its header.
    pub links: Vec<Link>,
    /// What the import dialog asks for.
    pub inputs: Vec<Input>,
    /// Ids of the plugins an export says it needs.
    pub required_plugins: Vec<Spanned<String>>,
    /// Uids of the library panels that an export carries with it.
    pub library_elements: Vec<Spanned<String>>,
    /// Elements and the layout's references to them; v2 only.
    pub elements: Option<Elements>,
    /// Every place where a variable is named, in document order; queries included.
    pub mentions: Vec<Mention>,
}

/// In which schema a dashboard is written.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Style {
    /// Panels in a list, `schemaVersion` a number.
    Classic,
    /// Elements and layout.
    V2,
}

/// What is wrapped around a dashboard.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wrapper {
    /// Nothing: the form that files are provisioned in.
    None,
    /// `{dashboard: {…}, meta | folderUid: …}` of Grafana's HTTP API.
    Api,
    /// `{apiVersion, kind, metadata, spec}`.
    Kubernetes,
    /// `{uid, name, kind: 1, model}`: no dashboard, but a library panel, whose variables are those of the dashboards
    /// that show it.
    Library,
}

/// A query whose results are marked on all graphs.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The whole map.
    pub span: Span,
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether it is the one every dashboard has.
    pub built_in: bool,
    /// The datasource it asks.
    pub datasource: Option<DatasourceRef>,
    /// What the query is written in.
    pub language: Language,
    /// Its expression, when it is or may be PromQL.
    pub query: Option<Interpolated>,
    /// Its expression as LogQL, when the datasource is a Loki.
    pub log_query: Option<Interpolated<logql::Query>>,
}

/// Something the import dialog asks for: `${DS_X}` stands for the answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Input {
    /// The whole map.
    pub span: Span,
    /// `DS_PROMETHEUS`.
    pub name: Option<Spanned<String>>,
    /// `datasource` or `constant`.
    pub kind: Option<Spanned<String>>,
    /// The plugin id of a datasource.
    pub plugin: Option<Spanned<String>>,
    /// The value of a constant.
    pub value: Option<Spanned<String>>,
}

/// The elements of a v2 dashboard and where its layout refers to them.
#[derive(Clone, PartialEq, Debug)]
pub struct Elements {
    /// Keys of `elements`.
    pub names: Vec<Spanned<String>>,
    /// Names in the layout's element references.
    pub references: Vec<Spanned<String>>,
}

impl Elements {
    /// References to elements that do not exist.
    pub fn dangling(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.references.iter().filter(|reference| self.names.iter().all(|name| name.value != reference.value))
    }

    /// Elements that the layout shows nowhere.
    pub fn orphans(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.names.iter().filter(|name| self.references.iter().all(|reference| reference.value != name.value))
    }
}

impl Input {
    fn lower(node: Node<'_>) -> Self {
        Self {
            span: node.span(),
            name: field::string(node, "name"),
            kind: field::string(node, "type"),
            plugin: field::string(node, "pluginId"),
            value: field::string(node, "value"),
        }
    }
}

impl Dashboard {
    /// The variable of a name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().find(|variable| variable.name.as_ref().is_some_and(|own| own.value == name))
    }

    /// The plugin of the datasource that a variable or an import input stands for.
    pub fn plugin_of(&self, name: &str) -> Option<&str> {
        let variable = self.variable(name).filter(|variable| variable.kind == VariableKind::Datasource);
        if let Some(plugin) = variable.and_then(|variable| variable.text.as_ref()) {
            return Some(plugin.text());
        }
        let input = self.inputs.iter().find(|input| input.name.as_ref().is_some_and(|own| own.value == name))?;
        input.plugin.as_ref().map(|plugin| plugin.value.as_str())
    }

    /// Whether a datasource is an input of the import dialog, for which a file that is provisioned has
    /// no answer, and no variable that happens to be named like one.
    pub fn is_leftover_input(&self, datasource: &DatasourceRef) -> bool {
        match &datasource.points_to.value {
            DatasourceTarget::Input(name) => self.variable(name).is_none(),
            _ => false,
        }
    }

    /// What the variables can be, for reading further queries such as those found in links.
    pub fn scope(&self) -> Scope {
        let mut scope = Scope::new();
        for variable in &self.variables {
            if let Some(name) = &variable.name {
                scope.add(name.value.clone(), variable.known_values());
            }
        }
        scope
    }

    /// Reads the variables' own queries, now that all variables are known, and sums them up for the rest.
    fn read_variables(&mut self) -> Surroundings {
        let names = self.variables.iter().filter_map(|variable| variable.name.as_ref());
        let names = names.chain(self.inputs.iter().filter_map(|input| input.name.as_ref()));
        let plugins =
            names.filter_map(|name| Some((name.value.clone(), self.plugin_of(&name.value)?.to_owned()))).collect();
        let around = Surroundings { scope: self.scope(), plugins };
        for variable in &mut self.variables {
            variable.read_query(&around);
        }
        around
    }
}

/// Whether a document is a dashboard, by its content: a v2 or Kubernetes dashboard, or a map with panels
/// or rows and at least one more key that only dashboards have.
pub fn looks_like(root: Node<'_>) -> bool {
    if root.get("apiVersion").and_then(Node::text).is_some_and(|version| version.starts_with(KUBERNETES_GROUP)) {
        return root.get("kind").and_then(Node::text).is_none_or(|kind| kind == "Dashboard")
            && root.get("spec").is_some();
    }
    if library_model(root).is_some() {
        return true;
    }
    let body = root.get("dashboard").filter(|inner| inner.kind() == Kind::Mapping).unwrap_or(root);
    let is_list = |key| body.get(key).is_some_and(|list| list.kind() == Kind::Sequence);
    let marks = ["schemaVersion", "templating", "timepicker", "annotations", "time", "gnetId", "graphTooltip", "uid"];
    let marked = marks.iter().filter(|key| body.get(key).is_some()).count();
    let is_v2 = || {
        let is_map = |key| body.get(key).is_some_and(|map| map.kind() == Kind::Mapping);
        is_map("elements") && is_map("layout") && body.at(&["layout", "kind"]).is_some()
    };
    let has_panels = ["panels", "rows"].iter().any(|key| is_list(key) && body.get(key).is_some_and(holds_panels));
    let versioned = body.get("schemaVersion").is_some() && body.get("title").is_some();
    let asks = || body.get("panels").is_some_and(|panels| panels.items().any(asks_prometheus));
    is_v2() || versioned || asks() || (has_panels && marked >= 1) || (is_list("panels") && marked >= 2)
}

/// The API group of dashboards as Kubernetes resources.
const KUBERNETES_GROUP: &str = "dashboard.grafana.app/";

/// Whether a panel has targets as Grafana writes them.
fn asks_prometheus(panel: Node<'_>) -> bool {
    let targets = panel.get("targets").filter(|targets| targets.kind() == Kind::Sequence);
    targets.is_some_and(|targets| targets.items().any(|target| target.get("expr").is_some()))
}

fn holds_panels(list: Node<'_>) -> bool {
    list.items().next().is_some_and(|first| {
        first.kind() == Kind::Mapping
            && ["type", "title", "targets", "panels", "gridPos"].iter().any(|key| first.get(key).is_some())
    })
}

/// Reads a dashboard in any of its forms. Unknown keys and odd types are no complaint: Grafana takes
/// them, and leaves out what it does not understand.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> Dashboard {
    let (wrapper, body) = unwrap(root);
    let is_v2 = body.get("elements").is_some_and(|elements| elements.kind() == Kind::Mapping);
    let mut dashboard = Dashboard {
        span: root.span(),
        style: if is_v2 { Style::V2 } else { Style::Classic },
        wrapper,
        wrapped_in: (wrapper == Wrapper::Api).then(|| key_of(root, "dashboard")).flatten(),
        id: None,
        uid: None,
        blank_uid: None,
        title: field::filled(body, "title"),
        description: field::filled(body, "description"),
        schema_version: None,
        editable: field::boolean(body, "editable"),
        tags: field::strings(body, "tags"),
        time_from: None,
        time_to: None,
        refresh: None,
        panels: Vec::new(),
        variables: Vec::new(),
        annotations: Vec::new(),
        links: Link::lower_all(body),
        inputs: Vec::new(),
        required_plugins: Vec::new(),
        library_elements: Vec::new(),
        elements: None,
        mentions: mention::mentions(body),
    };
    match (wrapper, dashboard.style) {
        (Wrapper::Library, _) => classic::lower_library(root, body, &mut dashboard),
        (_, Style::V2) => v2::lower(body, &mut dashboard),
        (_, Style::Classic) => classic::lower(body, &mut dashboard),
    }
    if wrapper == Wrapper::Kubernetes {
        dashboard.uid = root.get("metadata").and_then(|metadata| field::string(metadata, "name"));
    }
    if body.kind() != Kind::Mapping {
        let complaint = crate::diag::Diagnostic::error(body.span(), "a dashboard is a map, but this is none");
        complaints.push(complaint);
    }
    dashboard
}

/// The panel inside a library element.
fn library_model(root: Node<'_>) -> Option<Node<'_>> {
    let is_panel = root.get("kind").and_then(Node::text).is_none_or(|kind| kind == "1");
    let model = root.get("model").filter(|model| model.kind() == Kind::Mapping && model.get("type").is_some())?;
    (is_panel && root.get("uid").is_some() && root.get("name").is_some()).then_some(model)
}

/// Where a key stands.
fn key_of(map: Node<'_>, key: &str) -> Option<Span> {
    map.raw_entries().find(|(own, _)| own.text() == Some(key)).map(|(own, _)| own.span())
}

/// The dashboard inside its wrapper.
fn unwrap(root: Node<'_>) -> (Wrapper, Node<'_>) {
    let is_resource = root.get("apiVersion").and_then(Node::text).is_some_and(|it| it.starts_with(KUBERNETES_GROUP));
    if let Some(spec) = root.get("spec").filter(|spec| is_resource && spec.kind() == Kind::Mapping) {
        return (Wrapper::Kubernetes, spec);
    }
    if let Some(model) = library_model(root) {
        return (Wrapper::Library, model);
    }
    match root.get("dashboard").filter(|inner| inner.kind() == Kind::Mapping) {
        // The API's answer for a v2 dashboard has the resource in `dashboard`.
        Some(inner) if root.get("panels").is_none() => {
            let (inside, body) = unwrap(inner);
            (if inside == Wrapper::None { Wrapper::Api } else { inside }, body)
        }
        _ => (Wrapper::None, root),
    }
}

#[cfg(test)]
mod tests;
