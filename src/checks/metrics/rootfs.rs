//! Mount points as node_exporter sees them, and not as it names them.

use std::collections::BTreeMap;

use crate::{
    facts::Asked,
    kit::*,
    promql::ast::{MatchOp, Matcher},
    vocab::{Pattern, PatternUse},
};

/// The flag that says under which folder the host's own root is mounted.
const ROOTFS: &str = "path.rootfs";

/// What of `node_filesystem_size_bytes` and its like names a mount point.
const LABEL: &str = "mountpoint";

/// Where node_exporter is told of the folder.
struct Rootfs {
    folder: String,
    flag: Span,
}

/// Reports selectors of mount points that begin with the folder under which node_exporter sees the host's: it takes the
/// folder off (`rootfsStripPrefix` of `filesystem_common.go`).
pub fn report(facts: &Facts<'_>, is_made_here: &dyn Fn(Asked<'_>, &str, &str) -> bool, out: &mut Sink<'_>) {
    let Some(rootfs) = rootfs_of_all(facts) else { return };
    let mut wrong: BTreeMap<(&str, String), Vec<Span>> = BTreeMap::new();
    for asked in facts.asked.named(|name| name.starts_with("node_filesystem_")) {
        for matcher in asked.selector.matchers_of(LABEL).filter(|one| !asked.site.is_open(one.span)) {
            let Some(meant) = meant(matcher, &rootfs.folder) else { continue };
            if !is_made_here(asked, LABEL, &matcher.value.value) {
                wrong.entry((&matcher.value.value, meant)).or_default().push(matcher.value.span);
            }
        }
    }
    for ((value, meant), places) in wrong {
        let finding = out.report_at(&places, format!("`{LABEL}` is never `{value}`"));
        finding
            .label(rootfs.flag, format!("node_exporter takes `{}` off every mount point", rootfs.folder))
            .help(format!("say `{meant}`"))
            .instead(&facts.workspace.files, value, &meant);
    }
}

/// The folder that every node_exporter here is told; `None` where one is told another or none.
fn rootfs_of_all(facts: &Facts<'_>) -> Option<Rootfs> {
    let containers = facts.deployment.containers().iter().filter(|container| container.exporter == Some("node"));
    let mut flags = containers.map(|container| container.flag(ROOTFS));
    let first = flags.next()??;
    let is_same = flags.all(|other| other.is_some_and(|other| other.value == first.value));
    let is_folder = first.value.len() > 1 && first.value.starts_with('/') && !first.value.ends_with('/');
    (is_same && is_folder && !first.value.contains('$')).then_some(Rootfs { folder: first.value, flag: first.span })
}

/// What a matcher means that takes nothing but mount points below the folder.
fn meant(matcher: &Matcher, folder: &str) -> Option<String> {
    let text = matcher.value.value.as_str();
    let rest = text.strip_prefix(folder)?;
    let is_below = match matcher.op.value {
        MatchOp::Equal => rest.is_empty() || rest.starts_with('/'),
        MatchOp::Regex => {
            let pattern = Pattern::of(text, PatternUse::Matcher).ok()?;
            let all_below = |literals: &[String]| literals.iter().all(|one| is_at_or_below(one, folder));
            pattern.literals().map_or_else(|| pattern.prefix().starts_with(&format!("{folder}/")), all_below)
        }
        MatchOp::NotEqual | MatchOp::NotRegex => false,
    };
    is_below.then(|| if rest.is_empty() { "/".to_owned() } else { rest.replace(&format!("|{folder}"), "|") })
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
