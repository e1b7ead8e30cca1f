#![allow(missing_docs)]
use std::mem::size_of as s;
fn main(){ use promcheck::*;
println!("Excerpt {}", s::<text::Excerpt>()); println!("Expr {}", s::<promql::Expr>()); println!("Query {}", s::<promql::Query>());
println!("Rule {}", s::<model::rules::Rule>()); println!("Group {}", s::<model::rules::Group>()); println!("Diagnostic {}", s::<diag::Diagnostic>());
println!("Template {} Node {} Pipeline {} Command {} Operand {} Term {}", s::<template::Template>(), s::<template::ast::Node>(), s::<template::ast::Pipeline>(), s::<template::ast::Command>(), s::<template::ast::Operand>(), s::<template::ast::Term>());
println!("Spanned<String> {} Span {}", s::<text::Spanned<String>>(), s::<text::Span>());
}
