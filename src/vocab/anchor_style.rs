//! The rules by which sites that show Markdown give anchors to headings.

/// Whose rules give anchors to headings.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum AnchorStyle {
    /// GitHub's, which Gitea, Hugo and Docusaurus follow.
    #[default]
    GitHub,
    /// GitLab's.
    GitLab,
    /// Those of Python-Markdown, which MkDocs uses.
    MkDocs,
}

impl AnchorStyle {
    /// The words that name a style, the style's own word first.
    pub const WORDS: [(&'static str, AnchorStyle); 5] = [
        ("github", Self::GitHub),
        ("gitlab", Self::GitLab),
        ("hugo", Self::GitHub),
        ("mkdocs", Self::MkDocs),
        ("docusaurus", Self::GitHub),
    ];

    /// The style of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, style)| *style)
    }
}
