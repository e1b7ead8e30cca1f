//! Puts the lines of a page together into families.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    diag::{Diagnostic, Label},
    text::{Excerpt, Spanned},
    vocab::nearest,
};

use super::{
    Exposition, Family, Format, LabelRange, MetricKind, Sample,
    line::{self, Line, SampleLine},
};

/// Lines looked at to recognise a page.
const FIRST_LINES: usize = 100;

const KINDS: [&str; 9] =
    ["counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset", "gaugehistogram"];

/// Whether a text is a page of metrics: it types or describes at least one, or writes labels in every
/// line, and its first lines are nearly all samples.
pub fn looks_like_exposition(text: &str) -> bool {
    let (mut described, mut samples, mut labelled, mut faults) = (0, 0, 0, 0);
    for text in text.lines().take(FIRST_LINES) {
        match line::read(text, true) {
            Ok(Line::Blank | Line::End) => {}
            Ok(Line::Meta { name, .. }) if name.is_empty() => faults += 1,
            Ok(Line::Meta { word, rest, .. }) => {
                let typed = &text[word] != "TYPE" || MetricKind::of(text[rest].trim()).is_some();
                described += usize::from(typed);
            }
            Ok(Line::Sample(sample)) => {
                samples += 1;
                labelled += usize::from(!sample.labels.is_empty());
            }
            Err(_) => faults += 1,
        }
    }
    let plausible = described > 0 || samples > 1 && labelled == samples;
    plausible && samples > 0 && faults * 10 <= samples
}

/// Reads a page.
pub(super) fn read(source: &Excerpt, is_classic: bool) -> Exposition {
    let ended = !is_classic && source.text().trim_end().ends_with("# EOF");
    let format = if ended { Format::OpenMetrics } else { Format::Prometheus };
    let mut reader = Reader {
        page: Exposition {
            source: source.clone(),
            format,
            families: Vec::new(),
            errors: Vec::new(),
            labels: Vec::new(),
        },
        by_name: BTreeMap::new(),
        current: None,
        is_classic,
    };
    let mut at = 0;
    let mut end = None;
    for text in source.text().split_inclusive('\n') {
        let content = text.trim_end_matches(['\n', '\r']);
        match line::read(content, format == Format::OpenMetrics) {
            Ok(Line::Blank) => {}
            Ok(Line::End) if is_classic => {}
            Ok(Line::End) => end = end.or(Some(at + content.len())),
            Ok(line) if end.is_none() => reader.line(line, content, at),
            Ok(_) => {
                reader.complain(at..at + content.len(), "a line follows `# EOF`");
            }
            Err((fault, message)) => {
                reader.complain(at + fault.start..at + fault.end, message);
            }
        }
        at += text.len();
    }
    reader.page
}

struct Reader {
    page: Exposition,
    /// Indices of the families.
    by_name: BTreeMap<String, usize>,
    /// The family that the line before belongs to.
    current: Option<usize>,
    /// Whether only histograms and summaries have endings.
    is_classic: bool,
}

impl Reader {
    fn complain(&mut self, range: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        let index = self.page.errors.len();
        self.page.errors.push(Diagnostic::error(self.page.source.span(range), message));
        &mut self.page.errors[index]
    }

    /// Takes in a line whose text begins at byte `at`.
    fn line(&mut self, line: Line, text: &str, at: usize) {
        match line {
            Line::Blank | Line::End => {}
            // Which says nothing yet, or in the older format is a comment.
            Line::Meta { word, name, rest }
                if self.is_classic && (name.is_empty() || rest.is_empty() || &text[word.clone()] == "UNIT") => {}
            Line::Meta { word, name, .. } if name.is_empty() => {
                let message = format!("`# {}` names no metric", &text[word.clone()]);
                self.complain(at + word.start..at + word.end, message);
            }
            Line::Meta { word, name, rest } => self.meta(text, at, word, name, rest),
            Line::Sample(sample) => self.sample(&sample, text, at),
        }
    }

    /// The family of a name, made when it is new.
    fn family(&mut self, name: &str, range: Range<usize>) -> usize {
        if let Some(&index) = self.by_name.get(name) {
            return index;
        }
        let index = self.page.families.len();
        let name = Spanned::new(self.page.source.span(range), name.to_owned());
        self.by_name.insert(name.value.clone(), index);
        self.page.families.push(Family { name, help: None, kind: None, unit: None, samples: Vec::new() });
        index
    }

    fn meta(&mut self, text: &str, at: usize, word: Range<usize>, name: Range<usize>, rest: Range<usize>) {
        let shifted = |range: &Range<usize>| at + range.start..at + range.end;
        let metric = line::unescaped(&text[name.clone()]).into_owned();
        // To the parser of the older format, `# TYPE x_count` is one of the histogram `x`.
        let whole = if self.is_classic { self.known(&metric) } else { None };
        let index = whole.unwrap_or_else(|| self.family(&metric, shifted(&name)));
        self.current = Some(index);
        let said = text[rest.clone()].trim_end();
        let place = shifted(&(rest.start..rest.start + said.len()));
        let span = self.page.source.span(place.clone());
        let word = &text[word];
        // The parser behind `promtool check metrics` (expfmt) takes a type in any case, and one of them with a `_`; that of a
        // scrape only in small letters.
        let kind = match self.is_classic {
            true => MetricKind::of(&said.to_ascii_lowercase().replace("gauge_", "gauge")),
            false => MetricKind::of(said),
        };
        let family = &mut self.page.families[index];
        let before = match word {
            "HELP" => family.help.replace(Spanned::new(span, line::unescaped(said).into_owned())).map(|help| help.span),
            "UNIT" => family.unit.replace(Spanned::new(span, said.to_owned())).map(|unit| unit.span),
            _ => match kind {
                Some(kind) => {
                    let after_samples = !family.samples.is_empty();
                    let before = family.kind.replace(Spanned::new(span, kind)).map(|kind| kind.span);
                    if after_samples && before.is_none() {
                        self.complain(place.clone(), format!("the type of `{metric}` follows its samples"));
                    }
                    before
                }
                None if said.is_empty() => {
                    self.complain(at + name.start..at + name.end, format!("`# TYPE` gives `{metric}` no type"));
                    None
                }
                None => {
                    let meant = nearest(said, KINDS).map(|near| format!("did you mean `{near}`?"));
                    self.complain(place.clone(), format!("`{said}` is not a metric type")).help.extend(meant);
                    None
                }
            },
        };
        if let Some(before) = before {
            let first = Label { span: before, message: "the first".to_owned() };
            self.complain(place, format!("a second `# {word}` of `{metric}`")).labels.push(first);
        }
    }

    fn sample(&mut self, sample: &SampleLine, text: &str, at: usize) {
        let wide = |range: &Range<usize>| (at + range.start) as u32..(at + range.end) as u32;
        let name = line::unescaped(&text[sample.name.clone()]);
        let current = self.current.filter(|&index| !self.is_classic && self.belongs(&name, index));
        let index = match current.or_else(|| self.known(&name)) {
            Some(index) => index,
            None => self.family(&name, at + sample.name.start..at + sample.name.end),
        };
        self.current = Some(index);
        let first = self.page.labels.len() as u32;
        let labels = sample.labels.iter().map(|(name, value)| LabelRange { name: wide(name), value: wide(value) });
        self.page.labels.extend(labels);
        self.page.families[index].samples.push(Sample {
            name: wide(&sample.name),
            range: wide(&sample.whole),
            labels: first..self.page.labels.len() as u32,
            value: sample.value,
            time: sample.time,
        });
    }

    /// Whether a sample of this name belongs to a family: by its very name, or with an ending of its type.
    fn belongs(&self, name: &str, index: usize) -> bool {
        let Some(family) = self.page.families.get(index) else { return false };
        let Some(suffix) = name.strip_prefix(family.name.value.as_str()) else { return false };
        let suffixes = family.kind.as_ref().map_or(&[] as &[&str], |kind| match self.is_classic {
            true => kind.value.classic_suffixes(),
            false => kind.value.suffixes(),
        });
        suffix.is_empty() || suffixes.contains(&suffix)
    }

    /// The family mentioned earlier that a sample belongs to.
    fn known(&self, name: &str) -> Option<usize> {
        if let Some(&index) = self.by_name.get(name) {
            return Some(index);
        }
        let cuts = name.rmatch_indices('_').map(|(cut, _)| &name[..cut]);
        cuts.filter_map(|stem| self.by_name.get(stem).copied()).find(|&index| self.belongs(name, index))
    }
}
