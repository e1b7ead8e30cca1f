//! Characters that no YAML text may hold.

use crate::{diag::Diagnostic, text::Excerpt};

use super::{Complaints, repair::Repair};

/// After this many the others are left unsaid.
const MANY: usize = 10;

/// Complains of control characters, which go-yaml refuses wherever they stand, and blanks them.
pub fn complain(source: &Excerpt, repair: &mut Repair<'_>) -> Complaints {
    let text = source.text();
    let mut complaints = Complaints::new();
    // Whole chunks are looked at, not byte by byte up to the first, so that the processor takes many at once.
    let is_suspect_in = |chunk: &[u8]| chunk.iter().fold(false, |found, byte| found | is_suspect(*byte));
    if !text.as_bytes().chunks(256).any(is_suspect_in) {
        return complaints;
    }
    let found: Vec<(usize, char)> = text.char_indices().filter(|(_, char)| is_forbidden(*char)).collect();
    for (at, char) in found.iter().take(MANY) {
        let message = format!("the control character U+{:04X} stands in the text", u32::from(*char));
        let complaint = Diagnostic::error(source.span(*at..at + char.len_utf8()), message)
            .help("remove it; Prometheus and Alertmanager refuse the whole file");
        complaints.push(complaint);
    }
    repair.blank_all(found.iter().map(|(at, char)| *at..at + char.len_utf8()));
    complaints
}

/// Whether a byte may belong to a control character: C0, DEL, or the first byte of C1.
fn is_suspect(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F || byte == 0xC2
}

/// Whether go-yaml says "control characters are not allowed".
fn is_forbidden(char: char) -> bool {
    char.is_control() && !matches!(char, '\t' | '\n' | '\r' | '\u{85}')
}
