//! A statement of the docs about one alert: where it stands and what it claims.

use std::{cmp::Reverse, ops::Range};

use crate::{
    markdown::{Inline, Markdown},
    text::{Excerpt, Span, Spanned},
    vocab::Phrases,
};

use super::{
    claim::{Claims, Hold, claims, leading_share, lone_limit},
    names::identifiers,
    quantity::quantities,
};

/// What a text says about an alert.
#[derive(Debug)]
pub struct Statement<'w> {
    /// The alert.
    pub alert: &'w str,
    /// Where the docs name it.
    pub named: Span,
    /// The text.
    pub text: Excerpt,
    /// What it claims; ranges are bytes of the text.
    pub claims: Claims,
    /// The severity it gives, in lower case.
    pub severity: Option<Spanned<String>>,
    /// Of several alerts of the name, the severity of the one that is meant.
    pub variant: Option<String>,
    /// Whether only its topic ties it to the alert.
    pub is_by_topic: bool,
    /// What a row says that it is measured by, in lower case: "kong metrics".
    pub source: Option<String>,
    /// The words around it, for such as "free" that turn a share around.
    pub about: String,
}

impl<'w> Statement<'w> {
    /// A statement that claims nothing yet.
    pub fn of(alert: &'w str, named: Span, text: Excerpt) -> Self {
        let about = text.text().to_owned();
        Self {
            alert,
            named,
            text,
            claims: Claims::default(),
            severity: None,
            variant: None,
            is_by_topic: false,
            source: None,
            about,
        }
    }

    /// Reads the text as sentences.
    #[must_use]
    pub fn read(mut self) -> Self {
        self.claims = claims(self.text.text());
        if let Some(at) = self.other_than_before() {
            self.claims.thresholds.retain(|claim| claim.said.start > at);
            self.claims.holds.retain(|hold| hold.range.start > at);
        }
        self
    }

    /// Where the text names the alert as something else than what stands before it: "5xx above 5 %, or `HighErrorRate`".
    fn other_than_before(&self) -> Option<usize> {
        let text = self.text.text();
        let at = identifiers(text).find(|range| text[range.clone()] == *self.alert)?.start;
        let before = text[..at].to_lowercase();
        let mut words = before.split(|letter: char| !letter.is_alphanumeric()).rev().filter(|word| !word.is_empty());
        (words.find(|word| !["the", "an", "a", "alert", "if", "when"].contains(word)) == Some("or")).then_some(at)
    }

    /// Reads the text as a limit: a lone number is one, else sentences.
    #[must_use]
    pub fn read_limit(mut self) -> Self {
        self = self.read();
        if self.claims.thresholds.is_empty() && self.claims.holds.is_empty() {
            self.claims.thresholds.extend(lone_limit(self.text.text()));
        }
        if self.claims.thresholds.is_empty() {
            self.claims.thresholds.extend(leading_share(self.text.text()));
        }
        self
    }

    /// Reads the text as a time to hold.
    #[must_use]
    pub fn read_hold(mut self) -> Self {
        let found = quantities(self.text.text());
        if let [only] = found.as_slice()
            && let Some(seconds) = only.seconds()
        {
            self.claims.holds.push(Hold { range: only.range.clone(), seconds });
        }
        self
    }

    /// Reads the text as a severity: the first word of it.
    #[must_use]
    pub fn read_severity(mut self) -> Self {
        self.severity = severity_in(&self.text);
        self
    }

    /// Whether it claims nothing.
    pub fn is_empty(&self) -> bool {
        self.claims.thresholds.is_empty() && self.claims.holds.is_empty() && self.severity.is_none()
    }
}

/// Words that say how bad it is, in the usual vocabularies.
const SEVERITIES: &[&str] = &[
    "critical",
    "warning",
    "info",
    "error",
    "page",
    "ticket",
    "high",
    "medium",
    "low",
    "crit",
    "warn",
    "emergency",
    "notice",
    "none",
    "major",
    "minor",
    "p0",
    "p1",
    "p2",
    "p3",
    "p4",
];

/// The only word of severity in a text, however often it stands there.
pub fn severity_in(text: &Excerpt) -> Option<Spanned<String>> {
    let lower = text.text().to_lowercase();
    if lower.len() != text.text().len() {
        return None;
    }
    let mut found = identifiers(&lower).filter(|range| SEVERITIES.contains(&&lower[range.clone()]));
    let range = found.next()?;
    let word = &lower[range.clone()];
    found.all(|other| &lower[other] == word).then(|| Spanned::new(text.span(range.clone()), word.to_owned()))
}

/// The severity that a text gives in so many words: in brackets at its beginning, as "(critical, 5m)", or behind
/// the word itself, as "severity: critical".
pub fn severity_said(text: &Excerpt) -> Option<Spanned<String>> {
    let all = text.text();
    let marks = [' ', '*', '`', '"', ':', '='];
    let bare = |part: &str| part.trim_matches([' ', '*', '`', '"']).len();
    let lone = |part: Range<usize>| {
        let word = severity_in(&text.sub(part.clone()))?;
        (bare(&all[part]) == word.value.len()).then_some(word)
    };
    let start = all.len() - all.trim_start_matches(marks).len();
    let inside =
        all[start..].strip_prefix(['(', '[']).and_then(|rest| Some(start + 1..start + 1 + rest.find([')', ']'])?));
    let in_brackets = inside.filter(|inside| severity_in(&text.sub(inside.clone())).is_some()).and_then(|inside| {
        let first = all[inside.clone()].find([',', ';', '/', '|']).map_or(inside.end, |length| inside.start + length);
        lone(inside.start..first)
    });
    let words: Vec<Range<usize>> = identifiers(all).collect();
    let mut behind = words.windows(2).filter_map(|pair| {
        let between = all[pair[0].end..pair[1].start].trim_matches(marks);
        let named = all[pair[0].clone()].eq_ignore_ascii_case("severity") && between.is_empty();
        named.then(|| lone(pair[1].clone())).flatten()
    });
    in_brackets.or_else(|| behind.next().filter(|_| behind.next().is_none()))
}

/// The severity that a description begins with: " - Critical alert when …", ": warning if …".
pub fn severity_leading(text: &Excerpt) -> Option<Spanned<String>> {
    const WORDS: [&str; 3] = ["critical", "warning", "info"];
    const BEHIND: [&str; 6] = ["alert", "alerts", "when", "if", "once", "whenever"];
    let all = text.text();
    let start = all.len() - all.trim_start_matches([' ', '*', '`', ':', '-', '–', '—', '→']).len();
    let mut words = identifiers(&all[start..]).map(|range| start + range.start..start + range.end);
    let (first, second) = (words.next()?, words.next());
    let word = all[first.clone()].to_lowercase();
    let follows = second.is_some_and(|second| {
        all[first.end..second.start].trim_matches(['*', '`']) == " " && BEHIND.contains(&&*all[second].to_lowercase())
    });
    let is_all = all[first.end..].trim_matches([' ', '*', '`', '.']).is_empty();
    let leads = first.start == start && start > 0 && WORDS.contains(&word.as_str());
    (leads && (follows || is_all)).then(|| Spanned::new(text.span(first), word))
}

/// A part of a text that begins with a label: "Threshold: > 5 %".
#[derive(Debug)]
pub struct Labelled {
    /// The label in lower case, without its colon.
    pub label: String,
    /// The bytes behind it.
    pub range: Range<usize>,
}

/// The labelled parts of a content: bold labels anywhere, or a label that the whole content begins with.
pub fn labelled(content: &Inline) -> Vec<Labelled> {
    let text = content.text.text();
    let is_label = |range: &&Range<usize>| {
        let bold = text[(*range).clone()].trim_end();
        bold.ends_with(':') || text[range.end..].trim_start().starts_with(':')
    };
    let mut labels: Vec<Range<usize>> = content.strong.iter().filter(is_label).cloned().collect();
    // Bold text may hold bold text: `**Set it in __init__:**`.
    labels.sort_by_key(|range| (range.start, Reverse(range.end)));
    labels.dedup_by(|inner, outer| inner.start < outer.end);
    if labels.is_empty() {
        return plain_label(text).into_iter().collect();
    }
    let ends = labels.iter().skip(1).map(|next| next.start).chain([text.len()]);
    let parts = labels.iter().zip(ends).map(|(range, end)| {
        let label = text[range.clone()].trim().trim_end_matches(':').trim().to_lowercase();
        let rest = &text[range.end..end];
        let skipped = rest.len() - rest.trim_start_matches([':', ' ']).len();
        Labelled { label, range: range.end + skipped..end }
    });
    parts.collect()
}

fn plain_label(text: &str) -> Option<Labelled> {
    let colon = text.find(':')?;
    let label = text[..colon].trim().to_lowercase();
    let few_words = !label.is_empty() && label.split_whitespace().count() <= 3;
    few_words.then(|| Labelled { label, range: colon + 1..text.len() })
}

/// What a label or a column says about the text under it.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// The names of alerts.
    Name,
    /// When the alert fires.
    Condition,
    /// Sentences, among them perhaps when it fires.
    Prose,
    /// How long that must hold.
    Hold,
    /// The severity.
    Severity,
    /// Something else, such as the wished-for value.
    Other,
}

/// The role of a label or of a column's header.
pub fn role(label: &str) -> Role {
    let label = label.to_lowercase();
    let words: Vec<&str> =
        label.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let of_others =
        ["actual", "baseline", "current", "goal", "normal", "panel", "recovery", "resolve", "rollback", "sla"];
    if has(&of_others) || has(&["slo", "target"]) {
        Role::Other
    } else if has(&["after"]) && has(&["fires", "firing", "triggers"]) {
        Role::Hold
    } else if has(&[
        "threshold",
        "thresholds",
        "condition",
        "conditions",
        "trigger",
        "triggers",
        "fires",
        "when",
        "criteria",
        "expression",
        "expr",
        "query",
        "promql",
    ]) {
        Role::Condition
    } else if has(&["severity", "priority"]) {
        Role::Severity
    } else if label == "for" || has(&["duration", "pending"]) {
        Role::Hold
    } else if has(&["alert", "alerts", "alertname"]) || label == "name" || label == "rule" {
        Role::Name
    } else if has(&["description", "meaning", "summary", "details"]) {
        Role::Prose
    } else {
        Role::Other
    }
}

/// Words that say that something is not there (any more).
static UNFULFILLED: Phrases = Phrases::of(&[
    "not yet",
    "planned",
    "todo",
    "tbd",
    "deprecated",
    "removed",
    "example",
    "proposed",
    "not implemented",
    "roadmap",
    "obsolete",
    "recommended",
    "suggested",
    "disabled",
    "template",
    "sample",
    "to be ",
    "not deployed",
    "not enabled",
    "not installed",
    "geplant",
    "запланирован",
    "Запланирован",
    "예정",
    "予定",
    "计划",
    "未来",
    "未实现",
    "futur",
    "planejad",
    "planifi",
    "pianificat",
    "будущ",
    "~~",
]);

/// Whether a text says that what it lists is not there (any more).
pub fn is_unfulfilled(text: &str) -> bool {
    UNFULFILLED.are_in(text)
}

/// Whether a text is that of a box to tick: somebody has to do it, or has done it once.
pub fn is_task(markdown: &Markdown, content: &Inline) -> bool {
    let start = markdown.source.offset_of(content.span().start).unwrap_or_default();
    let before = markdown.source.text()[..start].trim_end();
    ["[x]", "[X]", "[ ]"].iter().any(|mark| before.ends_with(mark))
}

/// Whether a place stands under a heading that says so of all below it.
pub fn is_promised(markdown: &Markdown, place: Span) -> bool {
    let above = markdown.headings.iter().filter(|heading| heading.section.contains(place));
    above.into_iter().any(|heading| is_unfulfilled(heading.content.text.text()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn knows_roles() {
        for (label, expected) in [
            ("Alert", Role::Name),
            ("Alert Threshold", Role::Condition),
            ("Fires when", Role::Condition),
            ("For", Role::Hold),
            ("Fires after", Role::Hold),
            ("Severity", Role::Severity),
            ("Target", Role::Other),
            ("Rollback Trigger", Role::Other),
            ("Alert rule", Role::Name),
            ("Description", Role::Prose),
            ("Metric", Role::Other),
        ] {
            assert_eq!(role(label), expected, "{label}");
        }
    }

    #[test]
    fn takes_labelled_texts_apart() {
        for (text, expected) in [
            ("**Severity:** critical **Condition:** p95 > 2 s", "severity= critical |condition= p95 > 2 s"),
            ("**Threshold**: >5%\n**For**: 5m", "threshold= >5% |for= 5m"),
            ("Condition: above 5%", "condition=  above 5%"),
            ("**Set in __init__:** above 5%", "set in init= above 5%"),
            ("no label here at all: nothing", ""),
        ] {
            let page = Markdown::parse(&Excerpt::whole(FileId(0), text));
            let content = page.prose()[0];
            let parts = labelled(content);
            let shown: Vec<String> = parts
                .iter()
                .map(|part| format!("{}= {}", part.label, &content.text.text()[part.range.clone()]))
                .collect();
            assert_eq!(shown.join("|"), expected);
        }
    }

    #[test]
    fn finds_severities_in_so_many_words() {
        let found = |text: &str| severity_said(&Excerpt::whole(FileId(0), text)).map(|word| word.value);
        for (text, expected) in [
            ("** (critical): no answer", Some("critical")),
            (" [Warning, 5m] slow", Some("warning")),
            ("` - slow for 10m. Severity: `warning`", Some("warning")),
            (": severity=critical", Some("critical")),
            (" (critical above 90%, else warning)", None),
            (" (critical > 90%)", None),
            (": severity warning, then severity critical", None),
            (": slow, a critical path", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn finds_severities_at_the_beginning() {
        let found = |text: &str| severity_leading(&Excerpt::whole(FileId(0), text)).map(|word| word.value);
        for (text, expected) in [
            (" - Critical alert when it is down", Some("critical")),
            ("** – Warning if slow", Some("warning")),
            (": info", Some("info")),
            (": critical services are down", None),
            (" - warning threshold reached", None),
            (" - critical/warning when slow", None),
            ("s are critical", None),
            ("", None),
        ] {
            assert_eq!(found(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_another_criterion_is_no_claim() {
        for (text, expected) in [
            ("errors above 5% for 2m, or the `HighErrorRate` alert fires", 0),
            ("`HighErrorRate`: errors above 5% for 2m", 2),
            ("errors above 5% for 2m (HighErrorRate)", 2),
            ("disk full or HighErrorRate above 5%", 1),
        ] {
            let text = Excerpt::whole(FileId(0), text);
            let claims = Statement::of("HighErrorRate", text.full_span(), text.clone()).read().claims;
            assert_eq!(claims.thresholds.len() + claims.holds.len(), expected, "{}", text.text());
        }
    }

    #[test]
    fn finds_the_only_severity() {
        let found = |text: &str| severity_in(&Excerpt::whole(FileId(0), text)).map(|word| word.value);
        assert_eq!(found("🔴 Critical").as_deref(), Some("critical"));
        assert_eq!(found("critical or warning"), None);
        assert_eq!(found("fine"), None);
    }
}
