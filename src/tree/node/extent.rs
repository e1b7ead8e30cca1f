//! How much a node stands for.

/// How far a node reaches when every alias in it is replaced by what it stands for.
#[derive(Copy, Clone, Default, Debug)]
pub struct Extent {
    /// Levels of nesting; 0 for a scalar.
    pub height: u32,
    /// Number of nodes.
    pub size: u64,
}

impl Extent {
    /// A scalar's.
    pub const SCALAR: Self = Self { height: 0, size: 1 };

    pub(super) fn add_child(&mut self, child: Extent) {
        self.height = self.height.max(child.height + 1);
        self.size = self.size.saturating_add(child.size);
    }
}
