//! Where the runbook links of alerts lead, as far as the repository shows it.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    ops::Range,
    path::{Component, Path, PathBuf},
};

use crate::{
    config::Config,
    markdown::{LinkKind, Markdown},
    model::{Document, rules::Rule},
    text::{Excerpt, Span},
    vocab::percent_decoded,
    workspace::{Workspace, normalised},
};

use super::{RuleSite, by_name::ByName, documented::is_of_other_times};

/// All runbook links of the workspace.
#[derive(Debug)]
pub struct Runbooks<'w> {
    /// The links, in the order of files.
    pub links: Vec<RunbookLink<'w>>,
    /// The first link of each rule, by the rule's place.
    of_rules: Vec<(Span, u32)>,
}

/// A link to a runbook.
#[derive(Debug)]
pub struct RunbookLink<'w> {
    /// The alert it is for; none when a page holds it.
    pub alert: Option<RuleSite<'w>>,
    /// The link as written.
    pub text: Excerpt,
    /// Where it leads.
    pub leads_to: Destination,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// To a file that is there; the bytes of the link that are its fragment.
    File(PathBuf, Option<Range<usize>>),
    /// To a file that is not there.
    Nowhere {
        /// The path as written.
        path: PathBuf,
        /// Of an address on a forge: another address of the same repository that does lead to a file.
        proof: Option<Span>,
        /// Whether the folder is there. If not, the files at hand may be a part of the repository only.
        has_folder: bool,
    },
    /// To nothing yet: `TBD`.
    Placeholder,
    /// To a place that the repository does not show.
    Elsewhere,
}

/// What a link says by itself.
#[derive(PartialEq, Eq, Debug)]
enum Target<'t> {
    /// A path in this repository.
    Path(&'t str),
    /// A path in a repository on a forge, by the address of the repository.
    Forge(&'t str, &'t str),
    Placeholder,
    Elsewhere,
}

impl<'w> Runbooks<'w> {
    /// Gathers the links of a workspace.
    pub fn of(workspace: &'w Workspace, config: &Config) -> Self {
        let resolver = Resolver { workspace, config, pages: OnceCell::new() };
        let mut links = Vec::new();
        let mut of_rules: Vec<(Span, u32)> = Vec::new();
        for document in &workspace.documents {
            let lead = |text: &Excerpt, alert| RunbookLink {
                alert,
                leads_to: resolver.resolve(document, text),
                text: text.clone(),
            };
            for (group, rule) in document.rules().filter(|(_, rule)| rule.is_alerting()) {
                let mut named = rule.annotations.iter().filter(|pair| says(&pair.name.value, "runbook")).peekable();
                if named.peek().is_some() {
                    of_rules.push((rule.span, links.len() as u32));
                }
                links.extend(named.map(|pair| lead(&pair.value.text, Some(RuleSite { document, group, rule }))));
            }
            let path = &workspace.files.file(document.file).path;
            if let Some(markdown) = document.docs().filter(|_| !is_of_other_times(config, path)) {
                links.extend(runbook_links(path, markdown).map(|text| lead(&text, None)));
            }
        }
        // They are found in the order of their places, so that hardly anything is left to sort; of rules that are read
        // from one place, the first counts.
        of_rules.sort_by_key(|(place, _)| *place);
        of_rules.dedup_by_key(|(place, _)| *place);
        let mut runbooks = Self { links, of_rules };
        runbooks.believe_forges(&resolver);
        runbooks
    }

    /// The link of a rule.
    pub fn of_rule(&self, rule: &Rule) -> Option<&RunbookLink<'w>> {
        let rank = self.of_rules.binary_search_by_key(&rule.span, |(place, _)| *place).ok()?;
        self.links.get(self.of_rules[rank].1 as usize)
    }

    /// A repository on a forge is this one when a link to it leads to a file that is here. Then its links
    /// that lead to no file are broken; otherwise they lead elsewhere.
    fn believe_forges(&mut self, resolver: &Resolver<'_>) {
        let mut known: BTreeMap<String, Span> = BTreeMap::new();
        for link in self.links.iter().filter(|link| matches!(link.leads_to, Destination::File(..))) {
            if let Target::Forge(repository, _) = target(link.text.text()) {
                known.entry(repository.to_lowercase()).or_insert(link.text.full_span());
            }
        }
        if known.is_empty() {
            return;
        }
        for link in &mut self.links {
            if let (Target::Forge(repository, path), Destination::Elsewhere) =
                (target(link.text.text()), &link.leads_to)
                && let Some(proof) = known.get(&repository.to_lowercase())
                && is_page(path)
                && resolver.on_forge(path).is_none()
            {
                let path = path.split(['#', '?']).next().unwrap_or_default();
                let folder = Path::new(path).parent().unwrap_or(Path::new(""));
                let has_folder = resolver
                    .workspace
                    .files
                    .iter()
                    .any(|(_, file)| file.path.parent().is_some_and(|own| own.ends_with(folder)));
                link.leads_to = Destination::Nowhere { path: path.into(), proof: Some(*proof), has_folder };
            }
        }
    }
}

/// The links of a page that lead to a runbook: by the name of their file, or within a runbook.
fn runbook_links<'m>(path: &Path, markdown: &'m Markdown) -> impl Iterator<Item = Excerpt> + 'm {
    let within = names_runbook(&path.to_string_lossy());
    let links = markdown.links.iter().filter(|link| link.kind == LinkKind::Link);
    links.map(|link| link.destination.clone()).filter(move |destination| {
        let text = destination.text();
        let target = text.split('#').next().unwrap_or_default();
        !text.contains("://") && if target.is_empty() { within } else { is_page(target) && names_runbook(target) }
    })
}

fn names_runbook(path: &str) -> bool {
    says(path, "runbook") || says(path, "playbook")
}

/// Whether a text holds a word, in whatever case.
fn says(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

fn file_name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// Whether a path is one of a Markdown page.
fn is_page(path: &str) -> bool {
    let lower = path.split('#').next().unwrap_or_default().to_lowercase();
    lower.ends_with(".md") || lower.ends_with(".markdown")
}

/// Reads a link.
fn target(text: &str) -> Target<'_> {
    let link = text.trim();
    let placeholders = ["", "tbd", "todo", "n/a", "na", "none", "-", "tba", "fixme", "null"];
    if link.len() <= 5 && placeholders.iter().any(|placeholder| link.eq_ignore_ascii_case(placeholder)) {
        return Target::Placeholder;
    }
    // Nearly every link is an address without any of these.
    let is_bare = link.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'$' | b'[' | b'<'));
    let is_of_templates = |link: &str| link.contains("{{") || link.contains(['$', '[', '<']);
    if !is_bare && (is_of_templates(link) || link.contains(char::is_whitespace)) {
        return Target::Elsewhere;
    }
    let begins = |scheme: &str| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let scheme = ["https://", "http://"].into_iter().find(|scheme| begins(scheme));
    let address = scheme.map(|scheme| &link[scheme.len()..]);
    let Some(address) = address else {
        let host_like =
            link.split('/').next().is_some_and(|first| first.trim_matches('.').contains('.') && link.contains('/'));
        let is_local = link.starts_with('#') || is_page(link);
        return if is_local && !host_like { Target::Path(link) } else { Target::Elsewhere };
    };
    let views = ["/-/blob/", "/-/tree/", "/-/raw/", "/blob/", "/tree/", "/raw/", "/src/branch/"];
    if let Some(raw) = address.strip_prefix("raw.githubusercontent.com/") {
        let mut parts = raw.splitn(4, '/');
        let owned = parts.next().zip(parts.next()).map(|(owner, name)| owner.len() + 1 + name.len());
        return match (owned, parts.nth(1)) {
            (Some(length), Some(path)) => Target::Forge(&raw[..length], path),
            _ => Target::Elsewhere,
        };
    }
    // Most addresses are of no forge; to look for every view in each of them costs more than the rest.
    if !address.split('/').any(|part| matches!(part, "blob" | "tree" | "raw" | "src")) {
        return Target::Elsewhere;
    }
    let view = views.iter().find_map(|view| address.split_once(view));
    match view.and_then(|(repository, rest)| Some((repository.split_once('/')?.1, rest.split_once('/')?.1))) {
        Some((repository, path)) => Target::Forge(repository, path),
        None => Target::Elsewhere,
    }
}

struct Resolver<'a> {
    workspace: &'a Workspace,
    config: &'a Config,
    /// The pages of the workspace by the names of their files, gathered when a link leads to a forge.
    pages: OnceCell<ByName<'a, &'a PathBuf>>,
}

impl Resolver<'_> {
    fn resolve(&self, document: &Document, text: &Excerpt) -> Destination {
        let link = text.text();
        let fragment = link.find('#').map(|at| at + 1..link.trim_end().len()).filter(|range| !range.is_empty());
        let file = &self.workspace.files.file(document.file).path;
        match target(link) {
            Target::Placeholder => Destination::Placeholder,
            Target::Elsewhere => Destination::Elsewhere,
            Target::Path(path) => {
                let page = percent_decoded(path.split('#').next().unwrap_or_default());
                if page.is_empty() {
                    let own = document.docs().is_some();
                    return if own { Destination::File(file.clone(), fragment) } else { Destination::Elsewhere };
                }
                let from_anywhere = document.docs().is_none() || page.starts_with('/');
                let relative = Path::new(page.trim_start_matches('/'));
                if let Some(found) = self.beside(file, relative, from_anywhere) {
                    return Destination::File(found, fragment);
                }
                let folder = relative.parent().filter(|folder| !folder.as_os_str().is_empty());
                let has_folder = folder.is_none_or(|folder| self.beside(file, folder, from_anywhere).is_some());
                Destination::Nowhere { path: page.into(), proof: None, has_folder }
            }
            Target::Forge(_, path) => match self.on_forge(path) {
                Some(found) => Destination::File(found, fragment),
                None => Destination::Elsewhere,
            },
        }
    }

    /// The file that a path leads to: beside the file that holds the link, or, `from_anywhere`, in a folder
    /// above it. A page's own relative links are not from anywhere; a rule is loaded from who knows where.
    fn beside(&self, file: &Path, path: &Path, from_anywhere: bool) -> Option<PathBuf> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let root = self.config.root.as_ref().map(|root| self.config.base.join(&root.value));
        let above = folder.ancestors().skip(1).filter(|_| from_anywhere).map(Path::to_owned);
        let beyond = (1..=3).map(|levels| (0..levels).map(|_| "..").collect::<PathBuf>());
        let beyond = beyond.filter(|_| from_anywhere && !file.is_absolute());
        let mut candidates = std::iter::once(folder.to_owned()).chain(above).chain(root).chain(beyond);
        candidates.find_map(|base| {
            let candidate = normalised(&base.join(path));
            self.workspace.disk.exists(&candidate).then_some(candidate)
        })
    }

    /// The file of the workspace, or below one of its roots, that a path of a repository on a forge leads to.
    fn on_forge(&self, path: &str) -> Option<PathBuf> {
        let page = percent_decoded(path.split(['#', '?']).next().unwrap_or_default());
        let path = Path::new(&page);
        let folders = path.components().filter(|part| matches!(part, Component::Normal(_))).count();
        if folders < 2 || !is_page(&page) {
            return None;
        }
        let paths = self.workspace.files.iter().map(|(_, file)| &file.path);
        let pages = self.pages.get_or_init(|| ByName::of(paths.filter_map(|path| Some((file_name(path)?, path)))));
        let known = file_name(path).into_iter().flat_map(|name| pages.get(name)).find(|file| file.ends_with(path));
        known.copied().cloned().or_else(|| {
            let roots = self.workspace.roots.iter().map(|root| root.join(path));
            roots.map(|candidate| normalised(&candidate)).find(|candidate| self.workspace.disk.exists(candidate))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_links() {
        for (text, expected) in [
            ("RUNBOOK.md#down", Target::Path("RUNBOOK.md#down")),
            ("./docs/run book.md", Target::Elsewhere),
            ("/docs/runbook.md", Target::Path("/docs/runbook.md")),
            ("../runbook.md", Target::Path("../runbook.md")),
            ("TBD", Target::Placeholder),
            ("aka.ms/some-runbook", Target::Elsewhere),
            ("wiki.example.com/runbook.md", Target::Elsewhere),
            ("../runbooks/[service]-operations.md", Target::Elsewhere),
            ("<service>/runbook.md", Target::Elsewhere),
            ("https://wiki.example.com/x", Target::Elsewhere),
            ("https://runbooks.example.com/{{ $labels.alertname }}.md", Target::Elsewhere),
            ("https://github.com/Shop/infra/blob/main/docs/run.md#x", Target::Forge("Shop/infra", "docs/run.md#x")),
            ("https://gitlab.example.com/a/b/c/-/blob/main/docs/run.md", Target::Forge("a/b/c", "docs/run.md")),
            ("https://raw.githubusercontent.com/a/b/main/docs/run.md", Target::Forge("a/b", "docs/run.md")),
            ("https://codeberg.org/a/b/src/branch/main/docs/run.md", Target::Forge("a/b", "docs/run.md")),
            ("https://github.com/a/b", Target::Elsewhere),
        ] {
            assert_eq!(target(text), expected, "{text}");
        }
    }
}
