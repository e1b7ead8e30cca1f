//! Metrics of collectors that exporters have off unless told otherwise, or that a flag turns off.

use crate::{facts::Container, kit::*};

/// A collector.
#[derive(Debug)]
struct Collector {
    exporter: &'static str,
    /// How the names of its metrics begin.
    prefix: &'static str,
    /// What its flag is called: `--collector.systemd`.
    flag: &'static str,
    is_on: bool,
}

const fn off_by_default(exporter: &'static str, prefix: &'static str, flag: &'static str) -> Collector {
    Collector { exporter, prefix, flag, is_on: false }
}

const fn on_by_default(exporter: &'static str, prefix: &'static str, flag: &'static str) -> Collector {
    Collector { exporter, prefix, flag, is_on: true }
}

/// From the lists of collectors in the README files of node_exporter 1.x, postgres_exporter 0.1x and mysqld_exporter 0.1x.
/// The first prefix that fits counts.
const COLLECTORS: &[Collector] = &[
    off_by_default("node", "node_buddyinfo_", "buddyinfo"),
    off_by_default("node", "node_cgroups_", "cgroups"),
    off_by_default("node", "node_drbd_", "drbd"),
    off_by_default("node", "node_ethtool_", "ethtool"),
    off_by_default("node", "node_interrupts_total", "interrupts"),
    off_by_default("node", "node_ksmd_", "ksmd"),
    off_by_default("node", "node_lnstat_", "lnstat"),
    off_by_default("node", "node_logind_", "logind"),
    off_by_default("node", "node_memory_numa_", "meminfo_numa"),
    off_by_default("node", "node_mountstats_", "mountstats"),
    off_by_default("node", "node_network_route", "network_route"),
    off_by_default("node", "node_ntp_", "ntp"),
    off_by_default("node", "node_perf_", "perf"),
    off_by_default("node", "node_processes_", "processes"),
    off_by_default("node", "node_qdisc_", "qdisc"),
    off_by_default("node", "node_slabinfo_", "slabinfo"),
    off_by_default("node", "node_softirqs_functions_total", "softirqs"),
    off_by_default("node", "node_sysctl_", "sysctl"),
    off_by_default("node", "node_systemd_", "systemd"),
    off_by_default("node", "node_tcp_connection_states", "tcpstat"),
    off_by_default("node", "node_wifi_", "wifi"),
    off_by_default("node", "node_zoneinfo_", "zoneinfo"),
    on_by_default("node", "node_arp_", "arp"),
    on_by_default("node", "node_cpu_", "cpu"),
    on_by_default("node", "node_disk_", "diskstats"),
    on_by_default("node", "node_edac_", "edac"),
    on_by_default("node", "node_entropy_", "entropy"),
    on_by_default("node", "node_filefd_", "filefd"),
    on_by_default("node", "node_filesystem_", "filesystem"),
    on_by_default("node", "node_hwmon_", "hwmon"),
    on_by_default("node", "node_load", "loadavg"),
    on_by_default("node", "node_md_", "mdadm"),
    on_by_default("node", "node_memory_", "meminfo"),
    on_by_default("node", "node_netstat_", "netstat"),
    on_by_default("node", "node_network_", "netdev"),
    on_by_default("node", "node_nf_conntrack_", "conntrack"),
    on_by_default("node", "node_pressure_", "pressure"),
    on_by_default("node", "node_schedstat_", "schedstat"),
    on_by_default("node", "node_sockstat_", "sockstat"),
    on_by_default("node", "node_timex_", "timex"),
    on_by_default("node", "node_vmstat_", "vmstat"),
    off_by_default("postgres", "pg_long_running_transactions", "long_running_transactions"),
    off_by_default("postgres", "pg_postmaster_", "postmaster"),
    off_by_default("postgres", "pg_process_idle_", "process_idle"),
    off_by_default("postgres", "pg_stat_activity_autovacuum_", "stat_activity_autovacuum"),
    off_by_default("postgres", "pg_stat_statements_", "stat_statements"),
    off_by_default("postgres", "pg_stat_walreceiver_", "stat_wal_receiver"),
    off_by_default("postgres", "pg_statio_user_indexes_", "statio_user_indexes"),
    off_by_default("postgres", "pg_xlog_location_", "xlog_location"),
    off_by_default("mysqld", "mysql_info_schema_processlist_", "info_schema.processlist"),
    off_by_default("mysqld", "mysql_info_schema_table_", "info_schema.tables"),
    off_by_default("mysqld", "mysql_perf_schema_", "perf_schema"),
];

/// A collector that is off.
#[derive(Clone, Debug)]
pub struct Off {
    /// The exporter.
    pub exporter: &'static str,
    /// The collector, as its flag calls it.
    pub collector: &'static str,
    /// The container's name, or the flag that turns it off.
    pub place: Span,
    /// Whether it would be on if no flag said otherwise.
    pub is_on_by_default: bool,
}

/// The collector that a metric needs, where every container of its exporter has it off.
pub fn off(name: &str, facts: &Facts<'_>) -> Option<Off> {
    let collector = COLLECTORS.iter().find(|one| name.starts_with(one.prefix))?;
    let containers: Vec<&Container<'_>> =
        facts.deployment.containers().iter().filter(|one| one.exporter == Some(collector.exporter)).collect();
    let places: Option<Vec<Span>> = containers.iter().map(|container| place(container, collector)).collect();
    let first = *places?.first()?;
    let jobs = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
    let mut scraping =
        jobs.filter(|job| facts.exporters.of_job(job).iter().any(|one| one.exporter == collector.exporter));
    // A target that is none of the containers may be started in any way.
    let hosts: Vec<String> = containers.iter().flat_map(|one| one.service.host_names()).collect();
    let is_container = |target: &str| hosts.iter().any(|host| target.split(':').next() == Some(host.as_str()));
    let all_here = scraping.all(|job| job.is_static() && job.targets().all(|(target, _)| is_container(&target.value)));
    all_here.then_some(Off {
        exporter: collector.exporter,
        collector: collector.flag,
        place: first,
        is_on_by_default: collector.is_on,
    })
}

/// Where it is seen that a container has a collector off; `None` when it has it on, or that is not known.
fn place(container: &Container<'_>, collector: &Collector) -> Option<Span> {
    let service = container.service;
    let is_plain = service.build.is_none() && service.entrypoint.is_empty() && service.extends.is_none();
    let sets_flags = container.environment()?.iter().any(|variable| sets_flags(variable.name));
    if !is_plain || !container.overlays.is_empty() || sets_flags {
        return None;
    }
    let word = |flag: &str| service.command.iter().find(|word| is_flag(word.text.text(), flag));
    // Queries of one's own make metrics of any name.
    let is_open = |word: &str| ["extend", "config", "queries"].iter().any(|part| word.contains(part));
    let is_unknown = service.command.iter().any(|word| word.known().is_none_or(|word| is_open(&word)));
    let on = format!("collector.{}", collector.flag);
    let off = word(&format!("no-{on}")).or_else(|| word("collector.disable-defaults"));
    let is_asked_for = service.command.iter().any(|word| {
        let word = word.text.text().trim_start_matches('-');
        word.starts_with(on.as_str()) && !word.ends_with("=false")
    });
    match (collector.is_on, off) {
        _ if is_unknown || is_asked_for => None,
        (true, Some(word)) => Some(word.span()),
        (true, None) => None,
        (false, _) => Some(container.place_of_name()),
    }
}

fn is_flag(word: &str, flag: &str) -> bool {
    let word = word.trim_start_matches('-');
    word == flag || word.strip_prefix(flag) == Some("=true")
}

/// Variables that exporters take flags or queries from.
fn sets_flags(name: &str) -> bool {
    name.contains("COLLECTOR") || name.contains("EXTEND") || name.contains("ARGS") || name.contains("OPTS")
}
