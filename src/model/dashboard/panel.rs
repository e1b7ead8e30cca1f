//! A panel and how it shows what it asks.

use crate::{
    text::{Excerpt, Span, Spanned},
    tree::{Kind, Node},
};

use super::{datasource::DatasourceRef, field, target::Target, transformation::FieldUse};

/// A panel, or a row of panels.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    /// The whole map; `None` only for a default value.
    pub span: Option<Span>,
    /// The number that links and `-- Dashboard --` targets use.
    pub id: Option<Spanned<i64>>,
    /// Title, variables unexpanded.
    pub title: Option<Excerpt>,
    /// Description, in Markdown.
    pub description: Option<Excerpt>,
    /// The visualisation's plugin id: `timeseries`, `stat`, `row`, …
    pub kind: Option<Spanned<String>>,
    /// The datasource of targets that name none.
    pub datasource: Option<DatasourceRef>,
    /// Its queries, in order.
    pub targets: Vec<Target>,
    /// Field settings that hold for all fields.
    pub defaults: FieldConfig,
    /// Field settings for some fields.
    pub overrides: Vec<FieldConfig>,
    /// The ids of its transformations, in order.
    pub transformations: Vec<Spanned<String>>,
    /// The fields that its transformations name.
    pub fields: Vec<FieldUse>,
    /// Links in its header.
    pub links: Vec<Link>,
    /// The library panel it shows; its own content is then unknown here.
    pub library: Option<LibraryRef>,
    /// The variable by which it is repeated.
    pub repeat: Option<Spanned<String>>,
    /// Place and size on the grid.
    pub grid: Option<Grid>,
    /// Index of the row that holds it, in [`super::Dashboard::panels`]; only for panels inside a
    /// collapsed or legacy row.
    pub row: Option<usize>,
    /// Whether it is a row of the old `rows:` form.
    pub legacy_row: bool,
    /// Whether it is a row whose panels are folded away.
    pub collapsed: bool,
    /// A legacy alert block, which current Grafana ignores.
    pub legacy_alert: Option<Span>,
    /// The least step of its queries.
    pub interval: Option<Excerpt>,
    /// Its own time range, such as `1h`.
    pub time_from: Option<Spanned<String>>,
    /// Its own shift into the past.
    pub time_shift: Option<Spanned<String>>,
    /// Its key among a v2 dashboard's elements.
    pub element: Option<Spanned<String>>,
}

impl Panel {
    /// Whether it is a row of panels, which shows a title and nothing else.
    pub fn is_row(&self) -> bool {
        self.legacy_row || self.kind.as_ref().is_some_and(|kind| kind.value == "row")
    }

    /// All threshold sets, the panel's own first.
    pub fn thresholds(&self) -> impl Iterator<Item = &Thresholds> {
        std::iter::once(&self.defaults).chain(&self.overrides).flat_map(|config| &config.thresholds)
    }

    /// Whether thresholds change what it looks like: a single value is coloured by them unless another colour
    /// is chosen, a graph only where it is told to draw them.
    pub fn shows_thresholds(&self) -> bool {
        let kind = self.kind.as_ref().map_or("", |kind| &kind.value);
        let configs = || std::iter::once(&self.defaults).chain(&self.overrides);
        let drawn = configs().any(|config| config.threshold_style.as_ref().is_some_and(|style| style.value != "off"));
        let mode = self.defaults.color_mode.as_ref().map(|mode| mode.value.as_str());
        match kind {
            "stat" | "gauge" | "bargauge" => mode.is_none_or(|mode| mode == "thresholds"),
            "singlestat" => true,
            _ => drawn || mode == Some("thresholds"),
        }
    }
}

/// How values are shown.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FieldConfig {
    /// Which fields an override is for, such as `byName: cpu`; `None` for the defaults.
    pub matcher: Option<Spanned<String>>,
    /// Unit id, such as `percentunit`.
    pub unit: Option<Spanned<String>>,
    /// Least value of the scale.
    pub min: Option<Spanned<f64>>,
    /// Greatest value of the scale.
    pub max: Option<Spanned<f64>>,
    /// Digits after the point.
    pub decimals: Option<Spanned<f64>>,
    /// Thresholds; the legacy graph has a list of its own beside the axis settings, hence several.
    pub thresholds: Vec<Thresholds>,
    /// How a value gets its colour, such as `thresholds` or `palette-classic`.
    pub color_mode: Option<Spanned<String>>,
    /// How a graph shows its thresholds, such as `off` or `line`.
    pub threshold_style: Option<Spanned<String>>,
    /// Data links.
    pub links: Vec<Link>,
}

/// Values at which the colour changes.
#[derive(Clone, PartialEq, Debug)]
pub struct Thresholds {
    /// The whole list.
    pub span: Span,
    /// Whether the values are percentages between min and max.
    pub percentage: bool,
    /// The form they are written in.
    pub form: ThresholdForm,
    /// In the order written.
    pub steps: Vec<Step>,
}

/// In which of Grafana's forms thresholds are written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ThresholdForm {
    /// `thresholds.steps` of the field settings: the first has no value.
    Steps,
    /// `thresholds: [{op, value}]` of the legacy graph.
    Graph,
    /// `"70,90"` of the legacy single stat.
    Listed,
}

/// One threshold.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// The step.
    pub span: Span,
    /// From which value on; `None` is minus infinity.
    pub value: Option<Spanned<f64>>,
    /// Which colour.
    pub color: Option<Spanned<String>>,
}

/// A link of a dashboard, a panel or a data point.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// The whole map.
    pub span: Span,
    /// What it says.
    pub title: Option<Excerpt>,
    /// Where it goes.
    pub url: Option<Excerpt>,
    /// `link` or `dashboards`.
    pub kind: Option<Spanned<String>>,
    /// For `dashboards`: those with these tags.
    pub tags: Vec<Spanned<String>>,
}

/// Which library panel a panel shows.
#[derive(Clone, PartialEq, Debug)]
pub struct LibraryRef {
    /// The whole map.
    pub span: Span,
    /// Its uid.
    pub uid: Option<Spanned<String>>,
    /// Its name.
    pub name: Option<Spanned<String>>,
}

/// Place and size of a panel on a grid of 24 columns.
#[derive(Copy, Clone, PartialEq, Debug)]
pub struct Grid {
    /// The whole map.
    pub span: Span,
    /// Leftmost column.
    pub x: f64,
    /// Topmost line.
    pub y: f64,
    /// Columns.
    pub width: f64,
    /// Lines.
    pub height: f64,
}

impl Grid {
    /// Whether it covers a cell that another one covers, too.
    pub fn overlaps(&self, other: &Self) -> bool {
        let meet = |start: f64, length: f64, from: f64, size: f64| start < from + size && from < start + length;
        meet(self.x, self.width, other.x, other.width) && meet(self.y, self.height, other.y, other.height)
    }

    /// Reads `gridPos`, or a v2 grid item.
    pub(super) fn lower(node: Node<'_>) -> Option<Self> {
        let side = |short: &str, long: &str| {
            field::number(node, short).or_else(|| field::number(node, long)).map(|number| number.value)
        };
        let (width, height) = (side("w", "width")?, side("h", "height")?);
        let (x, y) = (side("x", "x").unwrap_or_default(), side("y", "y").unwrap_or_default());
        Some(Self { span: node.span(), x, y, width, height })
    }
}

impl Link {
    /// Reads a list of links.
    pub(super) fn lower_all(node: Node<'_>) -> Vec<Self> {
        let links = field::maps(node, "links").into_iter();
        links
            .map(|link| Self {
                span: link.span(),
                title: field::filled(link, "title"),
                url: field::filled(link, "url").or_else(|| field::filled(link, "dashUri")),
                kind: field::string(link, "type"),
                tags: field::strings(link, "tags"),
            })
            .collect()
    }
}

impl LibraryRef {
    /// Reads `libraryPanel`.
    pub(super) fn lower(node: Node<'_>) -> Option<Self> {
        (node.kind() == Kind::Mapping).then(|| Self {
            span: node.span(),
            uid: field::string(node, "uid"),
            name: field::string(node, "name"),
        })
    }
}

impl FieldConfig {
    /// The one field that an override is for, at the place of the matcher.
    pub fn field_name(&self) -> Option<(Span, &str)> {
        let matcher = self.matcher.as_ref()?;
        Some((matcher.span, matcher.value.strip_prefix("byName: ")?))
    }

    /// Reads `fieldConfig.defaults`.
    pub(super) fn lower(node: Node<'_>) -> Self {
        let thresholds = field::value(node, "thresholds").and_then(Thresholds::lower);
        Self {
            matcher: None,
            unit: field::string(node, "unit"),
            min: field::number(node, "min"),
            max: field::number(node, "max"),
            decimals: field::number(node, "decimals"),
            thresholds: thresholds.into_iter().collect(),
            color_mode: node.get("color").and_then(|color| field::string(color, "mode")),
            threshold_style: node.at(&["custom", "thresholdsStyle"]).and_then(|style| field::string(style, "mode")),
            links: Link::lower_all(node),
        }
    }

    /// Reads an item of `fieldConfig.overrides`.
    pub(super) fn lower_override(node: Node<'_>) -> Self {
        let mut config = Self { matcher: matcher(node), ..Self::default() };
        for property in field::maps(node, "properties") {
            let number = || field::number(property, "value");
            match field::string(property, "id").as_ref().map(|id| id.value.as_str()) {
                Some("unit") => config.unit = field::string(property, "value"),
                Some("min") => config.min = number(),
                Some("max") => config.max = number(),
                Some("decimals") => config.decimals = number(),
                Some("thresholds") => {
                    config.thresholds.extend(field::value(property, "value").and_then(Thresholds::lower));
                }
                Some("links") => {
                    let links = field::value(property, "value").map(|value| value.items().collect::<Vec<_>>());
                    config.links.extend(links.into_iter().flatten().map(|link| Link {
                        span: link.span(),
                        title: field::filled(link, "title"),
                        url: field::filled(link, "url"),
                        kind: None,
                        tags: Vec::new(),
                    }));
                }
                _ => {}
            }
        }
        config
    }

    /// Reads what panels had before `fieldConfig`: `format`, `yaxes`, `thresholds` of graph and single stat.
    pub(super) fn add_legacy(&mut self, panel: Node<'_>) {
        let axes = field::maps(panel, "yaxes");
        let axis = axes.iter().find(|axis| field::boolean(**axis, "show").is_none_or(|show| show.value));
        self.unit =
            self.unit.take().or_else(|| field::string(panel, "format").or_else(|| field::string(*axis?, "format")));
        self.min = self.min.or_else(|| field::number(*axis?, "min"));
        self.max = self.max.or_else(|| field::number(*axis?, "max"));
        self.thresholds.extend(field::value(panel, "thresholds").and_then(Thresholds::lower_legacy));
    }
}

fn matcher(node: Node<'_>) -> Option<Spanned<String>> {
    let matcher = field::value(node, "matcher")?;
    let id = field::string(matcher, "id")?;
    let options = field::string(matcher, "options").map(|options| format!(": {}", options.value)).unwrap_or_default();
    Some(Spanned::new(matcher.span(), format!("{}{options}", id.value)))
}

impl Thresholds {
    fn lower(node: Node<'_>) -> Option<Self> {
        let steps = field::value(node, "steps").filter(|steps| steps.kind() == Kind::Sequence)?;
        Some(Self {
            span: steps.span(),
            percentage: field::string(node, "mode").is_some_and(|mode| mode.value == "percentage"),
            form: ThresholdForm::Steps,
            steps: Step::lower_all(steps),
        })
    }

    fn lower_legacy(node: Node<'_>) -> Option<Self> {
        let (form, steps) = match node.kind() {
            Kind::Sequence => (ThresholdForm::Graph, Step::lower_all(node)),
            Kind::Scalar(_) => (ThresholdForm::Listed, Step::listed(&node.excerpt()?)),
            Kind::Mapping => return None,
        };
        (!steps.is_empty()).then(|| Self { span: node.span(), percentage: false, form, steps })
    }
}

impl Step {
    fn lower_all(node: Node<'_>) -> Vec<Self> {
        let items = node.items().filter(|item| item.kind() == Kind::Mapping);
        items
            .map(|item| Self {
                span: item.span(),
                value: field::number(item, "value"),
                color: field::string(item, "color").or_else(|| field::string(item, "colorMode")),
            })
            .collect()
    }

    fn listed(text: &Excerpt) -> Vec<Self> {
        let mut from = 0;
        let mut steps = Vec::new();
        for part in text.text().split(',') {
            let span = text.span(from..from + part.len());
            from += part.len() + 1;
            if let Ok(value) = part.trim().parse() {
                steps.push(Self { span, value: Some(Spanned::new(span, value)), color: None });
            }
        }
        steps
    }
}
