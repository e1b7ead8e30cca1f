//! Reads rule files out of the tree.

use crate::{
    diag::Diagnostic,
    promql::Query,
    template::{self, Template},
    text::Spanned,
    tree::{Complaints, Fields, Node},
};

use super::{
    super::{Keys, Pair},
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
    let mut evidence = Evidence { ruler, keys: Vec::new() };
    let groups = fields.list("groups", complaints);
    if fields.has("namespace") {
        file.namespace = fields.string("namespace", complaints);
    }
    evidence.take(&mut fields, FILE_KEYS);
    fields.finish(complaints);
    complaints.extend(about_strays(&groups));
    file.groups = groups.into_iter().filter_map(|group| lower_group(group, &mut evidence, complaints)).collect();
    file.ruler = evidence.ruler;
    file.foreign_keys = evidence.keys;
    file.foreign_keys.sort();
    file
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
    let rules = fields.list("rules", complaints);
    let declared = fields.has("type").then(|| fields.string("type", complaints)).flatten();
    let strategy = fields.has("partial_response_strategy");
    let partial_response_strategy = strategy.then(|| fields.string("partial_response_strategy", complaints)).flatten();
    evidence.take(&mut fields, GROUP_KEYS);
    fields.finish(complaints);
    let mut lowered = Vec::with_capacity(rules.len());
    lowered.extend((1..).zip(rules).filter_map(|(number, rule)| lower_rule(rule, number, evidence, complaints)));
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
        keep_firing_for: fields.duration("keep_firing_for", complaints),
        labels: templates(&mut fields, "labels", complaints),
        annotations: templates(&mut fields, "annotations", complaints),
    };
    evidence.take(&mut fields, RULE_KEYS);
    fields.finish(complaints);
    Some(rule)
}

fn templates(fields: &mut Fields<'_>, key: &'static str, complaints: &mut Complaints) -> Vec<Pair<Template>> {
    let entries = fields.string_map(key, complaints).into_iter();
    entries.map(|(name, text)| Pair { name, value: Template::parse(text, template::Dialect::Rule) }).collect()
}
