//! The functions of the template dialects.

use crate::vocab::nearest;

/// Whose templates these are.
#[derive(Copy, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Dialect {
    /// Labels and annotations of Prometheus rules.
    Rule,
    /// Notification templates of Alertmanager.
    Alertmanager,
    /// `line_format` and `label_format` of Loki's queries.
    Loki,
    /// Templates without functions but those that every Go template has.
    Plain,
}

/// A function and how many arguments it takes, a piped one included.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The fewest arguments.
    pub least: usize,
    /// The most; `None` for any number.
    pub most: Option<usize>,
}

const fn exactly(name: &'static str, count: usize) -> Function {
    Function { name, least: count, most: Some(count) }
}

const fn at_least(name: &'static str, count: usize) -> Function {
    Function { name, least: count, most: None }
}

/// What every Go template has (text/template, `builtins`).
const BUILTIN: &[Function] = &[
    at_least("and", 1),
    at_least("call", 1),
    at_least("eq", 2),
    exactly("ge", 2),
    exactly("gt", 2),
    at_least("html", 0),
    at_least("index", 1),
    at_least("js", 0),
    exactly("le", 2),
    exactly("len", 1),
    exactly("lt", 2),
    exactly("ne", 2),
    exactly("not", 1),
    at_least("or", 1),
    at_least("print", 0),
    at_least("printf", 1),
    at_least("println", 0),
    Function { name: "slice", least: 1, most: Some(4) },
    at_least("urlquery", 0),
];

/// Prometheus, `template/template.go`.
const RULE: &[Function] = &[
    at_least("args", 0),
    exactly("externalURL", 0),
    exactly("first", 1),
    exactly("graphLink", 1),
    exactly("humanize", 1),
    exactly("humanize1024", 1),
    exactly("humanizeDuration", 1),
    exactly("humanizePercentage", 1),
    exactly("humanizeTimestamp", 1),
    exactly("label", 2),
    exactly("match", 2),
    exactly("now", 0),
    exactly("parseDuration", 1),
    exactly("pathPrefix", 0),
    exactly("query", 1),
    exactly("reReplaceAll", 3),
    exactly("safeHtml", 1),
    exactly("sortByLabel", 2),
    exactly("stripDomain", 1),
    exactly("stripPort", 1),
    exactly("strvalue", 1),
    exactly("tableLink", 1),
    exactly("title", 1),
    exactly("toDuration", 1),
    exactly("toLower", 1),
    exactly("toTime", 1),
    exactly("toUpper", 1),
    exactly("urlQueryEscape", 1),
    exactly("value", 1),
];

/// Alertmanager, `template/template.go`.
const ALERTMANAGER: &[Function] = &[
    at_least("append", 1),
    exactly("base64decode", 1),
    exactly("base64encode", 1),
    exactly("date", 2),
    at_least("dict", 0),
    exactly("humanizeDuration", 1),
    exactly("join", 2),
    at_least("list", 0),
    exactly("match", 2),
    exactly("mustToDate", 2),
    exactly("now", 0),
    exactly("reReplaceAll", 3),
    at_least("routeLabels", 0),
    exactly("safeHtml", 1),
    exactly("safeUrl", 1),
    exactly("since", 1),
    at_least("stringSlice", 0),
    exactly("title", 1),
    exactly("toDate", 2),
    exactly("toJson", 1),
    exactly("toLower", 1),
    exactly("toUpper", 1),
    exactly("trimSpace", 1),
    exactly("tz", 2),
    exactly("urlUnescape", 1),
];

/// Loki, `pkg/logql/log/fmt.go` (3.5), most of them from Sprig.
const LOKI: &[Function] = &[
    exactly("Replace", 4),
    exactly("ToLower", 1),
    exactly("ToUpper", 1),
    exactly("Trim", 2),
    exactly("TrimLeft", 2),
    exactly("TrimPrefix", 2),
    exactly("TrimRight", 2),
    exactly("TrimSpace", 1),
    exactly("TrimSuffix", 2),
    exactly("__line__", 0),
    exactly("__timestamp__", 0),
    at_least("add", 0),
    at_least("addf", 0),
    exactly("alignLeft", 2),
    exactly("alignRight", 2),
    exactly("b64dec", 1),
    exactly("b64enc", 1),
    exactly("bytes", 1),
    exactly("ceil", 1),
    exactly("contains", 2),
    exactly("count", 2),
    exactly("date", 2),
    at_least("default", 1),
    exactly("div", 2),
    at_least("divf", 1),
    exactly("duration", 1),
    exactly("duration_seconds", 1),
    exactly("float64", 1),
    exactly("floor", 1),
    exactly("fromJson", 1),
    exactly("hasPrefix", 2),
    exactly("hasSuffix", 2),
    exactly("indent", 2),
    exactly("int", 1),
    exactly("lower", 1),
    at_least("max", 1),
    at_least("maxf", 1),
    at_least("min", 1),
    at_least("minf", 1),
    exactly("mod", 2),
    at_least("mul", 1),
    at_least("mulf", 1),
    exactly("nindent", 2),
    exactly("now", 0),
    exactly("regexReplaceAll", 3),
    exactly("regexReplaceAllLiteral", 3),
    exactly("repeat", 2),
    exactly("replace", 3),
    Function { name: "round", least: 2, most: Some(3) },
    exactly("sub", 2),
    at_least("subf", 1),
    exactly("substr", 3),
    exactly("title", 1),
    exactly("toDate", 2),
    exactly("toDateInZone", 3),
    exactly("trim", 1),
    exactly("trimAll", 2),
    exactly("trimPrefix", 2),
    exactly("trimSuffix", 2),
    exactly("trunc", 2),
    exactly("unixEpoch", 1),
    exactly("unixEpochMillis", 1),
    exactly("unixEpochNanos", 1),
    exactly("unixToTime", 1),
    exactly("upper", 1),
    exactly("urldecode", 1),
    exactly("urlencode", 1),
];

/// Functions people bring along from Helm and other template engines, and what to write here.
const FOREIGN: &[(&str, &str)] = &[
    ("add", NO_ARITHMETIC),
    ("contains", "`match REGEX TEXT` searches a text"),
    ("default", "`or VALUE FALLBACK` gives the first that is not empty"),
    ("div", NO_ARITHMETIC),
    ("divf", NO_ARITHMETIC),
    ("lower", "it is called `toLower`"),
    ("mul", NO_ARITHMETIC),
    ("mulf", NO_ARITHMETIC),
    ("quote", "`printf \"%q\" TEXT` puts a text in quotes"),
    ("regexMatch", "it is called `match`"),
    ("regexReplaceAll", "it is called `reReplaceAll REGEX REPLACEMENT TEXT`"),
    ("replace", "`reReplaceAll REGEX REPLACEMENT TEXT` replaces in a text"),
    ("round", "`printf \"%.2f\" NUMBER` rounds a number"),
    ("sub", NO_ARITHMETIC),
    ("upper", "it is called `toUpper`"),
];

const BYTES: &str = "`humanize1024` writes `ki`, `Mi`, `Gi`";
const NO_ARITHMETIC: &str = "templates do not calculate; calculate in the expression";

impl Dialect {
    /// What to write instead of a function that does not exist in this dialect: where it does exist, what
    /// replaces it, or the name that was probably meant.
    pub fn remedy(self, name: &str) -> Option<String> {
        let other = self.other();
        let bytes = (self == Self::Rule && name == "humanizeBytes").then_some(&("", BYTES));
        let foreign = FOREIGN.iter().find(|(known, _)| *known == name && self != Self::Loki).or(bytes);
        let in_other = || other.function(name).map(|_| format!("`{name}` exists in {} only", other.title()));
        let nearest = || self.nearest_function(name).map(|near| format!("did you mean `{near}`?"));
        foreign.map(|(_, remedy)| (*remedy).to_owned()).or_else(in_other).or_else(nearest)
    }

    /// All its functions: its own and Go's.
    pub fn functions(self) -> impl Iterator<Item = &'static Function> {
        self.own().iter().chain(BUILTIN)
    }

    /// A function by name.
    pub fn function(self, name: &str) -> Option<&'static Function> {
        self.functions().find(|function| function.name == name)
    }

    /// The function that was probably meant.
    pub fn nearest_function(self, name: &str) -> Option<&'static str> {
        nearest(name, self.functions().map(|function| function.name))
    }

    /// The other dialect.
    pub fn other(self) -> Self {
        match self {
            Self::Rule => Self::Alertmanager,
            Self::Alertmanager | Self::Loki => Self::Rule,
            Self::Plain => Self::Alertmanager,
        }
    }

    /// What its templates are called in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rule => "rule templates",
            Self::Alertmanager => "Alertmanager templates",
            Self::Loki => "Loki's templates",
            Self::Plain => "templates without functions of their own",
        }
    }

    /// The variables that are there before the template says anything.
    pub fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Rule => &["$", "$labels", "$externalLabels", "$externalURL", "$value"],
            Self::Alertmanager | Self::Loki | Self::Plain => &["$"],
        }
    }

    fn own(self) -> &'static [Function] {
        match self {
            Self::Rule => RULE,
            Self::Alertmanager => ALERTMANAGER,
            Self::Loki => LOKI,
            Self::Plain => &[],
        }
    }
}

impl Function {
    /// How many arguments it takes, in words: `1 argument`, `at least 2 arguments`.
    pub fn arity(&self) -> String {
        let plural = |count| if count == 1 { "" } else { "s" };
        match self.most {
            Some(most) if most == self.least => format!("{most} argument{}", plural(most)),
            Some(most) => format!("{} to {most} arguments", self.least),
            None => format!("at least {} argument{}", self.least, plural(self.least)),
        }
    }

    /// Whether it can be called with so many arguments.
    pub fn takes(&self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }
}
