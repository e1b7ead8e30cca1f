//! Configuration against the containers it runs in.

pub mod mount;
pub mod reach;
pub mod target;
