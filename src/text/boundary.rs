//! Offsets moved to the beginning of a character, so that a text can be cut there.

/// The last place at or before an offset where a character begins; the end of the text when it is shorter.
pub fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first place at or behind an offset where a character begins; the end of the text when it is shorter.
pub fn ceiling(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_to_whole_characters() {
        for (at, below, above) in [(0, 0, 0), (1, 1, 1), (2, 1, 3), (3, 3, 3), (9, 3, 3)] {
            assert_eq!((floor("aé", at), ceiling("aé", at)), (below, above), "{at}");
        }
    }
}
