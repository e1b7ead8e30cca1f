//! What tests showed of the rules they ran, as text: a table for people, a page, JSON, and LCOV.

mod html;
mod json;
mod lcov;
mod routing;
mod table;

pub use html::write as write_html;
pub use json::write as write_json;
pub use lcov::write as write_lcov;
pub use table::write as write_table;

use crate::{harness::coverage::Coverage, text::Files};

/// The most rules that are named when too little is covered.
const MOST_NAMED: usize = 5;

/// Why too little is covered, if it is: less than so many goals in a hundred.
pub fn shortfall(coverage: &Coverage, files: &Files, least: f64) -> Option<String> {
    let share = coverage.share();
    if share.percent() >= least {
        return None;
    }
    let named = coverage.least_covered();
    let told: Vec<String> = named
        .iter()
        .take(MOST_NAMED)
        .map(|rule| {
            format!("`{}` ({}) {}", rule.name, files.file(rule.place.file).name, percent(rule.share().percent()))
        })
        .collect();
    let more = match named.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (has, wants) = (percent(share.percent()), percent(least));
    Some(format!("coverage is {has}, less than the {wants} asked for; least covered: {}{more}", told.join(", ")))
}

/// A share in a hundred, cut rather than rounded, so that only all is 100%.
fn percent(share: f64) -> String {
    let tenths = (share * 10.0).floor() / 10.0;
    format!("{tenths}%")
}
