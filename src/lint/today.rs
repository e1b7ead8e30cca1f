//! The day that suppressions are measured against.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;

/// A day that is asked for when it is first needed, and stays the same from then on. To ask the clock for a date of here
/// takes as long as a small lint, since it looks through the time zones of the machine, and few files name a date.
#[derive(Clone, Debug)]
pub struct Today(Arc<LazyLock<Date, Box<dyn FnOnce() -> Date + Send + Sync>>>);

impl Today {
    /// The day that a clock tells.
    pub fn told_by(clock: impl FnOnce() -> Date + Send + Sync + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(clock))))
    }

    /// The day.
    pub fn date(&self) -> Date {
        **self.0
    }
}

impl From<Date> for Today {
    fn from(date: Date) -> Self {
        Self::told_by(move || date)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI16, Ordering};

    use jiff::civil::date;

    use super::*;

    #[test]
    fn is_asked_for_once() {
        static YEAR: AtomicI16 = AtomicI16::new(2026);
        let today = Today::told_by(|| date(YEAR.fetch_add(1, Ordering::Relaxed), 1, 1));
        assert_eq!(YEAR.load(Ordering::Relaxed), 2026);
        assert_eq!([today.date(), today.clone().date()], [date(2026, 1, 1); 2]);
        assert_eq!(Today::from(date(2026, 5, 1)).date(), date(2026, 5, 1));
    }
}
