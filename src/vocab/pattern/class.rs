//! Escapes and character classes of Go's syntax: `\d`, `\pL`, `[[:alpha:]_]`, `\x{1F600}`.

use std::{cell::RefCell, collections::HashMap};

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange, HirKind};

use super::PatternError;

/// Classes that are remembered by their names: there are about two hundred categories and scripts, each in many spellings.
const MOST_KNOWN: usize = 256;

/// What an escape stands for.
pub(super) enum Atom {
    Character(char),
    /// A class and whether the escape means its opposite, which is taken after folding.
    Class(ClassUnicode, bool),
}

/// A class of one character.
pub(super) fn single(character: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(character, character)])
}

/// The class with both cases of its letters, when asked for.
pub(super) fn folded(mut class: ClassUnicode, fold_case: bool) -> ClassUnicode {
    if fold_case {
        class.case_fold_simple();
    }
    class
}

/// The class, folded first and then turned into its opposite, each when asked for.
pub(super) fn resolved(class: ClassUnicode, negated: bool, fold_case: bool) -> ClassUnicode {
    let mut class = folded(class, fold_case);
    if negated {
        class.negate();
    }
    class
}

/// Reads the escape at `start`, which is a backslash; gives its end.
pub(super) fn escape(text: &str, start: usize) -> Result<(Atom, usize), PatternError> {
    let Some(letter) = text[start + 1..].chars().next() else {
        return Err(PatternError::new(start..text.len(), "the pattern ends in a lone backslash"));
    };
    let end = start + 1 + letter.len_utf8();
    if let Some(class) = perl_class(letter) {
        return Ok((Atom::Class(class, letter.is_ascii_uppercase()), end));
    }
    if matches!(letter, 'p' | 'P') {
        return unicode_class(text, start);
    }
    let character = match letter {
        'a' => '\x07',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '0'..='7' => return octal(text, start),
        'x' => return hexadecimal(text, start),
        _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => letter,
        _ => return Err(PatternError::new(start..end, unknown_escape(letter))),
    };
    Ok((Atom::Character(character), end))
}

fn unknown_escape(letter: char) -> String {
    match letter {
        '8' | '9' => format!("back-reference `\\{letter}` does not exist in RE2"),
        'k' | 'g' => format!("back-reference `\\{letter}` does not exist in RE2"),
        'Z' => "`\\Z` does not exist in RE2; the end of the text is `\\z`".to_owned(),
        'u' | 'U' => format!("`\\{letter}` does not exist in RE2; a code point is `\\x{{1F600}}`"),
        _ => format!("`\\{letter}` is not an escape that RE2 knows"),
    }
}

/// `\0`, `\012`, `\141`; a single digit but 0 would be a back-reference.
fn octal(text: &str, start: usize) -> Result<(Atom, usize), PatternError> {
    let digits: String = text[start + 1..].chars().take(3).take_while(|digit| ('0'..='7').contains(digit)).collect();
    let end = start + 1 + digits.len();
    if digits.len() == 1 && digits != "0" {
        return Err(PatternError::new(start..end, format!("back-reference `\\{digits}` does not exist in RE2")));
    }
    let value = u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32);
    Ok((Atom::Character(value.unwrap_or_default()), end))
}

/// `\x41`, `\x{41}`.
fn hexadecimal(text: &str, start: usize) -> Result<(Atom, usize), PatternError> {
    let after = &text[start + 2..];
    let (digits, end) = match after.strip_prefix('{') {
        Some(braced) => match braced.split_once('}') {
            Some((digits, _)) => (digits, start + 4 + digits.len()),
            None => ("", text.len()),
        },
        None => (after.get(..2).unwrap_or_default(), start + 4),
    };
    let hexadecimal = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    // Go lets surrogates pass and then never finds them in a text; here they are refused.
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| hexadecimal).and_then(char::from_u32);
    value.map(|value| (Atom::Character(value), end)).ok_or_else(|| {
        let mut end = end.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        PatternError::new(start..end, format!("`{}` is not a hexadecimal code point", &text[start..end]))
    })
}

/// The class behind `\d \s \w \D \S \W`: ASCII, and `\s` without the vertical tab.
fn perl_class(letter: char) -> Option<ClassUnicode> {
    Some(match letter.to_ascii_lowercase() {
        'd' => ranges("09"),
        's' => ranges("\t\n\x0c\r  "),
        'w' => ranges("09AZ__az"),
        _ => return None,
    })
}

/// A class of ranges, each written as its first and its last character.
fn ranges(pairs: &str) -> ClassUnicode {
    let mut characters = pairs.chars();
    let mut class = ClassUnicode::empty();
    while let (Some(first), Some(last)) = (characters.next(), characters.next()) {
        class.push(ClassUnicodeRange::new(first, last));
    }
    class
}

fn posix_class(name: &str) -> Option<ClassUnicode> {
    Some(ranges(match name {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "ascii" => "\0\x7f",
        "blank" => "\t\t  ",
        "cntrl" => "\0\x1f\x7f\x7f",
        "digit" => "09",
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "word" => "09AZ__az",
        "xdigit" => "09AFaf",
        _ => return None,
    }))
}

/// `\pL`, `\p{Greek}`, `\p{^Greek}`, `\P{…}`: a general category or a script.
fn unicode_class(text: &str, start: usize) -> Result<(Atom, usize), PatternError> {
    let after = &text[start + 2..];
    let (name, end) = match (after.strip_prefix('{'), after.chars().next()) {
        (Some(braced), _) => match braced.split_once('}') {
            Some((name, _)) => (name, start + 4 + name.len()),
            None => {
                return Err(PatternError::new(
                    start..text.len(),
                    format!("`{}` is never closed", &text[start..start + 3]),
                ));
            }
        },
        (None, Some(letter)) => (&after[..letter.len_utf8()], start + 2 + letter.len_utf8()),
        (None, None) => return Err(PatternError::new(start..text.len(), unknown_escape('p'))),
    };
    let (bare, negated) = name.strip_prefix('^').map_or((name, false), |bare| (bare, true));
    let class = named_class(bare).ok_or_else(|| {
        PatternError::new(start..end, format!("`{}` is not a Unicode category or script", &text[start..end]))
    })?;
    Ok((Atom::Class(class, negated != text[start..].starts_with("\\P")), end))
}

/// A general category or a script by name, as Go finds them: loosely spelt, no other properties.
fn named_class(name: &str) -> Option<ClassUnicode> {
    thread_local! {
        /// To make the hundreds of ranges of `\pL` takes a hundred times as long as to copy them.
        static KNOWN: RefCell<HashMap<String, ClassUnicode>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(class) = known.get(name) {
            return Some(class.clone());
        }
        let class = look_up(name)?;
        if known.len() < MOST_KNOWN {
            known.insert(name.to_owned(), class.clone());
        }
        Some(class)
    })
}

fn look_up(name: &str) -> Option<ClassUnicode> {
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ')) || name.is_empty() {
        return None;
    }
    ["gc", "sc"].iter().find_map(|property| {
        let hir = regex_syntax::parse(&format!("\\p{{{property}={name}}}")).ok()?;
        match hir.into_kind() {
            HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => Some(class),
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok()?.chars().next().map(single),
            _ => None,
        }
    })
}

/// Reads the bracket expression at `start`; gives its end. In Go, `&&`, `--`, `~~` and `[` inside are
/// ordinary characters.
pub(super) fn bracket(text: &str, start: usize, fold_case: bool) -> Result<(ClassUnicode, usize), PatternError> {
    let mut at = start + 1;
    let negated = text[at..].starts_with('^');
    at += usize::from(negated);
    let mut class = ClassUnicode::empty();
    let mut first = true;
    loop {
        let rest = &text[at..];
        if rest.starts_with(']') && !first {
            break;
        }
        first = false;
        if let Some((posix, negated, end)) = posix_at(text, at)? {
            class.union(&resolved(posix, negated, fold_case));
            at = end;
            continue;
        }
        let from = at;
        let (low, end) = member(text, at, start)?;
        at = end;
        let low = match low {
            Atom::Class(part, negated) => {
                class.union(&resolved(part, negated, fold_case));
                continue;
            }
            Atom::Character(low) => low,
        };
        let after = &text[at..];
        let mut high = low;
        if after.len() >= 2 && after.starts_with('-') && !after.starts_with("-]") {
            let (atom, end) = member(text, at + 1, start)?;
            at = end;
            high = match atom {
                Atom::Character(high) => high,
                Atom::Class(..) => {
                    let message = format!("the range `{}` does not end in a character", &text[from..at]);
                    return Err(PatternError::new(from..at, message));
                }
            };
        }
        if high < low {
            return Err(PatternError::new(from..at, format!("the range `{}` runs backwards", &text[from..at])));
        }
        class.union(&folded(ClassUnicode::new([ClassUnicodeRange::new(low, high)]), fold_case));
    }
    if negated {
        class.negate();
    }
    Ok((class, at + 1))
}

/// One character or class inside the bracket expression that opened at `opening`.
fn member(text: &str, at: usize, opening: usize) -> Result<(Atom, usize), PatternError> {
    match text[at..].chars().next() {
        None => Err(PatternError::new(opening..opening + 1, "`[` is never closed")),
        Some('\\') => escape(text, at),
        Some(character) => Ok((Atom::Character(character), at + character.len_utf8())),
    }
}

/// `[:alpha:]` or `[:^alpha:]` at `at`; `None` when the bracket there is an ordinary character.
fn posix_at(text: &str, at: usize) -> Result<Option<(ClassUnicode, bool, usize)>, PatternError> {
    let Some((inside, _)) = text[at..].strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
        return Ok(None);
    };
    let end = at + inside.len() + 4;
    let (name, negated) = inside.strip_prefix('^').map_or((inside, false), |name| (name, true));
    let Some(class) = posix_class(name) else {
        return Err(PatternError::new(at..end, format!("`{}` is not a character class", &text[at..end])));
    };
    Ok(Some((class, negated, end)))
}
