//! Which version of a program runs, as far as the files say: the project's own word, else the tag of an image.

use std::path::Path;

use crate::{
    model::manifest::Resource,
    text::{Span, Spanned},
    vocab::Version,
    workspace::shared_folders,
};

use super::{Container, Facts, Program};

/// A version that runs, and what says so.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Running {
    /// The version.
    pub version: Version,
    /// The tag of the image that says so; nothing when the project's configuration does.
    pub proof: Option<Span>,
}

/// Whether anything may say which version of Prometheus or Alertmanager runs; where nothing does, there is no need to ask.
pub fn may_know_versions(facts: &Facts<'_>) -> bool {
    let declared = facts.config.prometheus_version.or(facts.config.alertmanager_version);
    declared.is_some() || facts.cluster.runs_servers() || !facts.deployment.containers().is_empty()
}

/// Which version of a program reads a file: what says so is the container that has it, else the nearest ones, and for
/// what a cluster reads its operator. Where several do, the oldest counts, and it is not known when one of them does not
/// say its version.
pub fn running(facts: &Facts<'_>, program: Program, file: &Path) -> Option<Running> {
    let declared = match program {
        Program::Prometheus => facts.config.prometheus_version,
        Program::Alertmanager => facts.config.alertmanager_version,
        Program::Grafana | Program::Loki => None,
    };
    if let Some(declared) = declared {
        return Some(Running { version: declared.value, proof: None });
    }
    let id = facts.workspace.file_at(file);
    if id.is_some_and(|id| facts.workspace.documents_of(id).iter().any(|document| document.in_manifest)) {
        return in_cluster(facts, program);
    }
    let mut readers: Vec<&Container<'_>> =
        facts.deployment.seeing(program, file).map(|(container, _)| container).collect();
    if readers.is_empty() {
        let path = |container: &Container<'_>| &facts.workspace.files.file(container.place_of_name().file).path;
        let all = || facts.deployment.containers().iter().filter(|container| container.program == Some(program));
        let nearness = |container: &&Container<'_>| shared_folders(file, path(container));
        let nearest = all().map(|container| nearness(&container)).max();
        readers.extend(all().filter(|container| Some(nearness(container)) == nearest));
    }
    let tagged: Option<Vec<Running>> = readers.into_iter().map(tagged).collect();
    tagged?.into_iter().min_by_key(|running| running.version)
}

/// Which version of a program the operator runs: the oldest, where each of its servers says one.
fn in_cluster(facts: &Facts<'_>, program: Program) -> Option<Running> {
    let kinds: &[&str] = match program {
        Program::Prometheus => &["Prometheus", "ThanosRuler"],
        Program::Alertmanager => &["Alertmanager"],
        Program::Grafana | Program::Loki => &[],
    };
    let servers = facts.cluster.manifests().iter().filter(|manifest| kinds.contains(&manifest.kind.value.as_str()));
    let versions = servers.map(|manifest| match &manifest.resource {
        // The versions of Thanos are counted in another way.
        Resource::Server(server) if manifest.kind.value != "ThanosRuler" => server.version,
        _ => None,
    });
    let versions: Option<Vec<Spanned<Version>>> = versions.collect();
    let oldest = versions?.into_iter().min_by_key(|version| version.value)?;
    Some(Running { version: oldest.value, proof: Some(oldest.span) })
}

/// The version in the tag of an image, whatever is said behind it: `v3.1.0-distroless`.
fn tagged(container: &Container<'_>) -> Option<Running> {
    let image = container.image()?;
    Some(Running { version: Version::of_tag(image.tag.as_deref()?)?, proof: Some(image.value.span()) })
}
