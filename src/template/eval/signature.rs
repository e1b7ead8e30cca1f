//! What types of arguments functions take.

use super::value::{IntegerType, TextType, Value};

/// The type of a parameter.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Parameter {
    /// `interface {}`
    Any,
    /// `reflect.Value`, of Go's own functions.
    Reflected,
    /// `string`
    Text,
    /// `int`
    Int,
    /// `time.Duration`
    Duration,
    /// `time.Time`
    Time,
    /// What `query` gives.
    Vector,
    /// An element of that.
    Sample,
}

impl Parameter {
    /// The type as Go names it.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflected => "reflect.Value",
            Self::Text => "string",
            Self::Int => "int",
            Self::Duration => "time.Duration",
            Self::Time => "time.Time",
            Self::Vector => "template.queryResult",
            Self::Sample => "*template.sample",
        }
    }

    /// Whether nothing can be given.
    pub(super) fn takes_nil(self) -> bool {
        matches!(self, Self::Any | Self::Reflected | Self::Vector | Self::Sample)
    }

    /// Whether a value is of the type.
    pub(super) fn takes(self, value: &Value) -> bool {
        match self {
            Self::Any | Self::Reflected => true,
            Self::Text => matches!(value, Value::Text(_, TextType::Plain)),
            Self::Int => matches!(value, Value::Integer(_, IntegerType::Int)),
            Self::Duration => matches!(value, Value::Duration(..)),
            Self::Time => matches!(value, Value::Time(..)),
            Self::Vector | Self::Sample => value.type_name() == self.type_name(),
        }
    }
}

/// The parameters of a function: those that are always there, and the type of any that follow.
pub(super) type Signature = (&'static [Parameter], Option<Parameter>);

/// The signature of Go's own functions and those of rule templates.
pub(super) fn signature(name: &str) -> Option<Signature> {
    use Parameter::{Any, Reflected, Sample, Text, Vector};
    Some(match name {
        "and" | "or" | "call" | "eq" | "index" | "slice" => (&[Reflected], Some(Reflected)),
        "ne" | "lt" | "le" | "gt" | "ge" => (&[Reflected, Reflected], None),
        "len" | "not" => (&[Reflected], None),
        "print" | "println" | "html" | "js" | "urlquery" | "args" => (&[], Some(Any)),
        "printf" => (&[Text], Some(Any)),
        "externalURL" | "pathPrefix" | "now" => (&[], None),
        "first" => (&[Vector], None),
        "value" | "strvalue" => (&[Sample], None),
        "label" => (&[Text, Sample], None),
        "sortByLabel" => (&[Text, Vector], None),
        "match" => (&[Text, Text], None),
        "reReplaceAll" => (&[Text, Text, Text], None),
        "humanize" | "humanize1024" | "humanizeDuration" | "humanizePercentage" | "humanizeTimestamp"
        | "toDuration" | "toTime" => (&[Any], None),
        "graphLink" | "tableLink" | "parseDuration" | "query" | "safeHtml" | "stripDomain" | "stripPort" | "title"
        | "toLower" | "toUpper" | "urlQueryEscape" => (&[Text], None),
        _ => return None,
    })
}
