//! The links of the web that a person may follow from an alert on: runbooks, annotations, dashboards, docs.

use crate::{
    config::Config,
    markdown::Markdown,
    model::{Document, dashboard::Dashboard, provisioning::Provisioning},
    template::Template,
    text::{Excerpt, Span},
    vocab::addresses,
    workspace::Workspace,
};

/// All links of a workspace, those first that a notification shows.
#[derive(Debug, Default)]
pub struct Links {
    /// The links whose text is known.
    pub links: Vec<WebLink>,
    /// How many have a variable in them, so that they lead somewhere else each time.
    pub open: usize,
}

/// Where a link stands, in the order in which somebody who was woken up comes by.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LinkPlace {
    /// The runbook of an alert.
    Runbook,
    /// Another annotation of an alert.
    Annotation,
    /// A dashboard.
    Dashboard,
    /// A page of docs.
    Docs,
}

/// A link of the web.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebLink {
    /// Where it stands.
    pub place: LinkPlace,
    /// Its text, as it is asked for.
    pub text: String,
    /// What to change to change it.
    pub span: Span,
}

impl Links {
    /// Gathers the links of a workspace, but for files of others.
    pub fn of(workspace: &Workspace, config: &Config) -> Self {
        let mut links = Self::default();
        let own = |document: &&Document| !config.is_vendored(&workspace.files.file(document.file).path);
        for document in workspace.documents.iter().filter(own) {
            for (_, rule) in document.rules() {
                for pair in &rule.annotations {
                    links.add_template(place_of(&pair.name.value), &pair.value);
                }
            }
            if let Some(Provisioning::Alerting(alerting)) = document.provisioning() {
                for pair in alerting.groups.iter().flat_map(|group| &group.rules).flat_map(|rule| &rule.annotations) {
                    links.add_text(place_of(&pair.name.value), &pair.value);
                }
            }
            if let Some(dashboard) = document.dashboard() {
                links.add_dashboard(dashboard);
            }
            if let Some(page) = document.docs() {
                links.add_page(page);
            }
        }
        links.links.sort_by_key(|link| (link.place, link.span));
        links
    }

    fn add_template(&mut self, place: LinkPlace, template: &Template) {
        if template.is_plain() {
            return self.add_text(place, &template.text);
        }
        match template.constant() {
            // Where the rendered text stands in the template is not known.
            Some(text) => {
                let span = template.text.full_span();
                self.links.extend(addresses(&text).into_iter().map(|range| WebLink {
                    place,
                    text: text[range].to_owned(),
                    span,
                }));
            }
            None => self.add_text(place, &template.text),
        }
    }

    /// Adds the addresses in a text.
    fn add_text(&mut self, place: LinkPlace, text: &Excerpt) {
        for range in addresses(text.text()) {
            self.add(place, &text.text()[range.clone()], text.span(range));
        }
    }

    fn add_dashboard(&mut self, dashboard: &Dashboard) {
        let own = dashboard.links.iter();
        let of_panels = dashboard.panels.iter().flat_map(|panel| {
            let of_fields = std::iter::once(&panel.defaults).chain(&panel.overrides).flat_map(|config| &config.links);
            panel.links.iter().chain(of_fields)
        });
        for url in own.chain(of_panels).filter_map(|link| link.url.as_ref()) {
            self.add_whole(LinkPlace::Dashboard, url);
        }
        let descriptions = dashboard.panels.iter().filter_map(|panel| panel.description.as_ref());
        for text in dashboard.description.iter().chain(descriptions) {
            self.add_text(LinkPlace::Dashboard, text);
        }
    }

    fn add_page(&mut self, page: &Markdown) {
        for link in &page.links {
            self.add_whole(LinkPlace::Docs, &link.destination);
        }
    }

    /// Adds a text that is a link from one end to the other, if it is one of the web.
    fn add_whole(&mut self, place: LinkPlace, text: &Excerpt) {
        if text.text().starts_with("https://") || text.text().starts_with("http://") {
            self.add(place, text.text(), text.full_span());
        }
    }

    fn add(&mut self, place: LinkPlace, text: &str, span: Span) {
        if is_open(text) {
            self.open += 1;
        } else {
            self.links.push(WebLink { place, text: text.to_owned(), span });
        }
    }
}

fn place_of(annotation: &str) -> LinkPlace {
    if annotation.to_lowercase().contains("runbook") { LinkPlace::Runbook } else { LinkPlace::Annotation }
}

/// Whether something in an address is to be put in its place by a template, Grafana or the reader.
fn is_open(text: &str) -> bool {
    text.contains(['{', '}', '<', '>', '$', '*', '…']) || text.contains("[[") || text.ends_with("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::load_texts;

    #[test]
    fn finds_links_in_the_order_of_a_night() {
        let rules = "groups:\n- name: a\n  rules:\n  - alert: Down\n    expr: up == 0\n    annotations:\n      \
            description: 'See https://a.io/x, or https://b.io/{{ $labels.job }}.'\n      \
            runbook_url: https://wiki.io/down\n      dashboard: '{{ \"https://g.io/d\" }}/1'\n      \
            logs: '{{ $externalURL }}'\n";
        let dashboard = r#"{"title": "A", "schemaVersion": 39, "links": [{"url": "https://c.io/${host}"}, {"url": "/d/b"}],
            "panels": [{"type": "stat", "title": "P", "description": "as in [d](https://d.io/a).",
            "links": [{"url": "https://e.io"}], "fieldConfig": {"defaults": {"links": [{"url": "https://f.io/"}]}}}]}"#;
        let page =
            "# A\n\n[b](https://g.io/#b) `https://code.io` https://h.io/<name> ![i](https://i.io/i.png) [l](l.md)\n";
        let texts = [("rules.yml", rules), ("dashboard.json", dashboard), ("README.md", page)];
        let workspace = load_texts(texts.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec());
        let links = Links::of(&workspace, &Config::default());
        let found: Vec<_> = links.links.iter().map(|link| (link.place, link.text.as_str())).collect();
        let expected = [
            (LinkPlace::Runbook, "https://wiki.io/down"),
            (LinkPlace::Annotation, "https://a.io/x"),
            (LinkPlace::Annotation, "https://g.io/d/1"),
            (LinkPlace::Dashboard, "https://d.io/a"),
            (LinkPlace::Dashboard, "https://e.io"),
            (LinkPlace::Dashboard, "https://f.io/"),
            (LinkPlace::Docs, "https://g.io/#b"),
            (LinkPlace::Docs, "https://h.io/"),
            (LinkPlace::Docs, "https://i.io/i.png"),
        ];
        assert_eq!((found, links.open), (expected.to_vec(), 2));
        for link in &links.links {
            let text = workspace.files.file(link.span.file).slice(link.span);
            assert!(text == link.text || text.contains("{{"), "{text} for {}", link.text);
        }
    }
}
