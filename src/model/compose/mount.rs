//! What a service finds mounted into its file system.

use crate::{
    text::Span,
    tree::{Kind, Node},
};

use super::{Value, read::Reader};

/// A mount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mount {
    /// The whole item.
    pub span: Span,
    /// What is mounted.
    pub kind: MountKind,
    /// The path on the host, or the name of a volume, config or secret.
    pub source: Option<Value>,
    /// The path inside the container.
    pub target: Option<Value>,
    /// Whether it may only be read.
    pub read_only: bool,
}

/// What is mounted.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MountKind {
    /// A path of the host.
    Bind,
    /// A volume, named or anonymous.
    Volume,
    /// A file from `configs:`.
    Config,
    /// A file from `secrets:`.
    Secret,
    /// Memory, pipes and the like.
    Other,
}

impl Mount {
    /// Reads an item of `volumes`.
    pub(super) fn lower(read: Reader<'_>, node: Node<'_>) -> Option<Self> {
        if node.kind() == Kind::Mapping {
            return Some(Self::long(read, node));
        }
        let whole = read.scalar(node.excerpt()?);
        let mut parts = whole.colon_parts();
        join_drive(&mut parts, &whole);
        let read_only = parts.get(2).is_some_and(|mode| mode.text.text().split(',').any(|mode| mode == "ro"));
        let mut parts = parts.into_iter();
        let (source, target) = match (parts.next(), parts.next()) {
            (Some(source), Some(target)) => (Some(source), Some(target)),
            (target, _) => (None, target),
        };
        let kind = if source.as_ref().is_some_and(is_path) { MountKind::Bind } else { MountKind::Volume };
        Some(Self { span: node.span(), kind, source, target, read_only })
    }

    fn long(read: Reader<'_>, node: Node<'_>) -> Self {
        let kind = match node.get("type").and_then(Node::text) {
            Some("bind") => MountKind::Bind,
            Some("volume") | None => MountKind::Volume,
            Some(_) => MountKind::Other,
        };
        Self {
            span: node.span(),
            kind,
            source: read.value(node, "source").or_else(|| read.value(node, "src")),
            target: ["target", "dst", "destination"].iter().find_map(|key| read.value(node, key)),
            read_only: read.is_set(node, "read_only"),
        }
    }

    /// Reads an item of a service's `configs` or `secrets`.
    pub(super) fn of_resource(read: Reader<'_>, node: Node<'_>, kind: MountKind) -> Option<Self> {
        if node.kind() == Kind::Mapping {
            let (source, target) = (read.value(node, "source"), read.value(node, "target"));
            return Some(Self { span: node.span(), kind, source, target, read_only: true });
        }
        let source = read.scalar(node.excerpt()?);
        Some(Self { span: node.span(), kind, source: Some(source), target: None, read_only: true })
    }
}

/// Whether a source is a path and no volume's name; a lone variable is very likely a path.
fn is_path(source: &Value) -> bool {
    let text = source.text.text();
    let known = source.known();
    let known = known.as_deref().unwrap_or(text);
    known.starts_with(['.', '/', '~', '$', '\\']) || known.contains(":\\") || known.get(1..3) == Some(":/")
}

/// Puts the drive letter of `C:\data:/data` back to its path.
fn join_drive(parts: &mut Vec<Value>, whole: &Value) {
    let is_drive = parts.len() > 1
        && parts[0].text.text().len() == 1
        && parts[0].text.text().starts_with(|c: char| c.is_ascii_alphabetic())
        && parts[1].text.text().starts_with(['\\', '/']);
    if is_drive && parts.len() > 2 {
        let end = 2 + parts[1].text.text().len();
        parts.splice(0..2, [whole.part(0..end)]);
    }
}
