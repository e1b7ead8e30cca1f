//! Words that several checks say alike.

/// For a finding that stands for `places` places, of which it underlines the first: nothing, "(here and
/// once more)", "(here and 3 times more)", with a blank before.
pub fn here_and_more(places: usize) -> String {
    match places {
        0 | 1 => String::new(),
        2 => " (here and once more)".to_owned(),
        many => format!(" (here and {} times more)", many - 1),
    }
}
