//! Addresses of Prometheus, Alertmanager, Grafana and Loki in sentences and in blocks of code.

use crate::{
    facts::{Container, Program, documented::is_promised},
    kit::*,
    markdown::Markdown,
};

use super::near::Near;

/// The ports of `localhost` at which a page says that these programs answer: behind their names, as in "open Grafana at
/// `http://localhost:3000`", or before a path that only one of them has.
pub fn ports<'f, 'w>(page: &Markdown, near: &Near<'f, 'w>) -> Vec<(Spanned<u16>, &'f Container<'w>)> {
    let mut found = Vec::new();
    if !HOSTS.iter().any(|host| page.source.text().contains(host)) {
        return found;
    }
    for content in page.prose() {
        found.extend(in_text(&content.text, "", near));
    }
    let blocks = page.code_blocks.iter().filter(|block| SHELLS.contains(&block.language.as_str()));
    for block in blocks {
        let mut start = 0;
        let mut above = "";
        for line in block.code.text().split_inclusive('\n') {
            found.extend(in_text(&block.code.sub(start..start + line.len()), above, near));
            (start, above) = (start + line.len(), line);
        }
    }
    found.retain(|(port, _)| !is_forwarded(page, port.value) && !is_promised(page, port.span));
    found
}

const HOSTS: [&str; 2] = ["localhost:", "127.0.0.1:"];

/// Languages of blocks that people paste into their terminal, or that show what it wrote.
const SHELLS: [&str; 7] = ["", "bash", "console", "sh", "shell", "text", "zsh"];

/// The ports in a text; `above` is the line before it.
fn in_text<'f, 'w>(text: &Excerpt, above: &str, near: &Near<'f, 'w>) -> Vec<(Spanned<u16>, &'f Container<'w>)> {
    let all = text.text();
    // Within a container, and at the other end of a tunnel, `localhost` is another host.
    let is_scraped = all.trim_start_matches([' ', '-']).starts_with("targets:");
    if is_scraped || ["exec ", "ssh "].iter().any(|word| all.contains(word)) {
        return Vec::new();
    }
    let places = HOSTS.iter().flat_map(|host| all.match_indices(host).map(|(at, host)| (at, at + host.len())));
    let ports = places.filter_map(|(at, start)| {
        let length = all[start..].bytes().take_while(u8::is_ascii_digit).count();
        let port = all[start..start + length].parse().ok()?;
        let path = all[start + length..].split([' ', '`', ')', '"', '\'', '>', '\n', '|']).next().unwrap_or_default();
        let before = all[..at].trim_end_matches("http://").trim_end_matches("https://");
        let program = named_before(before).or_else(|| of_path(path, all, above))?;
        Some((Spanned::new(text.span(start..start + length), port), only(program, near)?))
    });
    ports.collect()
}

/// The only container of a program.
fn only<'f, 'w>(program: Program, near: &Near<'f, 'w>) -> Option<&'f Container<'w>> {
    let mut all = near.containers.iter().filter(|container| container.program == Some(program));
    let first = all.next()?;
    all.all(|other| other.name() == first.name()).then_some(*first)
}

/// The program that a text names right before an address: "open Grafana at", "# Prometheus:".
fn named_before(text: &str) -> Option<Program> {
    const BETWEEN: [&str; 10] =
        ["at", "on", "via", "under", "is", "available", "running", "accessible", "reachable", "ui"];
    let is_mark = |letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | ',' | ';' | '/' | '\n' | '_');
    let mut rest = text.trim_end_matches(is_mark);
    loop {
        let start = rest
            .rfind(|letter: char| !letter.is_alphanumeric())
            .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
        let word = rest[start..].to_lowercase();
        if BETWEEN.contains(&word.as_str()) {
            rest = rest[..start].trim_end_matches(is_mark);
            continue;
        }
        // `shop-prometheus` may be another one.
        let is_part = rest[..start].ends_with(['-', '_', '.', '/']);
        return program(&word).filter(|_| !is_part);
    }
}

fn program(word: &str) -> Option<Program> {
    Some(match word {
        "prometheus" => Program::Prometheus,
        "alertmanager" => Program::Alertmanager,
        "grafana" => Program::Grafana,
        "loki" => Program::Loki,
        _ => return None,
    })
}

/// The program that alone has a path.
fn of_path(path: &str, line: &str, above: &str) -> Option<Program> {
    const OF_PROMETHEUS: [&str; 3] = ["/api/v1/targets", "/api/v1/query?query=", "/api/v1/query_range?"];
    const OF_ALERTMANAGER: [&str; 4] = ["/api/v2/alerts", "/api/v2/silences", "/#/alerts", "/#/silences"];
    // Others with these paths, too.
    const OTHERS: [&str; 12] = [
        "agent",
        "alertmanager",
        "blackbox",
        "cortex",
        "gateway",
        "grafana",
        "mimir",
        "promtail",
        "pyroscope",
        "thanos",
        "victoria",
        "vm",
    ];
    let begins = |starts: &[&str]| starts.iter().any(|start| path.starts_with(start));
    let is_of_other = || OTHERS.iter().any(|word| [line, above].iter().any(|text| text.to_lowercase().contains(word)));
    if begins(&OF_ALERTMANAGER) {
        Some(Program::Alertmanager)
    } else if path.starts_with("/loki/api/v1/") {
        Some(Program::Loki)
    } else if path.starts_with("/d/") {
        Some(Program::Grafana)
    } else if (begins(&OF_PROMETHEUS) || matches!(path, "/targets" | "/-/reload")) && !is_of_other() {
        Some(Program::Prometheus)
    } else {
        None
    }
}

/// Whether a page tells how a port is made to lead there: `kubectl port-forward svc/grafana 3100:3000`.
fn is_forwarded(page: &Markdown, port: u16) -> bool {
    let source = page.source.text();
    let (mapped, flagged) = (format!("{port}:"), [format!("port {port}"), format!("port={port}")]);
    source.contains(&mapped) || flagged.iter().any(|flag| source.contains(flag.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_who_is_named_before() {
        for (text, expected) in [
            ("Import it into Grafana at `", Some(Program::Grafana)),
            ("# - Prometheus: ", Some(Program::Prometheus)),
            ("**Grafana** is available at [", Some(Program::Grafana)),
            ("Alertmanager UI (", Some(Program::Alertmanager)),
            ("the backend of Grafana, at ", None),
            ("shop-prometheus: ", None),
            ("Prometheus exporter: ", None),
            ("Grafana.\n", None),
            ("", None),
            ("at", None),
        ] {
            assert_eq!(named_before(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_whose_path_it_is() {
        for (path, line, expected) in [
            ("/api/v1/targets", "curl", Some(Program::Prometheus)),
            ("/-/reload", "curl", Some(Program::Prometheus)),
            ("/-/reload", "# reload Alertmanager", None),
            ("/api/v2/silences?x", "curl", Some(Program::Alertmanager)),
            ("/d/abc", "open", Some(Program::Grafana)),
            ("/loki/api/v1/push", "curl", Some(Program::Loki)),
            ("/api/v1/rules", "curl", None),
            ("/health", "curl", None),
        ] {
            assert_eq!(of_path(path, line, ""), expected, "{path}");
        }
    }
}
