//! A file of series, in any of the forms people have them in: a test file, lines as in load blocks, a captured page.

use crate::{
    diag::Diagnostic,
    engine::Storage,
    exposition::{Exposition, looks_like_exposition},
    model::suite::{self, Suite, TestCase, notation::Values, series::Series},
    text::{Excerpt, Span},
    tree::{self, Complaints},
    vocab::{Duration, listed, nearest_title},
};

use super::{PageTimes, SeriesLine, labels_of, load_page, runs};

/// No file gives more samples than this, whatever it says.
const MOST_SAMPLES: usize = 10_000_000;

/// A file of series, as far as its text tells.
#[derive(Debug)]
pub enum Source {
    /// A file of rule tests.
    Tests(Box<Suite>),
    /// Lines as in load blocks: `up{job="api"} 1 1 _ 0x3`.
    Lines(Vec<SeriesLine>),
    /// A captured page of metrics.
    Page(Box<Exposition>),
}

/// What of a source is wanted, and when.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Milliseconds from one sample to the next; a test that says otherwise has its own.
    pub interval: i64,
    /// When the samples of a page were taken.
    pub page_times: PageTimes,
    /// The name of the test, or its number from 1; else the first.
    pub test: Option<String>,
}

/// What was brought into the storage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loaded {
    /// How many series.
    pub series: usize,
    /// How many samples.
    pub samples: usize,
    /// The first and the last time of a sample, in milliseconds; `None` without any.
    pub times: Option<(i64, i64)>,
    /// Of a test file: which test, in words.
    pub test: Option<String>,
    /// Milliseconds from one sample to the next, where there is such a thing.
    pub interval: Option<i64>,
}

impl Source {
    /// Reads a text; what is wrong with it becomes complaints.
    pub fn read(text: &Excerpt, complaints: &mut Complaints) -> Self {
        if is_page(text.text()) {
            let page = Exposition::parse(text);
            complaints.extend(page.errors.iter().cloned());
            return Self::Page(Box::new(page));
        }
        match tests(text, complaints) {
            Some(suite) => Self::Tests(Box::new(suite)),
            None => Self::Lines(lines(text, complaints)),
        }
    }

    /// Appends its samples to a storage; what is refused becomes complaints.
    pub fn load(&self, wanted: &Wanted, storage: &mut Storage, complaints: &mut Complaints) -> Loaded {
        let mut loaded = Loaded { series: 0, samples: 0, times: None, test: None, interval: None };
        match self {
            Self::Page(page) => loaded.page(page, wanted.page_times, storage, complaints),
            Self::Lines(lines) => {
                loaded.interval = Some(wanted.interval);
                for line in lines {
                    loaded.line(&line.series, &line.values, 0, storage, complaints);
                }
            }
            Self::Tests(suite) => match chosen(suite, wanted.test.as_deref()) {
                Some((number, test)) => loaded.test(suite, number, test, wanted, storage, complaints),
                None => complaints.push(no_such_test(suite, wanted.test.as_deref())),
            },
        }
        loaded
    }
}

/// Whether it is a page of metrics: it looks like one, and types or describes a metric or ends as such pages do. A line
/// such as `up{job="api"} 1 2` alone could be either, and is taken for two samples.
fn is_page(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let described = lines.any(|line| ["# TYPE ", "# HELP ", "# EOF"].iter().any(|mark| line.starts_with(mark)));
    described && looks_like_exposition(text)
}

fn tests(text: &Excerpt, complaints: &mut Complaints) -> Option<Suite> {
    let stream = tree::yaml(text);
    let root = stream.first()?.root().filter(|root| suite::looks_like(*root))?;
    let mut found = stream.complaints.clone();
    let suite = suite::lower(root, &mut found);
    complaints.extend(found);
    suite
}

fn lines(text: &Excerpt, complaints: &mut Complaints) -> Vec<SeriesLine> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.text().split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            found.extend(SeriesLine::read(&text.sub(start..start + content.len()), complaints));
        }
        at += line.len();
    }
    found
}

fn chosen<'s>(suite: &'s Suite, wanted: Option<&str>) -> Option<(usize, &'s TestCase)> {
    let mut tests = suite.tests.iter().enumerate();
    match wanted {
        None => tests.next(),
        Some(wanted) => tests.find(|(number, test)| {
            test.name.as_ref().is_some_and(|name| name.value == wanted) || (number + 1).to_string() == wanted
        }),
    }
}

fn no_such_test(suite: &Suite, wanted: Option<&str>) -> Diagnostic {
    let message = match wanted {
        Some(wanted) => format!("there is no test `{wanted}`"),
        None => "there is no test".to_owned(),
    };
    let names = || suite.tests.iter().filter_map(|test| Some(test.name.as_ref()?.value.as_str()));
    let near = wanted.and_then(|wanted| nearest_title(wanted, names().collect::<Vec<_>>()));
    let complaint = Diagnostic::error(suite.span, message);
    match near {
        Some(near) => complaint.help(format!("did you mean `{near}`?")),
        None if names().next().is_none() => complaint,
        None => complaint.help(format!("the tests are {}", listed(names(), ", "))),
    }
}

impl Loaded {
    fn page(&mut self, page: &Exposition, times: PageTimes, storage: &mut Storage, complaints: &mut Complaints) {
        let refused = load_page(page, times, storage);
        let samples = || page.families.iter().flat_map(|family| &family.samples);
        let mut series = std::collections::BTreeSet::new();
        for sample in samples() {
            let labels: Vec<String> =
                page.labels(sample).map(|(name, value)| format!("{}={}", name.value, value.value)).collect();
            series.insert((page.name(sample).value, labels));
            self.note_time(match times {
                PageTimes::All(at) => at,
                PageTimes::Own(at) => sample.time.unwrap_or(at),
            });
        }
        self.series = series.len();
        self.samples = samples().count() - refused.len();
        complaints.extend(refused.into_iter().map(|(span, error)| Diagnostic::error(span, error.to_string())));
    }

    fn test(
        &mut self,
        suite: &Suite,
        number: usize,
        test: &TestCase,
        wanted: &Wanted,
        storage: &mut Storage,
        complaints: &mut Complaints,
    ) {
        let written = test.interval.as_ref().or(suite.evaluation_interval.as_ref());
        let interval = written.map(|interval| interval.value.as_milliseconds()).filter(|interval| *interval > 0);
        self.interval = Some(interval.unwrap_or(wanted.interval));
        let name =
            test.name.as_ref().map_or_else(|| format!("test {}", number + 1), |name| format!("`{}`", name.value));
        self.test = Some(match suite.tests.len() {
            1 => name,
            all => format!("{name}, {} of {all} tests", number + 1),
        });
        let start = test.start.map_or(0, |start| start.value);
        for input in &test.input_series {
            if let (Some(series), Some(values)) = (&input.series, &input.values) {
                self.line(series, values, start, storage, complaints);
            }
        }
    }

    fn line(
        &mut self,
        series: &Series,
        values: &Values,
        start: i64,
        storage: &mut Storage,
        complaints: &mut Complaints,
    ) {
        self.series += 1;
        let labels = labels_of(series);
        let interval = self.interval.unwrap_or_default();
        let runs = runs(values, complaints);
        let mut refuse = |span: Span, message: String| complaints.push(Diagnostic::error(span, message));
        let mut slot: i64 = 0;
        for run in &runs {
            if run.samples().next().is_none_or(|first| first.is_none()) {
                slot = slot.saturating_add_unsigned(run.moments());
                continue;
            }
            for sample in run.samples().flatten() {
                if self.samples == MOST_SAMPLES {
                    refuse(series.span, format!("these are more than {MOST_SAMPLES} samples"));
                    return;
                }
                let at = start.saturating_add(slot.saturating_mul(interval));
                if let Err(error) = storage.append(&labels, at, sample.value, 0) {
                    refuse(series.span, format!("a sample at {}: {error}", Duration::milliseconds(at)));
                    return;
                }
                self.samples += 1;
                self.note_time(at);
                slot = slot.saturating_add(1);
            }
        }
    }

    fn note_time(&mut self, at: i64) {
        let (first, last) = self.times.unwrap_or((at, at));
        self.times = Some((first.min(at), last.max(at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn loaded(text: &str, test: Option<&str>) -> (Loaded, Vec<String>, Storage) {
        let mut complaints = Complaints::new();
        let mut storage = Storage::new();
        let source = Source::read(&Excerpt::whole(FileId(0), text), &mut complaints);
        let wanted = Wanted { interval: 60_000, page_times: PageTimes::All(0), test: test.map(str::to_owned) };
        let loaded = source.load(&wanted, &mut storage, &mut complaints);
        (loaded, complaints.into_iter().map(|complaint| complaint.message).collect(), storage)
    }

    #[test]
    fn lines_are_series_with_values() {
        let (loaded, complaints, storage) = loaded("# who is up\nup{job=\"a\"} 1 2\n\n  up{job=\"b\"} _x9 1\n", None);
        assert_eq!(complaints, [""; 0]);
        assert_eq!((loaded.series, loaded.samples, loaded.times), (2, 3, Some((0, 540_000))));
        assert_eq!(storage.all().count(), 2);
    }

    #[test]
    fn a_page_is_told_by_its_types() {
        let (loaded, complaints, _) = loaded("# TYPE up gauge\nup{job=\"a\"} 1 2\nup{job=\"b\"} 1 2\n", None);
        assert_eq!(complaints, [""; 0]);
        assert_eq!((loaded.series, loaded.samples, loaded.interval), (2, 2, None));
    }

    const SUITE: &str = "tests:\n  - name: first\n    interval: 30s\n    input_series:\n      - series: up\n        \
                         values: 1x3\n  - name: second\n    input_series:\n      - {series: down, values: 1 2}\n";

    #[test]
    fn a_test_file_gives_the_series_of_a_test() {
        let (first, complaints, _) = loaded(SUITE, None);
        assert_eq!(complaints, [""; 0]);
        assert_eq!(
            (first.interval, first.samples, first.test.as_deref()),
            (Some(30_000), 4, Some("`first`, 1 of 2 tests"))
        );
        assert_eq!(loaded(SUITE, Some("second")).0.samples, 2);
        assert_eq!(loaded(SUITE, Some("2")).0.interval, Some(60_000));
        assert_eq!(loaded(SUITE, Some("third")).1, ["there is no test `third`"]);
    }

    #[test]
    fn what_cannot_be_stored_is_said_once_for_each_series() {
        let (loaded, complaints, _) = loaded("up 1 2 3\nup 4 5 6\n", None);
        assert_eq!(loaded.samples, 3);
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("a sample at 0s: "), "{complaints:?}");
    }
}
