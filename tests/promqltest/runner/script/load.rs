//! `load`: series, their samples at a fixed interval from time zero, and where their counters started.

use promcheck::{
    input::SeriesLine,
    text::{Excerpt, FileId},
    tree::Complaints,
    vocab::Duration,
};

use super::{Lines, Unreadable};

/// A `load` or `load_with_nhcb` command.
pub struct Load {
    /// Milliseconds from one sample to the next.
    pub interval: i64,
    /// Whether classic histograms are also loaded as native ones with custom buckets.
    pub with_custom_buckets: bool,
    /// The series, in the written order.
    pub series: Vec<LoadedSeries>,
}

/// A series to load.
pub struct LoadedSeries {
    /// Its line of the script, from 1.
    pub line: usize,
    /// The series and its values.
    pub described: SeriesLine,
    /// For each moment, how many milliseconds before or after it the counter started; empty when nothing
    /// is said.
    pub starts: Vec<Option<i64>>,
}

impl Load {
    /// Reads the block that a line begins.
    pub fn read(first: &str, lines: &mut Lines<'_>) -> Result<Self, Unreadable> {
        let (word, interval) = first.split_once([' ', '\t']).unwrap_or((first, ""));
        let with_custom_buckets = match word {
            "load" => false,
            "load_with_nhcb" => true,
            _ => return Err(lines.unreadable(format!("`{word}` is neither `load` nor `load_with_nhcb`"))),
        };
        let interval = Duration::parse(interval.trim())
            .map_err(|error| lines.unreadable(format!("the interval cannot be read: {error}")))?;
        let mut load = Self { interval: interval.as_milliseconds(), with_custom_buckets, series: Vec::new() };
        let mut starts: Option<(SeriesLine, Vec<Option<i64>>)> = None;
        while let Some(line) = lines.of_block() {
            if let Some((series, offsets)) = line.split_once([' ', '\t']).filter(|(series, _)| series.ends_with("@st"))
            {
                if starts.is_some() {
                    return Err(lines.unreadable("two `@st` lines follow each other"));
                }
                let series = series.strip_suffix("@st").unwrap_or(series);
                let offsets = start_offsets(offsets).map_err(|why| lines.unreadable(why))?;
                starts = Some((described(series, lines)?, offsets));
                continue;
            }
            let described = described(line, lines)?;
            let starts = match starts.take() {
                None => Vec::new(),
                Some((of, _)) if !is_same(&of, &described) => {
                    return Err(lines.unreadable("the `@st` line before speaks of another series"));
                }
                Some((_, starts)) if starts.len() as u64 != described.values.moments() => {
                    return Err(lines.unreadable("the `@st` line before has another number of values"));
                }
                Some((_, starts)) => starts,
            };
            load.series.push(LoadedSeries { line: lines.number(), described, starts });
        }
        match starts {
            Some(_) => Err(lines.unreadable("no series follows this `@st` line")),
            None => Ok(load),
        }
    }
}

/// Reads a series with its values.
pub fn described(line: &str, lines: &Lines<'_>) -> Result<SeriesLine, Unreadable> {
    let mut complaints = Complaints::new();
    let described = SeriesLine::read(&Excerpt::whole(FileId(0), line), &mut complaints);
    match (described, complaints.into_iter().next()) {
        (Some(described), None) => Ok(described),
        (_, complaint) => Err(lines.unreadable(complaint.map(|complaint| complaint.message).unwrap_or_default())),
    }
}

fn is_same(left: &SeriesLine, right: &SeriesLine) -> bool {
    let sorted = |line: &SeriesLine| {
        let mut labels: Vec<_> =
            line.series.labels.iter().map(|(name, value)| (name.value.clone(), value.value.clone())).collect();
        labels.sort();
        (line.series.label("__name__").map(str::to_owned), labels)
    };
    sorted(left) == sorted(right)
}

/// `-1m _x2 -30s+10sx3`: when counters started, seen from each moment.
fn start_offsets(text: &str) -> Result<Vec<Option<i64>>, String> {
    let mut offsets = Vec::new();
    for item in text.split_whitespace() {
        let read = start_item(item).ok_or_else(|| format!("`{item}` is no start of a counter"))?;
        offsets.extend(read);
    }
    Ok(offsets)
}

fn start_item(item: &str) -> Option<Vec<Option<i64>>> {
    if item == "_" {
        return Some(vec![None]);
    }
    if let Some(times) = item.strip_prefix("_x") {
        return times.parse().ok().filter(|times| *times > 0).map(|times| vec![None; times]);
    }
    let (first, rest) = signed_duration(item)?;
    if rest.is_empty() {
        return Some(vec![Some(first)]);
    }
    let (step, times) = match rest.strip_prefix('x') {
        Some(times) => (0, times),
        None => {
            let negative = rest.starts_with('-');
            let (step, rest) = signed_duration(rest.strip_prefix(['+', '-'])?)?;
            (if negative { -step } else { step }, rest.strip_prefix('x')?)
        }
    };
    let times: i64 = times.parse().ok().filter(|times| *times >= 0)?;
    Some((0..=times).map(|taken| Some(first + taken * step)).collect())
}

/// Milliseconds, and what follows them.
fn signed_duration(text: &str) -> Option<(i64, &str)> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let letters = unsigned[digits..].bytes().take_while(|byte| byte.is_ascii_alphabetic() && *byte != b'x').count();
    let length = Duration::parse(&unsigned[..digits + letters]).ok()?.as_milliseconds();
    Some((if text.starts_with('-') { -length } else { length }, &unsigned[digits + letters..]))
}

#[test]
fn starts_are_spelled_out() {
    for (text, expected) in [
        ("_ -1m", Some(vec![None, Some(-60_000)])),
        ("_x2 0s", Some(vec![None, None, Some(0)])),
        ("-30sx2", Some(vec![Some(-30_000); 3])),
        ("-1m+20sx2", Some(vec![Some(-60_000), Some(-40_000), Some(-20_000)])),
        ("1ms-2msx1", Some(vec![Some(1), Some(-1)])),
        ("_x0", None),
        ("1m+1m", None),
        ("m", None),
    ] {
        assert_eq!(start_offsets(text).ok(), expected, "{text}");
    }
}
