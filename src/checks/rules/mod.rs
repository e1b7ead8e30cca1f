//! Rule files: what Prometheus demands of them, and what their texts promise.

pub mod duplicate;
pub mod structure;
pub mod template_label;
pub mod template_syntax;
pub mod text_threshold;
