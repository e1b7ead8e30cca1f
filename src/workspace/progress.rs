//! How far a long piece of work is: threads do it, and another one looks.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// How far a piece of work is. What it tells changes nothing about the work.
#[derive(Debug, Default)]
pub struct Progress {
    doing: Mutex<&'static str>,
    done: AtomicUsize,
    total: AtomicUsize,
}

/// How far it was when somebody looked.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Stand {
    /// What is being done, such as `reading files`; empty before anything is.
    pub doing: &'static str,
    /// How many parts of it are done.
    pub done: usize,
    /// How many parts it has; 0 where that is not known.
    pub total: usize,
}

impl Progress {
    /// Something with so many parts begins; 0 where their number is not known.
    pub fn begin(&self, doing: &'static str, total: usize) {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = doing;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// One more part is done.
    pub fn one_more(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// How far it is.
    pub fn stand(&self) -> Stand {
        let total = self.total.load(Ordering::Relaxed);
        Stand {
            doing: *self.doing.lock().unwrap_or_else(PoisonError::into_inner),
            done: self.done.load(Ordering::Relaxed).min(total),
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_anew_for_each_piece() {
        let progress = Progress::default();
        assert_eq!(progress.stand(), Stand { doing: "", done: 0, total: 0 });
        progress.begin("reading files", 2);
        progress.one_more();
        assert_eq!(progress.stand(), Stand { doing: "reading files", done: 1, total: 2 });
        // Files may appear while they are counted.
        (0..3).for_each(|_| progress.one_more());
        assert_eq!(progress.stand().done, 2);
        progress.begin("checking", 0);
        assert_eq!(progress.stand(), Stand { doing: "checking", done: 0, total: 0 });
    }
}
