//! Numbers at random that are the same in each run.

/// A source of numbers (xorshift), from a seed that is not zero.
pub struct Dice(pub u64);

impl Dice {
    /// A number below another one; 0 when that is 0.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    /// One of some things, of which there is at least one.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }
}
