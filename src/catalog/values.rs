//! Labels with few values, all of which are known: the modes of a processor, the phases of a pod.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::exposition::whole_of;

/// Lines `metric label value|value`, from the documentation of the exporters and what they were seen to export.
const TABLE: &str = include_str!("values.txt");

/// Labels with their values, by the name of the metric.
type Closed = BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>;

static CLOSED: LazyLock<Closed> = LazyLock::new(|| {
    let mut closed = Closed::new();
    for line in TABLE.lines() {
        let parts: Vec<&str> = line.splitn(3, ' ').collect();
        if let [metric, label, values] = *parts.as_slice() {
            closed.entry(metric).or_default().insert(label, values.split('|').collect());
        }
    }
    closed
});

/// All values that a label of a metric can have, where they are known; of the parts of a histogram or summary those of
/// the whole.
pub fn closed_values(series: &str, label: &str) -> Option<&'static [&'static str]> {
    labels_of(series)?.get(label).map(Vec::as_slice)
}

/// Whether a metric has labels with few values that are all known.
pub fn has_closed_values(series: &str) -> bool {
    labels_of(series).is_some()
}

fn labels_of(series: &str) -> Option<&'static BTreeMap<&'static str, Vec<&'static str>>> {
    CLOSED.get(series).or_else(|| CLOSED.get(whole_of(series)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let all: Vec<&Vec<&str>> = CLOSED.values().flat_map(BTreeMap::values).collect();
        assert_eq!(all.len(), TABLE.lines().count());
        assert!(all.iter().all(|values| values.len() > 1 && values.is_sorted()), "{all:?}");
        assert_eq!(closed_values("node_cpu_seconds_total", "mode").map(<[_]>::len), Some(10));
        assert!(closed_values("pg_stat_activity_count", "state").unwrap().contains(&"idle in transaction"));
        assert!(closed_values("http_server_requests_seconds_count", "outcome").is_some());
        assert!(closed_values("node_cpu_seconds_total", "cpu").is_none());
    }
}
