//! Functions that change the labels of series: `label_replace` and `label_join`.

use crate::{
    engine::{Failure, Relabelling, TextCall},
    text::Span,
    vocab::{Pattern, PatternUse, stray},
};

/// `label_replace(v, to, replacement, from, pattern)`: where the whole value of one label matches, another label is
/// set to what the replacement makes of the match; nothing else is changed.
///
/// # Errors
///
/// A pattern that cannot be read, or a label without name.
pub fn label_replace(call: &TextCall<'_>) -> Result<Relabelling, Failure> {
    let [to, replacement, from, pattern] = [0, 1, 2, 3].map(|index| text(call, index));
    let Ok(regex) = Pattern::of(&pattern, PatternUse::Relabel) else {
        return Err(Failure::new(call.call, format!("invalid regular expression in label_replace(): {pattern}")));
    };
    check_name(&to, "destination label name in label_replace()", call.call)?;
    Ok(Box::new(move |labels| {
        let value = regex.expand(labels.value(&from), &replacement)?;
        let mut builder = labels.builder();
        builder.set(to.as_str(), value);
        Some(builder.build())
    }))
}

/// `label_join(v, to, separator, from…)`: a label is set to the values of others, joined.
///
/// # Errors
///
/// A label without name.
pub fn label_join(call: &TextCall<'_>) -> Result<Relabelling, Failure> {
    let [to, separator] = [0, 1].map(|index| text(call, index));
    let from: Vec<String> = call.texts.iter().skip(2).map(|&name| name.to_owned()).collect();
    for name in &from {
        check_name(name, "source label name in label_join()", call.call)?;
    }
    check_name(&to, "destination label name in label_join()", call.call)?;
    Ok(Box::new(move |labels| {
        let values: Vec<&str> = from.iter().map(|name| labels.value(name)).collect();
        let mut builder = labels.builder();
        builder.set(to.as_str(), values.join(&separator));
        Some(builder.build())
    }))
}

/// The text argument of that number; reading a query makes sure that it was given.
fn text(call: &TextCall<'_>, index: usize) -> String {
    call.texts.get(index).copied().unwrap_or_default().to_owned()
}

/// Every name is a name but the empty one, and what is no UTF-8.
fn check_name(name: &str, of: &str, span: Span) -> Result<(), Failure> {
    if name.is_empty() || stray::has_strays(name) {
        Err(Failure::new(span, format!("invalid {of}: {name}")))
    } else {
        Ok(())
    }
}
