//! Flags that Prometheus and Alertmanager do not have.

use crate::{
    catalog::flags::{self, ALERTMANAGER, Flags, OF_LIBRARY, PROMETHEUS},
    check,
    facts::{Container, Program},
    kit::*,
    vocab::{Version, came_later, nearest},
    workspace::Workspace,
};

check! {
    /// A server is started with a flag that it does not have.
    ///
    /// ## Why it matters
    /// Prometheus and Alertmanager do not pass over what they do not know: they end at once, again after each restart. Which
    /// release runs is said by the tag of the image.
    ///
    /// ## Example
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.5.0
    ///     command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.retention=30d]
    /// ```
    ///
    /// ## Instead
    /// ```yaml path=compose.yml
    /// services:
    ///   prometheus:
    ///     image: prom/prometheus:v3.5.0
    ///     command: [--config.file=/etc/prometheus/prometheus.yml, --storage.tsdb.retention.time=30d]
    /// ```
    pub struct Flag {}
    id: "deploy/flag", severity: Error,
}

impl Check for Flag {
    type Subject = Whole;

    fn check(&self, _: &Workspace, facts: &Facts<'_>, out: &mut Sink<'_>) {
        for container in facts.deployment.containers().iter().filter(|container| container.is_stock()) {
            let Some(server) = Server::of(container) else { continue };
            for word in container.services().flat_map(|service| &service.command) {
                server.judge(&word.text, out);
            }
        }
    }
}

/// A server, and the flags that it may have.
struct Server {
    program: &'static str,
    flags: &'static Flags,
    /// Its image, and the release that it is of.
    image: Span,
    release: Release,
}

/// What the tag of an image says.
enum Release {
    Is(Version),
    /// The newest one.
    Latest,
    /// A digest, a name, or what the environment says.
    Unknown,
}

impl Server {
    fn of(container: &Container<'_>) -> Option<Self> {
        let program = container.program?;
        let flags = match program {
            Program::Prometheus => &PROMETHEUS,
            Program::Alertmanager => &ALERTMANAGER,
            Program::Grafana | Program::Loki => return None,
        };
        let image = container.image()?;
        let is_untagged = || !image.value.text.text().contains(['$', '@']);
        let release = match image.tag.as_deref() {
            Some("latest") => Release::Latest,
            Some(tag) => Version::of_tag(tag).map_or(Release::Unknown, Release::Is),
            None if is_untagged() => Release::Latest,
            None => Release::Unknown,
        };
        Some(Self { program: program.name(), flags, image: image.value.span(), release })
    }

    fn judge(&self, word: &Excerpt, out: &mut Sink<'_>) {
        let text = word.text().split('=').next().unwrap_or_default();
        let (dashes, name) = text.split_at(text.len() - text.trim_start_matches('-').len());
        if name.is_empty() || name.contains(['$', '{', '<']) || OF_LIBRARY.contains(&name) {
            return;
        }
        let known = |name: &str| self.flags.all.iter().find(|flag| flag.name == name);
        let place = word.span(0..text.len());
        match (dashes, known(name).or_else(|| known(name.strip_prefix("no-")?))) {
            ("-", Some(_)) => self.lacks_a_dash(place, name, out),
            ("--", Some(flag)) => self.judge_release(place, flag, out),
            ("--", None) => self.unknown(place, name, out),
            _ => {}
        }
    }

    /// Release 1 of Prometheus took one dash.
    fn lacks_a_dash(&self, place: Span, name: &str, out: &mut Sink<'_>) {
        if matches!(self.release, Release::Is(release) if release < self.flags.oldest) {
            return;
        }
        let meant = format!("--{name}");
        self.report(place, format!("{} takes `{meant}` with two dashes only", self.program), out)
            .severity(Severity::Error)
            .help(format!("write `{meant}`"))
            .fix(Fix::edit(format!("write `{meant}`"), Applicability::Safe, place, meant));
    }

    /// Whether the release that runs has a flag that others have.
    fn judge_release(&self, place: Span, flag: &flags::Flag, out: &mut Sink<'_>) {
        let (name, program) = (flag.name, self.program);
        let is_gone = |gone: Version| match self.release {
            Release::Is(release) => release >= gone,
            Release::Latest => true,
            Release::Unknown => false,
        };
        if let Some(gone) = flag.gone.filter(|gone| is_gone(*gone)) {
            let message = format!("{program} has no flag `--{name}` since {}.{}", gone.major, gone.minor);
            let finding = self.report(place, message, out);
            match name {
                "storage.tsdb.retention" => {
                    let meant = "--storage.tsdb.retention.time";
                    finding.help(format!("write `{meant}`")).fix(Fix::edit(
                        format!("write `{meant}`"),
                        Applicability::Safe,
                        place,
                        meant,
                    ))
                }
                _ => finding.help("remove it"),
            };
        }
        if let (Some(came), Release::Is(release)) = (flag.since, &self.release)
            && *release < came
            && *release >= self.flags.oldest
        {
            let Version { major, minor, .. } = came;
            let message = came_later(&format!("`--{name}`"), program, came, *release);
            self.report(place, message, out).help(format!("upgrade to {major}.{minor} or later, or remove it"));
        }
    }

    fn unknown(&self, place: Span, name: &str, out: &mut Sink<'_>) {
        let severity = match self.release {
            Release::Is(release) if release < self.flags.oldest => return,
            Release::Is(release) if release <= self.flags.newest => Severity::Error,
            // A newer one may have brought it.
            _ => Severity::Warning,
        };
        let finding = self.report(place, format!("{} has no flag `--{name}`", self.program), out).severity(severity);
        match nearest(name, self.flags.all.iter().map(|flag| flag.name)) {
            Some(near) => finding.help(format!("did you mean `--{near}`?")),
            None => finding.help("remove it: with it the server does not start"),
        };
    }

    fn report<'o>(&self, place: Span, message: String, out: &'o mut Sink<'_>) -> Finding<'o> {
        let finding = out.report(place, message);
        match self.release {
            Release::Is(_) => finding.label(self.image, "this is what runs"),
            _ => finding.severity(Severity::Warning),
        }
    }
}
