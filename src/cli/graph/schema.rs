//! What the JSON of a graph looks like, as a JSON schema.

/// The schema.
pub fn schema() -> &'static str {
    include_str!("schema.json")
}
