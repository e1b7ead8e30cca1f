//! LogQL, the language of Loki, in dashboards and in the rules of Loki's ruler.

pub mod empty_matchers;
pub mod fixed_window;
pub mod removed_label;
mod site;
pub mod syntax;
