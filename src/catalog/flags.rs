//! The flags that Prometheus since 2.35 and Alertmanager since 0.20 are started with, by release (their `main.go`).

use crate::vocab::Version;

/// A flag of a program, without the dashes before it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    /// Its name.
    pub name: &'static str,
    /// The release that brought it; `None` when it has been there for as long as this table looks back.
    pub since: Option<Version>,
    /// The release that no longer has it.
    pub gone: Option<Version>,
}

/// The flags of a program, but for what its library for command lines adds.
#[derive(Debug)]
pub struct Flags {
    /// All of them.
    pub all: &'static [Flag],
    /// The first minor version that they are known of.
    pub oldest: Version,
    /// The last one.
    pub newest: Version,
}

/// Prometheus'.
pub static PROMETHEUS: Flags = Flags { all: &OF_PROMETHEUS, oldest: v2(35), newest: v3(16) };

/// Alertmanager's.
pub static ALERTMANAGER: Flags = Flags { all: &OF_ALERTMANAGER, oldest: v0(20), newest: v0(34) };

const fn always(name: &'static str) -> Flag {
    Flag { name, since: None, gone: None }
}

const fn since(name: &'static str, release: Version) -> Flag {
    Flag { name, since: Some(release), gone: None }
}

const fn until(name: &'static str, release: Version) -> Flag {
    Flag { name, since: None, gone: Some(release) }
}

const fn v0(minor: u32) -> Version {
    Version::new(0, minor)
}

const fn v2(minor: u32) -> Version {
    Version::new(2, minor)
}

const fn v3(minor: u32) -> Version {
    Version::new(3, minor)
}

static OF_PROMETHEUS: [Flag; 78] = [
    since("agent", v3(0)),
    since("alertmanager.drain-notification-queue-on-shutdown", v2(54)),
    since("alertmanager.notification-batch-size", v3(4)),
    always("alertmanager.notification-queue-capacity"),
    until("alertmanager.timeout", v3(0)),
    since("auto-gomaxprocs", v3(0)),
    since("auto-gomemlimit", v3(0)),
    since("auto-gomemlimit.ratio", v2(50)),
    since("auto-gomemlimit.refresh-interval", v3(15)),
    since("config.auto-reload", v3(12)),
    since("config.auto-reload-interval", v3(0)),
    always("config.file"),
    always("enable-feature"),
    always("log.format"),
    always("log.level"),
    always("query.lookback-delta"),
    always("query.max-concurrency"),
    always("query.max-samples"),
    always("query.timeout"),
    always("rules.alert.for-grace-period"),
    always("rules.alert.for-outage-tolerance"),
    always("rules.alert.resend-delay"),
    since("rules.max-concurrent-evals", v2(51)),
    always("scrape.adjust-timestamps"),
    since("scrape.discovery-reload-interval", v2(36)),
    Flag { name: "scrape.name-escaping-scheme", since: Some(v2(55)), gone: Some(v3(0)) },
    always("scrape.timestamp-tolerance"),
    since("storage.agent.checkpoint-batch-size", v3(12)),
    since("storage.agent.checkpoint-from-in-memory-series", v3(12)),
    always("storage.agent.no-lockfile"),
    always("storage.agent.path"),
    always("storage.agent.retention.max-time"),
    always("storage.agent.retention.min-time"),
    always("storage.agent.wal-compression"),
    since("storage.agent.wal-compression-type", v2(46)),
    always("storage.agent.wal-segment-size"),
    always("storage.agent.wal-truncate-frequency"),
    always("storage.remote.flush-deadline"),
    always("storage.remote.read-concurrent-limit"),
    always("storage.remote.read-max-bytes-in-frame"),
    always("storage.remote.read-sample-limit"),
    until("storage.tsdb.allow-overlapping-blocks", v3(0)),
    since("storage.tsdb.allow-overlapping-compaction", v2(55)),
    since("storage.tsdb.block-reload-interval", v3(9)),
    since("storage.tsdb.delay-compact-file.path", v3(9)),
    since("storage.tsdb.delayed-compaction.max-percent", v3(0)),
    always("storage.tsdb.head-chunks-write-queue-size"),
    always("storage.tsdb.max-block-chunk-segment-size"),
    always("storage.tsdb.max-block-duration"),
    always("storage.tsdb.min-block-duration"),
    always("storage.tsdb.no-lockfile"),
    always("storage.tsdb.path"),
    until("storage.tsdb.retention", v3(0)),
    always("storage.tsdb.retention.size"),
    always("storage.tsdb.retention.time"),
    since("storage.tsdb.samples-per-chunk", v2(45)),
    always("storage.tsdb.wal-compression"),
    since("storage.tsdb.wal-compression-type", v2(46)),
    always("storage.tsdb.wal-segment-size"),
    always("web.config.file"),
    always("web.console.libraries"),
    always("web.console.templates"),
    always("web.cors.origin"),
    always("web.enable-admin-api"),
    always("web.enable-lifecycle"),
    since("web.enable-otlp-receiver", v3(0)),
    always("web.enable-remote-write-receiver"),
    always("web.external-url"),
    always("web.listen-address"),
    always("web.max-connections"),
    since("web.max-notifications-subscribers", v3(0)),
    always("web.page-title"),
    always("web.read-timeout"),
    since("web.remote-write-receiver.accepted-protobuf-messages", v2(54)),
    always("web.route-prefix"),
    since("web.search.max-limit", v3(13)),
    always("web.user-assets"),
    since("write-documentation", v2(44)),
];

static OF_ALERTMANAGER: [Flag; 40] = [
    always("alerts.gc-interval"),
    since("alerts.per-alertname-limit", v0(31)),
    since("auto-gomemlimit.ratio", v0(28)),
    always("cluster.advertise-address"),
    since("cluster.allow-insecure-public-advertise-address-discovery", v0(24)),
    always("cluster.gossip-interval"),
    since("cluster.label", v0(26)),
    always("cluster.listen-address"),
    always("cluster.peer"),
    since("cluster.peer-name", v0(30)),
    always("cluster.peer-timeout"),
    since("cluster.peers-resolve-timeout", v0(30)),
    always("cluster.probe-interval"),
    always("cluster.probe-timeout"),
    always("cluster.pushpull-interval"),
    always("cluster.reconnect-interval"),
    always("cluster.reconnect-timeout"),
    always("cluster.settle-timeout"),
    always("cluster.tcp-timeout"),
    since("cluster.tls-config", v0(24)),
    always("config.file"),
    since("data.maintenance-interval", v0(25)),
    always("data.retention"),
    since("dispatch.maintenance-interval", v0(29)),
    since("dispatch.start-delay", v0(30)),
    since("enable-feature", v0(27)),
    always("log.format"),
    always("log.level"),
    since("log.silences", v0(32)),
    since("silences.max-silence-size-bytes", v0(28)),
    since("silences.max-silences", v0(28)),
    always("storage.path"),
    always("web.config.file"),
    always("web.cors.origin"),
    always("web.external-url"),
    always("web.get-concurrency"),
    always("web.listen-address"),
    always("web.route-prefix"),
    always("web.systemd-socket"),
    always("web.timeout"),
];

/// What the library adds that both read their command lines with.
pub const OF_LIBRARY: [&str; 7] =
    ["completion-bash", "completion-script-bash", "completion-script-zsh", "help", "help-long", "help-man", "version"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_sorted() {
        for flags in [&PROMETHEUS, &ALERTMANAGER] {
            assert!(flags.all.is_sorted_by(|one, other| one.name < other.name));
        }
    }
}
