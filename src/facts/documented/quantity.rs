//! Numbers with units, as people write them in running text.

use std::ops::Range;

use super::unit::{Unit, after_number};

/// A number with its unit.
#[derive(Clone, PartialEq, Debug)]
pub struct Quantity {
    /// The bytes of number and unit.
    pub range: Range<usize>,
    /// The number as written, thousands separators aside.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

impl Quantity {
    /// The seconds of a time.
    pub fn seconds(&self) -> Option<f64> {
        match self.unit {
            Unit::Time(unit) => Some(self.value * unit),
            _ => None,
        }
    }
}

/// Whether there may be a quantity in a text: whether it has a digit, or a word that spells a number.
pub fn may_hold_quantity(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || spelt_numbers(text).next().is_some()
}

/// All quantities of a text, from left to right. What only looks like one is left out: quantiles
/// (`p95`, `95th`), classes (`5xx`), versions, dates, times, ports, addresses, ranges, fractions, money.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].bytes().position(|byte| byte.is_ascii_digit()).map(|offset| at + offset) {
        let run = run_end(text, start);
        at = run;
        if !may_precede(&text[..start]) {
            continue;
        }
        let Some((value, digits)) = number(&text[start..run]) else { continue };
        let number_end = start + digits;
        let (value, number_end) = thousands(text, value, number_end);
        if is_composed(&text[number_end..]) {
            continue;
        }
        let Some((unit, length)) = after_number(&text[number_end..]) else { continue };
        let end = number_end + length;
        if let Some((value, end)) = compound(text, value, unit, end) {
            found.push(Quantity { range: start..end, value, unit: Unit::Time(1.0) });
            at = end;
        } else {
            found.push(Quantity { range: start..end, value, unit });
            at = end.max(at);
        }
    }
    found.extend(spelt(text));
    found.sort_by_key(|quantity| quantity.range.start);
    found
}

/// Whether a number goes on as one of several parts: "24+3 hours", "1-in-7".
fn is_composed(behind: &str) -> bool {
    let begins_with_digit = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    behind.strip_prefix('+').is_some_and(begins_with_digit) || behind.starts_with("-in-")
}

/// The end of a run of digits with separators between them: `10,000`, `3.5.3`, `2025-10-09`, `80/100`.
fn run_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        end += text[end..].bytes().take_while(u8::is_ascii_digit).count();
        let mut rest = text[end..].chars();
        let joins = matches!(rest.next(), Some('.' | ',' | '-' | '–' | '/' | ':' | '\u{2011}'));
        if !joins || !rest.next().is_some_and(|letter| letter.is_ascii_digit()) {
            return end;
        }
        end += text[end..].chars().next().map_or(0, char::len_utf8);
    }
}

/// Whether a number may stand behind this text: not within a word, a path, an amount of money.
fn may_precede(before: &str) -> bool {
    match before.chars().next_back() {
        None => true,
        Some(letter) if letter.is_alphanumeric() => false,
        Some(letter) => {
            !matches!(letter, '-' | '_' | '.' | '/' | ':' | '#' | '$' | '€' | '£' | '@' | '+' | '\\' | '^' | '[')
        }
    }
}

/// The value of a run that is one number.
fn number(run: &str) -> Option<(f64, usize)> {
    let mut groups = run.split(',');
    let whole = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().enumerate().all(|(index, group)| {
        let digits = if index + 1 == rest.len() { group.split('.').next().unwrap_or_default() } else { group };
        digits.len() == 3
    });
    if !rest.is_empty() && (!grouped || whole.len() > 3 || whole == "0") {
        return None;
    }
    let value = if rest.is_empty() { run.parse() } else { run.replace(',', "").parse() };
    value.ok().map(|value| (value, run.len()))
}

/// `10k` is ten thousand.
fn thousands(text: &str, value: f64, end: usize) -> (f64, usize) {
    let rest = &text[end..];
    let is_k = rest.starts_with(['k', 'K']) && !rest[1..].starts_with(char::is_alphanumeric);
    if is_k { (value * 1000.0, end + 1) } else { (value, end) }
}

/// `1h30m` in seconds, where the text goes on with a smaller unit.
fn compound(text: &str, value: f64, unit: Unit, end: usize) -> Option<(f64, usize)> {
    let Unit::Time(mut last) = unit else { return None };
    let (mut total, mut at, mut parts) = (value * last, end, 1);
    loop {
        let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
        let next = (digits > 0).then(|| after_number(&text[at + digits..])).flatten();
        let Some((Unit::Time(smaller), length)) = next.filter(|_| digits > 0) else { break };
        let count: f64 = text[at..at + digits].parse().ok()?;
        if smaller >= last || length == 0 {
            return None;
        }
        (total, at, last, parts) = (total + count * smaller, at + digits + length, smaller, parts + 1);
    }
    (parts > 1).then_some((total, at))
}

const WORDS: [(&str, f64); 13] = [
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("fifteen", 15.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
];

/// Whether a word that spells a number begins with a byte.
const INITIALS: [bool; 256] = {
    let mut initials = [false; 256];
    let mut at = 0;
    while at < WORDS.len() {
        let initial = WORDS[at].0.as_bytes()[0];
        initials[initial as usize] = true;
        initials[initial.to_ascii_uppercase() as usize] = true;
        at += 1;
    }
    initials
};

/// Times whose number is spelt: `five minutes`.
fn spelt(text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    for (Range { start, end }, value) in spelt_numbers(text) {
        let begins = !text[..start].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        if begins
            && text[end..].starts_with([' ', '-'])
            && let Some((unit @ Unit::Time(_), length)) = after_number(&text[end..])
        {
            found.push(Quantity { range: start..end + length, value, unit });
        }
    }
    found
}

/// The words that spell numbers, with their places.
fn spelt_numbers(text: &str) -> impl Iterator<Item = (Range<usize>, f64)> {
    let bytes = text.as_bytes();
    let begins = move |at: usize| {
        INITIALS[usize::from(bytes[at])] && !at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphabetic())
    };
    (0..bytes.len()).filter(move |at| begins(*at)).filter_map(move |start| {
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &bytes[start..start + length];
        let (_, value) = WORDS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(word))?;
        Some((start..start + length, *value))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelt_number_is_found() {
        for (word, value) in WORDS {
            let text = format!("é {} {word}s", word.to_uppercase());
            let found: Vec<_> = spelt_numbers(&text).collect();
            assert_eq!(found, [(3..3 + word.len(), value)], "{text}");
        }
        assert!(may_hold_quantity("for five minutes") && may_hold_quantity("> 5") && !may_hold_quantity("often stone"));
    }

    #[test]
    fn reads_quantities() {
        for (text, expected) in [
            ("more than 5% of", vec![("5%", 5.0, Unit::Percent)]),
            ("> 1.5 s", vec![("1.5 s", 1.5, Unit::Time(1.0))]),
            (">500ms", vec![("500ms", 500.0, Unit::Time(1e-3))]),
            ("10,000 jobs", vec![("10,000", 10_000.0, Unit::Plain)]),
            ("10k messages", vec![("10k", 10_000.0, Unit::Plain)]),
            ("1h30m", vec![("1h30m", 5400.0, Unit::Time(1.0))]),
            ("for 5m.", vec![("5m", 5.0, Unit::Time(60.0))]),
            ("five minutes", vec![("five minutes", 5.0, Unit::Time(60.0))]),
            ("(>80)", vec![("80", 80.0, Unit::Plain)]),
            ("≥99.9 %", vec![("99.9 %", 99.9, Unit::Percent)]),
            ("threshold 80%.", vec![("80%", 80.0, Unit::Percent)]),
            ("P95 above 2 seconds", vec![("2 seconds", 2.0, Unit::Time(1.0))]),
            ("5xx errors, p95, 95th, 3.5.3, v2, 2025-10-09, 12:30, :9090, 10.0.0.1, 30-60%, 80/100, $5", vec![]),
            ("0,5 or 12,34", vec![]),
            ("http_2_total #12 x64 a/5", vec![]),
        ] {
            let found: Vec<_> =
                quantities(text).into_iter().map(|found| (&text[found.range], found.value, found.unit)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in r"([0-9]{1,4}|[.,:/–-]|[ a-zµ%kKMGB°é$]|ms|five |minutes|>)*") {
            for quantity in quantities(&text) {
                prop_assert!(text.get(quantity.range).is_some());
                prop_assert!(quantity.value.is_finite());
            }
        }
    }
}
