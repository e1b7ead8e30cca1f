//! YAML and JSON as one located tree, and the reading of typed fields out of it. Reading never fails:
//! what is broken becomes a complaint with a place, and the rest of the tree stays usable.

mod decode;
mod node;
mod scalar;

pub use decode::{Complaints, Fields};
pub use node::{Comment, Kind, Node, Style, Tree, TreeBuilder};
