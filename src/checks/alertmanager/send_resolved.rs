//! Tools for incidents that are never told that it is over.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::IntegrationKind,
        provisioning::{self, Provisioning, setting::Setting},
    },
};

check! {
    /// A tool that keeps incidents open is never told that an alert is resolved.
    ///
    /// ## Why it matters
    /// PagerDuty, Opsgenie and their like open one incident for a group of alerts, and close it when the group resolves. With
    /// `send_resolved: false` the incident stays open, and the next outage joins it without waking anybody.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: pager, group_by: [alertname]}
    /// receivers:
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    ///         send_resolved: false
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route: {receiver: pager, group_by: [alertname]}
    /// receivers:
    ///   - name: pager
    ///     pagerduty_configs:
    ///       - routing_key_file: /run/secrets/pager
    /// ```
    pub struct SendResolved {
        /// Whether to speak of mail and chats as well that leave `send_resolved` out where it is `false` by default.
        pub of_people: bool = false,
    }
    id: "alertmanager/send-resolved", severity: Warning,
}

impl Check for SendResolved {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        use IntegrationKind::{Incidentio, Jira, Opsgenie, Pagerduty, Victorops};
        if let Some(Provisioning::Alerting(file)) = document.provisioning() {
            file.contact_points.iter().flat_map(|point| &point.receivers).for_each(|one| of_contact_point(one, out));
        }
        let receivers = document.alertmanager().into_iter().flat_map(|config| &config.receivers);
        for integration in receivers.flat_map(|receiver| &receiver.integrations) {
            let keeps_open = matches!(integration.kind, Incidentio | Jira | Opsgenie | Pagerduty | Victorops);
            let setting =
                integration.settings.get("send_resolved").filter(|_| keeps_open && !integration.sends_resolved());
            if let Some(setting) = setting {
                out.report(
                    setting.span,
                    format!(
                        "this {} is never told that an alert is resolved, so its incident stays open",
                        integration.kind.name()
                    ),
                )
                .help("leave `send_resolved` out: it is `true` here by default");
            } else if self.of_people
                && !integration.kind.sends_resolved()
                && !integration.settings.is_set("send_resolved")
            {
                let name = integration.kind.name();
                out.report(integration.list, format!("{name} is not told that an alert is resolved unless you say so"))
                    .severity(Severity::Info)
                    .help("write `send_resolved: true`, or `false` if that is meant");
            }
        }
    }
}

/// The same of a contact point of Grafana.
fn of_contact_point(integration: &provisioning::alerting::Integration, out: &mut Sink<'_>) {
    let kind = integration.kind.as_ref().and_then(Setting::known).unwrap_or_default();
    let setting = integration.disable_resolve_message.filter(|disabled| disabled.value);
    if let Some(setting) = setting.filter(|_| ["jira", "opsgenie", "pagerduty", "victorops"].contains(&kind.as_str())) {
        out.report(
            setting.span,
            format!("this {kind} is never told that an alert is resolved, so its incident stays open"),
        )
        .help("leave `disableResolveMessage` out");
    }
}
