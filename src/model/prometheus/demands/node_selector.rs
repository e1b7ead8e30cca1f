//! Demands on selectors of Kubernetes objects: one for each role, and of a role that the discovery reads.

use crate::{
    model::settings::{Settings, place},
    text::Excerpt,
    vocab::is_left_open,
};

use super::{Judge, text_or};

/// Which objects a role reads.
fn objects(role: &str) -> &'static [&'static str] {
    match role {
        "pod" => &["pod", "node"],
        "service" => &["service"],
        "endpointslice" => &["pod", "service", "endpointslice"],
        "endpoints" => &["pod", "service", "endpoints"],
        "node" => &["node"],
        "ingress" => &["ingress"],
        _ => &[],
    }
}

/// Judges the `selectors` of a discovery.
pub(super) fn judge(judge: &mut Judge<'_>, settings: &Settings) {
    let role = text_or(settings, "role", "");
    let mut seen: Vec<&str> = Vec::new();
    for selector in settings.list("selectors") {
        let of = text_or(selector, "role", "");
        let at = selector.text("role").map_or_else(|| place(selector, "role"), Excerpt::full_span);
        if seen.contains(&of) {
            judge.refuse(at, format!("there is another selector of the role `{of}`"));
        } else if !objects(role).contains(&of) && !objects(role).is_empty() {
            let help = format!("it reads {}", crate::vocab::listed(objects(role), ", "));
            judge.refuse_with(at, format!("a discovery of the role `{role}` takes no selector of `{of}`"), &help);
        }
        seen.push(of);
        for (key, fits) in [("label", is_label_selector as fn(&str) -> bool), ("field", is_field_selector)] {
            if let Some(text) = selector.text(key).filter(|text| !fits(text.text()) && !is_left_open(text.text())) {
                judge.refuse(text.full_span(), format!("`{}` is no {key} selector", text.text()));
            }
        }
    }
}

/// Whether a text selects fields: `name=value`, `name==value` or `name!=value`, separated by commas; a backslash stands
/// before `,`, `=` and itself.
fn is_field_selector(text: &str) -> bool {
    let mut terms = vec![String::new()];
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            ',' if !escaped => terms.push(String::new()),
            letter => terms.last_mut().into_iter().for_each(|term| term.push(letter)),
        }
        escaped = letter == '\\' && !escaped;
    }
    terms.iter().filter(|term| !term.is_empty()).all(|term| {
        term.split_once('=').is_some_and(|(_, value)| is_field_value(value.strip_prefix('=').unwrap_or(value)))
    })
}

/// Whether every special letter of a value is escaped, and nothing else is.
fn is_field_value(value: &str) -> bool {
    let mut escaped = false;
    for letter in value.chars() {
        match (escaped, letter) {
            (true, '\\' | ',' | '=') => escaped = false,
            (true, _) | (false, ',' | '=') => return false,
            (false, '\\') => escaped = true,
            (false, _) => {}
        }
    }
    !escaped
}

/// Whether a text selects labels: names, with `=`, `!=`, `in (…)`, `notin (…)`, `>` or `<`, separated by commas.
fn is_label_selector(text: &str) -> bool {
    let mut terms = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                terms.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    terms.push(&text[start..]);
    depth == 0 && (text.trim().is_empty() || terms.into_iter().all(is_label_term))
}

fn is_label_term(term: &str) -> bool {
    let term = term.trim();
    if let Some(name) = term.strip_prefix('!') {
        return is_qualified(name.trim());
    }
    for sign in ["!=", "==", "="] {
        if let Some((name, value)) = term.split_once(sign) {
            return is_qualified(name.trim()) && is_value(value.trim());
        }
    }
    for sign in ['>', '<'] {
        if let Some((name, value)) = term.split_once(sign) {
            return is_qualified(name.trim()) && value.trim().parse::<i64>().is_ok();
        }
    }
    let Some((head, values)) = term.split_once('(') else { return is_qualified(term) };
    let mut words = head.split_whitespace();
    let (Some(name), Some("in" | "notin"), None) = (words.next(), words.next(), words.next()) else { return false };
    let values = values.trim_end().strip_suffix(')');
    is_qualified(name) && values.is_some_and(|values| values.split(',').all(|value| is_value(value.trim())))
}

/// Whether a text is the name of a label in Kubernetes, with a domain before it or without.
fn is_qualified(name: &str) -> bool {
    let (domain, name) = name.rsplit_once('/').map_or((None, name), |(domain, name)| (Some(domain), name));
    let is_domain = |domain: &str| {
        !domain.is_empty()
            && domain.len() <= 253
            && domain.split('.').all(|part| {
                let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                part.bytes().all(|byte| inner(byte) || byte == b'-')
                    && part.bytes().next().is_some_and(inner)
                    && part.bytes().next_back().is_some_and(inner)
            })
    };
    domain.is_none_or(is_domain) && !name.is_empty() && is_value(name)
}

/// Whether a text can be the value of a label in Kubernetes.
fn is_value(text: &str) -> bool {
    let ends = |byte: u8| byte.is_ascii_alphanumeric();
    text.is_empty()
        || text.len() <= 63
            && text.bytes().all(|byte| ends(byte) || b"-_.".contains(&byte))
            && text.bytes().next().is_some_and(ends)
            && text.bytes().next_back().is_some_and(ends)
}
