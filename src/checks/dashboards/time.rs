//! Time ranges that reach beyond what is kept, and refreshing that brings nothing new.

use crate::{
    check,
    facts::Program,
    kit::*,
    model::{Document, dashboard::Dashboard},
    vocab::Duration,
};

check! {
    /// A dashboard opens on a time range, or is drawn anew at a pace, that does not fit its Prometheus.
    ///
    /// ## Why it matters
    /// A range longer than the retention opens half empty, and sums over it are wrong without a word. Drawing more
    /// often than anything is scraped costs queries and shows the same.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.5.0
    ///     command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=7d"]
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "time": {"from": "now-30d", "to": "now"}, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.5.0
    ///     command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.retention.time=30d"]
    /// ```
    /// ```json
    /// {"title": "Shop", "schemaVersion": 39, "time": {"from": "now-7d", "to": "now"}, "panels": []}
    /// ```
    pub struct Time {}
    id: "dashboards/time", severity: Warning,
}

/// How long Prometheus keeps samples unless it is told otherwise.
const KEPT: Duration = Duration::seconds(15 * 86_400);

/// How often Prometheus scrapes unless it is told otherwise.
const SCRAPED: Duration = Duration::minutes(1);

impl Check for Time {
    type Subject = AnyDocument;

    fn check(&self, document: &Document, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let Some(dashboard) = document.dashboard().filter(|dashboard| asks_prometheus(dashboard)) else { return };
        beyond_retention(dashboard, facts, out);
        needless_refresh(dashboard, facts, out);
    }
}

/// Whether some panel asks a Prometheus; a dashboard without panels may get some.
fn asks_prometheus(dashboard: &Dashboard) -> bool {
    dashboard.panels.is_empty() || dashboard.queries().any(|query| query.certain)
}

fn beyond_retention(dashboard: &Dashboard, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some((kept, place)) = retention(facts) else { return };
    let of_panels = dashboard.panels.iter().filter_map(|panel| panel.time_from.as_ref());
    for from in dashboard.time_from.iter().chain(of_panels) {
        let Some(seconds) = reach(&from.value).filter(|seconds| *seconds > kept.as_seconds()) else { continue };
        let days = (seconds / 86_400.0).round();
        out.report(from.span, format!("the range begins {days} days ago, but Prometheus keeps {}", days_of(kept)))
            .label(place, "so long is kept")
            .help("open on a shorter range, or keep more");
    }
}

/// "15 days", or the duration where it is no number of days.
fn days_of(kept: Duration) -> String {
    let days = kept.as_seconds() / 86_400.0;
    if days.fract() == 0.0 { format!("{days} days") } else { kept.to_string() }
}

/// How long the only Prometheus keeps its samples, if that can be told and nothing else keeps them longer.
fn retention(facts: &Facts<'_>) -> Option<(Duration, Span)> {
    let mut running = facts.deployment.containers().iter().filter(|one| one.program == Some(Program::Prometheus));
    let container = running.next().filter(|_| running.next().is_none())?;
    let elsewhere = facts.servers.all().iter().any(|server| {
        let config = server.config;
        !config.remote_read.is_empty() || !config.remote_write.is_empty() || config.keys.span("storage").is_some()
    });
    if elsewhere || !container.is_stock() {
        return None;
    }
    let flags = ["storage.tsdb.retention.time", "storage.tsdb.retention"];
    match flags.iter().find_map(|flag| container.flag(flag)) {
        Some(flag) => Some((Duration::parse(flag.value.trim()).ok()?, flag.span)),
        None if container.has_command() => Some((KEPT, container.place_of_name())),
        None => None,
    }
}

/// How many seconds before now a range begins: `now-6h`, `now-7d/d`, and `6h` of a panel.
fn reach(from: &str) -> Option<f64> {
    let text = from.trim();
    let text = text.strip_prefix("now-").unwrap_or(text);
    let text = text.split('/').next().unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: f64 = text[..digits].parse().ok()?;
    let unit = match &text[digits..] {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 7.0 * 86_400.0,
        "M" => 30.0 * 86_400.0,
        "Q" | "fQ" => 91.0 * 86_400.0,
        "y" | "fy" => 365.0 * 86_400.0,
        _ => return None,
    };
    Some(number * unit)
}

fn needless_refresh(dashboard: &Dashboard, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let Some(refresh) = &dashboard.refresh else { return };
    let Ok(pace) = Duration::parse(refresh.value.trim()) else { return };
    let scraped = facts.servers.all().iter().flat_map(|server| {
        let global = server.config.global.scrape_interval;
        let of_jobs = server.config.scrape_configs.iter().map(move |job| job.scrape_interval.or(global));
        of_jobs
            .chain([global])
            .map(|interval| (interval.map_or(SCRAPED, |one| one.value), interval.map(|one| one.span)))
    });
    let Some((fastest, place)) = scraped.min_by_key(|(interval, _)| *interval) else { return };
    if pace < fastest && pace > Duration::ZERO {
        out.report(
            refresh.span,
            format!("drawn anew every {pace}, but nothing is scraped more often than every {fastest}"),
        )
        .severity(Severity::Info)
        .label_if(place, "scraped so often")
        .help(format!("refresh every {fastest} or less often"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_how_far_back_a_range_reaches() {
        for (text, seconds) in [
            ("now-6h", Some(21_600.0)),
            ("now-7d/d", Some(604_800.0)),
            ("30d", Some(2_592_000.0)),
            ("now-5m", Some(300.0)),
            ("now-1M/M", Some(2_592_000.0)),
            ("now/d", None),
            ("2024-01-01T00:00:00Z", None),
            ("$range", None),
        ] {
            assert_eq!(reach(text), seconds, "{text}");
        }
    }
}
