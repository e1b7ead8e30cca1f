//! Links to dashboards, panels and variables that are not there.

use crate::{
    check,
    kit::*,
    model::dashboard::{Dashboard, panel::Link as Written},
    vocab::{distance, listed, nearest},
    workspace::Workspace,
};

use super::{linked, provisioned::provider_of};

check! {
    /// A link leads to a dashboard, a panel or a variable that is not there.
    ///
    /// Links of dashboards are followed, and addresses in annotations of rules and in the docs that lead to the Grafana of a
    /// compose file, by its name or its published port.
    ///
    /// ## Why it matters
    /// Whoever follows it in the middle of an incident sees "Dashboard not found", or a dashboard that shows
    /// everything instead of the one service that was clicked on.
    ///
    /// ## Example
    /// ```json path=dashboards/shop.json
    /// {"uid": "shop-overview", "title": "Shop", "schemaVersion": 39, "panels": [],
    ///  "links": [{"type": "link", "title": "Stock", "url": "/d/stock-overveiw/stock"}]}
    /// ```
    /// ```json path=dashboards/stock.json
    /// {"uid": "stock-overview", "title": "Stock", "schemaVersion": 39, "panels": []}
    /// ```
    ///
    /// ## Instead
    /// ```json path=dashboards/shop.json
    /// {"uid": "shop-overview", "title": "Shop", "schemaVersion": 39, "panels": [],
    ///  "links": [{"type": "link", "title": "Stock", "url": "/d/stock-overview/stock"}]}
    /// ```
    /// ```json path=dashboards/stock.json
    /// {"uid": "stock-overview", "title": "Stock", "schemaVersion": 39, "panels": []}
    /// ```
    pub struct Link {}
    id: "dashboards/link", severity: Warning,
}

impl Check for Link {
    type Subject = Whole;

    fn check(&self, workspace: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        let all: Vec<&Dashboard> = workspace.documents.iter().filter_map(|document| document.dashboard()).collect();
        for document in &workspace.documents {
            let Some(dashboard) = document.dashboard() else { continue };
            let is_loaded = provider_of(document, facts).is_some();
            for link in links(dashboard) {
                look_at(link, &all, is_loaded, out);
                if is_loaded {
                    tags(link, dashboard, &all, out);
                }
            }
        }
        linked::report(&all, facts, out);
    }
}

/// The links of a dashboard, of its panels and of its data.
fn links(dashboard: &Dashboard) -> impl Iterator<Item = &Written> {
    let of_panels = dashboard.panels.iter().flat_map(|panel| {
        let of_data = std::iter::once(&panel.defaults).chain(&panel.overrides).flat_map(|config| &config.links);
        panel.links.iter().chain(of_data)
    });
    dashboard.links.iter().chain(of_panels)
}

fn look_at(link: &Written, all: &[&Dashboard], is_loaded: bool, out: &mut Sink<'_>) {
    let Some(url) = &link.url else { return };
    let Some(address) = Address::of(url.text()) else { return };
    let has_uid = |dashboard: &&&Dashboard| dashboard.uid.as_ref().is_some_and(|uid| uid.value == address.uid);
    let place = url.span(address.at..address.at + address.uid.len());
    let Some(target) = all.iter().find(has_uid) else {
        let uids = all.iter().filter_map(|dashboard| dashboard.uid.as_ref()).map(|uid| uid.value.as_str());
        match nearest(address.uid, uids).filter(|near| is_slip(address.uid, near)) {
            Some(near) => {
                let fix = Fix::edit(format!("link to `{near}`"), Applicability::Unsafe, place, near);
                out.report(place, format!("no dashboard has the uid `{}`", address.uid))
                    .help(format!("did you mean `{near}`?"))
                    .fix(fix);
            }
            // Somebody may have made it in the browser.
            None if is_loaded => {
                out.report(place, format!("no dashboard in these files has the uid `{}`", address.uid))
                    .severity(Severity::Info)
                    .help("correct the uid, or keep that dashboard with the others");
            }
            None => {}
        }
        return;
    };
    parameters(url, &address, target, out);
}

/// Whether one uid is certainly a slip of the pen for the other: letters swapped, one left out or doubled, or another
/// spelling. Names that differ by other letters may be those of two dashboards of a family.
pub fn is_slip(written: &str, known: &str) -> bool {
    let letters = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let sorted = |name: &str| {
        let mut letters: Vec<char> = name.chars().collect();
        letters.sort_unstable();
        letters
    };
    let one_less = written.len().abs_diff(known.len()) == 1 && distance(written, known) == 1;
    let has_digit = |name: &str| name.ends_with(|last: char| last.is_ascii_digit());
    letters(written) == letters(known)
        || sorted(written) == sorted(known) && distance(written, known) <= 2
        || one_less && written.len() >= SHORTEST && !has_digit(written) && !has_digit(known)
}

/// Uids shorter than this are not compared letter by letter.
const SHORTEST: usize = 8;

/// What follows the `?`: a panel to show, and values of variables.
fn parameters(url: &Excerpt, address: &Address<'_>, target: &Dashboard, out: &mut Sink<'_>) {
    for (at, pair) in address.pairs() {
        let Some((key, value)) = pair.split_once('=') else { continue };
        let value_at = at + key.len() + 1;
        if matches!(key, "viewPanel" | "panelId" | "editPanel") {
            let number = value.strip_prefix("panel-").unwrap_or(value);
            let Ok(id) = number.parse::<i64>() else { continue };
            let is_known = target.panels.iter().any(|panel| panel.id.is_some_and(|own| own.value == id));
            if !is_known {
                out.report(
                    url.span(value_at..value_at + value.len()),
                    format!("that dashboard has no panel with the id {id}"),
                )
                .label_if(target.uid.as_ref().map(|uid| uid.span), "the dashboard")
                .help("name the id of one of its panels");
            }
        } else if let Some(name) = key.strip_prefix("var-") {
            let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
            if !is_plain || target.variable(name).is_some() || target.panels.iter().any(|panel| panel.library.is_some())
            {
                continue;
            }
            let names: Vec<&str> = target
                .variables
                .iter()
                .filter_map(|variable| variable.name.as_ref())
                .map(|name| name.value.as_str())
                .collect();
            let finding = out
                .report(
                    url.span(at..at + key.len()),
                    format!("that dashboard has no variable `{name}`, so the value is ignored"),
                )
                .label_if(target.uid.as_ref().map(|uid| uid.span), "the dashboard");
            match nearest(name, names.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None if names.is_empty() => finding.help("it has no variables"),
                None => finding.help(format!("it has {}", listed(&names, ", "))),
            };
        }
    }
}

/// A menu of the dashboards with certain tags, of which there is none.
fn tags(link: &Written, dashboard: &Dashboard, all: &[&Dashboard], out: &mut Sink<'_>) {
    let is_menu = link.kind.as_ref().is_some_and(|kind| kind.value == "dashboards");
    let Some(first) = link.tags.first().filter(|_| is_menu) else { return };
    let has = |dashboard: &Dashboard, tag: &str| dashboard.tags.iter().any(|own| own.value == tag);
    let fits =
        |other: &&&Dashboard| !std::ptr::eq(**other, dashboard) && link.tags.iter().all(|tag| has(other, &tag.value));
    if all.iter().find(fits).is_none() {
        let words = listed(link.tags.iter().map(|tag| &tag.value), " and ");
        out.report(first.span, format!("no other dashboard in these files is tagged {words}, so the menu is empty"))
            .severity(Severity::Info)
            .help("tag the dashboards that are meant");
    }
}

/// The address of a dashboard of the same Grafana.
struct Address<'u> {
    url: &'u str,
    uid: &'u str,
    /// Where the uid begins.
    at: usize,
}

impl<'u> Address<'u> {
    /// Reads `/d/UID/…` and `d-solo/UID/…`, perhaps below a prefix; an address with a host may lead anywhere.
    fn of(url: &'u str) -> Option<Self> {
        let path_end = url.find(['?', '#']).unwrap_or(url.len());
        let path = &url[..path_end];
        if path.contains("://") || path.starts_with("//") || path.contains(['$', '[']) {
            return None;
        }
        let at = ["/d/", "/d-solo/"].iter().find_map(|mark| {
            let bare = path.starts_with(&mark[1..]).then_some(mark.len() - 1);
            bare.or_else(|| path.find(mark).map(|at| at + mark.len()))
        })?;
        let uid = path[at..].split('/').next().filter(|uid| !uid.is_empty())?;
        Some(Self { url, uid, at })
    }

    /// The pairs behind the `?`, each with its place.
    fn pairs(&self) -> impl Iterator<Item = (usize, &'u str)> {
        let url = self.url;
        let mut from = url.find('?').map_or(url.len(), |at| at + 1);
        url[from..].split('&').map(move |pair| {
            let at = from;
            from += pair.len() + 1;
            (at, pair)
        })
    }
}
