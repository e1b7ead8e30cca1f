//! Variables that are something else for a while, so that a query can be printed anew with all of them in it.

use crate::{
    promql::{self, MOST_LAID_OUT, WIDEST},
    text::{Excerpt, FileId},
    vocab::Duration,
};

use super::{
    Interpolated, Scope,
    lexeme::{self, Shape},
    parse,
    slot::{self, Slot},
};
use crate::model::dashboard::reference::references;

/// A query in which each variable is a name, a number or a duration of its own.
#[derive(Clone, Debug)]
pub struct StoodIn {
    query: promql::Query,
    stand_ins: Vec<StandIn>,
}

/// What stands in for a variable, as it is printed.
#[derive(Clone, Debug)]
struct StandIn {
    text: String,
    /// The variable, and of a duration all of it, as the author wrote it.
    written: String,
}

impl Interpolated {
    /// The query with something in the place of each variable that printing leaves as it is. `None` where there is
    /// none: where a variable is more than a name, a number, a duration or a part of a string in double quotes (in others,
    /// what its values may hold would mean something else), or where the query is not valid or too long to be laid out.
    pub fn with_stand_ins(&self) -> Option<StoodIn> {
        let text = self.raw.text();
        let references = references(text);
        let mut placed = slot::place(text, &references, &Scope::new());
        placed.decided.then_some(())?;
        let query = parse::<promql::Query>(&self.raw, &mut placed)?;
        query.valid().filter(|expr| expr.operators() <= MOST_LAID_OUT)?;
        let mut filled = String::with_capacity(text.len());
        let mut stand_ins: Vec<StandIn> = Vec::new();
        let mut from = 0;
        for lexeme in lexeme::lexemes(text, &references).iter().filter(|lexeme| !lexeme.references.is_empty()) {
            let is_text = lexeme.shape == Shape::Text;
            if is_text && !text[lexeme.range.clone()].starts_with('"') {
                return None;
            }
            let slot = placed.slots.iter().find(|(index, _)| lexeme.references.contains(index)).map(|(_, slot)| slot);
            let kind = if is_text { Kind::Name } else { Kind::of(slot?, &placed, lexeme)? };
            let parts = match kind {
                Kind::Duration => vec![lexeme.range.clone()],
                _ => references[lexeme.references.clone()].iter().map(|reference| reference.range.clone()).collect(),
            };
            for part in parts {
                let stand_in = kind.text(stand_ins.len());
                filled.push_str(&text[from..part.start]);
                filled.push_str(&stand_in);
                from = part.end;
                stand_ins.push(StandIn { text: stand_in, written: text[part].to_owned() });
            }
        }
        filled.push_str(&text[from..]);
        let is_unique = |stand_in: &StandIn| filled.matches(&stand_in.text).count() == 1;
        stand_ins.iter().all(is_unique).then_some(())?;
        let query = promql::Query::parse(Excerpt::whole(FileId(0), filled));
        query.valid()?;
        Some(StoodIn { query, stand_ins })
    }
}

impl StoodIn {
    /// The query over as many lines as it needs, with its variables as they were written; `None` should one be lost.
    pub fn pretty(&self) -> Option<String> {
        let fits = |expr: &promql::Expr| self.put_back(&expr.to_string()).len() <= WIDEST;
        let printed = self.query.valid()?.pretty_where(&fits);
        let is_kept = self.stand_ins.iter().all(|stand_in| printed.matches(&stand_in.text).count() == 1);
        is_kept.then(|| self.put_back(&printed))
    }

    /// The query in one line, with its variables as they were written: the same for queries that are the same.
    pub fn line(&self) -> String {
        self.query.valid().map(|expr| self.put_back(&expr.to_string())).unwrap_or_default()
    }

    fn put_back(&self, printed: &str) -> String {
        let mut text = printed.to_owned();
        for stand_in in &self.stand_ins {
            text = text.replacen(&stand_in.text, &stand_in.written, 1);
        }
        text
    }
}

/// What a stand-in is for PromQL.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Kind {
    /// A word, or a part of one, or of a string.
    Name,
    Number,
    Duration,
}

impl Kind {
    fn of(slot: &Slot, placed: &slot::Placed, lexeme: &lexeme::Lexeme) -> Option<Self> {
        // What brings its own brackets or quotes was put there in the place of the whole.
        let is_plain = |edit: &slot::Edit| !edit.text.starts_with(['(', '"']);
        let mut edits = placed.edits.iter().filter(|edit| lexeme.range.contains(&edit.range.start));
        edits.all(is_plain).then_some(())?;
        match slot {
            Slot::Range | Slot::Step | Slot::Offset => Some(Self::Duration),
            Slot::Number => Some(Self::Number),
            Slot::MatchedLabel | Slot::GroupingLabel | Slot::MetricName | Slot::Expression => Some(Self::Name),
            _ => None,
        }
    }

    /// The stand-in of this number; none is a part of another, or of what people write.
    fn text(self, number: usize) -> String {
        match self {
            Self::Name => format!("__stand_in_{number:03}__"),
            Self::Number => format!("7351{number:03}.5"),
            Self::Duration => Duration::minutes(7_351_000 + number as i64).to_string(),
        }
    }
}
