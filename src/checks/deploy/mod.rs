//! Configuration against the containers it runs in.

pub mod target;
