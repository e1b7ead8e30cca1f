//! Receivers that no route names.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{IntegrationKind, Route},
        manifest::Resource,
    },
    vocab::nearest,
};

check! {
    /// A receiver is defined, and no route names it.
    ///
    /// ## Why it matters
    /// Alertmanager does not even build it. Whoever set it up believes to be told of alerts and is not.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: mail
    ///   routes:
    ///     - matchers: [severity="critical"]
    ///       receiver: pager
    /// receivers:
    ///   - name: mail
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// ```
    pub struct UnusedReceiver {}
    id: "alertmanager/unused-receiver", severity: Warning,
}

/// A receiver with its name and what it does.
type Named<'w> = (&'w Spanned<String>, Vec<IntegrationKind>);

impl Check for UnusedReceiver {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        if let Some(config) = document.alertmanager() {
            let receivers = config.receivers.iter().filter_map(|receiver| {
                let kinds = receiver.integrations.iter().map(|integration| integration.kind);
                Some((receiver.name.as_ref()?, kinds.collect()))
            });
            judge(config.route.as_ref(), receivers.collect(), out);
        } else if let Some(Resource::AlertmanagerConfig(config)) =
            document.manifest().map(|manifest| &manifest.resource)
        {
            let receivers = config.receivers.iter().filter_map(|receiver| {
                let kinds = receiver.integrations.iter().map(|integration| integration.value);
                Some((receiver.name.as_ref()?, kinds.collect()))
            });
            judge(config.route.as_ref(), receivers.collect(), out);
        }
    }
}

fn judge(route: Option<&Route>, receivers: Vec<Named<'_>>, out: &mut Sink<'_>) {
    let Some(route) = route else { return };
    let named: Vec<&str> =
        route.all().iter().filter_map(|route| Some(route.receiver.as_ref()?.value.as_str())).collect();
    let defined = || receivers.iter().map(|(name, _)| name.value.as_str());
    let misspelt: Vec<&str> = named.iter().filter(|name| !defined().any(|own| own == **name)).copied().collect();
    for (name, kinds) in &receivers {
        // A route that names a receiver by a wrong name is the cause, and is reported.
        let meant = misspelt.iter().any(|wrong| nearest(wrong, defined()) == Some(name.value.as_str()));
        if named.contains(&name.value.as_str()) || name.value.is_empty() || meant {
            continue;
        }
        let finding = match kinds.as_slice() {
            [] => {
                out.report(name.span, format!("no route names the receiver `{}`", name.value)).severity(Severity::Info)
            }
            [first, ..] => out.report(
                name.span,
                format!("no route names the receiver `{}`, so its {} never tells anybody", name.value, first.name()),
            ),
        };
        finding
            .label(
                route
                    .keys
                    .span("routes")
                    .or(route.receiver.as_ref().map(|receiver| receiver.span))
                    .unwrap_or(route.anchor()),
                "the routes",
            )
            .help("name it in a route, or remove it");
    }
}
