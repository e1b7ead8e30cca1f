//! Service discovery: where Prometheus looks targets up instead of having them written down.

mod cloud;
mod labels;
mod network;

use crate::{
    model::settings::{Schema, Settings},
    text::{Excerpt, Span, Spanned},
    tree::{Complaints, Fields},
};

/// One configured service discovery.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// Its kind, such as `file`, at the place of its key `file_sd_configs`.
    pub kind: Spanned<&'static str>,
    /// The whole map.
    pub span: Span,
    /// What it says.
    pub settings: Settings,
}

impl Discovery {
    /// The globs of target files, when it is a discovery by files.
    pub fn files(&self) -> &[Excerpt] {
        self.settings.texts("files")
    }
}

/// A kind of discovery: its key, its name, and the keys of its map.
type Entry = (&'static str, &'static str, &'static Schema);

/// All kinds that Prometheus 3.16 has.
static KINDS: [&[Entry]; 2] = [&network::KINDS, &cloud::KINDS];

/// The discoveries among the fields of a scrape configuration or of an Alertmanager endpoint.
pub(super) fn lower_discoveries(fields: &mut Fields<'_>, complaints: &mut Complaints) -> Vec<Discovery> {
    let mut discoveries = Vec::new();
    for &(key, name, schema) in KINDS.iter().copied().flatten() {
        let place = fields.key_span(key);
        let items = fields.list(key, complaints);
        let Some(place) = place else { continue };
        let maps = Settings::lower_items(items, key, schema, complaints).into_iter();
        discoveries.extend(maps.map(|settings| Discovery {
            kind: Spanned::new(place, name),
            span: settings.span,
            settings,
        }));
    }
    discoveries.sort_by_key(|discovery| discovery.span);
    discoveries
}
