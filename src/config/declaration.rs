//! The keys of the configuration: names, meanings and types, said once.

use super::{
    Config, Ignore, LinkSettings, Target,
    keys::{Key, Keys},
};

/// A key and its meaning.
fn key(name: &'static str, about: &'static str) -> Key {
    Key { name, about }
}

/// The whole file.
pub fn config<K: Keys>(keys: &mut K) -> Option<Config> {
    Some(Config {
        include: keys.many(key("include", "Globs of the files to read, relative to this file. Everything when absent.")),
        exclude: keys.many(key(
            "exclude",
            "Globs of files that are not read at all: `drafts/`, `**/*.gen.json`.",
        )),
        vendored: keys.many(key(
            "vendored",
            "Globs of files that others maintain: `vendor/`. They are read, since rules and dashboards refer to them, but \
             what is wrong in them is not told, and neither `--fix` nor `fmt` changes them.",
        )),
        honour_pint: keys.one(key(
            "honour_pint",
            "Whether comments for pint (`# pint disable …`) and promruval (`# ignore_validations: …`) count, as with \
             `--honour-pint`. Default `false`.",
        )),
        baseline: keys.one(key(
            "baseline",
            "The file of known findings, relative to this file, which `--baseline` names otherwise. Only findings that \
             are not in it are told; `--update-baseline` writes it.",
        )),
        root: keys.one(key(
            "root",
            "The folder that links in docs and runbook links start from, relative to this file. \
             The folder of this file when absent.",
        )),
        preset: keys.one(key(
            "preset",
            "A set of settings to begin with: `kubernetes-mixin`, `awesome` or `strict`. What stands under `checks` counts more.",
        )),
        fail_on: keys.one(key("fail_on", "The mildest finding that makes a run fail (exit status 1). Default `warning`.")),
        min_severity: keys.one(key("min_severity", "Findings milder than this are left out. Default `info`.")),
        checks: keys.checks(key(
            "checks",
            "By check (`promql/impossible-join`) or group (`docs`): the severity of its findings, `off`, \
             or a map of `severity` and the options of the check.",
        )),
        ignore: keys.maps(
            key("ignore", "Findings that are accepted, for files that cannot carry a comment. An entry that hides nothing is itself reported."),
            "an entry of `ignore`",
            ignore,
        ),
        metrics: keys.many(key(
            "metrics",
            "Globs of captured `/metrics` pages; with them it is known which metrics and labels exist.",
        )),
        sources: keys.many(key(
            "sources",
            "Folders and files of the source code of scraped programs, where compose files do not say what is built \
             of what: `backend/src`, `services/*`. With them it is known which metrics and labels exist.",
        )),
        docs: keys.many(key("docs", "Globs of the documents whose claims are compared with the rules. When absent, all Markdown but what tells of other times by its name: changelogs, plans, proposals, records of decisions.")),
        anchors: keys.one(key("anchors", "Where the docs are shown, for the anchors of headings: `github`, `gitlab`, `hugo`, `mkdocs` or `docusaurus`. Default `github`.")),
        targets: keys.maps(
            key("targets", "Which documented target belongs to which alert, where the names do not tell."),
            "an entry of `targets`",
            target,
        ),
        links: keys
            .map(
                key("links", "How `promcheck lint --links` asks for the pages that links lead to. Without the flag nothing is asked."),
                "`links`",
                links,
            )
            .unwrap_or_default(),
        prometheus_version: keys.one(key("prometheus_version", "The version of Prometheus that runs the rules: `3.5`. The tag of its image in a compose file when absent.")),
        alertmanager_version: keys.one(key("alertmanager_version", "The version of Alertmanager: `0.28`. The tag of its image in a compose file when absent.")),
        enable_features: keys.many(key("enable_features", "What Prometheus runs with in `--enable-feature`: `promql-experimental-functions`.")),
        ..Config::default()
    })
}

fn ignore<K: Keys>(keys: &mut K) -> Option<Ignore> {
    let check = keys.required(key("check", "A check (`dashboards/unit-missing`) or a group (`dashboards`)."));
    let path = keys.one(key("path", "Glob of the files, relative to this file. All files when absent."));
    let reason = keys.required(key("reason", "Why the finding is accepted, for whoever comes next."));
    let until = keys.one(key("until", "The last day on which this counts: `2026-12-31`. Without it, forever."));
    Some(Ignore { span: keys.span(), check: check?, path, reason: reason?, until })
}

fn links<K: Keys>(keys: &mut K) -> Option<LinkSettings> {
    Some(LinkSettings {
        except: keys.many(key(
            "except",
            "Links that are not asked for: how they begin, `*` for anything: `https://wiki.shop.io/private/`, `*.internal`.",
        )),
        timeout: keys.one(key("timeout", "How long a server may take to answer. Default `10s`, at most `2m`.")),
        retries: keys.one(key("retries", "How often a server that does not answer is asked again. Default 2, at most 5.")),
        per_host: keys.one(key("per_host", "How many pages of one host are asked for at a time. Default 2, at most 16.")),
        max_age: keys.one(key("max_age", "For how long a page that was there is not asked for again. Default `1d`.")),
        localhost: keys.one(key("localhost", "Whether links to `localhost` and the like are asked for. Default `false`.")),
    })
}

fn target<K: Keys>(keys: &mut K) -> Option<Target> {
    let doc = keys.required(key("doc", "The document and heading: `docs/slo.md#latency`."));
    let row = keys.one(key("row", "Text that picks out the table row, item or sentence: `P95`."));
    let alert = keys.required(key("alert", "The alert whose threshold it is."));
    Some(Target { span: keys.span(), doc: doc?, row, alert: alert? })
}
