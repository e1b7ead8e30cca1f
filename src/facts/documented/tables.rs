//! What tables say about alerts.

use crate::{
    markdown::{Inline, Markdown, Table, TableRow},
    text::{Excerpt, Span},
};

use super::{
    names::Names,
    quoted::{Quoted, is_expression},
    statement::{Role, Statement, is_unfulfilled, role, severity_in},
};

/// A row with a threshold for alerting on something that no alert is named after.
#[derive(Debug)]
pub struct Unguarded {
    /// What the row is about.
    pub subject: Excerpt,
    /// The threshold.
    pub threshold: Excerpt,
    /// A row of the same table that does have its alert.
    pub sibling: Span,
}

/// What was read from tables.
#[derive(Debug, Default)]
pub struct FromTables<'w> {
    /// Statements about alerts.
    pub statements: Vec<Statement<'w>>,
    /// Quoted expressions.
    pub quoted: Vec<Quoted<'w>>,
    /// Rows without an alert.
    pub unguarded: Vec<Unguarded>,
}

/// Reads the tables of a page.
pub fn read<'w>(markdown: &Markdown, names: &Names<'w>) -> FromTables<'w> {
    let mut found = FromTables::default();
    for table in &markdown.tables {
        let under_promise = heading(markdown, table).is_some_and(is_unfulfilled);
        if !under_promise {
            read_table(table, names, &mut found);
        }
    }
    found
}

fn heading<'m>(markdown: &'m Markdown, table: &Table) -> Option<&'m str> {
    Some(markdown.headings.get(table.heading?)?.content.text.text())
}

/// The roles of a table's columns.
pub fn roles(table: &Table) -> Vec<Role> {
    table.header.iter().map(|header| role(header.text.text())).collect()
}

fn read_table<'w>(table: &Table, names: &Names<'w>, found: &mut FromTables<'w>) {
    let roles = roles(table);
    let speaks_of_alerts = table
        .header
        .iter()
        .zip(&roles)
        .any(|(header, role)| *role == Role::Condition && header.text.text().to_lowercase().contains("alert"));
    let mut guarded: Option<Span> = None;
    let mut unguarded = Vec::new();
    let mut count = 0;
    for row in &table.rows {
        if row.cells.iter().any(|cell| is_unfulfilled(cell.text.text())) {
            continue;
        }
        let named = named_in(row, &roles, names);
        let subject = row.cells.first().filter(|_| roles.first() == Some(&Role::Other) && speaks_of_alerts);
        let spelt = || Some((names.in_words(subject?.text.text())?, subject?.span()));
        let meant = || Some((names.by_topic(subject?.text.text())?, subject?.span()));
        let certain = named.or_else(spelt);
        match certain.or_else(meant) {
            Some((alert, place)) => {
                let first = found.statements.len();
                read_row(table, row, &roles, (alert, place), found);
                let source = certain.is_none().then(|| source_of(table, row)).flatten();
                for statement in &mut found.statements[first..] {
                    statement.is_by_topic = certain.is_none();
                    statement.source.clone_from(&source);
                }
                guarded = guarded.or(Some(row.cells.first().map_or(row.span, Inline::span)));
                count += 1;
            }
            None => unguarded
                .extend(subject.filter(|subject| names.none_about(subject.text.text())).map(|subject| (subject, row))),
        }
    }
    if let Some(sibling) = guarded.filter(|_| speaks_of_alerts && count * 2 >= table.rows.len()) {
        for (subject, row) in unguarded {
            let cell = row.cells.iter().zip(&roles).find(|(_, role)| **role == Role::Condition);
            let Some((cell, _)) = cell.filter(|(cell, _)| cell.text.text().contains(['<', '>', '≥', '≤'])) else {
                continue;
            };
            found.unguarded.push(Unguarded { subject: subject.text.clone(), threshold: cell.text.clone(), sibling });
        }
    }
}

/// What a row says that its subject is measured by.
fn source_of(table: &Table, row: &TableRow) -> Option<String> {
    let is_of_sources = |header: &Inline| {
        let text = header.text.text().to_lowercase();
        text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "source")
    };
    let column = table.header.iter().position(is_of_sources)?;
    Some(row.cells.get(column)?.text.text().to_lowercase())
}

/// The only alert that a row names: in its column of names, or anywhere when no column is one.
fn named_in<'w>(row: &TableRow, roles: &[Role], names: &Names<'w>) -> Option<(&'w str, Span)> {
    let column = roles.iter().position(|role| *role == Role::Name);
    let cells: Vec<&Inline> = match column {
        Some(column) => row.cells.get(column).into_iter().collect(),
        None => row.cells.iter().collect(),
    };
    let mut found = cells.iter().flat_map(|cell| {
        let text = cell.text.text();
        names.within(text).into_iter().map(|(range, name)| (name, cell.text.span(range)))
    });
    let first = found.next();
    if first.is_some() {
        // "HighMemoryUsage / Critical" is about two alerts.
        let several =
            found.next().is_some() || cells.iter().any(|cell| column.is_some() && cell.text.text().contains('/'));
        return first.filter(|_| !several);
    }
    let cell = cells.first().filter(|_| column.is_some())?;
    Some((names.in_words(cell.text.text())?, cell.span()))
}

/// Reads a row that is about an alert.
pub fn read_row<'w>(
    table: &Table,
    row: &TableRow,
    roles: &[Role],
    (alert, named): (&'w str, Span),
    found: &mut FromTables<'w>,
) {
    let about: String = row.cells.iter().map(|cell| cell.text.text()).collect::<Vec<_>>().join(" ");
    // The quantile may stand with the subject: `P95 Response Time`.
    let subject_quantile = row
        .cells
        .first()
        .and_then(|cell| super::quantile::quantiles(cell.text.text()).first().map(|(_, quantile)| *quantile));
    for ((cell, role), header) in row.cells.iter().zip(roles).zip(&table.header) {
        if *role == Role::Condition && cell.code_spans().any(|code| code == cell.text && is_expression(&code)) {
            found.quoted.push(Quoted { alert, expr: cell.text.clone(), hold: None, severity: None });
            continue;
        }
        let statement = Statement::of(alert, named, cell.text.clone());
        let mut statement = match role {
            Role::Condition => statement.read_limit(),
            Role::Prose => statement.read(),
            Role::Hold => statement.read_hold(),
            Role::Severity => statement.read_severity(),
            Role::Name | Role::Other => continue,
        };
        statement.about.clone_from(&about);
        statement.variant = severity_in(&header.text).map(|word| word.value);
        for claim in &mut statement.claims.thresholds {
            claim.quantile = claim.quantile.or(subject_quantile);
        }
        if !statement.is_empty() {
            found.statements.push(statement);
        }
    }
}
