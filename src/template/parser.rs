//! Builds the tree of a template: which actions open and close what.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    text::{Excerpt, Span, Spanned},
};

use super::{
    action::{ActionParser, Complaints, Stop, Variables},
    ast::{Branch, Call, Definition, Node, Pipeline},
    function::Dialect,
    lexer::Lexer,
    token::{Action, Piece, TokenKind},
};

/// So many nodes most templates have at most.
const USUAL: usize = 4;

/// Blocks deeper than this are refused.
const DEEPEST: usize = 200;

/// What a `{{ end }}` closes.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Keyword {
    If,
    With,
    Range,
    Define,
    Block,
}

impl Keyword {
    fn of(word: &str) -> Option<Self> {
        [Self::If, Self::With, Self::Range, Self::Define, Self::Block]
            .into_iter()
            .find(|keyword| keyword.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::With => "with",
            Self::Range => "range",
            Self::Define => "define",
            Self::Block => "block",
        }
    }

    fn defines(self) -> bool {
        matches!(self, Self::Define | Self::Block)
    }
}

/// A block that waits for its `{{ end }}`.
struct Open<'c> {
    keyword: Keyword,
    /// The action that opens it.
    range: Range<usize>,
    /// The condition; nothing when it could not be read.
    pipeline: Option<Pipeline>,
    /// The name of a definition.
    name: Option<Spanned<String>>,
    body: Vec<Node>,
    otherwise: Option<Vec<Node>>,
    /// Whether it stands in an `{{ else if }}`, so that one `{{ end }}` closes it and the one around it.
    chained: bool,
    /// How many variables there were outside.
    variables: usize,
    /// The variables outside of a definition, which do not reach into it.
    hidden: Variables<'c>,
}

/// What a template says, and what is wrong with it, in order of place.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) nodes: Vec<Node>,
    pub(super) definitions: Vec<Definition>,
    /// What Go refuses to parse.
    pub(super) errors: Vec<Diagnostic>,
    /// What always fails when rendered.
    pub(super) failures: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether it defines nothing, and nothing is wrong.
    pub(super) fn has_only_nodes(&self) -> bool {
        self.definitions.is_empty() && self.errors.is_empty() && self.failures.is_empty()
    }
}

/// Reads a template.
pub(super) fn parse(text: &Excerpt, dialect: Dialect) -> Parsed {
    let complaints = Complaints { excerpt: text, dialect, errors: Vec::new(), failures: Vec::new() };
    let variables = Variables::of(dialect.variables());
    let parser = TemplateParser {
        complaints,
        variables,
        open: Vec::new(),
        nodes: Vec::with_capacity(USUAL),
        definitions: Vec::new(),
    };
    parser.parse(Lexer::new(text))
}

struct TemplateParser<'c> {
    complaints: Complaints<'c>,
    variables: Variables<'c>,
    open: Vec<Open<'c>>,
    nodes: Vec<Node>,
    definitions: Vec<Definition>,
}

impl<'c> TemplateParser<'c> {
    fn parse(mut self, mut lexer: Lexer<'c>) -> Parsed {
        while let Some(piece) = lexer.next() {
            match piece {
                Piece::Text(range) => self.push(Node::Text(range)),
                Piece::Comment => self.push(Node::Comment),
                Piece::Action { range, broken } => {
                    if self.action(&Action { range, broken, tokens: &lexer.tokens }).is_err() {
                        break;
                    }
                }
            }
        }
        // What cannot be cut is told to the end, also where nothing more is read.
        while lexer.next().is_some() {}
        self.report_open();
        while !self.open.is_empty() {
            self.close(self.complaints.excerpt.text().len());
        }
        self.report_repeated();
        let Complaints { errors, mut failures, .. } = self.complaints;
        let mut errors = if lexer.errors.is_empty() { errors } else { [lexer.errors, errors].concat() };
        errors.sort_by_key(|error| error.span);
        failures.sort_by_key(|failure| failure.span);
        Parsed { nodes: self.nodes, definitions: self.definitions, errors, failures }
    }

    fn span(&self, range: Range<usize>) -> Span {
        self.complaints.excerpt.span(range)
    }

    fn push(&mut self, node: Node) {
        let list = match self.open.last_mut() {
            Some(Open { otherwise: Some(otherwise), .. }) => otherwise,
            Some(open) => &mut open.body,
            None => &mut self.nodes,
        };
        list.push(node);
    }

    fn with_tokens<T>(
        &mut self,
        action: &Action<'_>,
        skipped: usize,
        read: impl FnOnce(&mut ActionParser<'_, 'c>) -> T,
    ) -> T {
        let mut parser = ActionParser {
            tokens: action.tokens,
            at: skipped,
            action: action.range.clone(),
            variables: &mut self.variables,
            complaints: &mut self.complaints,
            depth: 0,
        };
        read(&mut parser)
    }

    /// Reads one action; stops for good when blocks nest too deep.
    fn action(&mut self, action: &Action<'_>) -> Result<(), Stop> {
        let first = action.tokens.iter().position(|token| token.kind != TokenKind::Space);
        let keyword = first.and_then(|first| action.tokens.get(first)).filter(|token| token.kind == TokenKind::Keyword);
        let excerpt = self.complaints.excerpt;
        let word = keyword.and_then(|token| excerpt.text().get(token.range())).unwrap_or_default();
        let skipped = first.unwrap_or(0) + usize::from(keyword.is_some());
        if let Some(keyword) = Keyword::of(word) {
            return self.opening(action, keyword, skipped, false);
        }
        match word {
            "end" => self.end(action, skipped),
            "else" => return self.otherwise(action, skipped),
            _ if action.broken => {}
            "break" | "continue" => self.jump(action, skipped, word),
            "template" => self.call(action, skipped),
            _ => {
                if let Ok(pipeline) = self.with_tokens(action, skipped, |parser| parser.pipeline("action", None)) {
                    self.push(Node::Action(pipeline));
                }
            }
        }
        Ok(())
    }

    /// `{{ if … }}` and its like, also after `else`.
    fn opening(&mut self, action: &Action<'_>, keyword: Keyword, skipped: usize, chained: bool) -> Result<(), Stop> {
        let range = action.range.clone();
        if self.open.len() >= DEEPEST {
            self.complaints.error(range, format!("blocks nest deeper than {DEEPEST}"));
            self.open.truncate(DEEPEST);
            return Err(Stop);
        }
        if keyword == Keyword::Define && !self.open.is_empty() {
            let error = self.complaints.error(range.clone(), "`define` stands within another block");
            error.help.push("define templates at the top level".to_owned());
        }
        let mut variables = self.variables.count();
        let mut name = None;
        let mut pipeline = None;
        if !action.broken {
            (name, pipeline) = self.with_tokens(action, skipped, |parser| heading(parser, keyword));
        }
        let mut hidden = Variables::default();
        if keyword.defines() {
            hidden = std::mem::replace(&mut self.variables, Variables::of(&["$"]));
            variables = 0;
        }
        let body = Vec::new();
        self.open.push(Open { keyword, range, pipeline, name, body, otherwise: None, chained, variables, hidden });
        Ok(())
    }

    fn otherwise(&mut self, action: &Action<'_>, skipped: usize) -> Result<(), Stop> {
        let range = action.range.clone();
        let next = action.tokens.get(skipped..).unwrap_or_default();
        let following = next.iter().position(|token| token.kind != TokenKind::Space);
        let excerpt = self.complaints.excerpt;
        let word = following.and_then(|at| excerpt.text().get(next.get(at)?.range())).unwrap_or_default();
        let chained = Keyword::of(word).filter(|keyword| matches!(keyword, Keyword::If | Keyword::With));
        match self.open.last_mut() {
            None => {
                self.complaints.error(range, "`else` belongs to no `if`, `with` or `range`");
            }
            Some(open) if open.keyword.defines() => {
                let message = format!("`else` stands in a `{}`", open.keyword.word());
                self.complaints.error(range, message);
            }
            Some(Open { keyword, otherwise: Some(_), .. }) => {
                let message = format!("a second `else` follows in the same `{}`", keyword.word());
                self.complaints.error(range, message);
            }
            Some(open) => {
                open.otherwise = Some(Vec::new());
                let outer = open.keyword;
                if let (Some(keyword), Some(following)) = (chained, following) {
                    if keyword != outer {
                        let message = format!("`else {word}` follows in a `{}`", outer.word());
                        let error = self.complaints.error(range, message);
                        error.help.push(format!("write `{{{{ else }}}}{{{{ {word} … }}}}` and close both"));
                    }
                    return self.opening(action, keyword, skipped + following + 1, true);
                }
                if !action.broken {
                    // A complaint about what follows `else` was made; the block goes on either way.
                    let _ = self.with_tokens(action, skipped, |parser| parser.nothing_more("else"));
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, action: &Action<'_>, skipped: usize) {
        let faulty = action.broken || self.with_tokens(action, skipped, |parser| parser.nothing_more("end")).is_err();
        if self.open.is_empty() {
            if !faulty {
                self.complaints.error(action.range.clone(), "`end` closes nothing");
            }
            return;
        }
        self.close(action.range.end);
    }

    /// Closes the innermost block, and those it is chained to by `else if`.
    fn close(&mut self, end: usize) {
        while let Some(open) = self.open.pop() {
            let chained = open.chained;
            self.attach(open, end);
            if !chained {
                break;
            }
        }
    }

    /// Makes a node or a definition of a closed block.
    fn attach(&mut self, open: Open<'c>, end: usize) {
        self.variables.truncate(open.variables);
        let span = self.span(open.range.start..end);
        if open.keyword.defines() {
            self.variables = open.hidden;
            let Some(name) = open.name else { return };
            if open.keyword == Keyword::Block {
                let span = self.span(open.range);
                self.push(Node::Call(Box::new(Call { span, name: name.clone(), argument: open.pipeline })));
            }
            self.definitions.push(Definition { span, name, body: open.body });
            return;
        }
        let otherwise = open.otherwise.unwrap_or_default();
        let Some(pipeline) = open.pipeline else {
            // Its condition was complained of; what stands inside is kept for analysis.
            open.body.into_iter().chain(otherwise).for_each(|node| self.push(node));
            return;
        };
        let branch = Box::new(Branch { span, pipeline, body: open.body, otherwise });
        self.push(match open.keyword {
            Keyword::If => Node::If(branch),
            Keyword::With => Node::With(branch),
            _ => Node::Range(branch),
        });
    }

    fn jump(&mut self, action: &Action<'_>, skipped: usize, word: &str) {
        if self.with_tokens(action, skipped, |parser| parser.nothing_more(word)).is_err() {
            return;
        }
        let mut around = self.open.iter().rev().take_while(|open| !open.keyword.defines());
        if !around.any(|open| open.keyword == Keyword::Range && open.otherwise.is_none()) {
            self.complaints.error(action.range.clone(), format!("`{word}` stands outside of a `range`"));
            return;
        }
        let span = self.span(action.range.clone());
        self.push(if word == "break" { Node::Break(span) } else { Node::Continue(span) });
    }

    fn call(&mut self, action: &Action<'_>, skipped: usize) {
        let read = self.with_tokens(action, skipped, |parser| {
            let name = parser.template_name("template")?;
            parser.skip_space();
            let argument = match parser.tokens.get(parser.at) {
                Some(_) => Some(parser.pipeline("template", None)?),
                None => None,
            };
            Ok::<_, Stop>((name, argument))
        });
        if let Ok((name, argument)) = read {
            let span = self.span(action.range.clone());
            self.push(Node::Call(Box::new(Call { span, name, argument })));
        }
    }

    /// Complains of blocks without an end, each once.
    fn report_open(&mut self) {
        for open in self.open.iter().filter(|open| !open.chained) {
            let word = open.keyword.word();
            let error = self.complaints.error(open.range.clone(), format!("`{word}` is never closed"));
            error.help.push("close it with `{{ end }}`".to_owned());
        }
    }

    /// Complains of names defined twice with something in both.
    fn report_repeated(&mut self) {
        if self.definitions.len() < 2 {
            return;
        }
        let text = self.complaints.excerpt.text();
        let full: Vec<&Definition> =
            self.definitions.iter().filter(|definition| !is_blank(&definition.body, text)).collect();
        for (at, definition) in full.iter().enumerate() {
            if let Some(earlier) = full[..at].iter().find(|earlier| earlier.name.value == definition.name.value) {
                let message = format!("template `{}` is defined twice", definition.name.value);
                let error = Diagnostic::error(definition.name.span, message);
                self.complaints.errors.push(error.label(earlier.name.span, "defined here already"));
            }
        }
    }
}

/// What follows the keyword that opens a block: a name, a pipeline, or both.
fn heading(parser: &mut ActionParser<'_, '_>, keyword: Keyword) -> (Option<Spanned<String>>, Option<Pipeline>) {
    let word = keyword.word();
    if !keyword.defines() {
        return (None, parser.pipeline(word, None).ok());
    }
    let Ok(name) = parser.template_name(word) else { return (None, None) };
    let pipeline = match keyword {
        Keyword::Block => parser.pipeline(word, None).ok(),
        _ => {
            // A complaint about what follows the name was made; the definition stands.
            let _ = parser.nothing_more(word);
            None
        }
    };
    (Some(name), pipeline)
}

/// Whether nodes of a text render nothing but white space.
pub(super) fn is_blank(nodes: &[Node], text: &str) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(range) => text.get(range.clone()).unwrap_or_default().trim().is_empty(),
        Node::Comment => true,
        _ => false,
    })
}
