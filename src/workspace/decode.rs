//! Bytes of a file to text, offset for offset, whatever the bytes are.

use crate::{
    diag::Diagnostic,
    text::{FileId, Span},
};

/// No file larger than this many bytes is read.
pub const LARGEST: u64 = 256 * 1024 * 1024;

/// What bytes turned out to be.
#[derive(Debug)]
pub struct Decoded {
    /// The text; as long as the bytes, with `?` for every byte that is not UTF-8.
    pub text: String,
    /// What is wrong with the bytes.
    pub complaint: Option<Diagnostic>,
    /// Whether it is text at all.
    pub is_text: bool,
}

/// Decodes the bytes of a file.
pub fn decode(file: FileId, bytes: Vec<u8>) -> Decoded {
    if let Some(encoding) = other_encoding(&bytes) {
        let complaint = Diagnostic::error(Span::start_of(file), format!("this file is {encoding}, not UTF-8"));
        return no_text(complaint.help("save it as UTF-8; Prometheus, Alertmanager and Grafana read nothing else"));
    }
    if let Some(at) = memchr::memchr(0, bytes.get(..bytes.len().min(8192)).unwrap_or_default()) {
        let complaint = Diagnostic::error(Span::start_of(file), format!("this is a binary file: byte {at} is zero"));
        return no_text(complaint.help("if it belongs here, exclude it in `.promcheck.yml` (`exclude:`)"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, complaint: None, is_text: true },
        Err(error) => {
            let start = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let byte = bytes.get(start).copied().unwrap_or_default();
            let span = Span::new(file, start as u32, start as u32 + 1);
            let complaint = Diagnostic::error(span, format!("byte {start} (0x{byte:02x}) is not UTF-8"))
                .help("save the file as UTF-8; what follows was read with `?` in place of such bytes");
            Decoded { text: replaced(&bytes), complaint: Some(complaint), is_text: true }
        }
    }
}

fn no_text(complaint: Diagnostic) -> Decoded {
    Decoded { text: String::new(), complaint: Some(complaint), is_text: false }
}

fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some("UTF-32 (little endian)"),
        [0, 0, 0xfe, 0xff, ..] => Some("UTF-32 (big endian)"),
        [0xff, 0xfe, ..] => Some("UTF-16 (little endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big endian)"),
        [low, 0, next, 0, ..] if *low != 0 && *next != 0 => Some("UTF-16 (little endian)"),
        [0, low, 0, next, ..] if *low != 0 && *next != 0 => Some("UTF-16 (big endian)"),
        _ => None,
    }
}

fn replaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_offsets() {
        let decoded = decode(FileId(0), b"a: \xff\xc3\nb".to_vec());
        assert_eq!(decoded.text, "a: ??\nb");
        assert_eq!(decoded.complaint.map(|complaint| complaint.span.start), Some(3));
    }

    #[test]
    fn knows_binary() {
        assert!(!decode(FileId(0), b"\x7fELF\0\0".to_vec()).is_text);
        assert!(!decode(FileId(0), b"\xff\xfea\0".to_vec()).is_text);
    }
}
