//! Charts that files install, which bring rules and datasources of their own that no file shows.

use crate::workspace::Workspace;

/// Whether some file that is no prose names the chart that brings a whole monitoring of a cluster.
pub fn bring_monitoring(workspace: &Workspace) -> bool {
    workspace.files.iter().any(|(_, file)| {
        let extension = file.path.extension().and_then(|extension| extension.to_str());
        !matches!(extension, Some("md" | "markdown")) && file.text.contains("kube-prometheus")
    })
}
