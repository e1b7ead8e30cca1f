//! amtool's spelling of what promcheck does, for scripts that call it: `config routes test --config.file=F …`.

use std::ffi::OsString;

/// Arguments in promcheck's own spelling; others pass unchanged.
pub fn translated(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let all: Vec<OsString> = arguments.into_iter().collect();
    let word = |at: usize| all.get(at).and_then(|argument| argument.to_str());
    if (word(1), word(2)) != (Some("config"), Some("routes")) {
        return all;
    }
    let mut command = "show";
    let (mut file, mut rest) = (None, Vec::new());
    let mut arguments = all[3..].iter();
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("test") if rest.is_empty() => command = "test",
            Some("show") if rest.is_empty() => {}
            Some("--config.file") => file = arguments.next().cloned(),
            Some(text) if text.starts_with("--config.file=") => {
                file = text.strip_prefix("--config.file=").map(Into::into)
            }
            Some(text) if text.starts_with("--verify.receivers") => {
                rest.push(text.replacen("--verify.receivers", "--verify-receivers", 1).into());
            }
            // The routes on the way are told in any case.
            Some("--tree") => {}
            _ => rest.push(argument.clone()),
        }
    }
    let mut own: Vec<OsString> = vec![all[0].clone(), "routes".into(), command.into()];
    own.extend(file);
    own.extend(rest);
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_amtool() {
        for (typed, own) in [
            ("p config routes --config.file=a.yml", "p routes show a.yml"),
            ("p config routes show --config.file a.yml", "p routes show a.yml"),
            (
                "p config routes test --config.file=a.yml --tree --verify.receivers=x,y a=b",
                "p routes test a.yml --verify-receivers=x,y a=b",
            ),
            ("p config routes test a=test --config.file=a.yml", "p routes test a.yml a=test"),
            ("p lint config", "p lint config"),
        ] {
            let words = typed.split(' ').map(OsString::from);
            let found: Vec<String> = translated(words).iter().map(|word| word.to_string_lossy().into_owned()).collect();
            assert_eq!(found.join(" "), own);
        }
    }
}
