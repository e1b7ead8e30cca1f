//! What hardly any part of an expression has, kept apart: a large folder has very many of these parts.

use std::ops::{Deref, DerefMut};

/// Something that is hardly ever there, and is read as if it always were: nothing is kept until it is changed.
#[derive(Clone, Debug)]
pub struct Seldom<T>(Option<Box<T>>);

/// What can say that there is nothing.
pub trait Absent: 'static {
    /// That there is nothing.
    const ABSENT: &'static Self;
}

impl<T> Default for Seldom<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Absent> Deref for Seldom<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::ABSENT)
    }
}

impl<T: Absent + Clone> DerefMut for Seldom<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_with(|| Box::new(T::ABSENT.clone()))
    }
}

impl<T: Absent + PartialEq> PartialEq for Seldom<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
