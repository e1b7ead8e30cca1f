//! In the place of the client where the program is built without the network: it says so.

use std::time::Duration;

use super::{Ask, Question, Reply, Settings, Trouble, Unusable};

/// A client that cannot be had.
#[derive(Debug)]
pub enum Client {}

impl Client {
    /// Says that there is none.
    ///
    /// # Errors
    /// Always.
    pub fn new(_: &Settings) -> Result<Self, Unusable> {
        Err(Unusable::NotBuilt)
    }
}

impl Ask for Client {
    fn ask(&self, _: &Question<'_>) -> Result<Reply, Trouble> {
        match *self {}
    }

    fn pause(&self, _: Duration) {
        match *self {}
    }
}
