//! Verdicts and matches as Go's `regexp` gives them.

use proptest::prelude::*;

use super::*;

const USES: [PatternUse; 4] = [PatternUse::Matcher, PatternUse::Relabel, PatternUse::Alertmanager, PatternUse::Search];

#[test]
fn takes_what_go_takes() {
    for (pattern, matching, other) in [
        ("", "", "a"),
        (r"\d+", "42", "٤٢"),
        (r"\w", "_", "é"),
        (r"\s", "\t", "\u{b}"),
        (r"\S", "\u{b}", " "),
        (r"a\b.*", "a-", "ab"),
        ("[a&&b]", "&", "c"),
        ("[+--b]", "-", "c"),
        ("[~~a]", "~", "b"),
        ("[[a]", "[", "b"),
        ("[]a]", "]", "b"),
        ("[^]a]", "b", "]"),
        ("[[:alpha:]_]", "q", "1"),
        ("[[:^alpha:]]", "1", "q"),
        ("[a-]", "-", "b"),
        ("{", "{", "}"),
        ("a{,2}", "a{,2}", "aa"),
        ("a{01}", "a{01}", "a"),
        ("x{2,3}", "xxx", "x"),
        (r"\Q.*\E+", ".***", ".."),
        (r"\Qa.b", "a.b", "axb"),
        (r"\141", "a", "b"),
        (r"\x{1F600}", "😀", "x"),
        (r"\_\-\<", "_-<", "a"),
        (r"\p{Greek}", "λ", "l"),
        (r"\p{^Greek}", "l", "λ"),
        (r"\PL", "1", "l"),
        ("(?i)k", "\u{212a}", "x"),
        (r"(?i)\W", "-", "\u{17f}"),
        ("(?P<name>a)(?<other>b)", "ab", "ba"),
        ("(?U)a+", "aaa", "b"),
        ("a.b", "a\nb", "ab"),
        ("(?-s:a.b)", "a b", "a\nb"),
        ("(a|b)*c|d", "abac", "ab"),
        ("^foo$", "foo", "foo "),
    ] {
        let pattern = Pattern::anchored(pattern).unwrap();
        assert!(pattern.is_match(matching), "{pattern:?} on {matching:?}");
        assert!(!pattern.is_match(other), "{pattern:?} on {other:?}");
    }
}

#[test]
fn refuses_what_go_refuses() {
    for (pattern, range, message) in [
        ("a**", 1..3, "`**` repeats a repetition"),
        ("a+??", 1..4, "`+??` repeats a repetition"),
        ("a{1}*", 1..5, "`{1}*` repeats a repetition"),
        ("*a", 0..1, "`*` has nothing to repeat"),
        ("a|+", 2..3, "`+` has nothing to repeat"),
        ("a(b", 1..2, "`(` is never closed"),
        ("a)b", 1..2, "`)` closes no group"),
        ("x[a-", 1..2, "`[` is never closed"),
        ("[z-a]", 1..4, "the range `z-a` runs backwards"),
        ("[[:word:][:nope:]]", 9..17, "`[:nope:]` is not a character class"),
        ("x{1001}", 1..7, "`{1001}` repeats more than 1000 times"),
        ("(x{100}){11}", 8..12, "`{11}` repeats more than 1000 times"),
        ("x{3,2}", 1..6, "`{3,2}` asks for more at least than at most"),
        ("^(?!dev)", 1..4, "look-ahead `(?!` does not exist in RE2"),
        ("a(?<=b)", 1..5, "look-behind `(?<=` does not exist in RE2"),
        ("(?x)a", 0..3, "`(?x` is not a group that RE2 knows"),
        ("(?P=n)", 0..3, "`(?P` is not a group that RE2 knows"),
        ("(?P<n>a)(?P<n>b)", 8..14, "group name `n` is used twice"),
        (r"(a)\1", 3..5, r"back-reference `\1` does not exist in RE2"),
        (r"\y", 0..2, r"`\y` is not an escape that RE2 knows"),
        (r"a\Z", 1..3, r"`\Z` does not exist in RE2; the end of the text is `\z`"),
        (r"\x{41", 0..5, r"`\x{41` is not a hexadecimal code point"),
        (r"\p{Nope}", 0..8, r"`\p{Nope}` is not a Unicode category or script"),
        (r"\p{sc=Greek}", 0..12, r"`\p{sc=Greek}` is not a Unicode category or script"),
        (r"a\", 1..2, "the pattern ends in a lone backslash"),
    ] {
        let error = Pattern::anchored(pattern).unwrap_err();
        assert_eq!((error.message.as_str(), error.range), (message, range), "{pattern}");
    }
}

#[test]
fn wraps_as_each_tool_does() {
    let matcher = |usage, text| Pattern::of(text, usage);
    assert!(matcher(PatternUse::Matcher, "a)|(b").is_err());
    for usage in [PatternUse::Relabel, PatternUse::Alertmanager] {
        let pattern = matcher(usage, "a)|(b").unwrap();
        assert!(pattern.breaks_out());
        assert!(pattern.is_match("a and more") && pattern.is_match("more b") && !pattern.is_match("more a"));
        assert!(matcher(usage, r"\Qa").is_err());
    }
    assert!(matcher(PatternUse::Matcher, ".*").unwrap().is_match("a\nb"));
    assert!(!matcher(PatternUse::Alertmanager, ".*").unwrap().is_match("a\nb"));
    assert!(matcher(PatternUse::Search, "b+").unwrap().is_match("abbc"));
}

#[test]
fn knows_what_it_matches_without_compiling() {
    let strings = |text: &str| Pattern::anchored(text).unwrap().literals().map(|strings| strings.join(","));
    for (pattern, expected) in [
        ("prod", Some("prod")),
        ("^(prod|staging)$", Some("prod,staging")),
        ("web-[12]", Some("web-1,web-2")),
        ("(?i)db", Some("DB,Db,dB,db")),
        ("a?", Some(",a")),
        ("x{2}|", Some("xx,")),
        ("a|b|a", Some("a,b")),
        ("5..", None),
        ("a.*", None),
        (r"\ba", None),
    ] {
        assert_eq!(strings(pattern).as_deref(), expected, "{pattern}");
    }
    let facts = |text: &str| {
        let pattern = Pattern::anchored(text).unwrap();
        (pattern.prefix(), pattern.matches_everything(), pattern.matches_empty(), pattern.matches_nothing())
    };
    for (pattern, prefix, everything, empty, nothing) in [
        (".*", "", true, true, false),
        ("^.*$", "", true, true, false),
        ("(.*|x)", "", true, true, false),
        ("a?.*", "", true, true, false),
        ("(|.+)", "", true, true, false),
        (".+", "", false, false, false),
        ("api-.*", "api-", false, false, false),
        ("(foo|foobar)x", "foo", false, false, false),
        ("a*", "", false, true, false),
        ("a^b", "a", false, false, true),
        ("a$b", "a", false, false, true),
        (r"[^\x00-\x{10FFFF}]", "", false, false, true),
    ] {
        assert_eq!(facts(pattern), (prefix.to_owned(), everything, empty, nothing), "{pattern}");
    }
    for (pattern, any) in [(".+", true), (".*", true), ("(|.+)", true), ("..+", false), ("a.*", false), ("a", false)] {
        assert_eq!(Pattern::anchored(pattern).unwrap().matches_any_text(), any, "{pattern}");
    }
    let of_words = Pattern::anchored("web-(3|1|2)|db").unwrap();
    let matched = ["db", "web-1", "web-2", "web-3", "web-", "web-4", ""].map(|text| of_words.is_match(text));
    assert_eq!(matched, [true, true, true, true, false, false, false]);
}

#[test]
fn replaces_as_go_does() {
    let relabel = |text| Pattern::of(text, PatternUse::Relabel).unwrap();
    assert_eq!(relabel("(.*):(.*)").expand("db:9100", "$1-${2}x$$"), Some("db-9100x$".to_owned()));
    assert_eq!(relabel("(a)").expand("a", "$1x|${1}x|$2|$|${"), Some("|ax||$|${".to_owned()));
    assert_eq!(relabel("(?P<zone>[a-z]+)-.*").expand("eu-1", "$zone"), Some("eu".to_owned()));
    assert_eq!(relabel("a").expand("b", "x"), None);
    let search = |text| Pattern::of(text, PatternUse::Search).unwrap();
    assert_eq!(search("a*").replace_all("baac", "X"), "XbXcX");
    assert_eq!(search(r"(\w+)@(\w+)").replace_all("me@here, you@there", "$2"), "here, there");
}

/// Whatever hostile patterns make of their readers takes as long as they are, and no more.
#[test]
fn hostile_patterns_are_read_in_one_go() {
    let nested = |times: usize, (open, inner, close): (&str, &str, &str)| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    for text in [
        nested(190, ("(", ".*", "a?)")),
        nested(40, ("(", "a", ")*")),
        nested(40, ("(", "a", "|b)*")),
        nested(90, ("(", "a?", ")?")),
        format!("({}){{0,250}}", "a".repeat(10_000)),
        format!("{}[a-z][a-z]", "a".repeat(100_000)),
        "(a)".repeat(60_000),
        "^".repeat(200_000),
        "{".repeat(200_000),
        (0..20_000).map(|n| format!("(?P<g{n}>a)")).collect(),
    ] {
        for usage in USES {
            let pattern = Pattern::of(&text, usage).unwrap();
            let matches = pattern.is_match("ab\n");
            let automaton = (pattern.inner.patience < u32::MAX).then(|| pattern.compiled().unwrap().is_match("ab\n"));
            assert!(automaton.is_none_or(|automaton| automaton == matches), "{usage:?} {}", &text[..40]);
            let listed = pattern.literals().unwrap_or_default();
            assert!(listed.iter().map(String::len).sum::<usize>() <= text.len());
        }
    }
}

#[test]
fn bounds_depth_and_size() {
    assert!(Pattern::anchored(&"(".repeat(100_000)).is_err());
    assert!(Pattern::anchored(&format!("{}{}", "(".repeat(199), ")".repeat(199))).is_ok());
    assert!(Pattern::anchored(&"a*(?i)".repeat(10_000)).is_ok());
    assert!(Pattern::anchored(&format!("a*{}", "(?i)*".repeat(10_000))).is_err());
    let large = Pattern::anchored(r"(\pL{500}\pN{500}){1,2}.\pL{1000}\pL{1000}").unwrap();
    let matched = format!("{}{}-{}", "é".repeat(500), "1".repeat(500), "b".repeat(2000));
    assert!(large.is_match(&matched) && !large.is_match("b"));
    assert!(large.inner.regex.get().is_none(), "nothing large is compiled");
    assert!(large.compiled().is_none() && large.is_match(&matched), "nor has it to be");
    assert!(Pattern::anchored(&".{1000}".repeat(3355)).is_ok());
    assert!(Pattern::anchored(&".{1000}".repeat(3356)).is_err());
    assert!(Pattern::anchored(&r"\pL".repeat(60_000)).is_err());
}

proptest! {
    #[test]
    fn never_panics(text in r#"([\[\]\\(){}?*+|^$.,:<>=!-]|[a-zA-Z0-9é]|\PC){0,24}"#, subject in "\\PC{0,8}") {
        for usage in USES {
            match Pattern::of(&text, usage) {
                Ok(pattern) => {
                    let walked = pattern.walked(&subject).or_else(|| Some(pattern.is_match(&subject)));
                    let automaton = pattern.compiled().map(|regex| regex.is_match(&subject));
                    prop_assert!(automaton.is_none() || walked == automaton);
                }
                Err(error) => prop_assert!(text.get(error.range.clone()).is_some(), "{error:?}"),
            }
        }
    }

    #[test]
    fn the_shape_agrees_with_the_automaton(text in "(foo|[ab]|\\.[*+]|\\(|\\)|\\||\\^|\\$){0,5}", subject in "[abfo\n]{0,4}") {
        for usage in USES {
            if let Ok(pattern) = Pattern::of(&text, usage) {
                pattern.inner.asked.store(0, Ordering::Relaxed);
                let walked = pattern.walked(&subject);
                let automaton = pattern.compiled().is_some_and(|regex| regex.is_match(&subject));
                prop_assert_eq!(walked, Some(automaton));
                prop_assert_eq!(pattern.is_match(&subject), automaton);
                prop_assert!(!automaton || subject.starts_with(&pattern.prefix()));
            }
        }
    }
}
