//! Metrics that exporters once had under another name, from their public release notes.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::vocab::Version;

/// A metric that was renamed or removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamed {
    /// The catalogue of the exporter.
    pub exporter: &'static str,
    /// The program, as its makers call it.
    pub program: &'static str,
    /// The version that no longer has it.
    pub since: &'static str,
    /// What it is called now, with the matcher that it needs there; `None` when it is gone.
    pub now: Option<&'static str>,
}

impl Renamed {
    /// Whether a program of this version still has the metric.
    pub fn is_before(&self, version: Version) -> bool {
        Version::parse(self.since).is_some_and(|since| version < since)
    }
}

/// Lines `old new`, below lines `# catalogue program version`.
const TABLE: &str = include_str!("renamed.txt");

static RENAMED: LazyLock<BTreeMap<&'static str, Renamed>> = LazyLock::new(|| {
    let mut head = ("", "", "");
    let mut all = BTreeMap::new();
    for line in TABLE.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["#", exporter, program, since] => head = (exporter, program, since),
            [old, now] => {
                let (exporter, program, since) = head;
                all.insert(old, Renamed { exporter, program, since, now: Some(now).filter(|now| *now != "-") });
            }
            _ => {}
        }
    }
    all
});

/// What became of a metric that an exporter once had.
pub fn renamed(name: &str) -> Option<&'static Renamed> {
    RENAMED.get(name)
}

#[cfg(test)]
mod tests {
    use super::{super::of, *};

    #[test]
    fn the_table_is_read() {
        assert_eq!(RENAMED.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
        let cpu = renamed("node_cpu").unwrap();
        assert_eq!((cpu.program, cpu.since, cpu.now), ("node_exporter", "0.16", Some("node_cpu_seconds_total")));
        assert_eq!(renamed("node_disk_sectors_read").map(|one| one.now), Some(None));
        assert!(cpu.is_before(Version::new(0, 15)) && !cpu.is_before(Version::new(1, 8)));
        assert!(renamed("node_load1").is_none());
    }

    #[test]
    fn the_old_name_is_gone_and_a_known_exporter_had_it() {
        for (old, one) in RENAMED.iter() {
            let catalogue = of(one.exporter).unwrap_or_else(|| panic!("{old}: no catalogue {}", one.exporter));
            assert!(one.now.is_none_or(|now| now != *old), "{old}");
            assert!(catalogue.family(old).is_none(), "{old} is still exported");
        }
    }
}
