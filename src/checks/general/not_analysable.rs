//! What was passed over, so that silence is not taken for success.

use crate::{
    check,
    kit::*,
    model::dashboard::{Dashboard, Wrapper},
    promql::may_be_metricsql,
    workspace::{Fate, Workspace},
};

check! {
    /// A file or a query was recognised, but could not be analysed.
    ///
    /// ## Why it matters
    /// A template means nothing before it is rendered, a query whose shape depends on a variable can be anything,
    /// and the model of a library panel lives elsewhere. What is not analysed is not known to be right.
    ///
    /// ## Example
    /// ```yaml path=templates/rules.yaml
    /// groups:
    /// {{- range .Values.services }}
    ///   - name: {{ . }}
    ///     rules: []
    /// {{- end }}
    /// ```
    ///
    /// ## Instead
    /// Lint what `helm template` prints:
    /// ```yaml path=rendered/rules.yaml
    /// groups:
    ///   - name: shop
    ///     rules: []
    /// ```
    pub struct NotAnalysable {}
    id: "general/not-analysable", severity: Info,
}

impl Check for NotAnalysable {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, _: &Facts<'_>, out: &mut Sink<'_>) {
        for ((file, _), reading) in workspace.files.iter().zip(&workspace.readings) {
            let Fate::Templated(templated) = &reading.fate else { continue };
            let place = Span::new(file, templated.place.start as u32, templated.place.end as u32);
            out.report(
                place,
                format!("this is {} template, so the file was not analysed", with_article(templated.renderer.name())),
            )
            .help("render it and lint the result");
        }
        let dashboards = || workspace.documents.iter().filter_map(|document| document.dashboard());
        let library = || dashboards().filter(|one| one.wrapper == Wrapper::Library);
        let known: Vec<&str> = library().filter_map(|one| one.uid.as_ref()).map(|uid| uid.value.as_str()).collect();
        for dashboard in dashboards() {
            queries(dashboard, out);
            other_languages(dashboard, out);
            library_panels(dashboard, &known, out);
        }
    }
}

/// A name with "a" or "an" before it.
fn with_article(name: &str) -> String {
    let article = if name.starts_with(['e', 'E']) { "an" } else { "a" };
    format!("{article} {name}")
}

fn queries(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let unclear: Vec<Span> = dashboard
        .queries()
        .filter(|query| query.certain && !query.interpolated.analysable())
        .map(|query| query.interpolated.raw.full_span())
        .collect();
    let Some(first) = unclear.first() else { return };

    let count = unclear.len();
    let what = if count == 1 {
        "this query was".to_owned()
    } else {
        format!("{count} queries of this dashboard, this one first, were")
    };
    out.report(*first, format!("{what} not analysed: its shape depends on the values of variables"))
        .help("give the variable a list of values, so that one of them can be tried");
}

/// Reports queries that are no PromQL, where nothing says that they are to be, or all is in the language of
/// VictoriaMetrics.
fn other_languages(dashboard: &Dashboard, out: &mut Sink<'_>) {
    let broken: Vec<_> = dashboard
        .queries()
        .filter_map(|one| Some((one.certain, one.interpolated.query.as_ref()?)))
        .filter(|(_, query)| !query.errors().is_empty() && !query.text.text().trim().is_empty())
        .collect();
    let is_metricsql = broken.iter().any(|(certain, query)| *certain && may_be_metricsql(query.text.text()));
    let places = |wanted: bool| -> Vec<Span> {
        broken.iter().filter(|(certain, _)| *certain == wanted).map(|(_, query)| query.text.full_span()).collect()
    };
    let of_victoria = if is_metricsql { places(true) } else { Vec::new() };
    let undecided = places(false);
    for (places, why, help) in [
        (
            of_victoria,
            "it seems to be MetricsQL",
            "lint it where it is evaluated: VictoriaMetrics' language is not read",
        ),
        (undecided, "nothing says in which language it is", "name the type of its datasource"),
    ] {
        let Some(first) = places.first() else { continue };
        let what = match places.len() {
            1 => "this query was".to_owned(),
            count => format!("{count} queries of this dashboard, this one first, were"),
        };
        out.report(*first, format!("{what} not analysed: {why}")).help(help);
    }
}

fn library_panels(dashboard: &Dashboard, elsewhere: &[&str], out: &mut Sink<'_>) {
    let carried = dashboard.library_elements.iter().map(|uid| uid.value.as_str());
    let known: Vec<&str> = carried.chain(elsewhere.iter().copied()).collect();
    let missing: Vec<Span> = dashboard
        .panels
        .iter()
        .filter_map(|panel| panel.library.as_ref())
        .filter(|library| library.uid.as_ref().is_none_or(|uid| !known.contains(&uid.value.as_str())))
        .map(|library| library.span)
        .collect();
    let Some(first) = missing.first() else { return };
    let what = if missing.len() == 1 {
        "this library panel was".to_owned()
    } else {
        format!("{} library panels, this one first, were", missing.len())
    };
    out.report(*first, format!("{what} not analysed: a library panel's model is not in the dashboard"))
        .help("export the dashboard for sharing externally, which includes them");
}
