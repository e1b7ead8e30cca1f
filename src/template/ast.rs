//! The syntax tree of a template, ready to be run or analysed.

use std::ops::Range;

use crate::text::{Excerpt, Name, Span, Spanned};

/// A piece of a template.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// Text between actions, trimmed as `{{-` and `-}}` ask: bytes of the template's text.
    Text(Range<usize>),
    /// `{{/* … */}}`, where nothing is rendered.
    Comment,
    /// `{{ pipeline }}`: prints its value, unless it declares or assigns variables.
    Action(Pipeline),
    /// `{{ if … }}`; `else if` is an `if` that stands alone in `otherwise`.
    If(Box<Branch>),
    /// `{{ with … }}`: the value becomes the dot.
    With(Box<Branch>),
    /// `{{ range … }}`: each element becomes the dot.
    Range(Box<Branch>),
    /// `{{ template "name" pipeline }}`, and where a `block` stands.
    Call(Box<Call>),
    /// `{{ break }}`.
    Break(Span),
    /// `{{ continue }}`.
    Continue(Span),
}

/// An `if`, `with` or `range`.
#[derive(Clone, PartialEq, Debug)]
pub struct Branch {
    /// From the opening `{{` to the closing `}}` of its `end`.
    pub span: Span,
    /// The condition or the list.
    pub pipeline: Pipeline,
    /// What is rendered when the value is not empty.
    pub body: Vec<Node>,
    /// What is rendered otherwise.
    pub otherwise: Vec<Node>,
}

/// A call of a named template.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// The action.
    pub span: Span,
    /// The template's name.
    pub name: Spanned<String>,
    /// What becomes the dot inside; nothing when left out.
    pub argument: Option<Pipeline>,
}

/// A template defined by `define` or `block`.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    /// From the opening `{{` to the closing `}}` of its `end`.
    pub span: Span,
    /// Its name.
    pub name: Spanned<String>,
    /// What it renders.
    pub body: Vec<Node>,
}

/// Commands, each given the value of the one before as its last argument.
#[derive(Clone, PartialEq, Debug)]
pub struct Pipeline {
    /// From the first declaration or command to the last.
    pub span: Span,
    /// Variables set to the value, with their `$`; two of them in a `range` over keys and values.
    pub variables: Vec<Spanned<Name>>,
    /// How they are set.
    pub binding: Binding,
    /// At least one, unless the template has errors.
    pub commands: Vec<Command>,
}

/// How a pipeline sets its variables.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// `:=` makes new ones.
    Declare,
    /// `=` changes those that are there.
    Assign,
}

/// An operand, or a function with its arguments.
#[derive(Clone, PartialEq, Debug)]
pub struct Command {
    /// All operands.
    pub span: Span,
    /// What is called when there are arguments, and otherwise what it is.
    pub called: Operand,
    /// What follows.
    pub arguments: Vec<Operand>,
}

/// A value within an action.
#[derive(Clone, PartialEq, Debug)]
pub struct Operand {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub term: Term,
}

/// The kinds of operands.
#[derive(Clone, PartialEq, Debug)]
pub enum Term {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Boolean(bool),
    /// A number or a character.
    Number(Number),
    /// A string, unquoted; maps back to the file byte by byte.
    String(Excerpt),
    /// `.A.B`: fields of the dot.
    Field(Vec<Spanned<Name>>),
    /// `$x.A.B`: fields of a variable, whose name includes the `$`.
    Variable(Spanned<Name>, Vec<Spanned<Name>>),
    /// A function's name.
    Function(Name),
    /// `( … )`, and the fields taken of its value.
    Pipeline(Box<Pipeline>, Vec<Spanned<Name>>),
    /// Fields of a function's value, `now.Unix`.
    Chain(Box<Operand>, Vec<Spanned<Name>>),
}

/// A number constant in every type that holds it exactly, as Go keeps it; none for complex numbers.
#[derive(Copy, Clone, PartialEq, Debug, Default)]
pub struct Number {
    /// Its type where none is asked for.
    pub kind: NumberKind,
    /// As an `int`.
    pub integer: Option<i64>,
    /// As a `uint`.
    pub unsigned: Option<u64>,
    /// As a `float64`.
    pub float: Option<f64>,
}

/// The type that the spelling of a number constant gives it.
#[derive(Copy, Clone, PartialEq, Eq, Debug, Default)]
pub enum NumberKind {
    /// `int`: digits of any base, a character.
    #[default]
    Integer,
    /// `float64`: with a point or an exponent.
    Float,
    /// `complex128`: with an `i`.
    Complex,
}
