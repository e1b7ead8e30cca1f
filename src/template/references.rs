//! What a template can read of its data.

use crate::text::{Excerpt, Name, Span, Spanned};

/// Everything a template reads.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Labels and annotations by name, however they are reached.
    pub labels: Box<[LabelReference]>,
    /// Uses of `$value`.
    pub values: Box<[ValueUse]>,
    /// What hardly any template reads; apart, since a large folder has very many templates.
    pub(super) seldom: Option<Box<Seldom>>,
}

/// What hardly any template reads, as the methods of [`References`] give it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seldom {
    pub(super) label_sets: Vec<Spanned<LabelSource>>,
    pub(super) queries: Vec<QueryText>,
    pub(super) calls: Vec<Spanned<String>>,
    pub(super) fields: Vec<Spanned<Name>>,
    pub(super) unknown_fields: Vec<UnknownField>,
}

impl Seldom {
    pub(super) fn is_empty(&self) -> bool {
        self.label_sets.is_empty()
            && self.queries.is_empty()
            && self.calls.is_empty()
            && self.fields.is_empty()
            && self.unknown_fields.is_empty()
    }
}

impl References {
    /// Label sets used as a whole: printed, ranged over, handed to a function.
    pub fn label_sets(&self) -> &[Spanned<LabelSource>] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.label_sets)
    }

    /// PromQL in `query "…"`.
    pub fn queries(&self) -> &[QueryText] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.queries)
    }

    /// Names of the templates it calls.
    pub fn calls(&self) -> &[Spanned<String>] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.calls)
    }

    /// Fields of the data itself, without their dot, every time.
    pub fn fields(&self) -> &[Spanned<Name>] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.fields)
    }

    /// Fields that the data does not have, so that rendering fails.
    pub fn unknown_fields(&self) -> &[UnknownField] {
        self.seldom.as_ref().map_or(&[], |seldom| &seldom.unknown_fields)
    }
}

/// A label or annotation read by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelReference {
    /// Whose label.
    pub source: LabelSource,
    /// Its name; stands where the name is written.
    pub name: Spanned<Name>,
    /// The whole reference, `$labels.job`.
    pub span: Span,
}

/// Where a label comes from.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LabelSource {
    /// Rule: the series that fires, `$labels`, `.Labels`.
    Series,
    /// Rule: Prometheus' external labels.
    External,
    /// Rule: a result of `query`.
    QueryResult,
    /// Alertmanager: `.GroupLabels`.
    Group,
    /// Alertmanager: `.CommonLabels`.
    Common,
    /// Alertmanager: `.RouteLabels`.
    Route,
    /// Alertmanager: `.Labels` of one alert.
    Alert,
    /// Alertmanager: `.CommonAnnotations`.
    CommonAnnotations,
    /// Alertmanager: `.Annotations` of one alert.
    AlertAnnotations,
    /// Loki: what the stream and the line say.
    Stream,
}

/// A use of `$value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueUse {
    /// Where it stands.
    pub span: Span,
    /// The functions applied to it, innermost first.
    pub functions: Vec<Spanned<Name>>,
    /// The format when one of them is `printf`.
    pub format: Option<Excerpt>,
}

/// PromQL within a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryText {
    /// The query, or the format that `printf` makes it of.
    pub text: Excerpt,
    /// Whether `printf` fills in verbs, so that the text is not yet PromQL.
    pub formatted: bool,
}

/// A field that the data does not have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownField {
    /// The field, without its dot.
    pub name: Spanned<Name>,
    /// The fields there are.
    pub known: &'static [&'static str],
}
