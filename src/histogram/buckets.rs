//! One side of a histogram: an ordered list of the buckets that are written down.

use std::cmp::Ordering;

use super::{Amount, Resolution};

/// Buckets in the order of their indices; those that are not listed have no observations.
///
/// A listed bucket may have none either: `Buckets::compact` takes it out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Buckets<N = f64> {
    cells: Vec<(i32, N)>,
}

impl<N: Amount> Buckets<N> {
    /// One run of buckets without a gap, the first at this index.
    pub(super) fn run(first: i32, counts: &[N]) -> Self {
        Self { cells: (first..).zip(counts.iter().copied()).collect() }
    }

    /// These buckets, which must come in the order of their indices.
    pub(super) fn of(cells: impl Iterator<Item = (i32, N)>) -> Self {
        let cells: Vec<_> = cells.collect();
        debug_assert!(cells.is_sorted_by(|(one, _), (next, _)| one < next), "buckets are in order");
        Self { cells }
    }

    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The listed ones as index and count, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (i32, N)> + ExactSizeIterator {
        self.cells.iter().copied()
    }

    /// The count of the bucket at this index, if it is listed.
    pub fn get(&self, index: i32) -> Option<N> {
        let at = self.cells.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        self.cells.get(at).map(|(_, count)| *count)
    }

    /// Every count, to be changed.
    pub(super) fn counts_mut(&mut self) -> impl Iterator<Item = &mut N> {
        self.cells.iter_mut().map(|(_, count)| count)
    }

    /// Takes out those that this does not hold for.
    pub(super) fn retain(&mut self, keep: impl Fn(i32, N) -> bool) {
        self.cells.retain(|(index, count)| keep(*index, *count));
    }

    /// The same buckets with other counts.
    pub(super) fn map<M: Amount>(&self, change: impl Fn(N) -> M) -> Buckets<M> {
        Buckets { cells: self.cells.iter().map(|(index, count)| (*index, change(*count))).collect() }
    }

    /// Takes out what is empty, then lists again what lies in gaps of at most `most_empty` buckets.
    pub(super) fn compact(&mut self, most_empty: usize) {
        self.retain(|_, count| !count.is_zero());
        if most_empty == 0 {
            return;
        }
        let mut filled: Vec<(i32, N)> = Vec::with_capacity(self.cells.len());
        for (index, count) in self.cells.drain(..) {
            if let Some((last, _)) = filled.last()
                && usize::try_from(index - last - 1).is_ok_and(|gap| gap <= most_empty)
            {
                filled.extend((last + 1..index).map(|between| (between, N::default())));
            }
            filled.push((index, count));
        }
        self.cells = filled;
    }

    /// Merged into the coarser buckets of another resolution.
    pub(super) fn reduced(&self, from: Resolution, to: Resolution) -> Self {
        let mut cells: Vec<(i32, N)> = Vec::with_capacity(self.cells.len());
        for (index, count) in self.iter() {
            let target = from.index_in(to, index);
            match cells.last_mut() {
                Some((last, sum)) if *last == target => sum.add(count),
                _ => cells.push((target, count)),
            }
        }
        Self { cells }
    }

    /// Adds other buckets; those not listed before are listed then.
    pub(super) fn add(&mut self, other: &Self) {
        if self.cells.len() == other.cells.len() && self.iter().zip(other.iter()).all(|((own, _), (its, _))| own == its)
        {
            self.counts_mut().zip(other.iter()).for_each(|(own, (_, its))| own.add(its));
            return;
        }
        let mut merged = Vec::with_capacity(self.cells.len() + other.cells.len());
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        while let (Some(&(own, count)), Some(&(its, more))) = (ours.peek(), theirs.peek()) {
            match own.cmp(&its) {
                Ordering::Less => merged.extend(ours.next()),
                Ordering::Greater => merged.extend(theirs.next()),
                Ordering::Equal => {
                    let mut sum = count;
                    sum.add(more);
                    merged.push((own, sum));
                    ours.next();
                    theirs.next();
                }
            }
        }
        merged.extend(ours);
        merged.extend(theirs);
        self.cells = merged;
    }
}

impl Buckets {
    /// Whether the same buckets are listed with the same bits in their counts.
    pub(super) fn same_bits(&self, other: &Self) -> bool {
        let bits = |(index, count): (i32, f64)| (index, count.to_bits());
        self.iter().map(bits).eq(other.iter().map(bits))
    }
}
