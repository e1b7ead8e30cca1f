//! Links that are not to be asked for.

/// A pattern of addresses: `*` stands for anything, and what follows the pattern does not matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Exclusion(String);

impl Exclusion {
    /// Reads a pattern such as `https://wiki.shop.io/private/` or `*.internal`.
    pub fn new(pattern: &str) -> Self {
        Self(pattern.trim().to_owned())
    }

    /// Whether it takes in an address.
    pub fn covers(&self, address: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| address.strip_prefix(first)) else { return false };
        parts.all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers() {
        for (pattern, address, expected) in [
            ("https://wiki.shop.io/", "https://wiki.shop.io/redis", true),
            ("https://wiki.shop.io/private", "https://wiki.shop.io/public", false),
            ("*.internal", "https://wiki.internal/redis", true),
            ("*/private/*.pdf", "https://a/private/b.pdf", true),
            ("*/private/*.pdf", "https://a/public/b.pdf", false),
            ("wiki", "https://wiki/", false),
            ("*", "https://a/", true),
        ] {
            assert_eq!(Exclusion::new(pattern).covers(address), expected, "{pattern} of {address}");
        }
    }
}
