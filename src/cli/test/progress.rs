//! How many tests are done, for who waits at a terminal.

#![expect(clippy::disallowed_methods, reason = "progress knows the clock")]

use std::{
    io::{self, Write},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How many tests are done, on a terminal, once a run is long.
pub struct Progress {
    began: Instant,
    done: AtomicUsize,
    /// When progress was last shown; `None` where nobody watches.
    shown: Option<Mutex<Instant>>,
}

impl Progress {
    /// Nothing is done yet.
    pub fn new(began: Instant, is_watched: bool) -> Self {
        Self { began, done: AtomicUsize::new(0), shown: is_watched.then(|| Mutex::new(began)) }
    }

    /// One more test is done.
    pub fn one_more(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(Ok(mut shown)) = self.shown.as_ref().map(Mutex::try_lock) else { return };
        if shown.elapsed() >= PROGRESS_EVERY {
            *shown = Instant::now();
            // A line that cannot be shown is no failure.
            let _ = write!(io::stderr().lock(), "\r{done} tests done, {:.0} s", self.began.elapsed().as_secs_f64());
        }
    }

    /// Takes the line back.
    pub fn clear(&self) {
        let was_shown =
            self.shown.as_ref().and_then(|shown| shown.lock().ok()).is_some_and(|shown| *shown != self.began);
        if was_shown {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}
