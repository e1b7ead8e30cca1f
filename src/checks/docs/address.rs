//! Documented ports of services and paths of metrics pages, compared with what is deployed.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    facts::{
        Container,
        documented::{is_promised, is_unfulfilled},
    },
    kit::*,
    markdown::{Inline, Markdown, Table},
    text::{ceiling, floor},
};

use super::{
    near::{Near, speaks_of_cluster, speaks_of_compose},
    spoken,
};
use crate::checks::deploy::connections::is_wanted_in_vain;

/// A port that the docs give a service.
struct Documented {
    /// The port.
    port: Spanned<u16>,
    /// Whether it is one of the host, by which people reach the service.
    is_of_host: bool,
}

/// Reports ports that the docs give a service, and that it does not have.
pub fn ports(page: &Markdown, near: &Near<'_, '_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let claims = claims(page, near);
    let said: BTreeSet<Span> = claims.iter().map(|(documented, _)| documented.port.span).collect();
    for (documented, container) in &claims {
        judge(documented, container, page, near, facts, out);
    }
    let is_published = |port: u16| facts.deployment.containers().iter().any(|one| one.publishes(port).is_some());
    for (port, container) in spoken::ports(page, near) {
        if !said.contains(&port.span) && !is_published(port.value) {
            judge(&Documented { port, is_of_host: true }, container, page, near, facts, out);
        }
    }
}

/// Where a page gives a service this port.
pub fn said(page: &Markdown, near: &Near<'_, '_>, service: &str, port: u16) -> Option<Span> {
    let all = claims(page, near).into_iter();
    let mut fitting =
        all.filter(|(documented, container)| documented.port.value == port && container.name() == service);
    fitting.next().map(|(documented, _)| documented.port.span)
}

/// The ports that a page gives services.
fn claims<'f, 'w>(page: &Markdown, near: &Near<'f, 'w>) -> Vec<(Documented, &'f Container<'w>)> {
    let mut claims = Vec::new();
    if near.containers.is_empty() {
        return claims;
    }
    let names = LazyCell::new(|| Names::of(near));
    let tables = page.tables.iter().filter(|table| !is_promised(page, table.span));
    for table in tables.filter(|table| !table.header.iter().any(|header| is_of_flows(header.text.text()))) {
        let has_pairs = table.header.iter().filter(|header| is_of_ports(header.text.text())).count() > 1;
        for row in &table.rows {
            if !row.cells.iter().skip(1).any(|cell| has_digit(cell.text.text())) {
                continue;
            }
            let Some(subject) = row.cells.first().map(|cell| cell.text.text()) else { continue };
            let Some(container) = names.called(subject) else { continue };
            let is_of_another = |text: &str| is_of_callers(text) || names_exporter(text) && !names_exporter(subject);
            let mut texts = row.cells.iter().map(|cell| cell.text.text());
            if texts.any(|text| is_unfulfilled(text) || is_of_another(text) || is_elsewhere(text)) {
                continue;
            }
            let mut of_row = Vec::new();
            // With ports in several columns, those behind the name of another service are the other's.
            let names_another = |cell: &Inline| {
                let mut named = cell.code_spans().filter_map(|code| names.called(code.text()));
                has_pairs && named.any(|other| other.name() != container.name())
            };
            let columns = row.cells.iter().zip(&table.header).skip(1);
            for (cell, header) in columns.take_while(|(cell, _)| !names_another(cell)) {
                let of_column = is_of_ports(header.text.text()).then(|| numbers(&cell.text));
                let mut documented =
                    of_column.filter(|ports| !ports.is_empty()).unwrap_or_else(|| addresses(&cell.text));
                // What asks a service whether it is well does so in its container.
                documented.iter_mut().for_each(|one| one.is_of_host &= !is_of_tests(table));
                of_row.extend(documented);
            }
            claims.extend(of_one(of_row, container, near).into_iter().map(|port| (port, container)));
        }
    }
    for item in &page.items {
        let text = item.content.text.text();
        // Without a number there is no port.
        if !has_digit(text) || is_unfulfilled(text) || is_of_callers(text) || is_promised(page, item.span) {
            continue;
        }
        let lead = lead(&item.content);
        let rest = item.content.text.sub(lead.end..text.len());
        let (mut addresses, is_of_ports) = (addresses(&rest), is_of_ports(&text[lead.clone()]));
        if addresses.is_empty() && !is_of_ports {
            continue;
        }
        let heading = item.heading.and_then(|heading| page.headings.get(heading)).map(|heading| &heading.content);
        // What Prometheus scrapes is `localhost` in its own container.
        if heading.is_some_and(|heading| heading.text.text().to_lowercase().contains("scrape")) {
            addresses.iter_mut().for_each(|one| one.is_of_host = false);
        }
        if let Some(container) = names.called(&text[lead]) {
            claims.extend(of_one(addresses, container, near).into_iter().map(|port| (port, container)));
            continue;
        }
        // "### 2. Grafana" with an item "**Port**: 3001"; a variable may hold the address of another.
        let heading = heading.filter(|_| !is_of_variable(text));
        if let Some(container) = heading.and_then(|heading| names.called(unnumbered(heading.text.text()))) {
            let of_item = is_of_ports.then(|| numbers(&rest)).filter(|ports| !ports.is_empty());
            let documented = of_item.unwrap_or(addresses);
            claims.extend(of_one(documented, container, near).into_iter().map(|port| (port, container)));
        }
    }
    claims
}

/// What a row or an item says of a service: of several ports, the usual and the own one, or those of several protocols, one
/// is the service's; and where none is, they say one thing.
fn of_one(mut ports: Vec<Documented>, container: &Container<'_>, near: &Near<'_, '_>) -> Vec<Documented> {
    let same = || near.containers.iter().filter(|other| other.name() == container.name());
    let agrees = |one: &Documented| same().any(|other| other.may_answer_on(one.port.value, one.is_of_host));
    if ports.iter().any(agrees) {
        ports.retain(agrees);
    } else {
        ports.truncate(1);
    }
    // What says it twice, as a number and in an address, says one thing.
    let mut said = BTreeSet::new();
    ports.retain(|one| said.insert(one.port.value));
    ports
}

/// What an item is about: its bold beginning, or its text up to a colon.
fn lead(content: &Inline) -> Range<usize> {
    let text = content.text.text();
    let bold = content.strong.first().filter(|bold| text[..bold.start].trim().is_empty()).map(|bold| bold.end);
    let is_of_port = |at: usize| text[at + 1..].starts_with(|letter: char| letter.is_ascii_digit());
    let colon = || text.find(':').filter(|at| !text[..*at].contains("http") && !is_of_port(*at));
    0..bold.or_else(colon).unwrap_or(0)
}

/// Whether an item begins with a variable of the environment that holds an address: `SHOP_API_URL`.
fn is_of_variable(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let name = words.find(|word| !word.is_empty()).unwrap_or_default();
    let is_capital = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    name.contains('_') && name.chars().all(is_capital) && !name.ends_with("PORT")
}

/// A heading without its number.
fn unnumbered(heading: &str) -> &str {
    heading.trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ')' | ' '))
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_of_ports(header: &str) -> bool {
    let mut words = header.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| word.eq_ignore_ascii_case("port") || word.eq_ignore_ascii_case("ports"))
}

/// Whether a table tells how services are tested: by what, and how often again.
fn is_of_tests(table: &Table) -> bool {
    const WORDS: [&str; 4] = ["healthcheck", "probe", "retries", "test"];
    table.header.iter().any(|header| {
        let text = header.text.text();
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let is_check = || text.to_lowercase().replace(['-', '_', ' '], "").contains("healthcheck");
        words.any(|word| WORDS.iter().any(|wanted| word.eq_ignore_ascii_case(wanted))) || is_check()
    })
}

/// Whether a column says from where, or to where, something goes: then a port is that of the other end.
fn is_of_flows(header: &str) -> bool {
    let alone = ["target", "from", "to", "direction", "client", "peer"];
    let anywhere = ["source", "src", "destination", "dest", "dst"];
    let mut words = header.split(|letter: char| !letter.is_alphanumeric());
    alone.iter().any(|word| header.trim().eq_ignore_ascii_case(word))
        || words.any(|one| anywhere.iter().any(|word| one.eq_ignore_ascii_case(word)))
}

/// Whether a text says from which pages a service takes requests: then a port is that of the page.
fn is_of_callers(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("cors"))
}

/// Whether a text gives an address of another machine, "https://auth.example.org": a port beside it is one of that.
fn is_elsewhere(text: &str) -> bool {
    text.match_indices("://").any(|(at, sign)| {
        let rest = &text[at + sign.len()..];
        let host =
            &rest[..rest.find(|letter| !is_of_address(letter) || matches!(letter, ':' | '/')).unwrap_or(rest.len())];
        host.contains('.') && !["127.", "0.0.0.0", "host.docker."].iter().any(|own| host.starts_with(own))
    })
}

/// Whether a text names the exporter that speaks for a service: then a port is that of the exporter.
fn names_exporter(text: &str) -> bool {
    text.to_lowercase().contains("exporter")
}

/// The containers by what they are called: without capitals, and without all but letters and digits.
struct Names<'f, 'w> {
    by_name: BTreeMap<String, Vec<&'f Container<'w>>>,
    /// By their program or their image.
    by_make: BTreeMap<String, Vec<&'f Container<'w>>>,
}

impl<'f, 'w> Names<'f, 'w> {
    fn of(near: &Near<'f, 'w>) -> Self {
        let mut names = Self { by_name: BTreeMap::new(), by_make: BTreeMap::new() };
        for container in near.containers.iter().copied() {
            for name in container.host_names() {
                names.by_name.entry(letters(&name)).or_default().push(container);
            }
            let image = container.image().and_then(|image| image.name.as_deref());
            let program = container.program.map(|program| program.name());
            for name in image.and_then(|name| name.rsplit('/').next()).into_iter().chain(program) {
                names.by_make.entry(letters(name)).or_default().push(container);
            }
        }
        names
    }

    /// The only container that a text names: by its service, its own name, its program or its image.
    fn called(&self, text: &str) -> Option<&'f Container<'w>> {
        let wanted = Some(letters(text)).filter(|wanted| !wanted.is_empty())?;
        let found = self.by_name.get(&wanted).or_else(|| self.by_make.get(&wanted))?;
        let first = found.first()?;
        found.iter().all(|other| other.name() == first.name()).then_some(*first)
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The numbers of a cell that holds nothing but ports.
fn numbers(cell: &Excerpt) -> Vec<Documented> {
    let text = cell.text();
    let is_plain = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | ',' | '/' | '`' | '*' | ':');
    if !text.chars().all(is_plain) {
        return Vec::new();
    }
    let mut at = 0;
    let words = text.split(|letter: char| !letter.is_ascii_digit()).map(|word| {
        let start = at;
        at += word.len() + 1;
        (start..start + word.len(), word)
    });
    let ports = words.filter_map(|(range, word)| Some(Spanned::new(cell.span(range), word.parse().ok()?)));
    ports.map(|port| Documented { port, is_of_host: false }).collect()
}

/// The ports of `localhost` in a text, and those without any host: `:9100/metrics`.
fn addresses(text: &Excerpt) -> Vec<Documented> {
    let all = text.text();
    let ports = all.match_indices(':').filter_map(|(at, _)| {
        let before = &all[..at];
        let is_of_host = ["localhost", "127.0.0.1"].iter().any(|host| before.ends_with(host));
        let is_bare = before.ends_with(['`', '(']) || before.is_empty();
        let start = at + 1;
        let length = all[start..].bytes().take_while(u8::is_ascii_digit).count();
        // What Prometheus is to scrape there is a page of the program.
        if all[start + length..].starts_with("/actuator/") {
            return None;
        }
        let port = all[start..start + length].parse().ok().filter(|_| (is_of_host || is_bare) && length >= 2)?;
        Some(Documented { port: Spanned::new(text.span(start..start + length), port), is_of_host })
    });
    ports.collect()
}

/// Whether a server for development listens on a port, which runs without any container: those of Vite and Angular.
fn is_of_development(port: u16) -> bool {
    [4200, 5173, 5174].contains(&port)
}

/// Whether a container is described for production alone, in a file that a page does not name: then the page may speak
/// of what developers start by hand, certainly if it says `localhost`.
fn is_of_production(container: &Container<'_>, documented: &Documented, page: &Markdown, facts: &Facts<'_>) -> bool {
    let path = &facts.workspace.files.file(container.document.file).path;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    let text = page.source.text();
    let speaks_of_it = || !documented.is_of_host && text.to_lowercase().contains("production");
    words.any(|word| ["prod", "production"].contains(&word)) && !text.contains(name) && !speaks_of_it()
}

fn judge(
    documented: &Documented,
    container: &Container<'_>,
    page: &Markdown,
    near: &Near<'_, '_>,
    facts: &Facts<'_>,
    out: &mut Sink<'_>,
) {
    let port = documented.port.value;
    let same = near.containers.iter().filter(|other| other.name() == container.name());
    // One description of a service that agrees is enough, and one that is not fully known may.
    if same.clone().any(|one| one.may_answer_on(port, documented.is_of_host)) {
        return;
    }
    let may_be_of_cluster = || speaks_of_cluster(page) || !speaks_of_compose(page);
    if !documented.is_of_host && facts.cluster.answers_on(container.name(), port) && may_be_of_cluster() {
        return;
    }
    if is_of_development(port) || same.clone().all(|one| is_of_production(one, documented, page, facts)) {
        return;
    }
    let is_anothers = |other: &&&Container<'_>| other.name() != container.name() && other.publishes(port).is_some();
    if documented.is_of_host && near.containers.iter().any(|other| is_anothers(&other)) {
        return;
    }
    // "Kafka service" may be all of `kafka-1` and `kafka-2`, and "Postgres" the one of the tests.
    let stem = container.name().trim_end_matches("service").trim_end_matches(['-', '_']);
    let is_kin = |other: &&&Container<'_>| {
        let begins = other.name().strip_prefix(stem).is_some_and(|rest| rest.starts_with(['-', '_']));
        let is_other = begins && other.name() != container.name();
        is_other && (other.publishes(port).is_some() || other.may_answer_on(port, false))
    };
    if near.containers.iter().any(|other| is_kin(&other)) {
        return;
    }
    let Some(mapping) = same.flat_map(|one| one.mappings()).find(|mapping| mapping.published.is_some()) else { return };
    let Some(published) = mapping.published else { return };
    // A variable with a default is there for others to choose the port.
    if facts.workspace.files.file(mapping.span.file).slice(mapping.span).contains("${") {
        return;
    }
    let name = container.name();
    // What is also scraped there has one cause, and `deploy/target` tells both.
    if !documented.is_of_host && is_wanted_in_vain(facts, name, port) {
        return;
    }
    out.report(documented.port.span, format!("the docs give `{name}` the port {port}, but it has {}", published.first))
        .label(mapping.span, "published here")
        .help("change whichever of the two is out of date");
}

/// Reports addresses of metrics pages whose path is not the one that is scraped.
pub fn paths(page: &Markdown, near: &Near<'_, '_>, facts: &Facts<'_>, out: &mut Sink<'_>) {
    let source = page.source.text();
    let mut own_ports: BTreeMap<u16, bool> = BTreeMap::new();
    for (at, _) in source.match_indices("://") {
        let behind = &source[at + 3..];
        let behind = &behind[..floor(behind, LONGEST)];
        let length = behind.find(|letter: char| !is_of_address(letter)).unwrap_or(behind.len());
        let address = behind[..length].trim_end_matches(['.', ',', ':']);
        let Some((host, port, path)) = split(address) else { continue };
        let start = at + 3 + address.len() - path.len();
        let place = page.source.span(start..start + path.len());
        if !path.ends_with("/metrics")
            || is_of_api(path)
            || *own_ports.entry(port).or_insert_with(|| starts_its_own(source, port))
            || is_sent(source, at)
            || is_promised(page, place)
            || is_of_code(page, place)
        {
            continue;
        }
        let Some(job) = scraped_elsewhere(host, port, path, near, facts) else { continue };
        let (name, right) = (job.job_name.as_ref().map_or("", |name| &name.value), job.metrics_path());
        let proof = job.metrics_path.as_ref().map_or(job.span, |path| path.span);
        out.report(place, format!("the docs say `{path}`, but the job `{name}` scrapes `{right}` there"))
            .label(proof, "this is the path")
            .help(format!("say `{right}`"))
            .fix(Fix::edit(format!("use `{right}`"), Applicability::Unsafe, place, right));
    }
}

/// Whether a page tells how to start a program on a port: then that answers there.
fn starts_its_own(source: &str, port: u16) -> bool {
    [format!("--port {port}"), format!("--port={port}")].iter().any(|flag| source.contains(flag.as_str()))
}

/// Whether a place stands in the code of a program, which speaks of its own pages.
fn is_of_code(page: &Markdown, place: Span) -> bool {
    const LANGUAGES: [&str; 20] = [
        "c#",
        "cpp",
        "cs",
        "csharp",
        "elixir",
        "go",
        "golang",
        "java",
        "javascript",
        "js",
        "kotlin",
        "php",
        "py",
        "python",
        "ruby",
        "rust",
        "scala",
        "swift",
        "ts",
        "typescript",
    ];
    // They stand in the order of the page.
    let at = page.code_blocks.partition_point(|block| block.span.end <= place.start);
    page.code_blocks
        .get(at)
        .is_some_and(|block| block.span.contains(place) && LANGUAGES.contains(&block.language.as_str()))
}

/// Whether a path is one of a program's own interface, by its beginning, or the version or the number in it.
fn is_of_api(path: &str) -> bool {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    path.starts_with("/api/") || path.split('/').any(|part| is_version(part) || is_number(part))
}

/// Whether the line of an offset sends something there.
fn is_sent(source: &str, at: usize) -> bool {
    let (from, to) = (floor(source, at.saturating_sub(LONGEST)), ceiling(source, at + LONGEST));
    let start = source[from..at].rfind('\n').map_or(from, |before| from + before + 1);
    let line = source[start..to].lines().next().unwrap_or_default();
    ["POST", "PUT", "--data", " -d ", "| jq"].iter().any(|word| line.contains(word))
}

/// No address, and no line with one that is read, is longer than this many bytes.
const LONGEST: usize = 500;

fn is_of_address(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ':' | '/')
}

/// Host, port and path of `host:port/path`.
fn split(address: &str) -> Option<(&str, u16, &str)> {
    let (authority, _) = address.split_once('/')?;
    let (host, port) = authority.split_once(':')?;
    Some((host, port.parse().ok()?, &address[authority.len()..]))
}

/// The job that scrapes this address at other paths only.
fn scraped_elsewhere<'w>(
    host: &str,
    port: u16,
    path: &str,
    near: &Near<'_, 'w>,
    facts: &Facts<'w>,
) -> Option<&'w crate::model::prometheus::ScrapeConfig> {
    let is_loopback = matches!(host, "localhost" | "127.0.0.1");
    let mut names: Vec<(String, u16)> = vec![(host.to_owned(), port)];
    if is_loopback {
        let inside = near.containers.iter().filter_map(|one| Some((one, one.publishes(port)?)));
        names.extend(inside.flat_map(|(one, inner)| one.host_names().into_iter().map(move |name| (name, inner))));
        names.push(("host.docker.internal".to_owned(), port));
    } else {
        let same = near.containers.iter().filter(|one| one.host_names().iter().any(|name| name == host));
        names.extend(same.flat_map(|one| one.host_names()).map(|name| (name, port)));
    }
    let is_there = |target: &str| {
        let (host, port) = target.rsplit_once(':').unwrap_or((target, "80"));
        names.iter().any(|(name, number)| name == host && port == number.to_string())
    };
    let jobs = facts.servers.all().iter().flat_map(|server| &server.config.scrape_configs);
    let jobs: Vec<_> = jobs.filter(|job| job.targets().any(|(target, _)| is_there(&target.value))).collect();
    let is_plain = jobs.iter().all(|job| job.relabel_configs.is_empty() && job.metrics_path() != path);
    let is_of_metrics = |job: &&&crate::model::prometheus::ScrapeConfig| {
        ["metrics", "prometheus"].iter().any(|word| job.metrics_path().contains(word))
    };
    // Spring has both pages, the one for people and the one for Prometheus.
    let is_of_spring = path.ends_with("/actuator/metrics");
    jobs.iter()
        .find(is_of_metrics)
        .copied()
        .filter(|job| is_plain && !(is_of_spring && job.metrics_path().contains("actuator")))
}
