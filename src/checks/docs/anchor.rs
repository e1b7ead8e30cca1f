//! Links of pages to sections that no page has.

use std::{
    cell::{LazyCell, OnceCell},
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use crate::{
    check,
    facts::documented::{is_wanted, letters},
    kit::*,
    markdown::{LinkKind, Markdown},
    vocab::{distance_within, is_slip, nearest, percent_decoded},
    workspace::Workspace,
};

use super::{
    sections::{Sections, is_line},
    target::Target,
};

check! {
    /// A link of a page leads to a section that is not there, on the same page or on another.
    ///
    /// However a site makes anchors of headings, they have the letters and digits of the heading, and only those are
    /// compared. Where no heading comes near what is written, there is but a hint: the section may have to be written yet.
    /// Links within runbooks, and from alerts to them, are those of `runbooks/anchor`.
    ///
    /// ## Why it matters
    /// Whoever follows the link stays where they are, at the top of a long page.
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// - [Silences](#silences)
    /// - [Escalation](#esaclation)
    ///
    /// ### Silences
    ///
    /// ### Escalation
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// - [Silences](#silences)
    /// - [Escalation](#escalation)
    ///
    /// ### Silences
    ///
    /// ### Escalation
    /// ```
    pub struct Anchor {}
    id: "docs/anchor", severity: Warning,
}

impl Check for Anchor {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let of_runbooks = LazyCell::new(|| {
            let links = facts.runbooks.links.iter().filter(|link| link.alert.is_none());
            links.map(|link| link.text.full_span()).collect::<BTreeSet<Span>>()
        });
        let mut pages = Pages { workspace, by_path: OnceCell::new(), led_to: BTreeMap::new() };
        for document in &workspace.documents {
            let Some(page) = document.docs().filter(|_| is_wanted(workspace, facts.config, document)) else { continue };
            let path = workspace.files.file(document.file).path.as_path();
            let mut dead: BTreeMap<PathBuf, Vec<Dead>> = BTreeMap::new();
            for link in page.links.iter().filter(|link| link.kind == LinkKind::Link) {
                let text = link.destination.text();
                // Most links lead to whole pages.
                if !text.contains('#') || of_runbooks.contains(&link.destination.full_span()) {
                    continue;
                }
                let Some(Target { path, fragment: Some(fragment), .. }) = Target::of(path, &link.destination) else {
                    continue;
                };
                let wanted = percent_decoded(&text[fragment.clone()]);
                let is_dead =
                    is_anchor(&wanted) && pages.led_to(&path).is_some_and(|(_, sections)| !sections.may_have(&wanted));
                if is_dead {
                    dead.entry(path).or_default().push(Dead { place: link.destination.span(fragment), wanted });
                }
            }
            for (path, dead) in &dead {
                if let Some((page, sections)) = pages.led_to(path) {
                    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                    report(name, (page, sections), dead, workspace, out);
                }
            }
        }
    }
}

/// A link to a section that is not there.
struct Dead {
    place: Span,
    wanted: String,
}

/// The pages that links lead to.
struct Pages<'w> {
    workspace: &'w Workspace,
    by_path: OnceCell<BTreeMap<&'w Path, &'w Markdown>>,
    led_to: BTreeMap<PathBuf, Option<(&'w Markdown, Sections)>>,
}

impl<'w> Pages<'w> {
    /// The page at a path, and its sections.
    fn led_to(&mut self, path: &Path) -> Option<(&'w Markdown, &Sections)> {
        if !self.led_to.contains_key(path) {
            let by_path = self.by_path.get_or_init(|| {
                let documents = self.workspace.documents.iter();
                let pages = documents.filter_map(|document| Some((document, document.docs()?)));
                pages.map(|(document, page)| (self.workspace.files.file(document.file).path.as_path(), page)).collect()
            });
            let found = by_path.get(path).map(|page| (*page, Sections::of(page)));
            self.led_to.insert(path.to_owned(), found);
        }
        self.led_to.get(path)?.as_ref().map(|(page, sections)| (*page, sections))
    }
}

/// Whether a fragment is an anchor, and not a line of a file, a state of a program, a note of the text, or yet to be filled in.
fn is_anchor(fragment: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.') || !letter.is_ascii();
    fragment.chars().all(is_part)
        && fragment.chars().any(char::is_alphabetic)
        && !["top", "readme"].iter().any(|word| fragment.eq_ignore_ascii_case(word))
        && !is_line(fragment)
}

/// With fewer letters, a heading that is nearly the wanted one may be about something else.
const SHORTEST: usize = 5;

/// Whether an anchor is surely meant by another: it differs by two letters, or has a number or a word more or less.
fn is_near(wanted: &str, near: &str) -> bool {
    let unnumbered = |anchor: &str| letters(anchor).trim_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (one, other) = (unnumbered(wanted), unnumbered(near));
    let is_word = one.chars().count().min(other.chars().count()) >= SHORTEST;
    let is_alike = distance_within(&one, &other, 2).is_some() || one.ends_with(&other) || other.ends_with(&one);
    is_word && is_alike && digits(&one) == digits(&other)
}

/// From so many on, the links of a page to missing sections have one cause: its headings were all changed.
const MANY: usize = 5;

/// Of more links than these, it is not asked what each one means.
const MOST_GUESSED: usize = 200;

/// Reports the links of a page to sections that another page, or itself, does not have.
fn report(
    name: &str,
    (page, sections): (&Markdown, &Sections),
    dead: &[Dead],
    workspace: &Workspace,
    out: &mut Sink<'_>,
) {
    let slugs = page.headings.iter().map(|heading| heading.slug.as_str());
    let anchors = slugs.chain(page.anchors.iter().map(|anchor| anchor.value.as_str())).collect::<Vec<_>>();
    let candidates = if dead.len() > MOST_GUESSED { &[] } else { anchors.as_slice() };
    let meant = |dead: &Dead| {
        let near = nearest(&dead.wanted, candidates.iter().copied()).filter(|near| is_near(&dead.wanted, near))?;
        (!sections.is_open || is_slip(&dead.wanted, near)).then_some(near)
    };
    let (near, far): (Vec<_>, Vec<_>) =
        dead.iter().map(|dead| (dead, meant(dead))).partition(|(_, near)| near.is_some());
    let message = |dead: &Dead| format!("{name} has no section `#{}`", dead.wanted);
    // Many have one cause: the headings were written anew.
    let renewed = near.first().filter(|_| near.len() >= MANY).map(|(first, _)| first.place);
    for (dead, near) in near.iter().filter_map(|(dead, near)| Some((dead, (*near)?))) {
        let finding = out
            .report(dead.place, message(dead))
            .label_if(page.anchor(near), "this section is probably meant")
            .help(format!("link to `#{near}`"))
            .instead(&workspace.files, &dead.wanted, near);
        if let Some(first) = renewed {
            finding.shared(first);
        }
    }
    let Some((first, _)) = far.first().filter(|_| !sections.is_open) else { return };
    for (dead, _) in &far {
        out.report(dead.place, message(dead))
            .severity(Severity::Info)
            .help("link to a section that is there, or write it")
            .shared(first.place);
    }
}
