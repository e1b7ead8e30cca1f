//! Who asks, as HTTP sends it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The value of `Authorization` for a user and a password (RFC 7617).
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}
