//! The `promcheck` command.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "the arguments enter here")]
fn main() -> ExitCode {
    promcheck::cli::run(std::env::args_os())
}
