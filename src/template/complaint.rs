//! Words for what does not belong into an action.

use super::token::TokenKind;

/// What is wrong with a token that cannot stand where it does, and the remedy. `before` and
/// `after` are the texts of the tokens around it.
pub(super) fn unexpected(kind: TokenKind, text: &str, [before, after]: [&str; 2]) -> (String, Option<&'static str>) {
    match (kind, text) {
        (TokenKind::Character, ",") => {
            ("`,` does not separate arguments".to_owned(), Some("separate arguments by spaces"))
        }
        (TokenKind::Character, "}") => {
            ("a single `}` stands in an action".to_owned(), Some("close the action with `}}`"))
        }
        (TokenKind::Character, "{") => {
            ("a single `{` stands in an action".to_owned(), Some("group values with parentheses"))
        }
        (TokenKind::Character, "&") => ("templates have no operator `&`".to_owned(), Some("write `and A B`")),
        (TokenKind::Character, "!") if after == "=" => {
            ("templates have no operator `!=`".to_owned(), Some("write `ne A B`"))
        }
        (TokenKind::Character, "!") => ("templates have no operator `!`".to_owned(), Some("write `not A`")),
        (TokenKind::Character, "<") => ("templates have no operator `<`".to_owned(), Some("write `lt A B`")),
        (TokenKind::Character, ">") => ("templates have no operator `>`".to_owned(), Some("write `gt A B`")),
        (TokenKind::Character, "*" | "/" | "%" | "^") => (
            format!("templates have no operator `{text}`"),
            Some("templates do not calculate; calculate in the expression"),
        ),
        (TokenKind::Assign, _) if before == "=" || after == "=" => {
            ("templates have no operator `==`".to_owned(), Some("write `eq A B`"))
        }
        (TokenKind::Assign | TokenKind::Declare, _) => {
            (format!("`{text}` does not follow a single variable"), Some("assign as in `$x := VALUE`"))
        }
        (TokenKind::Pipe, _) if before == "|" || after == "|" => {
            ("templates have no operator `||`".to_owned(), Some("write `or A B`"))
        }
        (TokenKind::Pipe, _) => ("no value stands before `|`".to_owned(), None),
        (TokenKind::Keyword, _) => {
            (format!("`{text}` does not stand within an action"), Some("give it an action of its own"))
        }
        _ => (format!("`{text}` does not belong here"), None),
    }
}

/// What is wrong with an action without a value.
pub(super) fn missing_value(context: &str) -> String {
    match context {
        "action" => "the action is empty".to_owned(),
        "parentheses" => "the parentheses are empty".to_owned(),
        keyword => format!("`{keyword}` has no value"),
    }
}
