//! Reads rule files out of the tree, those with very many rules on all threads.

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    promql::Query,
    template::{self, Template},
    text::Spanned,
    tree::{Complaints, Fields, Node},
};

use super::{
    super::{Keys, Pair, settings::passed_over},
    Group, Language, Rule, RuleFile, Ruler,
    ruler::{FILE_KEYS, GROUP_KEYS, RULE_KEYS, is_logql},
};

/// What the keys met so far say about whose file it is.
#[derive(Debug)]
struct Evidence {
    ruler: Ruler,
    keys: Vec<Spanned<String>>,
}

impl Evidence {
    /// Nothing so far.
    const NONE: Self = Self { ruler: Ruler::Prometheus, keys: Vec::new() };

    /// What another part of the file says, which comes behind.
    fn append(&mut self, other: Self) {
        self.ruler = self.ruler.or_stronger(other.ruler);
        self.keys.extend(other.keys);
    }

    /// Takes the keys that some ruler adds, so that they are no strangers.
    fn take(&mut self, fields: &mut Fields<'_>, added: &[(&'static str, Ruler)]) {
        for &(key, ruler) in added {
            if let Some(span) = fields.key_span(key) {
                fields.node_of(key);
                self.ruler = self.ruler.or_stronger(ruler);
                self.keys.push(Spanned::new(span, key.to_owned()));
            }
        }
    }
}

/// Reads a rule file: `groups:` at the top.
pub fn lower(root: Node<'_>, complaints: &mut Complaints) -> RuleFile {
    lower_groups(root, "rule file", Ruler::Prometheus, complaints)
}

/// Reads the map that holds `groups:`, be it a file or the `spec` of a manifest, whose kind says what
/// ruler to expect.
pub fn lower_groups(node: Node<'_>, what: &'static str, ruler: Ruler, complaints: &mut Complaints) -> RuleFile {
    let mut file = RuleFile {
        span: node.span(),
        keys: Keys::of(node),
        ruler,
        foreign_keys: Vec::new(),
        namespace: None,
        groups: Vec::new(),
    };
    let Some(mut fields) = Fields::of(node, what, complaints) else { return file };
    let mut evidence = Evidence { ruler, ..Evidence::NONE };
    let groups = filled_in(&mut fields, "groups", complaints);
    if fields.has("namespace") {
        file.namespace = fields.string("namespace", complaints);
    }
    evidence.take(&mut fields, FILE_KEYS);
    fields.finish(complaints);
    complaints.extend(about_strays(&groups));
    file.groups = in_shares(&groups, GROUPS_OF_SHARE, &mut evidence, complaints, |_, group, evidence, complaints| {
        lower_group(group, evidence, complaints)
    });
    file.ruler = evidence.ruler;
    file.foreign_keys = evidence.keys;
    file.foreign_keys.sort();
    file
}

/// The items of a list but for those that are null, which Prometheus passes over.
fn filled_in<'t>(fields: &mut Fields<'t>, key: &'static str, complaints: &mut Complaints) -> Vec<Node<'t>> {
    let (empty, items): (Vec<_>, _) = fields.list(key, complaints).into_iter().partition(|item| item.is_null());
    complaints.extend(empty.into_iter().map(|item| passed_over(item, key)));
    items
}

/// So many groups one thread reads at a time.
const GROUPS_OF_SHARE: usize = 16;

/// So many rules of a group one thread reads at a time.
const RULES_OF_SHARE: usize = 128;

/// Reads the items of a list, each with its rank from 0 on. More than one share of them are read on all threads; what
/// is found comes in the order of the file all the same.
fn in_shares<'t, T: Send>(
    items: &[Node<'t>],
    share: usize,
    evidence: &mut Evidence,
    complaints: &mut Complaints,
    lower: impl Fn(usize, Node<'t>, &mut Evidence, &mut Complaints) -> Option<T> + Sync,
) -> Vec<T> {
    let read = |first: usize, items: &[Node<'t>], evidence: &mut Evidence, complaints: &mut Complaints| {
        let mut lowered = Vec::with_capacity(items.len());
        lowered.extend((first..).zip(items).filter_map(|(rank, item)| lower(rank, *item, evidence, complaints)));
        lowered
    };
    if items.len() <= share {
        return read(0, items, evidence, complaints);
    }
    let apart = |(rank, items): (usize, &[Node<'t>])| {
        let (mut evidence, mut complaints) = (Evidence::NONE, Complaints::new());
        let lowered = read(rank * share, items, &mut evidence, &mut complaints);
        (lowered, evidence, complaints)
    };
    let shares: Vec<_> = items.par_chunks(share).enumerate().with_max_len(1).map(apart).collect();
    let mut all = Vec::with_capacity(items.len());
    for (lowered, found, mut complained) in shares {
        all.extend(lowered);
        evidence.append(found);
        complaints.append(&mut complained);
    }
    all
}

/// Whether what stands in the place of a group is a rule that slipped out of its group's list.
fn is_stray(node: Node<'_>) -> bool {
    let has = |key| node.get(key).is_some();
    (has("record") || has("alert")) && has("expr") && !has("rules")
}

/// One complaint for all rules that stand where groups should.
fn about_strays(groups: &[Node<'_>]) -> Option<Diagnostic> {
    let strays: Vec<Node<'_>> = groups.iter().copied().filter(|node| is_stray(*node)).collect();
    let (first_key, _) = strays.first()?.raw_entries().next()?;
    let message = match strays.len() {
        1 => "this rule stands where a group should".to_owned(),
        many => format!("{many} rules, this one first, stand where groups should"),
    };
    Some(Diagnostic::error(first_key.span(), message).help("indent them below the `rules:` of a group"))
}

fn lower_group(node: Node<'_>, evidence: &mut Evidence, complaints: &mut Complaints) -> Option<Group> {
    if is_stray(node) {
        return Some(Group {
            span: node.span(),
            keys: Keys::default(),
            name: None,
            interval: None,
            query_offset: None,
            limit: None,
            labels: Vec::new(),
            language: None,
            partial_response_strategy: None,
            rules: Vec::from_iter(lower_rule(node, 1, evidence, complaints)),
        });
    }
    let mut fields = Fields::of(node, "rule group", complaints)?;
    let name = fields.string("name", complaints);
    let interval = fields.duration("interval", complaints);
    let query_offset = fields.duration("query_offset", complaints);
    let limit = fields.integer("limit", complaints);
    let labels = Pair::all(fields.string_map("labels", complaints));
    let rules = filled_in(&mut fields, "rules", complaints);
    let declared = fields.has("type").then(|| fields.string("type", complaints)).flatten();
    let strategy = fields.has("partial_response_strategy");
    let partial_response_strategy = strategy.then(|| fields.string("partial_response_strategy", complaints)).flatten();
    evidence.take(&mut fields, GROUP_KEYS);
    fields.finish(complaints);
    let lowered = in_shares(&rules, RULES_OF_SHARE, evidence, complaints, |rank, rule, evidence, complaints| {
        lower_rule(rule, rank + 1, evidence, complaints)
    });
    Some(Group {
        span: node.span(),
        keys: Keys::of(node),
        name,
        interval,
        query_offset,
        limit,
        labels,
        language: declared.and_then(|word| Language::of_type(&word.value)),
        partial_response_strategy,
        rules: lowered,
    })
}

fn lower_rule(node: Node<'_>, number: usize, evidence: &mut Evidence, complaints: &mut Complaints) -> Option<Rule> {
    let mut fields = Fields::of(node, "rule", complaints)?;
    if fields.node_of("expr").is_some_and(is_logql) {
        evidence.ruler = evidence.ruler.or_stronger(Ruler::Loki);
    }
    let rule = Rule {
        span: node.span(),
        keys: Keys::of(node),
        number,
        alert: fields.string("alert", complaints),
        record: fields.string("record", complaints),
        expr: fields.excerpt("expr", complaints).map(Query::parse),
        hold_duration: fields.duration("for", complaints),
        keep_firing_for: fields.duration("keep_firing_for", complaints).map(Box::new),
        labels: templates(&mut fields, "labels", complaints),
        annotations: templates(&mut fields, "annotations", complaints),
    };
    evidence.take(&mut fields, RULE_KEYS);
    fields.finish(complaints);
    Some(rule)
}

fn templates(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Box<[Pair<Template>]> {
    let pair = |name, text| Pair { name, value: Template::parse(text, template::Dialect::Rule) };
    fields.string_map_as(key, complaints, pair).into()
}
