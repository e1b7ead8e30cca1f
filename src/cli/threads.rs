//! The threads that commands work on: all have room for the longest expression that is read.

use std::{io, num::NonZeroUsize, panic, thread};

use rayon::ThreadPoolBuilder;

use crate::promql;

use super::error::CliError;

/// Works on so many threads, or on one for each processor. The first of them is a new one, too: how much room the
/// thread has that the program begins on, nobody knows.
pub fn with_room<R: Send>(
    threads: Option<NonZeroUsize>,
    work: impl FnOnce() -> Result<R, CliError> + Send,
) -> Result<R, CliError> {
    let on_all = || {
        let pool = ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).stack_size(promql::STACK);
        // Most work is over before another thread has begun, so that this one had better begin itself.
        let _pool = pool.use_current_thread().build().map_err(|error| CliError::Threads(io::Error::other(error)))?;
        work()
    };
    thread::scope(|scope| {
        let first = thread::Builder::new().stack_size(promql::STACK).spawn_scoped(scope, on_all);
        first.map_err(CliError::Threads)?.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
    })
}
