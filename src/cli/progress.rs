//! A sign of life on a terminal while work takes longer than a second.

#![expect(clippy::disallowed_methods, reason = "the command tells how long it takes")]

use std::{
    io::{self, Write},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use crate::workspace::{Progress, Stand};

/// Work that is over by then is not spoken of.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(200);
/// How many signs a bar has.
const WIDTH: usize = 20;

/// Does work, and says on the standard error how far it is and for how long, if somebody watches there.
pub fn shown<T>(progress: &Progress, is_watched: bool, work: impl FnOnce() -> T) -> T {
    if !is_watched {
        return work();
    }
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || tell(progress, &is_done));
        let result = work();
        drop(done);
        result
    })
}

/// Writes the line until the other end is gone, and takes it back. A line that cannot be written is no failure.
fn tell(progress: &Progress, is_done: &mpsc::Receiver<()>) {
    let began = Instant::now();
    let mut pause = PATIENCE;
    while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K{}", line(progress.stand(), began.elapsed()));
        pause = EVERY;
    }
    if pause == EVERY {
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}

/// What is said of work that stands so after this long.
fn line(stand: Stand, elapsed: Duration) -> String {
    let Stand { doing, done, total } = stand;
    let (bar, seconds) = (bar(stand, elapsed), elapsed.as_secs());
    match total {
        0 => format!("{doing} [{bar}] {seconds} s"),
        _ => format!("{doing} [{bar}] {done}/{total}, {seconds} s"),
    }
}

/// As much of a bar as is done; where nobody knows how much there is, a mark that goes from side to side.
fn bar(Stand { done, total, .. }: Stand, elapsed: Duration) -> String {
    if let Some(filled) = (WIDTH * done).checked_div(total) {
        return format!("{:<WIDTH$}", "=".repeat(filled));
    }
    let step = (elapsed.as_millis() / EVERY.as_millis()) as usize % (2 * WIDTH);
    let at = if step < WIDTH { step } else { 2 * WIDTH - 1 - step };
    format!("{:<WIDTH$}", format!("{:>1$}", "=", at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_goes_to_and_fro() {
        let unknown = Stand { doing: "checking", done: 0, total: 0 };
        for (elapsed, expected) in [(0, 0), (200, 1), (3_800, 19), (4_000, 19), (4_200, 18), (8_000, 0)] {
            let bar = bar(unknown, Duration::from_millis(elapsed));
            assert_eq!((bar.find('='), bar.len()), (Some(expected), WIDTH), "{elapsed}");
        }
        assert_eq!(line(unknown, Duration::from_millis(1_200)), "checking [      =             ] 1 s");
    }

    #[test]
    fn what_is_counted_fills_a_bar() {
        let after = |done| line(Stand { doing: "reading files", done, total: 40 }, Duration::from_secs(3));
        assert_eq!(after(0), "reading files [                    ] 0/40, 3 s");
        assert_eq!(after(11), "reading files [=====               ] 11/40, 3 s");
        assert_eq!(after(40), "reading files [====================] 40/40, 3 s");
    }

    #[test]
    fn work_is_done_watched_or_not() {
        for is_watched in [false, true] {
            assert_eq!(shown(&Progress::default(), is_watched, || 1 + 1), 2);
        }
    }
}
