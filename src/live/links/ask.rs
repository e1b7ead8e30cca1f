//! Asks for the pages that links lead to.

use std::collections::BTreeMap;

use crate::{
    http::{Address, Ask, Crowd, Lane, Method, Patience, Question, Reply, Trouble, reason},
    vocab::placeholder,
};

use super::{Cache, Exclusion, Pages, Skip, Standing, anchors};

/// More redirects in a row lead nowhere.
const MOST_REDIRECTS: usize = 10;
/// More of a page is not read to find an anchor.
const MOST_BYTES: usize = 2 << 20;

/// Who is asked, and how.
pub struct Asking<'a> {
    /// The network.
    pub server: &'a dyn Ask,
    /// How often a server is asked again.
    pub patience: Patience,
    /// How many are asked at once.
    pub crowd: Crowd,
    /// Links that are not asked for.
    pub exclusions: &'a [Exclusion],
    /// Whether links to this machine are asked for.
    pub asks_local: bool,
    /// Headers for addresses that begin so, such as `Authorization` for a wiki.
    pub headers: &'a [(String, (String, String))],
    /// The time, in seconds since 1970.
    pub now: u64,
    /// For how many seconds what is remembered counts.
    pub age: u64,
}

/// A page to ask for, and the links that lead to it.
struct Page<'l> {
    address: Address,
    links: Vec<&'l str>,
}

/// Asks for the pages of links, the first links first, unless the cache knows them; what leads somewhere is noted there.
pub fn ask<'l>(links: impl IntoIterator<Item = &'l str>, cache: &mut Cache, asking: &Asking<'_>) -> Pages {
    let mut standings = BTreeMap::new();
    let mut pages: Vec<Page<'l>> = Vec::new();
    let mut known: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    for link in links.into_iter().map(str::trim) {
        if standings.contains_key(link) {
            continue;
        }
        match asking.prepared(link, cache) {
            Err(standing) => drop(standings.insert(link.to_owned(), standing)),
            Ok(address) => {
                let at = *known.entry((address.to_string(), address.user.clone())).or_insert(pages.len());
                match pages.get_mut(at) {
                    Some(page) if page.links.contains(&link) => {}
                    Some(page) => page.links.push(link),
                    None => pages.push(Page { address, links: vec![link] }),
                }
            }
        }
    }
    let found = asking.crowd.each(&pages, |page| page.address.origin(), |page, down| asking.look(page, down));
    for (page, standing) in pages.iter().zip(found) {
        for (link, standing) in page.links.iter().zip(standing) {
            if standing == Standing::Alive {
                cache.note(link, asking.now);
            }
            standings.insert((*link).to_owned(), standing);
        }
    }
    Pages { standings }
}

/// Where a page was found.
struct Found {
    reply: Reply,
    address: Address,
    is_moved: bool,
}

impl Asking<'_> {
    /// The address to ask for, or why nothing is asked.
    fn prepared(&self, link: &str, cache: &Cache) -> Result<Address, Standing> {
        let skipped = |skip| Err(Standing::Skipped(skip));
        if self.exclusions.iter().any(|exclusion| exclusion.covers(link)) {
            return skipped(Skip::Excluded);
        }
        let Some(address) = Address::parse(link) else { return skipped(Skip::Malformed) };
        if address.is_local() && !self.asks_local {
            return skipped(Skip::Local);
        }
        if placeholder(link).is_some() {
            return skipped(Skip::Example);
        }
        if cache.knows(link, self.now, self.age) { Err(Standing::Remembered) } else { Ok(address) }
    }

    /// Where the links to one page lead. A host that could not be reached is not tried again for its next page.
    fn look(&self, page: &Page<'_>, down: &mut Lane<Trouble>) -> Vec<Standing> {
        let fragment = |link: &&str| Address::parse(link).and_then(|address| address.fragment);
        let wants_anchor = page.links.iter().filter_map(fragment).any(|fragment| anchors::is_anchor(&fragment));
        let found = match down {
            Some(trouble) => Err(of_trouble(trouble, &page.address)),
            None => self.follow(&page.address, wants_anchor, down),
        };
        let found = match found {
            Ok(found) => found,
            Err(standing) => return vec![standing; page.links.len()],
        };
        if found.is_moved && is_login(&found.address) {
            return vec![unchecked(&page.address, "it leads to a login"); page.links.len()];
        }
        let of_link = |link: &&str| match fragment(link) {
            Some(fragment) if lacks(&found, &fragment) => Standing::NoAnchor,
            _ => Standing::Alive,
        };
        page.links.iter().map(of_link).collect()
    }

    /// Asks for a page and follows redirects to where it stands.
    fn follow(&self, start: &Address, wants_page: bool, down: &mut Lane<Trouble>) -> Result<Found, Standing> {
        let mut address = start.clone();
        let mut seen = vec![start.to_string()];
        loop {
            let reply = self.reply(&address, wants_page).map_err(|trouble| {
                let standing = of_trouble(&trouble, &address);
                let is_of_host = !matches!(trouble, Trouble::Other(_));
                if is_of_host && address.origin() == start.origin() {
                    *down = Some(trouble);
                }
                standing
            })?;
            let is_moved = seen.len() > 1;
            let Some(location) = leads_on(&reply) else {
                return judged(&reply, &address, is_moved).map(|()| Found { reply, address, is_moved });
            };
            let Some(next) = address.join(location) else { return Err(Standing::Astray(location.to_owned())) };
            if next.is_local() && !self.asks_local {
                return Err(unchecked(&address, "it leads to the machine that asks"));
            }
            if seen.contains(&next.to_string()) || seen.len() > MOST_REDIRECTS {
                // Whoever keeps cookies may be let through at the second time.
                return Err(match reply.sets_cookie {
                    true => unchecked(&address, "it wants cookies"),
                    false => Standing::Circle(next.to_string()),
                });
            }
            seen.push(next.to_string());
            address = next;
        }
    }

    /// Asks for the head of a page, and for the page itself where it is wanted or the server has no heads to give.
    fn reply(&self, address: &Address, wants_page: bool) -> Result<Reply, Trouble> {
        let text = address.to_string();
        let headers = self.headers.iter().filter(|(start, _)| text.starts_with(start.as_str()));
        let headers: Vec<(String, String)> = headers.map(|(_, header)| header.clone()).collect();
        let question = |method, most| Question { method, address, headers: &headers, most };
        if !wants_page {
            match self.server.ask(&question(Method::Head, 0)) {
                Ok(reply) if reply.status < 400 => return Ok(reply),
                Ok(reply) if reply.retry_after.is_some_and(|wanted| wanted > self.patience.longest) => {
                    return Ok(reply);
                }
                Ok(reply) => reply.retry_after.into_iter().for_each(|wanted| self.server.pause(wanted)),
                Err(trouble @ (Trouble::NoHost | Trouble::Certificate(_) | Trouble::Proxy(_))) => return Err(trouble),
                Err(_) => self.server.pause(self.patience.first),
            }
        }
        self.patience.ask(self.server, &question(Method::Get, if wants_page { MOST_BYTES } else { 0 }))
    }
}

/// Where a reply leads on.
fn leads_on(reply: &Reply) -> Option<&str> {
    let is_redirect = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
    reply.location.as_deref().filter(|_| is_redirect)
}

/// Whether a status means that there is a page; else what it means.
fn judged(reply: &Reply, address: &Address, is_moved: bool) -> Result<(), Standing> {
    let said = || format!("it answers {} {}", reply.status, reason(reply.status)).trim_end().to_owned();
    match reply.status {
        0..=399 => Ok(()),
        401 | 403 | 407 => Err(unchecked(address, &format!("{}: it wants a login", said()))),
        // What is refused now, to this program or from this place, says nothing of the page; 999 is LinkedIn's.
        405 | 406 | 408 | 425 | 429 | 451 | 502..=504 | 520..=530 | 600.. => Err(unchecked(address, &said())),
        status => Err(Standing::Answers(status, is_moved.then(|| address.to_string()))),
    }
}

fn of_trouble(trouble: &Trouble, address: &Address) -> Standing {
    match trouble {
        Trouble::Certificate(fault) if fault.is_proven() => Standing::Certificate(fault.clone()),
        trouble => unchecked(address, &trouble.to_string()),
    }
}

fn unchecked(address: &Address, why: &str) -> Standing {
    Standing::Unchecked { host: address.origin(), why: why.to_owned() }
}

/// Whether a redirect led to a page that asks who is there.
fn is_login(address: &Address) -> bool {
    let words = ["login", "log-in", "signin", "sign-in", "sign_in", "sso", "auth", "oauth", "oauth2", "saml", "saml2"];
    let path = address.target.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let in_path = path.split(['/', '.']).any(|part| words.contains(&part));
    in_path || address.host.split('.').next().is_some_and(|first| words.contains(&first) || first == "accounts")
}

/// Whether a page of HTML was read that certainly is without an anchor.
fn lacks(found: &Found, fragment: &str) -> bool {
    let reply = &found.reply;
    let is_html = reply.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    // A redirect may name a place of its own, which then counts.
    let is_asked = !found.is_moved || found.address.fragment.as_deref().is_none_or(|own| own == fragment);
    let page = String::from_utf8_lossy(&reply.body);
    is_html
        && is_asked
        && reply.is_whole
        && anchors::is_anchor(fragment)
        && anchors::has(&page, fragment) == Some(false)
}
