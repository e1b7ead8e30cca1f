//! Programs that may fill more memory than their container has.

use crate::{
    check,
    facts::Container,
    kit::*,
    model::compose::{Service, Value},
    text::Excerpt,
    workspace::Workspace,
};

use super::command::{of_container, words};

check! {
    /// A program is told that it may fill as much memory as its container has, or more.
    ///
    /// Known are `--maxmemory` of Redis, `-Xmx` of Java, `GOMEMLIMIT` of Go, `--max-old-space-size` of Node.js,
    /// `shared_buffers` of PostgreSQL, and `--innodb-buffer-pool-size` of MySQL.
    ///
    /// ## Why it matters
    /// The kernel kills the container before the program begins to evict, to collect garbage or to refuse writes. An
    /// alert that looks at the program's own limit comes after the crash.
    ///
    /// ## Example
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   redis:
    ///     image: redis:7
    ///     command: redis-server --maxmemory 256mb --maxmemory-policy noeviction
    ///     deploy: {resources: {limits: {memory: 256M}}}
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=docker-compose.yml
    /// services:
    ///   redis:
    ///     image: redis:7
    ///     command: redis-server --maxmemory 192mb --maxmemory-policy noeviction
    ///     deploy: {resources: {limits: {memory: 256M}}}
    /// ```
    pub struct MemoryLimit {}
    id: "deploy/memory-limit", severity: Warning,
}

impl Check for MemoryLimit {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for container in facts.deployment.containers() {
            let Some(limit) = container.memory() else { continue };
            let Some(most) = limit.known().and_then(|text| bytes(&text, Unit::Binary)).filter(|most| *most > 0) else {
                continue;
            };
            for (told, unit) in told(container) {
                if bytes(told.text(), unit).is_some_and(|told| told >= most) {
                    let name = container.name();
                    let message = format!("`{name}` may fill `{}`, which is all that its container has", told.text());
                    out.report(told.full_span(), message)
                        .label(limit.span(), "at this much, the kernel kills it")
                        .help("leave room for what else the program needs: a quarter of the container's memory, say");
                }
            }
        }
    }
}

/// How an amount of memory is written.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Unit {
    /// `512m`, `512MB`, `512MiB`: a letter stands for a power of 1024; without one, bytes.
    Binary,
    /// As [`Unit::Binary`] with a `b` behind the letter; without it, powers of 1000 (Redis).
    Redis,
    /// As [`Unit::Binary`]; without a letter, pages of 8 kB (PostgreSQL).
    Pages,
    /// A number of MiB.
    Mebibytes,
}

/// What says how much a program may fill.
#[derive(Copy, Clone)]
struct Setting {
    /// The variable of the environment it stands in; without one, the command line.
    variable: Option<&'static str>,
    /// What stands before the amount; where it is a whole word, the amount is the next one.
    before: &'static str,
    /// A part of the image's name; empty for any image.
    image: &'static str,
    unit: Unit,
}

const fn flag(image: &'static str, before: &'static str, unit: Unit) -> Setting {
    Setting { variable: None, before, image, unit }
}

const fn variable(name: &'static str, before: &'static str, unit: Unit) -> Setting {
    Setting { variable: Some(name), before, image: "", unit }
}

const SETTINGS: [Setting; 16] = [
    flag("redis", "--maxmemory", Unit::Redis),
    flag("valkey", "--maxmemory", Unit::Redis),
    flag("postgres", "shared_buffers=", Unit::Pages),
    flag("mysql", "--innodb-buffer-pool-size=", Unit::Binary),
    flag("mysql", "--innodb_buffer_pool_size=", Unit::Binary),
    flag("mariadb", "--innodb-buffer-pool-size=", Unit::Binary),
    flag("mariadb", "--innodb_buffer_pool_size=", Unit::Binary),
    flag("", "-Xmx", Unit::Binary),
    flag("", "--max-old-space-size=", Unit::Mebibytes),
    variable("JAVA_OPTS", "-Xmx", Unit::Binary),
    variable("JAVA_TOOL_OPTIONS", "-Xmx", Unit::Binary),
    variable("ES_JAVA_OPTS", "-Xmx", Unit::Binary),
    variable("OPENSEARCH_JAVA_OPTS", "-Xmx", Unit::Binary),
    variable("KAFKA_HEAP_OPTS", "-Xmx", Unit::Binary),
    variable("NODE_OPTIONS", "--max-old-space-size=", Unit::Mebibytes),
    variable("GOMEMLIMIT", "", Unit::Binary),
];

/// The amounts that the command line and the environment of a container allow its program.
fn told(container: &Container<'_>) -> Vec<(Excerpt, Unit)> {
    let image = container.image().and_then(|image| image.name.as_deref()).unwrap_or_default();
    let mut found = Vec::new();
    for setting in SETTINGS.iter().filter(|setting| image.contains(setting.image) && !image.contains("exporter")) {
        let words = match setting.variable {
            None => of_container(container),
            Some(name) => words(container.services().flat_map(|service| values_of(service, name))),
        };
        for (at, word) in words.iter().enumerate() {
            let text = word.text();
            let amount = match text.strip_prefix(setting.before) {
                Some("") => words.get(at + 1).cloned(),
                Some(amount) if setting.before.ends_with('=') || !setting.before.starts_with("--") => {
                    Some(word.sub(text.len() - amount.len()..text.len()))
                }
                _ => None,
            };
            found.extend(amount.map(|amount| (amount, setting.unit)));
        }
    }
    found
}

fn values_of<'w>(service: &'w Service, name: &str) -> impl Iterator<Item = &'w Value> {
    let named = service.environment.iter().filter(move |(variable, _)| variable.value == name);
    named.filter_map(|(_, value)| value.as_ref())
}

/// An amount of memory in bytes.
fn bytes(text: &str, unit: Unit) -> Option<u64> {
    let digits = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    let (number, letters) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let letters = letters.to_ascii_lowercase();
    let (letter, rest) = letters.split_at(letters.len().min(1));
    let factor = match (unit, letter) {
        (Unit::Mebibytes, "") => f64::from(1 << 20),
        (Unit::Mebibytes, _) => return None,
        (Unit::Pages, "") => 8192.0,
        (_, "" | "b") => 1.0,
        _ => {
            let power = i32::try_from("kmgt".find(letter)?).ok()? + 1;
            let base = if unit == Unit::Redis && rest.is_empty() { 1000.0_f64 } else { 1024.0 };
            base.powi(power)
        }
    };
    let is_whole_unit = matches!(rest, "" | "b" | "ib") && (letter != "b" || rest.is_empty());
    is_whole_unit.then_some((number * factor) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_amounts_as_each_program_does() {
        for (text, unit, expected) in [
            ("256M", Unit::Binary, Some(256 << 20)),
            ("1.5g", Unit::Binary, Some(3 << 29)),
            ("512MiB", Unit::Binary, Some(512 << 20)),
            ("1073741824", Unit::Binary, Some(1 << 30)),
            ("64b", Unit::Binary, Some(64)),
            ("256mb", Unit::Redis, Some(256 << 20)),
            ("256m", Unit::Redis, Some(256_000_000)),
            ("16384", Unit::Pages, Some(128 << 20)),
            ("1GB", Unit::Pages, Some(1 << 30)),
            ("512", Unit::Mebibytes, Some(512 << 20)),
            ("512m", Unit::Mebibytes, None),
            ("50%", Unit::Binary, None),
            ("$MEM", Unit::Binary, None),
            ("off", Unit::Binary, None),
        ] {
            assert_eq!(bytes(text, unit), expected, "{text}");
        }
    }
}
