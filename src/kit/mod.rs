//! What the author of a check holds in hand. A check names its subject (a rule, a query, a file of some
//! kind, the whole workspace), looks at one such site at a time with the facts of all files beside it,
//! and reports into a sink. It knows neither who calls it nor how findings are shown.
//!
//! ```text
//! check! {
//!     /// An alert without a comparison fires for every series.
//!     ///
//!     /// ## Why it matters … ## Example … ## Instead …
//!     pub struct AlertCondition {}
//!     id: "promql/alert-condition", severity: Warning,
//! }
//!
//! impl Check for AlertCondition {
//!     type Subject = Rule;
//!     fn check(&self, site: RuleSite<'_>, facts: &Facts<'_>, out: &mut Sink<'_>) { … }
//! }
//! ```

mod check;
mod options;
mod shelves;
mod sink;
mod source;
mod wanted;
mod words;

pub use check::{Arming, Check, Described, Entry, Meta};
pub use options::{OptionSpec, OptionValue};
pub use shelves::{
    AnyDocument, EachAggregation, EachBinary, EachCall, EachSelection, Part, Query, Rule, Run, Shelves, Site, Subject,
    Whole,
};
pub use sink::{Finding, Sink, replacing};
pub use source::{SiteSource, SiteValues};
pub use wanted::wanted;
pub use words::here_and_more;

pub use crate::{
    diag::{Applicability, Diagnostic, Edit, Fix, Severity},
    facts::{Facts, Owner, QuerySite, RuleSite, queries_beside_rules, queries_of},
    text::{Excerpt, Name, Span, Spanned},
};
