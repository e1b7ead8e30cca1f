//! `promcheck query`: an expression evaluated over series from files.

mod arguments;
mod features;
mod json;
mod plot;
mod table;
mod times;

use std::io::{self, Write};

use crate::{
    diag::{Diagnostic, Severity},
    engine::{Answer, Level, Moments, Options, Plan, Storage},
    input::{Loaded, PageTimes, Source, Wanted},
    promql::Query,
    report::{self, Ink, Look, Paint, one_line},
    text::{Excerpt, Files, SourceFile},
    workspace::{decode, read_bytes, shown},
};

use super::{Verdict, error::CliError, screen::Screen};

pub use arguments::QueryArguments;
use arguments::ResultFormat;

/// Samples that one query may hold at once, as Prometheus has it.
const MOST_SAMPLES: usize = 50_000_000;

/// What was read, and what is wrong with it.
struct Read {
    files: Files,
    query: Query,
    storage: Storage,
    loaded: Vec<(String, Loaded)>,
    complaints: Vec<Diagnostic>,
}

/// Evaluates and writes the result; what is wrong, and what there is to note, goes to the standard error.
pub fn run(
    arguments: &QueryArguments,
    screen: Screen,
    aside: Screen,
    out: &mut dyn Write,
) -> Result<Verdict, CliError> {
    let mut read = read(arguments)?;
    read.complaints.extend(features::missing(&read.query, &arguments.enable_feature));
    let sound = read.complaints.iter().all(|complaint| complaint.severity != Severity::Error);
    let plan = Plan::of(&read.query).filter(|_| sound);
    let moments = moments(arguments, &read.loaded);
    let answer = plan.map(|plan| plan.evaluate(&read.storage, moments, &options(arguments)));
    let answer = match answer {
        Some(Ok(answer)) => Some(answer),
        Some(Err(failure)) => {
            read.complaints.push(Diagnostic::error(failure.span, failure.message));
            None
        }
        None => None,
    };
    if let Some(answer) = &answer {
        read.complaints.extend(notes(answer));
    }
    say(&read, arguments, aside, &mut io::stderr().lock()).map_err(CliError::Output)?;
    let Some(answer) = answer else { return Ok(Verdict::Findings) };
    match arguments.format {
        ResultFormat::Table => table::write(&answer.value, moments, screen, out),
        ResultFormat::Json => json::write(&answer, &read.query, moments, out),
        ResultFormat::Plot => plot::write(&answer.value, moments, screen, out),
    }
    .map_err(CliError::Output)?;
    Ok(Verdict::Clean)
}

fn read(arguments: &QueryArguments) -> Result<Read, CliError> {
    let mut files = Files::default();
    let expr = files.add(SourceFile::new("".into(), "expression".to_owned(), arguments.expr.as_str()));
    let query = Query::parse(Excerpt::whole(expr, arguments.expr.as_str()));
    let query = query.with_features(&features::of_syntax(&arguments.enable_feature));
    let mut complaints = query.errors().to_vec();
    let mut storage = Storage::new();
    let mut loaded = Vec::new();
    let wanted = Wanted {
        interval: arguments.interval.as_milliseconds(),
        page_times: if arguments.page_times { PageTimes::Own(0) } else { PageTimes::All(0) },
        test: arguments.test.clone(),
    };
    for path in &arguments.series {
        let unreadable = |reason| CliError::Unreadable { path: path.clone(), reason };
        let bytes = read_bytes(path).map_err(unreadable)?;
        let name = shown(path);
        let decoded = decode(crate::text::FileId(files.len() as u32), bytes);
        let id = files.add(SourceFile::new(path.clone(), name.clone(), decoded.text.as_str()));
        complaints.extend(decoded.complaint);
        if decoded.is_text {
            let source = Source::read(&Excerpt::whole(id, decoded.text), &mut complaints);
            loaded.push((name, source.load(&wanted, &mut storage, &mut complaints)));
        }
    }
    Ok(Read { files, query, storage, loaded, complaints })
}

/// When to evaluate: at the time that was asked for, else at the last sample; or over the whole range of samples.
fn moments(arguments: &QueryArguments, loaded: &[(String, Loaded)]) -> Moments {
    let times = loaded.iter().filter_map(|(_, loaded)| loaded.times);
    let (first, last) = times.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))).unwrap_or_default();
    let over_time = arguments.from.is_some() || arguments.to.is_some() || arguments.step.is_some();
    if !over_time && (arguments.at.is_some() || arguments.format != ResultFormat::Plot) {
        return Moments::instant(arguments.at.unwrap_or(last));
    }
    let interval = loaded.iter().find_map(|(_, loaded)| loaded.interval);
    let step = arguments.step.map(|step| step.as_milliseconds()).or(interval);
    let step = step.unwrap_or(arguments.interval.as_milliseconds());
    Moments::range(arguments.from.unwrap_or(first), arguments.to.unwrap_or(last), step)
}

fn options(arguments: &QueryArguments) -> Options {
    let mut options = Options {
        lookback_delta: arguments.lookback.as_milliseconds(),
        default_step: arguments.interval.as_milliseconds(),
        most_samples: MOST_SAMPLES,
        ..Options::default()
    };
    features::switch_on(&arguments.enable_feature, &mut options);
    options
}

/// What the engine notes, as findings at the places it notes them.
fn notes(answer: &Answer) -> impl Iterator<Item = Diagnostic> + '_ {
    let of_level = |level, severity, prefix: &'static str| {
        answer.notes.of_level(level).map(move |(note, span)| {
            let text = note.to_string();
            Diagnostic::new(severity, span, text.strip_prefix(prefix).unwrap_or(&text))
        })
    };
    let warnings = of_level(Level::Warning, Severity::Warning, "PromQL warning: ");
    warnings.chain(of_level(Level::Info, Severity::Info, "PromQL info: "))
}

/// Says what is wrong and what there is to note, and for people what was read.
fn say(read: &Read, arguments: &QueryArguments, aside: Screen, out: &mut dyn Write) -> io::Result<()> {
    let look = Look { colour: aside.colour, width: aside.width, elapsed: false, summary: false };
    let outcome = report::Outcome {
        files: &read.files,
        findings: &read.complaints,
        summary: report::Summary::default(),
        checks: &[],
    };
    report::render(report::Format::Human, &outcome, out, look)?;
    let failed = read.complaints.iter().any(|complaint| complaint.severity == Severity::Error);
    if failed || arguments.format == ResultFormat::Json {
        return Ok(());
    }
    let paint = Paint::new(aside.colour);
    for (name, loaded) in &read.loaded {
        let line = format!("{}: {}", one_line(name), what_was_read(loaded));
        writeln!(out, "{}", paint.ink(Ink::Dim, line))?;
    }
    Ok(())
}

fn what_was_read(loaded: &Loaded) -> String {
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let samples = counted(loaded.samples, "sample", "samples");
    let mut text = format!("{samples} of {}", counted(loaded.series, "series", "series"));
    match loaded.times {
        Some((first, last)) if first == last => text += &format!(" at {}", times::shown(first)),
        Some((first, last)) => text += &format!(" from {} to {}", times::shown(first), times::shown(last)),
        None => {}
    }
    if let Some(test) = &loaded.test {
        text += &format!(" ({test})");
    }
    text
}
