//! What Alertmanager, its operator or Grafana refuses beyond unknown keys and wrong types.

use crate::{
    check,
    facts::routing::{Board, Origin, boards},
    kit::*,
    model::{Document, alertmanager::demands},
    vocab::{nearest, placeholder},
};

/// Contact points that every Grafana has from the beginning, by their names over time.
const BORN_WITH_GRAFANA: [&str; 3] = ["grafana-default-email", "email receiver", "empty"];

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

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else {
            boards(facts.workspace, document).iter().for_each(|board| undefined_names(board, out));
            return;
        };
        // `alertmanager/placeholder` speaks of placeholders, and says what to write.
        for complaint in demands(config, &|value| placeholder(value).is_some()) {
            out.adopt(complaint);
        }
    }
}

/// Names of a manifest that it does not define, which the operator refuses; and of policies, whose contact points
/// somebody may have made by hand.
fn undefined_names(board: &Board<'_>, out: &mut Sink<'_>) {
    let receivers: Vec<&Spanned<String>> = board.receivers.iter().map(|one| &one.name).collect();
    let intervals: Vec<&Spanned<String>> = board.intervals.iter().collect();
    for route in board.tree.nodes().iter().map(|node| node.route) {
        undefined(board, board.origin.addressee(), route.receiver.iter(), &receivers, out);
        let times = route.mute_time_intervals.iter().chain(&route.active_time_intervals);
        undefined(board, board.origin.interval(), times, &intervals, out);
    }
}

fn undefined<'n>(
    board: &Board<'_>,
    what: &str,
    names: impl Iterator<Item = &'n Spanned<String>>,
    defined: &[&Spanned<String>],
    out: &mut Sink<'_>,
) {
    let is_certain = board.origin == Origin::Manifest;
    for name in names {
        let is_known = defined.iter().any(|known| known.value == name.value) || name.value.is_empty();
        // What no file defines at all is kept elsewhere.
        if is_known || (!is_certain && (defined.is_empty() || BORN_WITH_GRAFANA.contains(&name.value.as_str()))) {
            continue;
        }
        let near = nearest(&name.value, defined.iter().map(|known| known.value.as_str()));
        let place = defined.iter().find(|known| Some(known.value.as_str()) == near).map(|known| known.span);
        let finding = out
            .report(name.span, format!("there is no {what} `{}`", name.value))
            .severity(if is_certain { Severity::Error } else { Severity::Warning })
            .label_if(place, "defined here");
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("define the {what} beside the others")),
        };
    }
}
