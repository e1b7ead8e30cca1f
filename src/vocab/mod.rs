//! The words of the field: durations, numbers, names, regular expressions, placeholders, file globs, versions and anchors; how
//! to guess a misspelt word, to find one of many, and to list several.

mod anchor_style;
mod duration;
mod glob;
pub mod go_math;
mod go_number;
mod listing;
mod names;
mod pattern;
mod phrases;
mod placeholder;
mod quote;
mod secret;
mod slip;
mod spelling;
pub mod stray;
mod version;
mod web;
mod zone;

pub use anchor_style::AnchorStyle;
pub use duration::{Duration, DurationError};
pub use glob::FileGlob;
pub use go_number::{FloatError, FloatFormat, format_float, parse_float};
pub use listing::listed;
pub use names::{is_label_name, is_metric_name, is_unquoted_name};
pub use pattern::{Pattern, PatternError, PatternUse, ReplacementPart, replacement_parts};
pub use phrases::Phrases;
pub use placeholder::{Placeholder, PlaceholderKind, is_left_open, names_a_blank, placeholder};
pub use quote::{quoted, write_quoted};
pub use secret::{known_secret, looks_generated, looks_meant, password_in_address};
pub use slip::{is_slip, slip_of};
pub use spelling::{distance, distance_within, nearest, nearest_title, shortened};
pub use version::{Version, came_later};
pub use web::{addresses, percent_decoded};
pub use zone::{is_time_zone, nearest_time_zone};
