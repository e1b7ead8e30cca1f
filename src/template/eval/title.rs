//! Letters in upper, lower and title case, as Go has them.

/// Every letter in upper case, where that is one letter: `ß` stays (`strings.ToUpper`).
pub(super) fn upper(text: &str) -> String {
    let upper = |letter: char| with_iota(letter).or_else(|| single(letter.to_uppercase())).unwrap_or(letter);
    text.chars().map(upper).collect()
}

/// The capital of a Greek vowel with an iota below, which is one letter: `ᾳ`, `ᾼ`.
fn with_iota(letter: char) -> Option<char> {
    let code = u32::from(letter);
    match code {
        0x1f80..=0x1faf if code & 8 == 0 => char::from_u32(code + 8),
        0x1fb3 | 0x1fc3 | 0x1ff3 => char::from_u32(code + 9),
        _ => None,
    }
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
    let is_part = (character.is_alphanumeric() && !stands_alone(character)) || character == '_';
    !(is_part || is_joint(character) || is_mark(character))
}

/// Letters of scripts without spaces, and raised or broken numbers, none of which makes words with its neighbours.
fn stands_alone(character: char) -> bool {
    matches!(character,
        '²' | '³' | '¹' | '¼'..='¾' | '\u{2070}'..='\u{209f}' | '\u{2150}'..='\u{215f}'
        | '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{309f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
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
        // Georgian has capitals, but not for titles.
        '\u{10d0}'..='\u{10ff}' => out.push(letter),
        _ if is_title_digraph(letter) => out.push(letter),
        _ if with_iota(letter).is_some() => out.extend(with_iota(letter)),
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
