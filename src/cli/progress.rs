//! A sign of life on a terminal while work takes longer than a second.

#![expect(clippy::disallowed_methods, reason = "the command tells how long it takes")]

use std::{
    io::{self, Write},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Work that is over by then is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);

/// Does work, and says on the standard error what is `doing` and for how long, if somebody watches there.
pub fn shown<T>(doing: &str, is_watched: bool, work: impl FnOnce() -> T) -> T {
    if !is_watched {
        return work();
    }
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || tell(doing, &is_done));
        let result = work();
        drop(done);
        result
    })
}

/// Writes the line until the other end is gone, and takes it back. A line that cannot be written is no failure.
fn tell(doing: &str, is_done: &mpsc::Receiver<()>) {
    let began = Instant::now();
    let mut pause = PATIENCE;
    while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let bar = bar(began.elapsed());
        let _ = write!(io::stderr().lock(), "\r{doing} {bar} {:.0} s", began.elapsed().as_secs_f64());
        pause = EVERY;
    }
    if pause == EVERY {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}

/// A mark that goes from side to side: how much is left is not known before all is read.
fn bar(elapsed: Duration) -> String {
    const WIDTH: u128 = 20;
    let step = elapsed.as_millis() / EVERY.as_millis() % (2 * WIDTH);
    let at = if step < WIDTH { step } else { 2 * WIDTH - 1 - step };
    (0..WIDTH)
        .map(|place| if place == at { '=' } else { ' ' })
        .fold("[".to_owned(), |bar, sign| bar + &sign.to_string())
        + "]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_to_and_fro() {
        for (elapsed, expected) in [(0, 1), (200, 2), (3_800, 20), (4_000, 20), (4_200, 19), (8_000, 1)] {
            assert_eq!(bar(Duration::from_millis(elapsed)).find('='), Some(expected), "{elapsed}");
        }
        assert_eq!(bar(Duration::ZERO).len(), 22);
    }

    #[test]
    fn work_is_done_watched_or_not() {
        for is_watched in [false, true] {
            assert_eq!(shown("adding", is_watched, || 1 + 1), 2);
        }
    }
}
