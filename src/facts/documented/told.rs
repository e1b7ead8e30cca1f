//! Bindings that the project itself states: comments in the docs, and `targets` of the configuration.

use crate::{
    config::Config,
    markdown::Markdown,
    text::{Excerpt, Span, Spanned},
    workspace::normalised,
};

use super::{
    statement::Statement,
    tables::{FromTables, read_row, roles},
};

/// A binding: what in the page is meant, and which alert guards it.
#[derive(Debug)]
pub struct Told {
    /// The name of the alert, where it is written.
    pub alert: Spanned<String>,
    meant: Meant,
}

#[derive(Debug)]
enum Meant {
    /// The row, item or paragraph around this place, or right behind it.
    Around(Span),
    /// What holds this text, in a section.
    Within(Span, String),
}

/// The bindings that concern a page.
pub fn told(markdown: &Markdown, path: &std::path::Path, config: &Config) -> Vec<Told> {
    let comments = markdown.comments.iter().filter_map(|comment| {
        let alert = bound_by(&comment.text)?;
        Some(Told { alert, meant: Meant::Around(comment.span) })
    });
    let targets = config.targets.iter().filter_map(|target| {
        let (doc, slug) = target.doc.value.split_once('#').unwrap_or((&target.doc.value, ""));
        let is_here = normalised(&config.base.join(doc)) == normalised(path);
        let section = match markdown.headings.iter().find(|heading| heading.slug == slug) {
            Some(heading) => heading.section,
            None if slug.is_empty() => markdown.source.full_span(),
            None => return None,
        };
        let row = target.row.as_ref().map_or_else(String::new, |row| row.value.clone());
        is_here.then(|| Told { alert: target.alert.clone(), meant: Meant::Within(section, row) })
    });
    comments.chain(targets).collect()
}

/// The alert of a comment such as `promcheck: alert=SlowResponseTime`.
fn bound_by(comment: &Excerpt) -> Option<Spanned<String>> {
    let text = comment.text();
    let rest = text.trim_start().strip_prefix("promcheck:")?.trim_start().strip_prefix("alert=")?;
    let name: String = rest.chars().take_while(|letter| !letter.is_whitespace()).collect();
    let start = text.len() - rest.len();
    Some(Spanned::new(comment.span(start..start + name.len()), name))
}

impl Told {
    /// What the bound places say about the alert; and where they stand, so that nothing else is read there.
    pub fn read<'w>(&self, markdown: &Markdown, alert: &'w str) -> (FromTables<'w>, Vec<Span>) {
        let mut found = FromTables::default();
        let mut places = Vec::new();
        for table in &markdown.tables {
            let roles = roles(table);
            for row in &table.rows {
                let text: String = row.cells.iter().map(|cell| cell.text.text()).collect::<Vec<_>>().join(" ");
                if self.means(markdown, row.span, &text) {
                    read_row(table, row, &roles, (alert, self.alert.span), &mut found);
                    places.push(row.span);
                }
            }
        }
        let items = markdown.items.iter().map(|item| (item.span, &item.content));
        let paragraphs = markdown.paragraphs.iter().map(|paragraph| (paragraph.content.span(), &paragraph.content));
        for (span, content) in items.chain(paragraphs) {
            if self.means(markdown, span, content.text.text()) {
                found.statements.push(Statement::of(alert, self.alert.span, content.text.clone()).read_limit());
                places.push(content.span());
            }
        }
        (found, places)
    }

    fn means(&self, markdown: &Markdown, span: Span, text: &str) -> bool {
        match &self.meant {
            Meant::Within(section, row) => section.contains(span) && text.contains(row.as_str()),
            Meant::Around(comment) => {
                let start = markdown.source.full_span().start;
                let between = markdown
                    .source
                    .text()
                    .get((comment.end - start) as usize..(span.start.max(comment.end) - start) as usize);
                span.contains(*comment)
                    || span.start >= comment.end
                        && between.is_some_and(|text| {
                            text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '*' | '|')).is_empty()
                        })
            }
        }
    }
}
