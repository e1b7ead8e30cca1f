//! Rule files: what Prometheus demands of them, and what their texts promise.

pub mod cycle;
pub mod duplicate;
pub mod for_step;
pub mod for_window;
pub mod group_interval;
pub mod humanize;
pub mod misspelt_key;
pub mod name_style;
mod namesakes;
pub mod newer;
pub mod order;
mod others;
pub mod overlap;
pub mod record_shadow;
pub mod removed_record;
pub mod structure;
pub mod template_external;
pub mod template_label;
pub mod template_scale;
pub mod template_syntax;
pub mod template_unit;
pub mod text_threshold;
mod together;
pub mod unused_record;
pub mod value_in_label;
