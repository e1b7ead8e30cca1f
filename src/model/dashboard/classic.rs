//! Reading of classic dashboards: panels in a list or in legacy rows.

use crate::{
    text::{Excerpt, Spanned},
    tree::Node,
};

use super::{
    Annotation, Dashboard, Input,
    datasource::DatasourceRef,
    field,
    panel::{FieldConfig, Grid, LibraryRef, Link, Panel},
    target::{Language, Surroundings, Target},
    transformation::{self, FieldUse},
    variable::Variable,
};

/// Reads the body of a classic dashboard into `dashboard`.
pub(super) fn lower(root: Node<'_>, dashboard: &mut Dashboard) {
    dashboard.id = field::integer(root, "id");
    dashboard.uid = field::string(root, "uid").filter(|uid| !uid.is_empty());
    dashboard.blank_uid = root.get("uid").filter(|_| dashboard.uid.is_none()).map(Node::span);
    dashboard.schema_version = field::integer(root, "schemaVersion");
    dashboard.refresh = field::string(root, "refresh");
    if let Some(time) = root.get("time") {
        dashboard.time_from = field::string(time, "from");
        dashboard.time_to = field::string(time, "to");
    }
    dashboard.inputs = field::maps(root, "__inputs").into_iter().map(Input::lower).collect();
    dashboard.required_plugins = required_plugins(root);
    dashboard.library_elements = root
        .get("__elements")
        .map(|elements| elements.entries().into_iter().filter_map(|(key, _)| field::string_of(key)).collect())
        .unwrap_or_default();
    if let Some(templating) = root.get("templating") {
        dashboard.variables = field::maps(templating, "list").into_iter().map(Variable::lower).collect();
    }
    let around = dashboard.read_variables();
    if let Some(annotations) = root.get("annotations") {
        let list = field::maps(annotations, "list").into_iter();
        dashboard.annotations = list.map(|node| annotation(node, &around)).collect();
    }
    for node in field::maps(root, "panels") {
        add(node, None, &around, &mut dashboard.panels);
    }
    for row in field::maps(root, "rows") {
        add_legacy_row(row, &around, &mut dashboard.panels);
    }
    if let Some(elements) = root.get("__elements") {
        dashboard.panels.iter_mut().for_each(|panel| fill_in(panel, elements, &around));
    }
}

/// Reads a library element: its panel is all there is, and its variables are not known here.
pub(super) fn lower_library(root: Node<'_>, model: Node<'_>, dashboard: &mut Dashboard) {
    dashboard.uid = field::string(root, "uid").filter(|uid| !uid.is_empty());
    (dashboard.title, dashboard.links) = (None, Vec::new());
    dashboard.panels = vec![panel(model, &Surroundings::default())];
}

/// Gives a library panel the content that the export carries along; its place stays its own.
fn fill_in(stub: &mut Panel, elements: Node<'_>, around: &Surroundings) {
    let uid = stub.library.as_ref().and_then(|library| library.uid.as_ref());
    let Some(model) = uid.and_then(|uid| elements.get(&uid.value)?.get("model")) else { return };
    let content = panel(model, around);
    let (id, grid, row, repeat) = (stub.id, stub.grid, stub.row, stub.repeat.take());
    *stub = Panel { id, grid, row, repeat: repeat.or(content.repeat.clone()), library: None, ..content };
}

/// Adds a panel and, after it, the panels it holds.
fn add(node: Node<'_>, row: Option<usize>, around: &Surroundings, panels: &mut Vec<Panel>) {
    let index = panels.len();
    panels.push(Panel { row, ..panel(node, around) });
    for inner in field::maps(node, "panels") {
        add(inner, Some(index), around, panels);
    }
}

fn add_legacy_row(node: Node<'_>, around: &Surroundings, panels: &mut Vec<Panel>) {
    let index = panels.len();
    panels.push(Panel {
        span: Some(node.span()),
        title: field::filled(node, "title"),
        repeat: field::string(node, "repeat").filter(|repeat| !repeat.is_empty()),
        legacy_row: true,
        collapsed: field::is_set(node, "collapse"),
        ..Panel::default()
    });
    for inner in field::maps(node, "panels") {
        add(inner, Some(index), around, panels);
    }
}

/// Reads one panel, without those inside it.
pub(super) fn panel(node: Node<'_>, around: &Surroundings) -> Panel {
    let datasource = field::value(node, "datasource").and_then(DatasourceRef::lower);
    let targets = field::maps(node, "targets").into_iter();
    let config = node.get("fieldConfig");
    let mut defaults = config.and_then(|config| config.get("defaults")).map(FieldConfig::lower).unwrap_or_default();
    defaults.add_legacy(node);
    let overrides = config.map(|config| field::maps(config, "overrides")).unwrap_or_default();
    Panel {
        span: Some(node.span()),
        id: field::integer(node, "id"),
        title: field::filled(node, "title"),
        description: field::filled(node, "description"),
        kind: field::string(node, "type"),
        targets: targets.map(|target| Target::lower(target, datasource.as_ref(), around)).collect(),
        datasource,
        defaults,
        overrides: overrides.into_iter().map(FieldConfig::lower_override).collect(),
        transformations: transformations(node),
        fields: field::maps(node, "transformations").into_iter().flat_map(fields_of).collect(),
        links: Link::lower_all(node),
        library: field::value(node, "libraryPanel").and_then(LibraryRef::lower),
        repeat: field::string(node, "repeat").filter(|repeat| !repeat.is_empty()),
        grid: field::value(node, "gridPos").and_then(Grid::lower),
        collapsed: field::is_set(node, "collapsed"),
        legacy_alert: field::value(node, "alert").map(Node::span),
        interval: field::filled(node, "interval"),
        time_from: field::string(node, "timeFrom"),
        time_shift: field::string(node, "timeShift"),
        ..Panel::default()
    }
}

/// The fields that a transformation names; in v2 its settings stand in a `spec`.
pub(super) fn fields_of(item: Node<'_>) -> Vec<FieldUse> {
    let body = field::value(item, "spec").unwrap_or(item);
    let id = ["group", "id", "kind"].iter().find_map(|key| field::string(item, key));
    let options = field::value(body, "options").filter(|_| !field::is_set(body, "disabled"));
    id.zip(options).map(|(id, options)| transformation::fields(&id.value, options)).unwrap_or_default()
}

fn transformations(node: Node<'_>) -> Vec<Spanned<String>> {
    field::maps(node, "transformations").into_iter().filter_map(|item| field::string(item, "id")).collect()
}

fn annotation(node: Node<'_>, around: &Surroundings) -> Annotation {
    let datasource = field::value(node, "datasource").and_then(DatasourceRef::lower);
    let payload = field::value(node, "target").filter(|target| target.get("expr").is_some()).unwrap_or(node);
    let expr = field::filled(payload, "expr").or_else(|| field::filled(node, "expr"));
    annotation_of(node, datasource, expr, around)
}

/// Puts an annotation together from what both schemas have.
pub(super) fn annotation_of(
    node: Node<'_>,
    datasource: Option<DatasourceRef>,
    expr: Option<Excerpt>,
    around: &Surroundings,
) -> Annotation {
    let mut language: Language = around.language(datasource.as_ref());
    let log_query = around.log_query(expr.as_ref(), language);
    let query = around.query(expr.as_ref(), &mut language);
    Annotation {
        span: node.span(),
        name: field::string(node, "name"),
        enabled: field::boolean(node, "enable").is_none_or(|enabled| enabled.value),
        built_in: field::string(node, "builtIn").is_some_and(|built_in| matches!(built_in.as_str(), "1" | "true")),
        datasource,
        language,
        query,
        log_query,
    }
}

fn required_plugins(root: Node<'_>) -> Vec<Spanned<String>> {
    field::maps(root, "__requires").into_iter().filter_map(|item| field::string(item, "id")).collect()
}
