//! Links of pages to files that are not there, though the one that is meant is.

use std::{
    cell::{LazyCell, OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet},
    path::{Component, Path, PathBuf},
};

use crate::{
    check,
    facts::{
        Slips,
        documented::{is_of_other_times, is_wanted, letters},
        runbooks::Destination,
    },
    kit::*,
    markdown::LinkKind,
    vocab::is_slip,
    workspace::Workspace,
};

use super::target::{Target, seen_from};

check! {
    /// A link of a page leads to a file that does not exist, and it can be told which one is meant.
    ///
    /// That is one in the same folder whose name is written a little otherwise (two letters swapped, another case, `.yaml`
    /// for `.yml`), one that lies where the link would lead from a folder above the page, or the only file of a telling
    /// name, near the page. Of other files that are missing nothing is said: they may lie in a part of the repository that is not here.
    ///
    /// ## Why it matters
    /// Whoever needs the page gets "not found".
    ///
    /// ## Example
    /// ```markdown path=README.md
    /// First read [who is called next](docs/escaaltion.md).
    /// ```
    /// ```markdown path=docs/escalation.md
    /// # Escalation
    /// ```
    ///
    /// ## Instead
    /// ```markdown path=README.md
    /// First read [who is called next](docs/escalation.md).
    /// ```
    /// ```markdown path=docs/escalation.md
    /// # Escalation
    /// ```
    pub struct Link {}
    id: "docs/link", severity: Warning,
}

impl Check for Link {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let places = Places { facts, by_name: OnceCell::new(), folders: RefCell::default() };
        // Of these, `runbooks/local` speaks.
        let of_runbooks = LazyCell::new(|| {
            let links = facts.runbooks.links.iter();
            let broken = links.filter(|link| matches!(link.leads_to, Destination::Nowhere { .. }));
            broken.map(|link| link.text.full_span()).collect::<BTreeSet<Span>>()
        });
        for document in &workspace.documents {
            let Some(page) = document.docs().filter(|_| is_wanted(workspace, facts.config, document)) else { continue };
            let path = workspace.files.file(document.file).path.as_path();
            let mut wrong: BTreeMap<Cause, Vec<Wrong>> = BTreeMap::new();
            for link in page.links.iter().filter(|link| link.kind != LinkKind::Bare) {
                let place = link.destination.full_span();
                let missing = Target::of(path, &link.destination)
                    .filter(|target| names_file(&target.path) && !workspace.disk.exists(&target.path));
                if let Some(target) = missing.filter(|_| !of_runbooks.contains(&place))
                    && let Some((cause, found)) = places.meant(path, &target, link.kind)
                    && let Some(right) = seen_from(folder_of(path), &found)
                {
                    let written = link.destination.text()[target.written.clone()].to_owned();
                    wrong.entry(cause).or_default().push(Wrong {
                        place: link.destination.span(target.written),
                        written,
                        right,
                    });
                }
            }
            wrong.iter().for_each(|(cause, links)| report(cause, links, workspace, out));
        }
    }
}

/// A link that leads nowhere.
struct Wrong {
    place: Span,
    written: String,
    /// What it has to be.
    right: String,
}

/// Why links of a page lead nowhere.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// The file has nearly the same name.
    Misspelt(PathBuf),
    /// They are written as seen from another folder.
    FromAbove(PathBuf),
    /// The only file of the name lies elsewhere.
    Moved(PathBuf),
}

fn report(cause: &Cause, links: &[Wrong], workspace: &Workspace, out: &mut Sink<'_>) {
    for link in links {
        let finding = out.report(link.place, format!("`{}` does not exist", link.written)).help(match cause {
            Cause::Misspelt(_) => format!("did you mean `{}`?", link.right),
            Cause::Moved(_) => format!("there is `{}`", link.right),
            Cause::FromAbove(_) => format!("a link is followed from the folder of its page: write `{}`", link.right),
        });
        // An escape in the link would have to be one in the edit.
        let is_plain = workspace.files.slice(link.place) == link.written && !link.written.contains('%');
        let finding = if is_plain { finding.rewrite(&format!("use `{}`", link.right), &link.right) } else { finding };
        finding.shared(links[0].place);
    }
}

/// Where a file may lie that a link means.
struct Places<'f, 'w> {
    facts: &'f Facts<'w>,
    /// The paths of the files that were read, by their names.
    by_name: OnceCell<BTreeMap<&'w str, Vec<&'w Path>>>,
    /// What lies in the folders that links lead to.
    folders: RefCell<BTreeMap<PathBuf, Folder>>,
}

/// The files of a folder.
struct Folder {
    files: Vec<PathBuf>,
    slips: Slips,
    /// Where those of one name stand, whatever its case and its ending.
    by_stem: BTreeMap<String, Vec<usize>>,
}

impl Folder {
    fn of(files: Vec<PathBuf>) -> Self {
        let slips = Slips::of(files.iter().map(|file| name_of(file).unwrap_or_default()));
        let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, file) in files.iter().enumerate() {
            by_stem.entry(stem_of(name_of(file).unwrap_or_default())).or_default().push(place);
        }
        Self { files, slips, by_stem }
    }

    /// The files that a name may mean.
    fn meant_by(&self, name: &str) -> BTreeSet<&PathBuf> {
        let alike = self.by_stem.get(&stem_of(name)).into_iter().flatten().copied();
        let files = alike.chain(self.slips.near(name)).map(|place| &self.files[place]);
        files.filter(|file| name_of(file).is_some_and(|other| is_meant(name, other))).collect()
    }
}

impl<'w> Places<'_, 'w> {
    /// Why a link leads nowhere, and which file it means, if that is certain.
    fn meant(&self, page: &Path, target: &Target, kind: LinkKind) -> Option<(Cause, PathBuf)> {
        let name = name_of(&target.path)?;
        if let Some(found) = self.beside(&target.path, name) {
            return Some((Cause::Misspelt(found.clone()), found));
        }
        // A site may show the page in a folder of its own, from which pictures are asked for.
        if is_shown_elsewhere(page) || kind == LinkKind::Image {
            return None;
        }
        if let Some((folder, found)) = self.above(page, target, name) {
            return Some((Cause::FromAbove(folder), found));
        }
        let only = self
            .only(name)
            .filter(|only| is_page(name) && is_telling(name) && *only != page && is_close(page, only))?;
        let is_over = is_of_other_times(self.facts.config, only);
        (!is_over).then(|| (Cause::Moved(only.to_owned()), only.to_owned()))
    }

    /// The file in the same folder whose name is written nearly so.
    fn beside(&self, path: &Path, name: &str) -> Option<PathBuf> {
        let folder = folder_of(path);
        let mut folders = self.folders.borrow_mut();
        let list = || Folder::of(self.facts.workspace.disk.glob(&folder.join("*")));
        let mut meant = folders.entry(folder.to_owned()).or_insert_with(list).meant_by(name).into_iter();
        meant.next().filter(|_| meant.next().is_none()).cloned()
    }

    /// The folder above the page, or its own, from which the link would lead to a file, and that file.
    fn above(&self, page: &Path, target: &Target, name: &str) -> Option<(PathBuf, PathBuf)> {
        let rest: PathBuf = target.down.components().skip_while(|part| *part == Component::ParentDir).collect();
        let home = folder_of(page);
        let searched = &self.facts.workspace.folders;
        let is_here = |folder: &&Path| searched.is_empty() || searched.iter().any(|root| folder.starts_with(root));
        let first = rest.components().next()?;
        home.ancestors().filter(is_here).find_map(|folder| {
            let found = folder.join(&rest);
            let is_certain = if folder == home {
                // As of pictures, a site may make it right that a file is asked for in the folder above.
                is_telling(name) && is_page(name)
            } else {
                // `docs/guide.md` on a page in `docs` can only be meant from above.
                is_telling(name) || home.starts_with(folder.join(first))
            };
            let is_other = found != page && found != target.path;
            (is_certain && is_other && self.facts.workspace.disk.exists(&found)).then(|| (folder.to_owned(), found))
        })
    }

    /// The only file of a name.
    fn only(&self, name: &str) -> Option<&'w Path> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: BTreeMap<&str, Vec<&Path>> = BTreeMap::new();
            for (_, file) in self.facts.workspace.files.iter() {
                by_name.entry(name_of(&file.path).unwrap_or_default()).or_default().push(&file.path);
            }
            by_name
        });
        let [only] = by_name.get(name)?.as_slice() else { return None };
        Some(only)
    }
}

/// Whether a name is that of another file, but for a slip, its case, or one of two common endings.
fn is_meant(written: &str, other: &str) -> bool {
    const SAME: [[&str; 2]; 2] = [["yaml", "yml"], ["md", "markdown"]];
    let is_of_pair = |pair: &[&str; 2], [one, two]: [&str; 2]| {
        pair.iter().any(|end| one.eq_ignore_ascii_case(end)) && pair.iter().any(|end| two.eq_ignore_ascii_case(end))
    };
    let has_other_ending = || {
        let (Some((stem, end)), Some((own, own_end))) = (written.rsplit_once('.'), other.rsplit_once('.')) else {
            return false;
        };
        stem.eq_ignore_ascii_case(own) && SAME.iter().any(|pair| is_of_pair(pair, [end, own_end]))
    };
    written != other && (written.eq_ignore_ascii_case(other) || is_slip(written, other) || has_other_ending())
}

/// Whether a path ends with the name of a file: `alerts.yml`, and neither `docs` nor `.env`.
fn names_file(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|end| end.len() <= 8 && end.starts_with(|first: char| first.is_ascii_alphabetic()))
}

fn is_page(name: &str) -> bool {
    [".md", ".markdown"].iter().any(|end| name.ends_with(end))
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

/// A name without its ending, in lower case.
fn stem_of(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase()
}

fn folder_of(page: &Path) -> &Path {
    page.parent().unwrap_or(Path::new(""))
}

/// Whether a file lies below the folder of a page, or below the one above that.
fn is_close(page: &Path, file: &Path) -> bool {
    let folder = folder_of(page);
    file.starts_with(folder.parent().unwrap_or(folder))
}

/// Whether the text of a page is shown at another place, from which its links are followed: what is made part of other
/// pages, and what a forge or an assistant shows.
fn is_shown_elsewhere(page: &Path) -> bool {
    const PARTS: [&str; 8] =
        ["fragments", "includes", "partials", "shared", "skeleton", "snippets", "template", "templates"];
    let is_part = |part: &str| part.starts_with(['.', '_']) || PARTS.contains(&part.to_lowercase().as_str());
    page.components().any(|part| matches!(part, Component::Normal(name) if name.to_str().is_some_and(is_part)))
}

/// Whether a file of this name is hardly found in two places for two purposes.
fn is_telling(name: &str) -> bool {
    const COMMON: [&str; 12] = [
        "changelog",
        "codeofconduct",
        "configuration",
        "contributing",
        "dockercompose",
        "documentation",
        "gettingstarted",
        "installation",
        "kustomization",
        "pullrequesttemplate",
        "quickstart",
        "troubleshooting",
    ];
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = stem.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    let letters = letters(stem);
    let length = letters.chars().count();
    !COMMON.contains(&letters.as_str()) && (length >= 12 || words >= 2 && length >= 10)
}
