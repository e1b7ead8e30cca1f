//! Things by name: those of one name side by side, found at once however many there are.

use rustc_hash::FxHashMap;

/// Things by their names.
#[derive(Debug)]
pub(super) struct ByName<'w, T> {
    /// The place of each name among the names.
    ranks: FxHashMap<&'w str, u32>,
    /// The names, in the order they first came.
    names: Vec<&'w str>,
    /// For each name where its things begin; one more for where the last one's end.
    starts: Vec<u32>,
    things: Vec<T>,
}

impl<T> Default for ByName<'_, T> {
    fn default() -> Self {
        Self { ranks: FxHashMap::default(), names: Vec::new(), starts: Vec::new(), things: Vec::new() }
    }
}

impl<'w, T: Copy> ByName<'w, T> {
    /// Puts together what has the same name, in the order in which it comes.
    pub fn of(named: impl Iterator<Item = (&'w str, T)>) -> Self {
        let mut index = Self::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut given: Vec<(u32, T)> = Vec::new();
        for (name, thing) in named {
            let rank = *index.ranks.entry(name).or_insert_with(|| {
                index.names.push(name);
                counts.push(0);
                counts.len() as u32 - 1
            });
            counts[rank as usize] += 1;
            given.push((rank, thing));
        }
        let mut next = 0;
        let begin = |count: u32| {
            next += count;
            next - count
        };
        let mut places: Vec<u32> = counts.into_iter().map(begin).collect();
        index.starts = places.iter().copied().chain([given.len() as u32]).collect();
        index.things = given.iter().map(|(_, thing)| *thing).collect();
        for (rank, thing) in given {
            let place = &mut places[rank as usize];
            index.things[*place as usize] = thing;
            *place += 1;
        }
        index
    }

    /// The things of a name, in the order in which they came.
    pub fn get(&self, name: &str) -> &[T] {
        self.ranks.get(name).map_or(&[], |rank| self.ranked(*rank as usize))
    }

    /// Each name with its things, in the order in which the names first came.
    pub fn iter(&self) -> impl Iterator<Item = (&'w str, &[T])> {
        self.names.iter().enumerate().map(|(rank, name)| (*name, self.ranked(rank)))
    }

    /// The names, each once, in the order in which they first came.
    pub fn names(&self) -> impl Iterator<Item = &'w str> + '_ {
        self.names.iter().copied()
    }

    /// The name at a place among the names.
    pub fn name(&self, place: usize) -> &'w str {
        self.names[place]
    }

    fn ranked(&self, rank: usize) -> &[T] {
        &self.things[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_names_and_of_things() {
        let index = ByName::of([("b", 1), ("a", 2), ("b", 3), ("c", 4), ("a", 5)].into_iter());
        let all: Vec<_> = index.iter().map(|(name, things)| (name, things.to_vec())).collect();
        assert_eq!(all, [("b", vec![1, 3]), ("a", vec![2, 5]), ("c", vec![4])]);
        assert_eq!(index.get("a"), [2, 5]);
        assert!(index.get("d").is_empty());
        assert!(ByName::<u8>::default().get("a").is_empty());
    }
}
