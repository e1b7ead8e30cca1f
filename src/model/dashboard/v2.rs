//! Reading of schema v2 dashboards: elements, a layout that places them, variables and annotations.

use crate::{
    text::{Excerpt, Spanned},
    tree::{Kind, Node},
};

use super::{
    Dashboard, Elements,
    classic::{annotation_of, fields_of},
    datasource::{DatasourceRef, DatasourceTarget},
    field,
    panel::{FieldConfig, Grid, LibraryRef, Link, Panel},
    target::{Surroundings, Target},
    variable::{Variable, VariableKind, kind_of},
};

/// How deep layouts may nest; Grafana's editor allows three levels.
const MOST_LAYOUTS: usize = 32;

/// Reads the spec of a v2 dashboard into `dashboard`.
pub(super) fn lower(spec: Node<'_>, dashboard: &mut Dashboard) {
    if let Some(time) = spec.get("timeSettings") {
        dashboard.time_from = field::string(time, "from");
        dashboard.time_to = field::string(time, "to");
        dashboard.refresh = field::string(time, "autoRefresh");
    }
    let mut layout = Layout::default();
    if let Some(node) = spec.get("layout") {
        layout.read(node, None, 0);
    }
    let variables = field::maps(spec, "variables").into_iter().chain(layout.variables.iter().copied());
    dashboard.variables = variables.map(variable).collect();
    let around = dashboard.read_variables();
    let annotations = field::maps(spec, "annotations").into_iter();
    dashboard.annotations = annotations
        .map(|node| {
            let body = field::value(node, "spec").unwrap_or(node);
            let (datasource, payload) = query_of(body);
            let expr: Option<Excerpt> = payload.and_then(|payload| field::filled(payload, "expr"));
            annotation_of(body, datasource, expr, &around)
        })
        .collect();
    let elements = spec.get("elements").map(Node::entries).unwrap_or_default();
    dashboard.panels = std::mem::take(&mut layout.rows);
    let mut names = Vec::new();
    for (key, element) in elements {
        let Some(name) = field::string_of(key) else { continue };
        let place = layout.places.iter().find(|place| place.element.value == name.value);
        let mut panel = panel(element, &around);
        if let Some(place) = place {
            (panel.grid, panel.row) = (place.grid, place.row);
            panel.repeat.clone_from(&place.repeat);
        }
        panel.element = Some(name.clone());
        dashboard.panels.push(panel);
        names.push(name);
    }
    let references = layout.places.into_iter().map(|place| place.element).collect();
    dashboard.elements = Some(Elements { names, references });
}

/// Where an element is shown.
struct Place {
    element: Spanned<String>,
    grid: Option<Grid>,
    row: Option<usize>,
    repeat: Option<Spanned<String>>,
}

/// What the layouts hold, at all levels.
#[derive(Default)]
struct Layout<'t> {
    places: Vec<Place>,
    /// Rows and tabs, as panels of their own.
    rows: Vec<Panel>,
    /// Variables of rows and tabs.
    variables: Vec<Node<'t>>,
}

impl<'t> Layout<'t> {
    fn read(&mut self, node: Node<'t>, row: Option<usize>, depth: usize) {
        let Some(spec) = field::value(node, "spec").filter(|_| depth < MOST_LAYOUTS) else { return };
        let items = field::maps(spec, "items").into_iter().chain(field::maps(spec, "elements"));
        for item in items {
            let body = field::value(item, "spec").unwrap_or(item);
            if body.get("elements").is_some() {
                // A row of the first previews, inside a grid.
                self.open_row(item, body, row);
                self.read(item, Some(self.rows.len() - 1), depth + 1);
                continue;
            }
            let element = body.get("element").and_then(|element| field::string(element, "name"));
            let (grid, repeat) = (Grid::lower(body), repeat(body));
            self.places.extend(element.map(|element| Place { element, grid, row, repeat }));
        }
        for item in field::maps(spec, "rows").into_iter().chain(field::maps(spec, "tabs")) {
            let body = field::value(item, "spec").unwrap_or(item);
            self.variables.extend(field::maps(body, "variables"));
            let index = self.rows.len();
            self.open_row(item, body, row);
            if let Some(inner) = field::value(body, "layout") {
                self.read(inner, Some(index), depth + 1);
            }
        }
    }

    /// Adds a row or a tab, as a panel.
    fn open_row(&mut self, item: Node<'t>, body: Node<'t>, row: Option<usize>) {
        self.rows.push(Panel {
            span: Some(item.span()),
            title: field::filled(body, "title"),
            kind: Some(Spanned::new(item.span(), "row".to_owned())),
            collapsed: field::is_set(body, "collapse") || field::is_set(body, "collapsed"),
            repeat: repeat(body),
            row,
            ..Panel::default()
        });
    }
}

/// `repeat: {mode: variable, value: name}`.
fn repeat(node: Node<'_>) -> Option<Spanned<String>> {
    field::string(field::value(node, "repeat")?, "value")
}

fn panel(element: Node<'_>, around: &Surroundings) -> Panel {
    let body = field::value(element, "spec").unwrap_or(element);
    let mut panel = Panel {
        span: Some(element.span()),
        id: field::integer(body, "id"),
        title: field::filled(body, "title"),
        description: field::filled(body, "description"),
        links: Link::lower_all(body),
        ..Panel::default()
    };
    if field::string(element, "kind").is_some_and(|kind| kind.value == "LibraryPanel") {
        panel.library = field::value(body, "libraryPanel").and_then(LibraryRef::lower);
        return panel;
    }
    if let Some(group) = body.get("data").map(|data| field::value(data, "spec").unwrap_or(data)) {
        panel.targets = field::maps(group, "queries").into_iter().map(|query| target(query, around)).collect();
        panel.transformations = field::maps(group, "transformations")
            .into_iter()
            .filter_map(|item| field::string(item, "group").or_else(|| field::string(item, "kind")))
            .collect();
        panel.fields = field::maps(group, "transformations").into_iter().flat_map(fields_of).collect();
        if let Some(options) = group.get("queryOptions") {
            panel.interval = field::filled(options, "interval");
            panel.time_from = field::string(options, "timeFrom");
            panel.time_shift = field::string(options, "timeShift");
        }
    }
    if let Some(visual) = body.get("vizConfig") {
        panel.kind = field::string(visual, "group").or_else(|| field::string(visual, "kind"));
        if let Some(config) = visual.at(&["spec", "fieldConfig"]) {
            panel.defaults = config.get("defaults").map(FieldConfig::lower).unwrap_or_default();
            panel.overrides = field::maps(config, "overrides").into_iter().map(FieldConfig::lower_override).collect();
        }
    }
    panel
}

fn target(node: Node<'_>, around: &Surroundings) -> Target {
    let body = field::value(node, "spec").unwrap_or(node);
    let (datasource, payload) = query_of(body);
    let mut target = Target::of_parts(body, payload.unwrap_or(body), datasource, None, around);
    target.span = node.span();
    target
}

/// The datasource and the payload of the `query` of a map. Previews of v2 had the plugin in `kind` and
/// `datasource: {type, uid}` beside the query.
fn query_of<'t>(body: Node<'t>) -> (Option<DatasourceRef>, Option<Node<'t>>) {
    let Some(query) = field::value(body, "query").filter(|query| query.kind() == Kind::Mapping) else {
        return (field::value(body, "datasource").and_then(DatasourceRef::lower), None);
    };
    let plugin = field::string(query, "group")
        .or_else(|| field::string(query, "kind").filter(|kind| kind.value != "DataQuery"))
        .filter(|plugin| !plugin.is_empty());
    let named = field::value(query, "datasource").or_else(|| field::value(body, "datasource"));
    let mut datasource = named.and_then(DatasourceRef::lower);
    match (&mut datasource, plugin) {
        (Some(datasource), Some(plugin)) => datasource.plugin = datasource.plugin.take().or(Some(plugin)),
        (None, Some(plugin)) => {
            let points_to = match plugin.as_str() {
                "__expr__" => DatasourceTarget::Expression,
                "grafana" | "datasource" => DatasourceTarget::Grafana,
                _ => DatasourceTarget::Default,
            };
            let points_to = Spanned::new(plugin.span, points_to);
            datasource = Some(DatasourceRef { span: plugin.span, plugin: Some(plugin), points_to });
        }
        _ => {}
    }
    (datasource, field::value(query, "spec"))
}

fn variable(node: Node<'_>) -> Variable {
    let kind = kind_of(&field::string(node, "kind").map(|kind| kind.value).unwrap_or_default());
    let body = field::value(node, "spec").unwrap_or(node);
    let datasource = match kind {
        VariableKind::Query => query_of(body).0,
        _ => field::value(body, "datasource").and_then(DatasourceRef::lower),
    };
    Variable { span: node.span(), ..Variable::of_parts(body, kind, datasource) }
}
