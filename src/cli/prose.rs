//! Markdown for a terminal: headings in bold, code set apart, paragraphs wrapped to the columns there are.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::report::{Ink, Paint, visible, wrapped};

use super::screen::Screen;

/// Renders Markdown.
pub fn render(markdown: &str, screen: Screen) -> String {
    let mut page = Page { paint: Paint::new(screen.colour), width: screen.width.min(90), ..Page::default() };
    for event in Parser::new(markdown) {
        page.event(event);
    }
    page.out
}

struct Page {
    paint: Paint,
    width: usize,
    out: String,
    /// The paragraph, heading or item that is being read.
    text: String,
    /// How deep in lists.
    depth: usize,
    code: bool,
    heading: bool,
}

impl Default for Page {
    fn default() -> Self {
        let (out, text) = (String::new(), String::new());
        Self { paint: Paint::new(false), width: 80, out, text, depth: 0, code: false, heading: false }
    }
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { .. }) => self.heading = true,
            Event::Start(Tag::CodeBlock(_)) => {
                self.paragraph();
                self.code = true;
            }
            Event::Start(Tag::List(_)) => {
                self.paragraph();
                self.depth += 1;
            }
            Event::End(TagEnd::CodeBlock) => self.listing(),
            Event::End(TagEnd::List(_)) => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.out.push('\n');
                }
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::Item) => self.paragraph(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text.push_str(&text),
            Event::Code(code) => self.text.push_str(&format!("`{code}`")),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            _ => {}
        }
    }

    /// Writes the text read so far, wrapped.
    fn paragraph(&mut self) {
        let text = std::mem::take(&mut self.text);
        let heading = std::mem::take(&mut self.heading);
        if text.trim().is_empty() {
            return;
        }
        let indent = "  ".repeat(self.depth);
        for (number, line) in
            wrapped(&visible(&text), self.width.saturating_sub(indent.len()).max(20)).iter().enumerate()
        {
            let lead = match (self.depth, number) {
                (0, _) => String::new(),
                (depth, 0) => format!("{}- ", "  ".repeat(depth - 1)),
                _ => indent.clone(),
            };
            let line = if heading { self.paint.ink(Ink::Bold, line).to_string() } else { self.literals(line) };
            self.out.push_str(&format!("{lead}{line}\n"));
        }
        if self.depth == 0 && !heading {
            self.out.push('\n');
        }
    }

    /// Colours what stands between backticks and takes the backticks away; without colours they stay.
    fn literals(&self, line: &str) -> String {
        if !self.paint.colours() || line.matches('`').count() % 2 == 1 {
            return line.to_owned();
        }
        let parts = line.split('`').enumerate();
        parts
            .map(|(number, part)| match number % 2 {
                0 => part.to_owned(),
                _ => self.paint.ink(Ink::Literal, part).to_string(),
            })
            .collect()
    }

    fn listing(&mut self) {
        self.code = false;
        for line in std::mem::take(&mut self.text).lines() {
            let line = format!("    {}", visible(line));
            self.out.push_str(&format!("{}\n", self.paint.ink(Ink::Literal, line.trim_end())));
        }
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Alerts that `fire` at once.\nStill the first\nparagraph.\n\n## Why it matters\nOne sample\npages.\n\n\
        ## Example\n```yaml\n- alert: A\n\n  expr: up == 0\n```\n\n## Options\n- `one`: first of the two options that there are\n- two\n";

    #[test]
    fn plain() {
        let screen = Screen { terminal: true, colour: false, width: 40 };
        insta::assert_snapshot!(render(TEXT, screen), @r"
        Alerts that `fire` at once. Still the
        first paragraph.

        Why it matters
        One sample pages.

        Example
            - alert: A

              expr: up == 0

        Options
        - `one`: first of the two options that
          there are
        - two
        ");
    }

    #[test]
    fn coloured() {
        let screen = Screen { terminal: true, colour: true, width: 40 };
        let text = render("## Why\nSee `up`.\n", screen);
        assert_eq!(text, "\u{1b}[1mWhy\u{1b}[0m\nSee \u{1b}[36mup\u{1b}[0m.\n\n");
    }
}
