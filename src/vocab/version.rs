//! Versions of programs.

use std::fmt;

/// A version of a program, as far as it was given: `3.5` counts as `3.5.0`.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

impl Version {
    /// The first release of a minor version.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// Reads two or three numbers with dots between them, after an optional `v`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(|number| number.parse::<u32>().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = match numbers.next() {
            Some(patch) => patch?,
            None => 0,
        };
        numbers.next().is_none().then_some(Self { major, minor, patch })
    }

    /// Reads the version in the tag of an image, whatever is said behind it: `v3.1.0-distroless`. What others build
    /// between their own releases (`2.5.0-SNAPSHOT-2022-01-25`) has their numbers, not the program's.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let number = tag.split(['-', '+', '@']).next()?;
        let is_own = tag.to_ascii_lowercase().contains("snapshot");
        Self::parse(number).filter(|_| !is_own)
    }
}

/// Says that something came with a release of a program, and another one runs.
pub fn came_later(what: &str, program: &str, came: Version, runs: Version) -> String {
    format!("{what} came with {program} {}.{}, but {}.{} is what runs", came.major, came.minor, runs.major, runs.minor)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
