//! What the command line of a Prometheus says of how it runs.

use std::collections::BTreeSet;

use crate::{
    text::{Span, Spanned},
    vocab::Duration,
};

use super::Container;

/// How long Prometheus keeps samples when nothing says otherwise.
const DEFAULT_RETENTION: Duration = Duration::minutes(15 * 24 * 60);

impl Container<'_> {
    /// The feature flags it is started with; `None` when the command line may hold more than the files show.
    pub fn enabled_features(&self) -> Option<BTreeSet<String>> {
        let mut words = self.words();
        let is_known = self.is_stock() && !words.any(|word| word.contains('$'));
        let given = self.words().filter_map(|word| word.trim_start_matches('-').strip_prefix("enable-feature="));
        is_known.then(|| given.flat_map(|list| list.split(',')).map(|flag| flag.trim().to_owned()).collect())
    }

    /// How long it keeps samples by its command line, and where that is said: at the flag, else at the image. `None`
    /// when it keeps them for as long as there is room, or when that can't be told.
    pub fn retention(&self) -> Option<Spanned<Duration>> {
        let flags = ["storage.tsdb.retention.time", "storage.tsdb.retention"];
        if let Some(flag) = flags.iter().find_map(|name| self.flag(name)) {
            let time = Duration::parse(&flag.value).ok().filter(|time| *time != Duration::ZERO)?;
            return Some(Spanned::new(flag.span, time));
        }
        let is_default = self.is_stock() && !self.words().any(|word| word.contains('$') || word.contains("retention"));
        let image: Span = self.image()?.value.span();
        is_default.then(|| Spanned::new(image, DEFAULT_RETENTION))
    }

    /// The words of its command line.
    fn words(&self) -> impl Iterator<Item = &str> {
        self.services()
            .flat_map(|service| service.entrypoint.iter().chain(&service.command))
            .map(|word| word.text.text())
    }
}
