//! Settings of receivers that Alertmanager takes otherwise than they look.

use crate::{
    check,
    kit::*,
    model::{
        Document,
        alertmanager::{Integration, IntegrationKind},
        settings::{Setting, Settings, Shape, Value},
    },
};

check! {
    /// A setting of a receiver does not mean what it looks like.
    ///
    /// ## Why it matters
    /// `timeout: 5` is five nanoseconds to Alertmanager, and every request fails. Of two passwords or three SNS targets it
    /// takes one, without saying which.
    ///
    /// ## Example
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: hook
    /// receivers:
    ///   - name: hook
    ///     webhook_configs:
    ///       - url: http://hooks:8080/
    ///         timeout: 5
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=alertmanager.yml
    /// route:
    ///   receiver: hook
    /// receivers:
    ///   - name: hook
    ///     webhook_configs:
    ///       - url: http://hooks:8080/
    ///         timeout: 5s
    /// ```
    pub struct SettingMisread {}
    id: "alertmanager/setting-misread", severity: Warning,
}

/// TLS versions, in order.
const TLS: [&str; 4] = ["TLS10", "TLS11", "TLS12", "TLS13"];

impl Check for SettingMisread {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, _: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(config) = document.alertmanager() else { return };
        for integration in config.receivers.iter().flat_map(|receiver| &receiver.integrations) {
            nanoseconds(&integration.settings, out);
            several(integration, out);
            tls(&integration.settings, out);
        }
        config.global.iter().for_each(|global| tls(global, out));
    }
}

/// Durations without a unit.
fn nanoseconds(settings: &Settings, out: &mut Sink<'_>) {
    for setting in settings.deep() {
        let (Shape::GoDuration, Some(Value::Text(text))) = (setting.shape, &setting.value) else { continue };
        let number = text.text();
        if number.bytes().all(|byte| byte.is_ascii_digit()) && number != "0" {
            out.report(
                text.full_span(),
                format!("`{}: {number}` is {number} nanoseconds, so every request fails", setting.key.value),
            )
            .severity(Severity::Error)
            .help(format!("write `{number}s`"))
            .fix(Fix::edit(
                format!("write `{number}s`"),
                Applicability::Unsafe,
                text.full_span(),
                format!("{number}s"),
            ));
        }
    }
}

/// Several settings of which one counts.
fn several(integration: &Integration, out: &mut Sink<'_>) {
    let settings = &integration.settings;
    let set = |keys: &[&str]| -> Vec<Span> {
        keys.iter().filter(|key| settings.is_set(key)).filter_map(|key| Some(settings.get(key)?.key.span)).collect()
    };
    let groups: &[(&[&str], usize, &str)] = match integration.kind {
        IntegrationKind::Sns => &[(
            &["topic_arn", "phone_number", "target_arn"],
            3,
            "three targets are set, and Alertmanager, which refuses two, tells only one of them",
        )],
        IntegrationKind::Email => &[
            (&["auth_password", "auth_password_file"], 2, "the password is set twice, and only one of them counts"),
            (&["auth_secret", "auth_secret_file"], 2, "the secret is set twice, and only one of them counts"),
        ],
        IntegrationKind::Pagerduty => &[(
            &["routing_key", "service_key"],
            2,
            "`routing_key` is for version 2 of the API and `service_key` for version 1, and only one of them counts",
        )],
        _ => &[],
    };
    for (keys, count, message) in groups {
        let places = set(keys);
        if let [first, second, ..] = places.as_slice()
            && places.len() >= *count
        {
            out.report(*second, *message).label(*first, "the first one").help("keep the one that is meant");
        }
    }
}

/// A range of TLS versions that is empty.
fn tls(settings: &Settings, out: &mut Sink<'_>) {
    let maps = settings.deep().into_iter().filter_map(|setting: &Setting| match &setting.value {
        Some(Value::Map(map)) => Some(map),
        _ => None,
    });
    for map in maps {
        let rank = |key: &str| {
            let text = map.text(key)?;
            Some((TLS.iter().position(|version| *version == text.text())?, text.full_span()))
        };
        if let (Some((least, place)), Some((most, other))) = (rank("min_version"), rank("max_version"))
            && least > most
        {
            out.report(place, "no TLS version is at least this and at most that, so no connection is made")
                .label(other, "at most this")
                .help("swap them, or leave out `max_version`");
        }
    }
}
