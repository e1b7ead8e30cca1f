//! Whether a matcher's pattern is one that Prometheus can compile.

/// Says what is wrong with a pattern.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    match regex_syntax::parse(&format!("^(?s:{pattern})$")) {
        Ok(_) => Ok(()),
        Err(error) => {
            let reason = match &error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                _ => "it is no regular expression".to_owned(),
            };
            Err(format!("the pattern does not compile: {reason}"))
        }
    }
}
