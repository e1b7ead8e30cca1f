//! What Alertmanager refuses beyond unknown keys and wrong types.

use crate::{
    check,
    kit::*,
    model::{Document, alertmanager::demands},
    vocab::placeholder,
};

check! {
    /// Alertmanager refuses the configuration.
    ///
    /// ## Why it matters
    /// Alertmanager does not start with such a file; if it runs already, it goes on with the old one, and nobody
    /// notices until it restarts.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pagers
    /// receivers:
    ///   - name: chat
    ///   - name: pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: chat
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    /// receivers:
    ///   - name: chat
    ///   - name: pager
    /// ```
    pub struct Invalid {}
    id: "alertmanager/invalid", severity: Error,
}

impl Check for Invalid {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        // `alertmanager/placeholder` speaks of placeholders, and says what to write.
        for complaint in demands(config, &|value| placeholder(value).is_some()) {
            out.adopt(complaint);
        }
    }
}
