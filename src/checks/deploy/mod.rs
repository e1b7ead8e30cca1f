//! Configuration against the containers it runs in.

pub mod localhost;
pub mod mount;
pub mod reach;
mod scraped;
pub mod target;
pub mod unscraped;
