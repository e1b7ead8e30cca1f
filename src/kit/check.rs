//! A check: what it is called, what it says of itself, what it looks at.

use crate::{
    diag::{Diagnostic, Severity},
    facts::Facts,
    tree::Node,
    vocab::nearest,
};

use super::{OptionSpec, Shelves, Sink, Site, Subject};

/// What a check says of itself; written by [`check!`](crate::check).
#[derive(Debug)]
pub struct Meta {
    /// `group/what-is-wrong`.
    pub id: &'static str,
    /// The most that a finding of it claims; some findings may claim less.
    pub severity: Severity,
    /// Off until the configuration turns it on.
    pub opt_in: bool,
    /// The flag of `promcheck lint` without which it has nothing to look at, such as `--links`.
    pub flag: Option<&'static str>,
    /// Whether it has nothing to say until one of its options is set.
    pub needs_options: bool,
    /// Its whole text, Markdown: a first sentence, "Why it matters", "Example", "Instead".
    pub docs: &'static str,
    /// Its options.
    pub options: &'static [OptionSpec],
}

impl Meta {
    /// What it takes for the check to run: a part of a sentence, empty for most.
    pub fn condition(&self) -> String {
        match self.flag {
            Some(flag) => format!(", only with `{flag}`"),
            None if self.opt_in => ", off until the configuration turns it on".to_owned(),
            None => String::new(),
        }
    }

    /// The first line of the text.
    pub fn summary(&self) -> &'static str {
        self.docs.trim_start().lines().next().unwrap_or_default().trim()
    }

    /// The part of the id before the slash.
    pub fn group(&self) -> &'static str {
        self.id.split('/').next().unwrap_or_default()
    }
}

/// Written by [`check!`](crate::check): ties a check to its [`Meta`] and its options.
pub trait Described: Default + Send + Sync + 'static {
    /// What the check says of itself.
    const META: &'static Meta;

    /// Sets an option from the configuration; the message says what was expected.
    fn configure(&mut self, name: &str, value: Node<'_>) -> Result<(), String>;
}

/// Finds one kind of defect. Checks keep no state between sites, call no other checks, read no clock
/// and no disk.
pub trait Check: Described {
    /// What it looks at.
    type Subject: Subject;

    /// Looks at one site.
    fn check(&self, site: Site<'_, Self>, facts: &Facts<'_>, out: &mut Sink<'_>);
}

/// A line of the table of checks.
#[derive(Debug)]
pub struct Entry {
    /// What the check says of itself.
    pub meta: &'static Meta,
    shelve: fn(&Arming<'_>, &mut Shelves, &mut Vec<Diagnostic>),
}

/// What the configuration demands of one check.
#[derive(Debug, Default)]
pub struct Arming<'c> {
    /// The severity that the user demands.
    pub severity: Option<Severity>,
    /// Options by name, as they stand in the configuration.
    pub options: Vec<(Node<'c>, Node<'c>)>,
}

impl Entry {
    /// The entry of a check.
    pub const fn of<C: Check>() -> Self {
        Self { meta: C::META, shelve: shelve::<C> }
    }

    /// Arms the check as demanded and puts it on the shelf of its subject. Options that it does
    /// not have or cannot read become complaints about the configuration.
    pub fn arm(&self, arming: &Arming<'_>, shelves: &mut Shelves, complaints: &mut Vec<Diagnostic>) {
        (self.shelve)(arming, shelves, complaints);
    }
}

fn shelve<C: Check>(arming: &Arming<'_>, shelves: &mut Shelves, complaints: &mut Vec<Diagnostic>) {
    let mut check = C::default();
    for (key, value) in &arming.options {
        let name = key.text().unwrap_or_default();
        if !C::META.options.iter().any(|option| option.name == name) {
            let known = C::META.options.iter().map(|option| option.name);
            let mut complaint = Diagnostic::error(key.span(), format!("`{}` has no option `{name}`", C::META.id));
            if let Some(near) = nearest(name, known.clone()) {
                complaint = complaint.help(format!("did you mean `{near}`?"));
            } else if let Some(first) = known.reduce(|_, last| last) {
                complaint =
                    complaint.help(format!("it has `{first}`; `promcheck explain {}` lists its options", C::META.id));
            }
            complaints.push(complaint);
        } else if let Err(why) = check.configure(name, *value) {
            complaints.push(Diagnostic::error(value.span(), format!("`{name}` takes {why}")));
        }
    }
    if C::META.needs_options && arming.options.is_empty() {
        return;
    }
    let forced = arming.severity;
    <C::Subject as Subject>::shelve(
        shelves,
        Box::new(move |site, facts, findings| check.check(site, facts, &mut Sink::new(C::META, forced, findings))),
    );
}

/// Declares a check: its text, its options with their defaults, its id and its severity.
///
/// The doc comment is the text that `promcheck explain` prints; its `Example` must make the check fire
/// and its `Instead` must not, which a test proves for every check.
#[macro_export]
macro_rules! check {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $option_doc:literal])* pub $option:ident : $kind:ty = $default:expr ),* $(,)?
        }
        id: $id:literal, severity: $severity:ident $(, opt_in: $opt_in:literal)? $(, flag: $flag:literal)?
        $(, needs_options: $needs_options:literal)? $(,)?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $( $(#[doc = $option_doc])* pub $option: $kind, )*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $option: $default, )* }
            }
        }

        impl $crate::kit::Described for $name {
            const META: &'static $crate::kit::Meta = &$crate::kit::Meta {
                id: $id,
                severity: $crate::diag::Severity::$severity,
                opt_in: false $( || $opt_in )?,
                flag: {
                    let flags: &[&'static str] = &[$($flag)?];
                    flags.first().copied()
                },
                needs_options: false $( || $needs_options )?,
                docs: concat!($($doc, "\n"),*),
                options: &[ $( $crate::kit::OptionSpec {
                    name: stringify!($option),
                    kind: <$kind as $crate::kit::OptionValue>::KIND,
                    docs: concat!($($option_doc),*),
                } ),* ],
            };

            fn configure(&mut self, name: &str, value: $crate::tree::Node<'_>) -> Result<(), String> {
                $( if name == stringify!($option) {
                    self.$option = <$kind as $crate::kit::OptionValue>::read(value)
                        .ok_or_else(|| <$kind as $crate::kit::OptionValue>::KIND.to_owned())?;
                    return Ok(());
                } )*
                let _ = value;
                Err(format!("no option `{name}`"))
            }
        }
    };
}
