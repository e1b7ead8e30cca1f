//! Many names, among which those are found that another one is but for a slip of the finger.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHasher};

/// The places of many names among each other, so that those which a name is a slip of are found without looking at all of
/// them.
#[derive(Debug, Default)]
pub struct Slips {
    /// The places of names that have the same letters, in whatever order, and the same other characters.
    alike: FxHashMap<(u64, u64), Vec<u32>>,
}

impl Slips {
    /// Arranges the names by their places.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut alike: FxHashMap<(u64, u64), Vec<u32>> = FxHashMap::default();
        for (place, name) in (0..).zip(names) {
            alike.entry((letters(name), others(name))).or_default().push(place);
        }
        Self { alike }
    }

    /// The places of the names that a name may be a slip of, and of some others.
    pub fn near(&self, written: &str) -> impl Iterator<Item = usize> + '_ {
        let (letters, others) = (letters(written), others(written));
        // As many letters in another order, one lost, or one that stands twice.
        let each = || (b'a'..=b'z').map(weight);
        let more = each().map(move |letter| letters.wrapping_add(letter));
        let fewer = each().map(move |letter| letters.wrapping_sub(letter));
        let alike = [letters].into_iter().chain(more).chain(fewer);
        alike.filter_map(move |letters| self.alike.get(&(letters, others))).flatten().map(|place| *place as usize)
    }
}

/// What the letters of a name weigh together, in whatever order they stand.
fn letters(name: &str) -> u64 {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic);
    letters.fold(0, |sum, letter| sum.wrapping_add(weight(letter.to_ascii_lowercase())))
}

/// A weight for each letter; no few of them weigh as much as few others.
fn weight(letter: u8) -> u64 {
    let mixed = u64::from(letter).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// What a name has besides letters; a slip leaves it alone.
fn others(name: &str) -> u64 {
    let mut hasher = FxHasher::default();
    name.bytes().filter(|byte| !byte.is_ascii_alphabetic()).for_each(|byte| hasher.write_u8(byte));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocab::is_slip;

    proptest! {
        #[test]
        fn an_index_finds_the_slips_among_names(names in prop::collection::vec("[ab]{2,3}_[a-c]{5,8}1?", 1..30)) {
            let slips = Slips::of(names.iter().map(String::as_str));
            for written in &names {
                let near = slips.near(written).map(|place| names[place].as_str());
                let mut found: Vec<&str> = near.filter(|one| is_slip(written, one)).collect();
                let mut plainly: Vec<&str> = names.iter().map(String::as_str).filter(|one| is_slip(written, one)).collect();
                found.sort_unstable();
                plainly.sort_unstable();
                prop_assert_eq!(found, plainly);
            }
        }
    }
}
