//! Long expressions over several lines, as Prometheus' `promql format` lays them out.

use std::fmt::{self, Write};

use super::{
    ast::Expr,
    print::{AggregationPrefix, LeftOperand, Operator, SubquerySuffix},
};

/// An expression that is longer than this, in bytes, is laid out over several lines.
pub const WIDEST: usize = 100;

/// An expression of more operators is not to be laid out: each operator of a chain is indented further than the next, which
/// makes megabytes of it.
pub const MOST_LAID_OUT: u32 = 1000;

/// Whether an expression stands on one line.
type Fits<'f> = &'f dyn Fn(&Expr) -> bool;

impl Expr {
    /// The expression over as many lines as it needs, indented by two spaces a level.
    pub fn pretty(&self) -> String {
        self.pretty_where(&fits)
    }

    /// The same, by another idea of what stands on one line; where names stand for others of another length, that is
    /// not the length of what is printed.
    pub fn pretty_where(&self, fits: &dyn Fn(&Expr) -> bool) -> String {
        let mut out = String::new();
        lay_out(self, 0, fits, &mut out);
        out
    }

    /// The same, with the operands that everything begins with at the very left: the first line of a YAML block scalar
    /// says how far the others are indented at least.
    pub fn pretty_flush(&self) -> String {
        let mut out = String::new();
        lay_out_flush(self, &mut out);
        out
    }
}

fn lay_out_flush(expr: &Expr, out: &mut String) {
    match expr {
        Expr::Binary(binary) if !fits(expr) => {
            match &binary.left {
                Expr::Number(_) => add(out, LeftOperand(binary)),
                left => lay_out_flush(left, out),
            }
            out.push('\n');
            add(out, Operator(binary));
            out.push('\n');
            lay_out(&binary.right, 1, &fits, out);
        }
        _ => lay_out(expr, 0, &fits, out),
    }
}

fn lay_out(expr: &Expr, level: usize, fits: Fits<'_>, out: &mut String) {
    if fits(expr) {
        // Prometheus 3.14 forgets to indent a subquery that fits (parser/prettier.go); as it lays out, so
        // does promcheck, lest two tools undo each other's work.
        indent(if matches!(expr, Expr::Subquery(_)) { 0 } else { level }, out);
        add(out, expr);
        return;
    }
    lay_out_long(expr, level, fits, out);
}

fn lay_out_long(expr: &Expr, level: usize, fits: Fits<'_>, out: &mut String) {
    if !matches!(expr, Expr::Binary(_) | Expr::Subquery(_)) {
        indent(level, out);
    }
    match expr {
        Expr::Aggregation(aggregation) => {
            add(out, AggregationPrefix(aggregation));
            let arguments = aggregation.parameter.as_deref().into_iter().chain([&aggregation.operand]);
            in_parens(arguments, level, fits, out);
        }
        Expr::Call(call) => {
            add(out, &call.function.value);
            in_parens(call.arguments.iter(), level, fits, out);
        }
        Expr::Paren(paren) => in_parens([&paren.inner].into_iter(), level, fits, out),
        Expr::Binary(binary) => {
            match &binary.left {
                Expr::Number(_) => {
                    indent(level + 1, out);
                    add(out, LeftOperand(binary));
                }
                left => lay_out(left, level + 1, fits, out),
            }
            out.push('\n');
            indent(level, out);
            add(out, Operator(binary));
            out.push('\n');
            lay_out(&binary.right, level + 1, fits, out);
        }
        Expr::Subquery(subquery) => {
            lay_out(&subquery.operand, level, fits, out);
            add(out, SubquerySuffix(subquery));
        }
        Expr::Unary(unary) => {
            add(out, unary.op.text());
            let mut operand = String::new();
            lay_out(&unary.operand, level, fits, &mut operand);
            out.push_str(operand.trim_start());
        }
        Expr::Number(_) | Expr::String(_) | Expr::Selector(_) | Expr::Range(_) | Expr::Broken(_) => add(out, expr),
    }
}

fn in_parens<'e>(parts: impl Iterator<Item = &'e Expr>, level: usize, fits: Fits<'_>, out: &mut String) {
    out.push_str("(\n");
    for (index, part) in parts.enumerate() {
        out.push_str(if index == 0 { "" } else { ",\n" });
        lay_out(part, level + 1, fits, out);
    }
    out.push('\n');
    indent(level, out);
    out.push(')');
}

fn indent(level: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", level));
}

/// Writing to a string cannot fail.
fn add(out: &mut String, part: impl fmt::Display) {
    let _ = write!(out, "{part}");
}

/// Whether the one-line form is short enough; looks no further than that.
fn fits(expr: &Expr) -> bool {
    struct Room(usize);
    impl Write for Room {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    write!(Room(WIDEST), "{expr}").is_ok()
}
