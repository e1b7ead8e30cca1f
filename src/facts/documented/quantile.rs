//! The quantiles that texts name.

use super::claim::words;

/// The quantiles that a text names, as `p95`, `P99.9`, `95th percentile` or `median`, with their places.
pub fn quantiles(text: &str) -> Vec<(usize, f64)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (start, word) in words(&lower) {
        let percent = if let Some(digits) = word.strip_prefix('p') {
            let more = lower[start + word.len()..]
                .strip_prefix('.')
                .map_or("", |rest| &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()]);
            let spelt = if more.is_empty() { digits.to_owned() } else { format!("{digits}.{more}") };
            spelt.parse::<f64>().ok().filter(|_| digits.len() >= 2)
        } else if word == "median" {
            Some(50.0)
        } else {
            let end = start + word.len();
            let is_named = word.ends_with("th") && lower[end..].trim_start().starts_with("percentile");
            let of_number = |letter: char| letter.is_ascii_digit() || letter == '.';
            let whole = || lower[..start].trim_end_matches(of_number).len();
            is_named.then(|| lower[whole()..end - 2].parse::<f64>().ok()).flatten()
        };
        // `p999` is the 99.9th percentile.
        let percent = percent.map(|percent| if percent > 100.0 { percent / 10.0 } else { percent });
        found.extend(
            percent
                .filter(|percent| *percent < 100.0 && *percent > 0.0)
                .map(|percent| (start, (percent * 1000.0).round() / 100_000.0)),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quantiles() {
        let values = |text| quantiles(text).into_iter().map(|(_, quantile)| quantile).collect::<Vec<_>>();
        assert_eq!(values("P50, p95 and P99.9"), [0.5, 0.95, 0.999]);
        assert_eq!(values("the 95th percentile; the median; p999"), [0.95, 0.5, 0.999]);
        assert_eq!(values("pod p1 in 2024, 5xx, the 90th time"), [] as [f64; 0]);
    }
}
