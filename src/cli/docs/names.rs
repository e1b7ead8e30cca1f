//! The page of what the checks of other linters are called here.

use std::fmt::Write;

use crate::lint::peers::{Peer, TABLE};

/// The page.
pub fn page() -> String {
    let mut page = "\
# Names of checks

With `--honour-pint`, or `honour_pint: true` in `.promcheck.yml`, comments for pint and promruval accept the findings of these
checks. What has no row here needs a server or a policy of the project, and promcheck has no finding that it could accept.
"
    .to_owned();
    for peer in [Peer::Pint, Peer::Promruval] {
        let _ = write!(page, "\n## {0}\n\n| {0} | promcheck |\n|---|---|\n", peer.name());
        for row in TABLE.iter().filter(|row| row.peer == peer) {
            let ours: Vec<String> = row.ours.iter().map(|id| format!("[`{id}`](checks/{id}.md)")).collect();
            let _ = writeln!(page, "| `{}` | {} |", row.theirs, ours.join(", "));
        }
    }
    page
}
