//! Selectors of Kubernetes: which objects are meant, by their labels.

use crate::{
    model::Pair,
    text::{Span, Spanned},
    tree::{Complaints, Fields, Node},
};

/// Which objects are meant, by their labels; one without conditions means all.
#[derive(Clone, Debug)]
pub struct Selector {
    /// The whole map.
    pub span: Span,
    /// Labels they must have.
    pub match_labels: Vec<Pair>,
    /// Further conditions.
    pub expressions: Vec<Expression>,
}

/// A condition on one label.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The label.
    pub key: Option<Spanned<String>>,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Option<Spanned<String>>,
    /// What it is compared with.
    pub values: Vec<Spanned<String>>,
}

impl Selector {
    /// Whether it has no condition, so that it means all objects.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.expressions.is_empty()
    }

    /// Whether all of its conditions could be read; otherwise it may mean any object.
    pub fn is_readable(&self) -> bool {
        self.expressions.iter().all(|one| one.holds(&|_| None).is_some())
    }

    /// Whether it means an object with these labels; `None` when a condition could not be read.
    pub fn selects(&self, labels: &[(&str, &str)]) -> Option<bool> {
        let value_of = |name: &str| labels.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        let has_all = self.match_labels.iter().all(|pair| value_of(&pair.name.value) == Some(pair.value.text()));
        let holds = |one: &Expression| one.holds(&value_of) == Some(true);
        self.is_readable().then(|| has_all && self.expressions.iter().all(holds))
    }

    pub(super) fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "selector", complaints)?;
        let match_labels = Pair::all(fields.string_map("matchLabels", complaints));
        let expressions = fields.list("matchExpressions", complaints).into_iter();
        let expressions = expressions.filter_map(|one| Expression::lower(one, complaints)).collect();
        Some(Self { span: node.span(), match_labels, expressions })
    }
}

impl Expression {
    fn lower(node: Node<'_>, complaints: &mut Complaints) -> Option<Self> {
        let mut fields = Fields::of(node, "condition of a selector", complaints)?;
        Some(Self {
            key: fields.string("key", complaints),
            operator: fields.string("operator", complaints),
            values: fields.strings("values", complaints),
        })
    }

    /// Whether it holds; `None` when it could not be read, whatever the labels are.
    fn holds<'l>(&self, value_of: &dyn Fn(&str) -> Option<&'l str>) -> Option<bool> {
        let value = value_of(&self.key.as_ref()?.value);
        let is_one = || value.is_some_and(|value| self.values.iter().any(|one| one.value == value));
        match self.operator.as_ref()?.value.as_str() {
            "In" => Some(is_one()),
            "NotIn" => Some(!is_one()),
            "Exists" => Some(value.is_some()),
            "DoesNotExist" => Some(value.is_none()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::specimen::read;

    #[test]
    fn selects_as_kubernetes_does() {
        let labels = [("app", "api"), ("tier", "front")];
        for (selector, expected) in [
            ("{}", Some(true)),
            ("{matchLabels: {app: api}}", Some(true)),
            ("{matchLabels: {app: api, team: shop}}", Some(false)),
            ("{matchExpressions: [{key: app, operator: In, values: [web, api]}]}", Some(true)),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]}", Some(false)),
            ("{matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}", Some(true)),
            ("{matchExpressions: [{key: tier, operator: Exists}]}", Some(true)),
            ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", Some(false)),
            ("{matchExpressions: [{key: tier, operator: Like, values: [f]}]}", None),
        ] {
            let (read, _) = read(selector, Selector::lower);
            assert_eq!(read.and_then(|selector| selector.selects(&labels)), expected, "{selector}");
        }
    }
}
