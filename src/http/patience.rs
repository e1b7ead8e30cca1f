//! Asking again: what is worth another try, and after how long.

use std::time::Duration;

use super::{Ask, Question, Reply, Trouble};

/// How often and how long somebody waits for a server.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Patience {
    /// How often a question is asked again after the first time.
    pub retries: u32,
    /// The first pause; each further one is twice as long.
    pub first: Duration,
    /// No pause is longer. A server that asks for more is left alone.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { retries: 2, first: Duration::from_millis(500), longest: Duration::from_secs(30) }
    }
}

impl Patience {
    /// Asks until there is an answer that another try would not better: no trouble that passes, and no status that says
    /// "later" (408, 429, 500, 502, 503, 504). `Retry-After` is obeyed as far as patience goes.
    ///
    /// # Errors
    /// The last trouble, when nothing was answered.
    pub fn ask(self, server: &dyn Ask, question: &Question<'_>) -> Result<Reply, Trouble> {
        let mut pause = self.first;
        for _ in 0..self.retries {
            let wanted = match server.ask(question) {
                Ok(reply) if is_passing(reply.status) => match reply.retry_after {
                    Some(wanted) if wanted > self.longest => return Ok(reply),
                    wanted => wanted,
                },
                Err(Trouble::Timeout | Trouble::Refused | Trouble::Other(_)) => None,
                settled => return settled,
            };
            server.pause(wanted.unwrap_or(pause).min(self.longest));
            pause *= 2;
        }
        server.ask(question)
    }
}

/// Whether a status says that another answer may come later.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}
