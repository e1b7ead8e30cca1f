//! YAML and JSON as one located tree, and the reading of typed fields out of it. Reading never fails:
//! what is broken becomes a complaint with a place, and the rest of the tree stays usable.

mod control;
mod decode;
mod direct;
mod directive;
mod duplicates;
mod escape;
mod fault;
mod here_document;
#[cfg(test)]
mod hostile;
mod json;
mod line;
mod node;
mod number;
mod repair;
mod scalar;
mod stream;
mod tabs;
mod templated;
mod version;
mod yaml;

pub use decode::{Complaints, Fields, is_unknown_key, unknown_key};
pub use directive::{Directive, directive, directives, is_directive};
pub use json::json;
pub use node::{Comment, Extent, Kind, Node, Notation, Style, Tree, builder::TreeBuilder};
pub use number::{float, whole};
pub use stream::Stream;
pub use templated::{Renderer, Templated, rendered_later, templated};
pub use yaml::{yaml, yaml_directly, yaml_from_events};
