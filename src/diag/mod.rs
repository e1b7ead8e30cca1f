//! Findings as data: what is wrong, where, the proof, the remedy and, when one is known, the edit.

mod diagnostic;
mod fingerprint;
mod fix;
mod severity;

pub use diagnostic::{Cause, Diagnostic, Label};
pub use fingerprint::fingerprint;
pub use fix::{Applicability, Edit, Fix, edited};
pub use severity::Severity;
