//! Walking a syntax tree: children, all nodes with their parents, all selectors.

use super::ast::{Aggregation, Call, Expr, Modifiers, RangeSelector, VectorSelector};

/// A selector wherever it stands in an expression.
#[derive(Copy, Clone, Debug)]
pub struct Selection<'e> {
    /// The selector.
    pub selector: &'e VectorSelector,
    /// The range around it.
    pub range: Option<&'e RangeSelector>,
    /// The `offset`, `@` and the like that apply to it.
    pub modifiers: &'e Modifiers,
}

/// A node with those above it.
#[derive(Copy, Clone, Debug)]
pub struct Visited<'e, 'p> {
    /// The node.
    pub expr: &'e Expr,
    /// Its ancestors, the root first, the parent last.
    pub ancestors: &'p [&'e Expr],
}

/// Nodes that are to be walked later, the last one first. The few that most expressions have at a time are stored here,
/// so that walking allocates nothing.
#[derive(Default)]
struct Later<'e> {
    near: [Option<&'e Expr>; 4],
    count: usize,
    far: Vec<&'e Expr>,
}

impl<'e> Later<'e> {
    fn push(&mut self, expr: &'e Expr) {
        match self.near.get_mut(self.count) {
            Some(place) => *place = Some(expr),
            None => self.far.push(expr),
        }
        self.count += 1;
    }

    fn pop(&mut self) -> Option<&'e Expr> {
        self.count = self.count.checked_sub(1)?;
        match self.near.get(self.count) {
            Some(place) => *place,
            None => self.far.pop(),
        }
    }
}

impl Expr {
    /// Its sub-expressions, in the written order.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = &Expr> {
        let (first, second, more): (Option<&Expr>, Option<&Expr>, &[Expr]) = match self {
            Expr::Subquery(subquery) => (Some(&subquery.operand), None, &[]),
            Expr::Aggregation(aggregation) => (aggregation.parameter.as_deref(), Some(&aggregation.operand), &[]),
            Expr::Call(call) => (None, None, &call.arguments),
            Expr::Binary(binary) => (Some(&binary.left), Some(&binary.right), &[]),
            Expr::Unary(unary) => (Some(&unary.operand), None, &[]),
            Expr::Paren(paren) => (Some(&paren.inner), None, &[]),
            Expr::Number(_) | Expr::String(_) | Expr::Selector(_) | Expr::Range(_) | Expr::Broken(_) => {
                (None, None, &[])
            }
        };
        first.into_iter().chain(second).chain(more)
    }

    /// The expression and all its sub-expressions, each before its own, in the written order.
    pub fn walk(&self) -> impl Iterator<Item = &Expr> {
        let mut next = Some(self);
        let mut later = Later::default();
        std::iter::from_fn(move || {
            let expr = next?;
            next = expr.first_child(&mut later).or_else(|| later.pop());
            Some(expr)
        })
    }

    /// The first of its sub-expressions; the others are put behind what is to come later, the last one first. Most
    /// nodes have no others, so that walking costs next to nothing.
    #[inline]
    fn first_child<'e>(&'e self, later: &mut Later<'e>) -> Option<&'e Expr> {
        match self {
            Expr::Subquery(subquery) => Some(&subquery.operand),
            Expr::Aggregation(aggregation) => match &aggregation.parameter {
                Some(parameter) => {
                    later.push(&aggregation.operand);
                    Some(parameter)
                }
                None => Some(&aggregation.operand),
            },
            Expr::Call(call) => {
                let (first, others) = call.arguments.split_first()?;
                others.iter().rev().for_each(|other| later.push(other));
                Some(first)
            }
            Expr::Binary(binary) => {
                later.push(&binary.right);
                Some(&binary.left)
            }
            Expr::Unary(unary) => Some(&unary.operand),
            Expr::Paren(paren) => Some(&paren.inner),
            Expr::Number(_) | Expr::String(_) | Expr::Selector(_) | Expr::Range(_) | Expr::Broken(_) => None,
        }
    }

    /// Looks at all that [`Expr::walk`] gives, each with its ancestors.
    pub fn visit<'e>(&'e self, mut look: impl FnMut(Visited<'e, '_>)) {
        let mut waiting = vec![(self, 0)];
        let mut ancestors: Vec<&Expr> = Vec::new();
        while let Some((expr, depth)) = waiting.pop() {
            ancestors.truncate(depth);
            look(Visited { expr, ancestors: &ancestors });
            ancestors.push(expr);
            waiting.extend(expr.children().rev().map(|child| (child, depth + 1)));
        }
    }

    /// All selectors, with or without a range, in the written order.
    pub fn selections(&self) -> impl Iterator<Item = Selection<'_>> {
        self.walk().filter_map(Expr::selection)
    }

    /// This very node as a selector.
    pub fn selection(&self) -> Option<Selection<'_>> {
        match self {
            Expr::Selector(selector) => Some(Selection { selector, range: None, modifiers: &selector.modifiers }),
            Expr::Range(range) => {
                Some(Selection { selector: &range.selector, range: Some(range), modifiers: &range.modifiers })
            }
            _ => None,
        }
    }

    /// All function calls, in the written order.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.walk().filter_map(|expr| match expr {
            Expr::Call(call) => Some(&**call),
            _ => None,
        })
    }

    /// All aggregations, in the written order.
    pub fn aggregations(&self) -> impl Iterator<Item = &Aggregation> {
        self.walk().filter_map(|expr| match expr {
            Expr::Aggregation(aggregation) => Some(&**aggregation),
            _ => None,
        })
    }

    /// Whether there is a hole in it, so that it was not read completely.
    pub fn is_broken(&self) -> bool {
        self.walk().any(|expr| matches!(expr, Expr::Broken(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        promql::Query,
        text::{Excerpt, FileId},
    };

    fn parse(text: &str) -> Expr {
        Query::parse(Excerpt::whole(FileId(0), text)).expr.unwrap()
    }

    #[test]
    fn walks_in_written_order() {
        let expr = parse("topk(3, rate(a[5m])) / on (job) (b + -c[1h:] offset 1d)");
        let selected: Vec<_> = expr.selections().map(|selection| selection.selector.to_string()).collect();
        assert_eq!(selected, ["a", "b", "c"]);
        let nodes: Vec<_> = expr.walk().map(ToString::to_string).collect();
        assert_eq!(nodes[1..5], ["topk(3, rate(a[5m]))", "3", "rate(a[5m])", "a[5m]"]);
        assert_eq!(expr.calls().count(), 1);
        assert_eq!(expr.aggregations().count(), 1);
    }

    #[test]
    fn knows_the_way_up() {
        let expr = parse("sum((rate(a[5m]))) > 1");
        let mut ways = Vec::new();
        expr.visit(|visited| {
            let ancestors: Vec<String> = visited.ancestors.iter().map(ToString::to_string).collect();
            ways.push((visited.expr.to_string(), ancestors));
        });
        let whole = "sum((rate(a[5m]))) > 1";
        let of_call = [whole, "sum((rate(a[5m])))", "(rate(a[5m]))"].map(str::to_owned).to_vec();
        assert_eq!(ways[0], (whole.to_owned(), Vec::new()));
        assert_eq!(ways[3], ("rate(a[5m])".to_owned(), of_call));
        assert_eq!(ways[5], ("1".to_owned(), vec![whole.to_owned()]));
    }

    #[test]
    fn finds_names_and_constants() {
        let expr = parse("{__name__=\"up\", job=~\"a|b\"} > ((0.5))");
        let names: Vec<_> = expr
            .selections()
            .filter_map(|selection| selection.selector.metric_name())
            .map(|name| &*name.value)
            .collect();
        assert_eq!(names, ["up"]);
        let Expr::Binary(binary) = &expr else { panic!("a comparison") };
        assert_eq!(binary.right.number(), Some(0.5));
        let selector = expr.selections().next().unwrap().selector;
        let job = selector.matchers_of("job").next().unwrap();
        assert!(job.matches("a") && !job.matches("") && !job.matches("ab"));
    }
}
