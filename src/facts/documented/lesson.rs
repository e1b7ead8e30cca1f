//! Places of a page that teach how alerts are made: what stands there need not be what is configured.

use crate::{markdown::Markdown, text::Span};

/// Words that begin what tells somebody to make something.
const VERBS: [&str; 12] = [
    "add",
    "adding",
    "configure",
    "configuring",
    "create",
    "creating",
    "define",
    "defining",
    "set",
    "setting",
    "write",
    "writing",
];

/// Ends of what announces things that somebody is to make.
const TASKS: [&str; 5] = ["to add", "to configure", "to create", "to define", "to set up"];

/// Whether a place stands under a heading that tells somebody to make alerts, or right below a sentence that does.
pub fn is_lesson(markdown: &Markdown, heading: Option<usize>, place: Span) -> bool {
    let title = heading.and_then(|heading| markdown.headings.get(heading)).map(|heading| heading.content.text.text());
    let intro = markdown.paragraph_above(heading, place);
    let intro = intro.map(|paragraph| paragraph.content.text.text()).filter(|text| text.trim_end().ends_with(':'));
    title.into_iter().chain(intro).any(tells_to_make)
}

/// Whether a text tells somebody to make alerts: "3. Configure alert rules", "Alerts to create:".
fn tells_to_make(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let is_told = words.next().is_some_and(|first| VERBS.contains(&first));
    let end = lower.trim_end_matches([' ', ':', '*']);
    lower.contains("alert") && (is_told || TASKS.iter().any(|task| end.ends_with(task)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_lessons_from_what_is_there() {
        for text in
            ["5. Configure Alert Rules", "Create alerts in `alerts/`:", "Key alerts to configure:", "Adding an alert"]
        {
            assert!(tells_to_make(text), "{text}");
        }
        for text in ["Alerts", "Configured alerts", "Configure Prometheus", "The alerts that page somebody:"] {
            assert!(!tells_to_make(text), "{text}");
        }
    }
}
