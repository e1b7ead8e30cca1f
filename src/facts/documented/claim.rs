//! What a sentence claims about an alert: above which value it fires, and for how long that must hold.

use std::ops::Range;

use super::{
    quantile::quantiles,
    quantity::{Quantity, may_hold_quantity, quantities},
    unit::Unit,
};

/// On which side of the number the trouble is.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Relation {
    /// `>`, "more than", "exceeds".
    Above,
    /// `<`, "below", "fewer than".
    Below,
    /// "threshold 5%": the text does not say.
    Either,
}

/// A number that something is compared with.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// On which side the trouble is.
    pub relation: Relation,
    /// Whether the number itself is trouble already: `>=`, "at least".
    pub inclusive: bool,
    /// The number.
    pub quantity: Quantity,
    /// The bytes of the comparison and the number: `> 5%`.
    pub said: Range<usize>,
    /// The quantile that is compared: 0.95 in "p95 above 2 s".
    pub quantile: Option<f64>,
}

/// A time that a condition must hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Hold {
    /// The bytes of the time: `5 minutes`.
    pub range: Range<usize>,
    /// Its length.
    pub seconds: f64,
}

/// All that a text claims.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Claims {
    /// Numbers compared with.
    pub thresholds: Vec<Claim>,
    /// Times to hold.
    pub holds: Vec<Hold>,
}

/// Words and signs before a number, the longer ones first where one ends in another.
const COMPARISONS: &[(&str, Relation, bool)] = &[
    ("greater than or equal to", Relation::Above, true),
    ("less than or equal to", Relation::Below, true),
    ("at or above", Relation::Above, true),
    ("at or below", Relation::Below, true),
    ("threshold of", Relation::Either, false),
    ("threshold is", Relation::Either, false),
    ("threshold:", Relation::Either, false),
    ("threshold", Relation::Either, false),
    ("greater than", Relation::Above, false),
    ("higher than", Relation::Above, false),
    ("larger than", Relation::Above, false),
    ("longer than", Relation::Above, false),
    ("slower than", Relation::Above, false),
    ("older than", Relation::Above, false),
    ("more than", Relation::Above, false),
    ("exceeding", Relation::Above, false),
    ("exceeded", Relation::Above, false),
    ("exceeds", Relation::Above, false),
    ("exceed", Relation::Above, false),
    ("beyond", Relation::Above, false),
    ("above", Relation::Above, false),
    ("over", Relation::Above, false),
    ("at least", Relation::Above, true),
    ("smaller than", Relation::Below, false),
    ("lower than", Relation::Below, false),
    ("fewer than", Relation::Below, false),
    ("less than", Relation::Below, false),
    ("below", Relation::Below, false),
    ("under", Relation::Below, false),
    ("at most", Relation::Below, true),
    (">=", Relation::Above, true),
    ("=>", Relation::Above, true),
    ("≥", Relation::Above, true),
    (">", Relation::Above, false),
    ("<=", Relation::Below, true),
    ("≤", Relation::Below, true),
    ("<", Relation::Below, false),
];

/// Words behind a number that compare with it.
const COMPARISONS_BEHIND: &[(&str, Relation)] = &[
    (" or more", Relation::Above),
    (" or higher", Relation::Above),
    (" or above", Relation::Above),
    (" or greater", Relation::Above),
    (" or less", Relation::Below),
    (" or lower", Relation::Below),
    (" or fewer", Relation::Below),
    (" or below", Relation::Below),
];

/// Words that make a sentence speak of the wished-for state, not of the alarming one.
const WISHES: &[&str] = &[
    "should",
    "must",
    "target",
    "targets",
    "goal",
    "ideally",
    "normal",
    "normally",
    "healthy",
    "expected",
    "expect",
    "keep",
    "keeps",
    "stay",
    "stays",
    "until",
    "returns",
    "return",
    "returned",
    "recover",
    "recovers",
    "recovered",
    "resolved",
    "resolves",
    "verify",
    "ensure",
    "aim",
    "never",
    "reduce",
    "unless",
    "silence",
    "wait",
    "slo",
    "objective",
    "baseline",
    "typical",
    "typically",
    "usually",
    "escalate",
    "approaching",
    "approaches",
];

/// Words of instructions: a "for" behind them is not the time that a condition must hold.
const INSTRUCTIONS: &[&str] = &[
    "wait", "sleep", "silence", "mute", "snooze", "pause", "keep", "observe", "retain", "suppress", "inhibit", "should",
];

/// A sentence with more numbers is a table or a dump, and says nothing of an alert.
const MOST_NUMBERS: usize = 32;

/// So many seconds nobody lets an alert wait: "no releases for 2 weeks" says something else.
const LONGEST_HOLD: f64 = 604_800.0;

/// Words whose "for" says how long they last, when they stand right before it.
const OTHER_FOR: &str = "waits silenced muted paused monitor watch check run runs look retained kept cache cached valid block \
    blocked banned stored interval window retention suppressed history";

/// Reads all claims of a text, sentence by sentence.
pub fn claims(text: &str) -> Claims {
    let mut all = Claims::default();
    // Most texts hold no number at all.
    if !may_hold_quantity(text) {
        return all;
    }
    for sentence in sentences(text) {
        read_sentence(text, sentence, &mut all);
    }
    all
}

/// A text that is nothing but a number states a limit: the cell `500 ms` under "Threshold".
pub fn lone_limit(text: &str) -> Option<Claim> {
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let quantity = quantities(text).into_iter().next()?;
    let lone = quantity.range == (start..start + trimmed.len());
    lone.then(|| Claim {
        relation: Relation::Either,
        inclusive: true,
        said: quantity.range.clone(),
        quantity,
        quantile: None,
    })
}

/// A text that begins with a share states a limit: `5% of requests for 10 minutes` under "Threshold".
pub fn leading_share(text: &str) -> Option<Claim> {
    let quantity = quantities(text).into_iter().next().filter(|quantity| quantity.unit == Unit::Percent)?;
    let leads = text[..quantity.range.start].trim_matches([' ', '*', '`']).is_empty();
    let behind = text[quantity.range.end..].trim_start_matches([' ', '*', '`']);
    leads.then(|| behind.starts_with("of ") || behind.starts_with("for ")).filter(|states| *states)?;
    Some(Claim { relation: Relation::Either, inclusive: true, said: quantity.range.clone(), quantity, quantile: None })
}

fn read_sentence(text: &str, sentence: Range<usize>, all: &mut Claims) {
    let found: Vec<Quantity> = quantities(&text[sentence.clone()]);
    if found.len() > MOST_NUMBERS {
        return;
    }
    let first = all.thresholds.len();
    let mut from = sentence.start;
    let mut windows = Vec::new();
    for mut quantity in found {
        quantity.range = quantity.range.start + sentence.start..quantity.range.end + sentence.start;
        let before = &text[from..quantity.range.start];
        let is_second = from > sentence.start;
        from = quantity.range.end;
        let comparison = comparison(before, &text[quantity.range.end..sentence.end]);
        let lead = comparison.map_or(before, |(_, _, length)| &before[..before.len().saturating_sub(length)]);
        // "500ms is higher than the 200ms of other requests" compares two numbers.
        if is_second && lead.trim() == "is" {
            continue;
        }
        if quantity.seconds().is_some() && is_firing(lead) {
            continue;
        }
        if let Some(seconds) = quantity.seconds().filter(|seconds| *seconds < LONGEST_HOLD)
            && holds(lead)
            && !compares_after(lead, before)
            && !is_dated(&text[quantity.range.end..sentence.end])
        {
            all.holds.push(Hold { range: quantity.range, seconds });
            continue;
        }
        let Some((relation, inclusive, length)) = comparison else { continue };
        // "an HTTP response code >= 400" is what is counted.
        if quantity.unit == Unit::Plain && ends_with_code(lead) {
            continue;
        }
        if wishes(&text[sentence.start..quantity.range.start - length.min(quantity.range.start - sentence.start)]) {
            continue;
        }
        let said = quantity.range.start - length..quantity.range.end;
        if quantity.seconds().is_some_and(|seconds| seconds >= 60.0)
            && text[said.clone()].to_ascii_lowercase().starts_with("over")
        {
            windows.push(said.clone());
        }
        let quantile = quantile(&text[sentence.clone()], quantity.range.start - sentence.start);
        all.thresholds.push(Claim { relation, inclusive, quantity, said, quantile });
    }
    if all.thresholds.len() - first > windows.len() {
        // "average over 5 minutes exceeds 2 s" compares with 2 s only.
        all.thresholds.retain(|claim| !windows.contains(&claim.said));
    }
}

/// How the text around a number compares with it, and how many bytes before the number say so.
fn comparison(before: &str, behind: &str) -> Option<(Relation, bool, usize)> {
    let lower = before.to_ascii_lowercase();
    let stripped = lead(&lower);
    let found = COMPARISONS.iter().find(|(phrase, ..)| ends_with_phrase(stripped, phrase));
    if let Some((phrase, relation, inclusive)) = found {
        let start = stripped.len() - phrase.len();
        return Some((*relation, *inclusive, before.len() - start));
    }
    let is_behind = |phrase: &str| {
        behind.as_bytes().get(..phrase.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(phrase.as_bytes()))
    };
    let found = COMPARISONS_BEHIND.iter().find(|(phrase, _)| is_behind(phrase));
    found.map(|(_, relation)| (*relation, true, 0))
}

/// Whether a text ends in a name of status codes.
fn ends_with_code(text: &str) -> bool {
    let lower = text.trim_end().to_ascii_lowercase();
    ["code", "codes", "status", "statuses"].iter().any(|word| ends_with_phrase(&lower, word))
}

/// The text without what may stand between a comparison and its number.
fn lead(text: &str) -> &str {
    let mut text = text;
    loop {
        let trimmed = text.trim_end_matches([' ', '\u{a0}', '(', '`', '"', '\'', '*']);
        let shorter = ["the", "a", "an"].iter().find(|word| ends_with_phrase(trimmed, word));
        match shorter {
            Some(word) => text = &trimmed[..trimmed.len() - word.len()],
            None if trimmed.len() == text.len() => return trimmed,
            None => text = trimmed,
        }
    }
}

#[inline]
fn ends_with_phrase(text: &str, phrase: &str) -> bool {
    // Nearly every text ends in another letter already.
    text.as_bytes().last() == phrase.as_bytes().last() && has_phrase_at_end(text, phrase)
}

fn has_phrase_at_end(text: &str, phrase: &str) -> bool {
    let Some(rest) = text.strip_suffix(phrase) else { return false };
    let is_sign = !phrase.starts_with(|letter: char| letter.is_ascii_alphabetic());
    is_sign || !rest.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
}

/// Whether a time behind this text must hold: "… for", "… sustained".
fn holds(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let text = lower.trim_end_matches([' ', '`', '"', '*']);
    let colon = text.ends_with(':');
    let text = text.trim_end_matches(':');
    let lasts = ["sustained", "lasting"].iter().any(|word| ends_with_phrase(text, word));
    if lasts || colon && ends_with_phrase(text, "duration") {
        return true;
    }
    let Some(rest) = text.strip_suffix("for").filter(|_| ends_with_phrase(text, "for")) else { return false };
    let words: Vec<&str> = words(rest).map(|(_, word)| word).collect();
    let instructs = words.iter().any(|word| INSTRUCTIONS.contains(word));
    !instructs && !words.iter().rev().take(2).any(|word| OTHER_FOR.split(' ').any(|other| other == *word))
}

/// Whether a sign compares with what lasts, as in "sustained > 500ms": that is how slow something is.
fn compares_after(lead: &str, before: &str) -> bool {
    let is_sign = before[lead.len()..].trim_start().starts_with(['<', '>', '≤', '≥', '=']);
    is_sign && !lead.trim_end().to_ascii_lowercase().ends_with("for")
}

/// Whether a time behind this text is that of an alert that fires already: "… if it is firing for".
fn is_firing(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let text = lower.trim_end_matches([' ', '`', '"', '*', '>']);
    let lead = text.strip_suffix(" for").map(str::trim_end);
    lead.is_some_and(|lead| ["fires", "firing", "fired", "active"].iter().any(|word| ends_with_phrase(lead, word)))
}

/// Whether what follows a time says when that was, as in "for 15 days in August": then it is told, not demanded.
fn is_dated(behind: &str) -> bool {
    const MONTHS: &str = "january february march april may june july august september october november december";
    let lower = behind.to_ascii_lowercase();
    let mut words = words(&lower).map(|(_, word)| word);
    let is_time = |word: &str| {
        let is_year = word.len() == 4 && word.starts_with(['1', '2']) && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_month = word.len() >= 3 && MONTHS.split(' ').any(|month| month.starts_with(word));
        is_year || is_month || ["last", "early", "late", "mid"].contains(&word)
    };
    words.next() == Some("in") && words.next().is_some_and(is_time)
}

/// Whether the words before a comparison wish for it, forbid it, or only suppose it.
fn wishes(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let words: Vec<&str> = words(&lower).map(|(_, word)| word).collect();
    let negated = words.last().is_some_and(|last| matches!(*last, "not" | "no" | "never" | "longer"));
    let supposes = words.first() == Some(&"if") || words.windows(2).any(|pair| pair == ["if", "your"]);
    negated || supposes || words.iter().any(|word| WISHES.contains(word))
}

/// The quantile that a sentence names nearest before a place, else behind it.
fn quantile(sentence: &str, at: usize) -> Option<f64> {
    let named = quantiles(sentence);
    let before = named.iter().rev().find(|(start, _)| *start < at);
    before.or_else(|| named.first()).map(|(_, quantile)| *quantile)
}

/// The words of a text with their places.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|letter: char| !letter.is_alphanumeric());
        at = length.map_or(text.len(), |length| start + length);
        Some((start, &text[start..at]))
    })
}

/// The sentences of a text: cut at line ends, semicolons, and full stops before white space.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        let end = at + 1;
        let stops = match byte {
            b'\n' | b';' => true,
            b'.' | b'!' | b'?' => text[end..].starts_with(char::is_whitespace),
            _ => false,
        };
        if stops {
            found.push(from..end);
            from = end;
        }
    }
    found.push(from..text.len());
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        let claims = claims(text);
        let thresholds = claims.thresholds.iter().map(|claim| {
            let sign = match (claim.relation, claim.inclusive) {
                (Relation::Above, false) => ">",
                (Relation::Above, true) => ">=",
                (Relation::Below, false) => "<",
                (Relation::Below, true) => "<=",
                (Relation::Either, _) => "=",
            };
            let quantile = claim.quantile.map(|quantile| format!(" q{quantile}")).unwrap_or_default();
            format!("{sign}[{}]{quantile}", &text[claim.quantity.range.clone()])
        });
        let holds = claims.holds.iter().map(|hold| format!("for[{}]", &text[hold.range.clone()]));
        thresholds.chain(holds).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_what_sentences_claim() {
        for (text, expected) in [
            ("HighErrorRate: HTTP 5xx rate >5% for 5 minutes", ">[5%] for[5 minutes]"),
            ("High memory usage (>500MB)", ">[500MB]"),
            ("Slow response time (> 1s p95)", ">[1s] q0.95"),
            ("p95 latency above 1.5 s for 5 minutes", ">[1.5 s] q0.95 for[5 minutes]"),
            ("a target is down for >1 minute", "for[1 minute]"),
            ("down for more than 10m", "for[10m]"),
            ("JVM memory > 85% for > 5 minutes", ">[85%] for[5 minutes]"),
            ("more than 3 failed callbacks in 15 minutes, for 1 minute", ">[3] for[1 minute]"),
            ("P95 >100ms, P99 >500ms for 5m", ">[100ms] q0.95 >[500ms] q0.99 for[5m]"),
            ("error rate exceeds the 5% threshold", ">[5%]"),
            ("is 93.1 (threshold: 80%)", "=[80%]"),
            ("(limit 300ms)", ""),
            ("exceeding the 24+3 hours, or the 1-in-7 days", ""),
            ("it answers with a status code >= 400", ""),
            ("job duration exceeded 30s over 10m", ">[30s]"),
            ("fewer than 10 games per hour", "<[10 games per hour]"),
            ("5% or more of the requests", ">=[5%]"),
            ("no traffic for the last 5 minutes", ""),
            ("no traffic within 5 minutes", ""),
            ("average over 5 minutes exceeds 2s", ">[2s]"),
            ("replication lag over 30 seconds", ">[30 seconds]"),
            ("99.9th percentile over 1s", ">[1s] q0.999"),
            (
                "95th percentile request latency exceeds 1 second sustained for 10 minutes",
                ">[1 second] q0.95 for[10 minutes]",
            ),
            ("latency should be < 10 seconds", ""),
            ("must not exceed 5%", ""),
            ("about 5% of the requests", ""),
            ("wait for 5 minutes; silence it for 1 hour", ""),
            ("disk above ~80%", ""),
            ("5xx above 5%", ">[5%]"),
            ("30-60% is fine, score <80/100", ""),
            ("not answered for more than a minute", ""),
            ("roll back once it has been firing for 15 minutes", ""),
            ("an alert that fires for > 15 minutes", ""),
            ("500ms is higher than the 200ms of the other requests", ""),
            ("p95 is higher than 200ms", ">[200ms] q0.95"),
            ("memory is short and approaching the kill threshold (50%)", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_cell_may_be_a_limit() {
        assert!(lone_limit(" 500 ms ").is_some() && lone_limit("10k").is_some());
        assert!(lone_limit("500 ms p95").is_none() && lone_limit("any").is_none());
    }

    #[test]
    fn a_limit_may_begin_with_a_share() {
        assert!(leading_share("5% of requests for 5 minutes").is_some() && leading_share("**80 %** for 10m").is_some());
        assert!(leading_share("usually 5% of requests").is_none() && leading_share("5% - 10%").is_none());
        assert!(leading_share("500 ms for 10m").is_none());
    }

    proptest! {
        #[test]
        fn never_panics(text in r"([0-9]{1,3}|[%.,;:()/ é≥<>`*µ\n]|ms|th percentile|p95|for |above |over |exceeds |a |İ|or more|wait )*") {
            let claims = claims(&text);
            for claim in &claims.thresholds {
                prop_assert!(text.get(claim.said.clone()).is_some_and(|said| said.contains(&text[claim.quantity.range.clone()])));
            }
            for hold in &claims.holds {
                prop_assert!(text.get(hold.range.clone()).is_some());
            }
            prop_assert!(quantiles(&text).iter().all(|(_, quantile)| (0.0..1.0).contains(quantile)));
        }
    }
}
