//! What the docs say of the alerts: thresholds, times, severities, and which alerts there are.

mod annotation;
mod claim;
mod condition;
mod definitions;
mod dimension;
mod expressions;
mod lesson;
mod names;
mod prose;
mod quantile;
mod quantity;
mod quoted;
mod reach;
mod roster;
mod scope;
mod settings;
mod statement;
mod tables;
mod tally;
mod times;
mod told;
mod unit;
mod verdict;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use rayon::prelude::*;

use crate::{
    config::Config,
    facts::RuleSite,
    markdown::Markdown,
    model::{Document, rules::Rule},
    promql::Expr,
    text::{FileId, Span, Spanned},
    workspace::Workspace,
};

pub use annotation::{Annotation, annotations};
pub use claim::{Claim, Claims, Hold, Relation};
pub use condition::{Condition, Threshold};
pub use dimension::{Dimension, Measure, constant, dimension};
pub use expressions::{Quotation, quotations};
pub use names::{Names, Watched, identifiers, is_alert_like, letters};
pub use quantity::Quantity;
pub use quoted::{Comparison, Quoted, compare};
pub use reach::{Reached, Tie, home};
pub use roster::Roster;
pub use scope::Scopes;
pub use settings::{Setting, SettingClaim, settings};
pub use statement::{Statement, is_promised, is_task, is_unfulfilled, severity_said};
pub use tables::Unguarded;
pub use told::Told;
pub use unit::Unit;
pub use verdict::{Verdict, around, condition_of, contradicts_hold, judge, spoken};

/// The pages of the workspace that speak of alerts.
#[derive(Debug, Default)]
pub struct Documented<'w> {
    /// All pages, in the order of files.
    pub pages: Vec<Page<'w>>,
    /// The names of all alerts of the workspace.
    pub alerts: Names<'w>,
}

/// A page and what it says.
#[derive(Debug)]
pub struct Page<'w> {
    /// The document.
    pub document: &'w Document,
    /// The page.
    pub markdown: &'w Markdown,
    /// The rule files it speaks of.
    pub reached: Vec<Reached<'w>>,
    /// Whether it names a rule file that is not there to look at.
    pub names_unseen: bool,
    /// The names of the alerts in them.
    pub names: Arc<Names<'w>>,
    /// Which of them its parts tell of.
    pub scopes: Scopes,
    /// What it says about single alerts.
    pub statements: Vec<Statement<'w>>,
    /// Rules that it quotes.
    pub quoted: Vec<Quoted<'w>>,
    /// Rows of targets that no alert guards.
    pub unguarded: Vec<Unguarded>,
    /// Alerts that it lists.
    pub rosters: Vec<Roster>,
    /// How many alert rules it says there are.
    pub tallies: Vec<Spanned<usize>>,
    /// Alerts that it mentions, exactly or in words.
    pub mentioned: BTreeSet<&'w str>,
    /// Bindings that the project states itself.
    pub told: Vec<Told>,
}

impl<'w> Documented<'w> {
    /// Reads the pages of a workspace.
    pub fn of(workspace: &'w Workspace, config: &Config) -> Self {
        if workspace.documents.iter().all(|document| document.docs().is_none()) {
            return Self::default();
        }
        let files = reach::rule_files(workspace);
        let alerts = Names::of(files.iter().flat_map(|(_, alerts)| &**alerts).filter_map(watched));
        let documents = workspace.documents.iter().filter_map(|document| Some((document, document.docs()?)));
        let wanted = documents.filter(|(document, _)| !files.is_empty() && is_wanted(workspace, config, document));
        let links = Links::of(&files);
        let path = |file: FileId| workspace.files.file(file).path.as_path();
        let paths: Vec<(FileId, &Path)> = files.iter().map(|(file, _)| (*file, path(*file))).collect();
        // Many pages speak of the same files.
        let mut known: BTreeMap<Vec<FileId>, Arc<Names<'w>>> = BTreeMap::new();
        let prepared = wanted.map(|(document, markdown)| {
            let path = &workspace.files.file(document.file).path;
            let unseen = reach::names_unseen(workspace, path, markdown);
            let mut reached = reach::reach(workspace, path, markdown, &files);
            reached.retain(|reached| !unseen || reached.tie == Tie::Named);
            let names = known.entry(reached.iter().map(|reached| reached.file).collect()).or_insert_with(|| {
                Arc::new(Names::of(reached.iter().flat_map(|reached| &*reached.alerts).filter_map(watched)))
            });
            ((document, markdown, path.as_path()), unseen, reached, Arc::clone(names))
        });
        let prepared: Vec<_> = prepared.collect();
        let pages = prepared.into_par_iter().with_max_len(1).map(|(place, names_unseen, reached, names)| Page {
            names_unseen,
            ..page(place, reached, names, (&links, &paths), config)
        });
        Self { pages: pages.collect(), alerts }
    }

    /// The page of a document.
    pub fn page(&self, document: &Document) -> Option<&Page<'w>> {
        self.pages.iter().find(|page| std::ptr::eq(page.document, document))
    }
}

/// Whether a document's claims are compared with what is configured: those that the configuration names, else those
/// that speak of the present.
pub fn is_wanted(workspace: &Workspace, config: &Config, document: &Document) -> bool {
    let path = &workspace.files.file(document.file).path;
    if config.docs.is_empty() {
        let is_article = document.docs().is_some_and(|page| times::is_article(page.source.text()));
        return !is_article && !is_of_other_times(config, path);
    }
    let relative = path.strip_prefix(&config.base).unwrap_or(path).to_string_lossy().replace('\\', "/");
    config.docs.iter().any(|glob| glob.matches(&relative))
}

/// Whether a page says by its name or folder that it is of another time than the present.
pub fn is_of_other_times(config: &Config, path: &Path) -> bool {
    times::is_of_other_times(path.strip_prefix(&config.base).unwrap_or(path))
}

fn page<'w>(
    (document, markdown, path): (&'w Document, &'w Markdown, &Path),
    reached: Vec<Reached<'w>>,
    names: Arc<Names<'w>>,
    (links, paths): (&Links<'w>, &[(FileId, &Path)]),
    config: &Config,
) -> Page<'w> {
    let linked = links.to(path, &reached);
    let led_to = |heading: usize| {
        let alerts = linked.get(markdown.headings.get(heading)?.slug.as_str())?;
        alerts.first().copied().filter(|first| alerts.iter().all(|alert| alert == first))
    };
    let mut read = tables::read(markdown, &names);
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    read.statements.extend(prose::read(markdown, name, &names, &led_to));
    read.quoted.extend(quoted::quoted(markdown, &names));
    read.quoted.extend(definitions::definitions(markdown, &names));
    let scopes = Scopes::of(markdown, path, paths);
    // "High memory usage" among the alerts of one file is none of another.
    read.statements.retain(|statement| {
        let file = scopes.at(statement.text.full_span()).filter(|_| !is_spelt_out(statement, markdown));
        file.is_none_or(|file| reached.iter().any(|one| one.file == file && one.has(statement.alert)))
    });
    let told = told::told(markdown, path, config);
    for binding in &told {
        let Some(alert) = names.exact(&binding.alert.value) else { continue };
        let (bound, places) = binding.read(markdown, alert);
        let is_bound = |span| places.iter().any(|place| place.contains(span));
        read.statements.retain(|statement| !is_bound(statement.text.full_span()));
        read.unguarded.retain(|row| !is_bound(row.subject.full_span()));
        read.statements.extend(bound.statements);
    }
    let mut mentioned = mentioned(markdown, &names);
    // The section that a runbook link leads to may be one for several alerts, with a name of its own.
    let mut led: BTreeMap<String, Vec<&'w str>> = BTreeMap::new();
    for (fragment, alerts) in &linked {
        led.entry(fragment.to_ascii_lowercase()).or_default().extend(alerts);
    }
    let led_to_section = |slug: &str| if led.is_empty() { None } else { led.get(&slug.to_ascii_lowercase()) };
    mentioned.extend(markdown.headings.iter().filter_map(|heading| led_to_section(&heading.slug)).flatten().copied());
    let is_led_to = |slug: &str| led_to_section(slug).is_some();
    Page {
        document,
        markdown,
        reached,
        names_unseen: false,
        mentioned,
        names,
        scopes,
        statements: read.statements,
        quoted: read.quoted,
        unguarded: read.unguarded,
        rosters: roster::rosters(markdown, &is_led_to),
        tallies: tally::tallies(markdown),
        told,
    }
}

/// The alerts that a page names: exactly anywhere, or in words as a heading, a cell or an item's lead.
fn mentioned<'w>(markdown: &Markdown, names: &Names<'w>) -> BTreeSet<&'w str> {
    let text = markdown.source.text();
    let exact = identifiers(text).filter_map(|range| names.exact(&text[range]));
    let headings = markdown.headings.iter().map(|heading| &heading.content);
    let cells = markdown.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let items = markdown.items.iter().map(|item| &item.content);
    let leads = headings.chain(cells).chain(items).map(|content| {
        let text = content.text.text();
        &text[..prose::lead_end(text)]
    });
    exact.chain(leads.filter_map(|lead| names.in_words(lead).or_else(|| names.by_topic(lead)))).collect()
}

/// Whether a statement has the alert by its very name, and not in words.
fn is_spelt_out(statement: &Statement<'_>, markdown: &Markdown) -> bool {
    let named = &markdown.source;
    let range = named.offset_of(statement.named.start).map(|start| start..start + statement.named.len() as usize);
    let text = range.and_then(|range| named.get(range)).unwrap_or_default();
    identifiers(text).any(|word| &text[word] == statement.alert)
}

fn name_of<'w>(site: &RuleSite<'w>) -> Option<&'w str> {
    site.rule.alert.as_ref().map(|name| name.value.as_str())
}

/// An alerting rule as its name and its expression tell of it.
fn watched<'w>(site: &RuleSite<'w>) -> Option<Watched<'w>> {
    let expr = site.rule.expr.as_ref();
    let selections = expr.and_then(|query| query.expr.as_ref()).into_iter().flat_map(Expr::selections);
    let metrics = selections.filter_map(|selection| selection.selector.metric_name());
    Some(Watched {
        name: name_of(site)?,
        quantiles: expr.and_then(condition_of).map_or_else(Vec::new, |condition| condition.quantiles),
        metrics: metrics.map(|name| name.value.as_str()).collect(),
    })
}

/// Where the runbook links of alerts lead, by the names of pages.
struct Links<'w> {
    by_page: BTreeMap<&'w str, Vec<Link<'w>>>,
}

/// A link to a heading of a page.
struct Link<'w> {
    fragment: &'w str,
    /// The alert that links, and the file of its rule.
    alert: &'w str,
    file: FileId,
}

impl<'w> Links<'w> {
    fn of(files: &[(FileId, Arc<[RuleSite<'w>]>)]) -> Self {
        let mut by_page: BTreeMap<&str, Vec<Link<'w>>> = BTreeMap::new();
        for (file, site) in files.iter().flat_map(|(file, sites)| sites.iter().map(move |site| (*file, site))) {
            let links = site.rule.annotations.iter().filter(|pair| pair.name.value.contains("runbook"));
            for link in links.map(|pair| pair.value.text.text()) {
                if let (Some((target, fragment)), Some(alert)) = (link.split_once('#'), name_of(site)) {
                    let page = target.rsplit('/').next().unwrap_or_default();
                    by_page.entry(page).or_default().push(Link { fragment, alert, file });
                }
            }
        }
        Self { by_page }
    }

    /// The alerts of some files whose link leads to this page, by fragment.
    fn to(&self, path: &Path, reached: &[Reached<'w>]) -> BTreeMap<&'w str, Vec<&'w str>> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for link in self.by_page.get(name).into_iter().flatten() {
            if reached.binary_search_by_key(&link.file, |reached| reached.file).is_ok() {
                found.entry(link.fragment).or_default().push(link.alert);
            }
        }
        found
    }
}

impl<'w> Page<'w> {
    /// The rules that what stands at a place about an alert must agree with, in sets: one rule of each set is enough.
    /// Where that part of the page tells of the alerts of one file, it is a set alone. Else a rule file that the page names
    /// is a set by itself; all others are one set together.
    pub fn rules_of(&self, alert: &str, variant: Option<&str>, place: Span) -> Vec<Vec<RuleSite<'w>>> {
        let of_file = |reached: &Reached<'w>| -> Vec<RuleSite<'w>> {
            let named = reached.alerts.iter().filter(|site| name_of(site) == Some(alert)).copied();
            variant_of(named.collect(), variant)
        };
        let own = self.scopes.at(place).and_then(|file| self.reached.iter().find(|reached| reached.file == file));
        if let Some(set) = own.map(of_file).filter(|set| !set.is_empty()) {
            return vec![set];
        }
        let named = self.reached.iter().filter(|reached| reached.tie == Tie::Named);
        let sets: Vec<(bool, Vec<RuleSite<'w>>)> =
            named.map(|reached| (reached.is_trial, of_file(reached))).filter(|(_, set)| !set.is_empty()).collect();
        if sets.is_empty() {
            let near: Vec<RuleSite<'w>> = self.reached.iter().flat_map(of_file).collect();
            return if near.is_empty() { Vec::new() } else { vec![near] };
        }
        let serious: Vec<_> = sets.iter().filter(|(is_trial, _)| !is_trial).map(|(_, set)| set.clone()).collect();
        if serious.is_empty() { vec![sets.into_iter().flat_map(|(_, set)| set).collect()] } else { serious }
    }
}

impl<'w> Page<'w> {
    /// The rules that a statement must agree with. One that only its topic ties to an alert is only compared
    /// with the only rule of that name.
    fn rules_meant(&self, statement: &Statement<'w>) -> Vec<Vec<RuleSite<'w>>> {
        let sets = self.rules_of(statement.alert, statement.variant.as_deref(), statement.text.full_span());
        let ambiguous = sets.iter().map(Vec::len).sum::<usize>() > 1;
        let is_of_another = || {
            statement
                .source
                .as_deref()
                .is_some_and(|source| !sets.iter().flatten().all(|site| is_of(site.rule, source)))
        };
        if statement.is_by_topic && (ambiguous || is_of_another()) { Vec::new() } else { sets }
    }

    /// The first rule that contradicts a claim of a statement: no rule of its set agrees, or may.
    pub fn contradicts(&self, statement: &Statement<'w>, claim: &Claim) -> Option<(RuleSite<'w>, Verdict)> {
        let about = format!("{} {}", statement.about, statement.alert);
        let judged = |site: RuleSite<'w>| {
            let condition = site.document.promql_of(site.group, site.rule).and_then(condition_of);
            condition.map_or(Verdict::Unknown, |condition| judge(claim, &condition, &about))
        };
        let found = self.rules_meant(statement).into_iter().find_map(|set| {
            let verdicts: Vec<_> = set.into_iter().map(|site| (site, judged(site))).collect();
            let certain = verdicts.iter().all(|(_, verdict)| !matches!(verdict, Verdict::Agrees | Verdict::Unknown));
            verdicts.into_iter().next().filter(|_| certain)
        });
        found.filter(|_| !self.may_mean(statement, |site| matches!(judged(site), Verdict::Agrees)))
    }

    /// The first rule whose `for` contradicts a time of a statement, and where that stands.
    pub fn contradicts_hold(&self, statement: &Statement<'w>, hold: &Hold) -> Option<(RuleSite<'w>, Span)> {
        let proof = |site: RuleSite<'w>| {
            let condition = site.document.promql_of(site.group, site.rule).and_then(condition_of)?;
            contradicts_hold(hold, site.rule, &condition)
        };
        let found = self.rules_meant(statement).into_iter().find_map(|set| {
            let proofs: Option<Vec<_>> = set.into_iter().map(|site| Some((site, proof(site)?))).collect();
            proofs?.into_iter().next()
        });
        found.filter(|_| !self.may_mean(statement, |site| proof(site).is_none()))
    }

    /// Whether a statement in words may mean an alert with a longer name, of which it is true: "High error rate" may be
    /// `HighApiErrorRate` just as well as `HighErrorRate`.
    pub fn may_mean(&self, statement: &Statement<'w>, is_true: impl Fn(RuleSite<'w>) -> bool) -> bool {
        let others = || self.names.saying_more(statement.alert);
        let rules = |alert| self.rules_of(alert, None, statement.text.full_span()).into_iter().flatten();
        !is_spelt_out(statement, self.markdown) && others().flat_map(rules).any(is_true)
    }
}

/// Whether what a rule watches may be what a text says that something is measured by: "Kafka metrics", "Prometheus".
fn is_of(rule: &Rule, source: &str) -> bool {
    const OF_ALL: [&str; 16] = [
        "alertmanager",
        "alerts",
        "api",
        "app",
        "application",
        "backend",
        "dashboard",
        "exporter",
        "grafana",
        "logs",
        "metric",
        "metrics",
        "monitoring",
        "prometheus",
        "service",
        "system",
    ];
    let expr = rule.expr.as_ref().map(|expr| expr.text.text().to_lowercase()).unwrap_or_default();
    let words = source.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 2);
    let mut own = words.filter(|word| !OF_ALL.contains(word)).peekable();
    own.peek().is_none() || own.any(|word| expr.contains(word))
}

/// Of several rules of a name, those of a severity, if there are any.
fn variant_of<'w>(rules: Vec<RuleSite<'w>>, severity: Option<&str>) -> Vec<RuleSite<'w>> {
    let Some(severity) = severity else { return rules };
    let chosen: Vec<_> =
        rules.iter().filter(|site| severity_of(site.rule).as_deref() == Some(severity)).copied().collect();
    if chosen.is_empty() { rules } else { chosen }
}

/// The severity label of a rule in lower case; none when it is a template.
pub fn severity_of(rule: &Rule) -> Option<String> {
    let text = rule.label("severity")?.text();
    (!text.contains("{{")).then(|| text.to_lowercase())
}
