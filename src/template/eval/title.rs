//! Letters in upper, lower and title case, as Go has them.

/// Every letter in upper case, where that is one letter: `ß` stays (`strings.ToUpper`).
pub(super) fn upper(text: &str) -> String {
    text.chars().map(|letter| single(letter.to_uppercase()).unwrap_or(letter)).collect()
}

/// Every letter in lower case, where that is one letter (`strings.ToLower`).
pub(super) fn lower(text: &str) -> String {
    text.chars()
        .map(|letter| single(letter.to_lowercase()).unwrap_or(if letter == 'İ' { 'i' } else { letter }))
        .collect()
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

/// The first letter of every word in title case, the others as they are (`cases.Title` with `NoLower`).
pub(super) fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut within_word = false;
    let mut after_joint = false;
    for character in text.chars() {
        let joint = is_joint(character);
        if after_joint && joint {
            within_word = false;
        }
        after_joint = joint;
        if is_cased(character) {
            if within_word {
                out.push(character);
            } else {
                push_title(&mut out, character);
            }
            within_word = true;
        } else {
            out.push(character);
            within_word &= !breaks_words(character);
        }
    }
    out
}

fn is_cased(character: char) -> bool {
    character.is_lowercase() || character.is_uppercase() || is_title_digraph(character)
}

fn is_title_digraph(character: char) -> bool {
    matches!(character, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

/// What joins two parts of a word: a second one in a row ends the word.
fn is_joint(character: char) -> bool {
    matches!(character, '\'' | '.' | ':' | '·' | '‘' | '’' | '․' | '‧' | '︓' | '﹒' | '﹕' | '＇' | '．' | '：')
}

/// Whether a character that is no letter ends a word.
fn breaks_words(character: char) -> bool {
    !(character.is_alphanumeric() || character == '_' || is_joint(character) || is_mark(character))
}

/// Combining marks and the joiners of letters.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}')
}

fn push_title(out: &mut String, letter: char) {
    match letter {
        'Ǆ' | 'ǆ' => out.push('ǅ'),
        'Ǉ' | 'ǉ' => out.push('ǈ'),
        'Ǌ' | 'ǌ' => out.push('ǋ'),
        'Ǳ' | 'ǳ' => out.push('ǲ'),
        _ if is_title_digraph(letter) => out.push(letter),
        _ => {
            let mut titled = false;
            for upper in letter.to_uppercase() {
                if titled {
                    out.extend(upper.to_lowercase());
                } else {
                    out.push(upper);
                }
                titled |= is_cased(upper);
            }
        }
    }
}
