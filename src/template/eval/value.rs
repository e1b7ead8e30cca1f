//! The values of a running template, with the types Go gives them.

use std::{collections::BTreeMap, rc::Rc};

use super::moment::{Moment, duration_text};

/// A value. Cheap to clone.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// No value at all, printed as `<no value>`.
    Absent,
    /// A nil interface, slice or pointer.
    Nil,
    /// `bool`
    Boolean(bool),
    /// A signed integer.
    Integer(i64, IntegerType),
    /// `uint8`: a byte of a string.
    Byte(u8),
    /// `float64`
    Float(f64),
    /// A string.
    Text(Rc<str>, TextType),
    /// A slice.
    List(Rc<List>),
    /// A map of strings.
    Map(Rc<Map>),
    /// A struct, or a pointer to one.
    Record(Rc<Record>),
    /// `time.Time`, or a pointer to one.
    Time(Moment, Reach),
    /// `time.Duration` in nanoseconds, or a pointer to one.
    Duration(i64, Reach),
    /// `*histogram.FloatHistogram`, as it prints itself.
    Histogram(Rc<Histogram>),
}

/// A native histogram: how it prints itself, and the fields that templates can read.
#[derive(Clone, PartialEq, Debug)]
pub struct Histogram {
    /// As Prometheus prints it: `{count:3, sum:5, (0.5,1]:1, (1,2]:2}`.
    pub text: String,
    /// The number of observations.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// The resolution of its buckets.
    pub schema: i32,
    /// The width of the bucket around zero.
    pub zero_threshold: f64,
    /// The observations in the bucket around zero.
    pub zero_count: f64,
}

/// Whether a value is there itself or by a pointer, which Go's types tell apart.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// The value itself.
    Direct,
    /// A pointer to it.
    Pointer,
}

/// Integers by type.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum IntegerType {
    /// `int`
    Int,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `time.Month`, which prints its name.
    Month,
    /// `time.Weekday`, which prints its name.
    Weekday,
}

/// Strings by type.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum TextType {
    /// `string`
    Plain,
    /// `template.HTML`, the value of `safeHtml`.
    Html,
}

impl Histogram {
    /// A field by name.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Count" => Value::Float(self.count),
            "Sum" => Value::Float(self.sum),
            "Schema" => Value::Integer(self.schema.into(), IntegerType::Int32),
            "ZeroThreshold" => Value::Float(self.zero_threshold),
            "ZeroCount" => Value::Float(self.zero_count),
            _ => return None,
        })
    }
}

/// A slice.
#[derive(Clone, PartialEq, Debug)]
pub struct List {
    /// The type as Go names it, such as `template.queryResult`.
    pub type_name: &'static str,
    /// Its elements.
    pub items: Vec<Value>,
}

/// A map from strings.
#[derive(Clone, PartialEq, Debug)]
pub struct Map {
    /// The type as Go names it, such as `map[string]string`.
    pub type_name: &'static str,
    /// What a missing key gives.
    pub zero: Value,
    /// Its entries; templates see them in this order.
    pub entries: BTreeMap<String, Value>,
}

/// A struct.
#[derive(Clone, PartialEq, Debug)]
pub struct Record {
    /// The type as Go names it, without `*`.
    pub type_name: &'static str,
    /// Whether templates hold it by a pointer.
    pub reach: Reach,
    /// Its fields in order.
    pub fields: Vec<(&'static str, Value)>,
    /// The fields of type `interface {}`, which messages name instead of what they hold.
    pub interfaces: &'static [&'static str],
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Value {
    /// A `string`.
    pub fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into(), TextType::Plain)
    }

    /// An `int`.
    pub fn int(value: i64) -> Self {
        Self::Integer(value, IntegerType::Int)
    }

    /// A `map[string]string`.
    pub fn labels(labels: &BTreeMap<String, String>) -> Self {
        let entries = labels.iter().map(|(name, value)| (name.clone(), Self::text(value.as_str()))).collect();
        Self::Map(Rc::new(Map { type_name: "map[string]string", zero: Self::text(""), entries }))
    }

    /// Its type as Go names it.
    pub fn type_name(&self) -> String {
        let pointed = |name: &str, reach: Reach| match reach {
            Reach::Direct => name.to_owned(),
            Reach::Pointer => format!("*{name}"),
        };
        match self {
            Self::Absent | Self::Nil => "<nil>".to_owned(),
            Self::Boolean(_) => "bool".to_owned(),
            Self::Integer(_, IntegerType::Int) => "int".to_owned(),
            Self::Integer(_, IntegerType::Int32) => "int32".to_owned(),
            Self::Integer(_, IntegerType::Int64) => "int64".to_owned(),
            Self::Integer(_, IntegerType::Month) => "time.Month".to_owned(),
            Self::Integer(_, IntegerType::Weekday) => "time.Weekday".to_owned(),
            Self::Byte(_) => "uint8".to_owned(),
            Self::Float(_) => "float64".to_owned(),
            Self::Text(_, TextType::Plain) => "string".to_owned(),
            Self::Text(_, TextType::Html) => "template.HTML".to_owned(),
            Self::List(list) => list.type_name.to_owned(),
            Self::Map(map) => map.type_name.to_owned(),
            Self::Record(record) => pointed(record.type_name, record.reach),
            Self::Time(_, reach) => pointed("time.Time", *reach),
            Self::Duration(_, reach) => pointed("time.Duration", *reach),
            Self::Histogram(_) => "*histogram.FloatHistogram".to_owned(),
        }
    }

    /// Whether `if` and its like take it for true: not the zero of its type, not empty.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Absent | Self::Nil => false,
            Self::Boolean(value) => *value,
            Self::Integer(value, _) => *value != 0,
            Self::Byte(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text, _) => !text.is_empty(),
            Self::List(list) => !list.items.is_empty(),
            Self::Map(map) => !map.entries.is_empty(),
            Self::Duration(nanoseconds, Reach::Direct) => *nanoseconds != 0,
            Self::Record(_) | Self::Time(..) | Self::Duration(..) | Self::Histogram(_) => true,
        }
    }

    /// What its `String` method gives, for types that have one.
    pub(super) fn stringer(&self) -> Option<String> {
        let name = |names: &[&str], first: i64, number: i64, kind: &str| {
            let known = usize::try_from(number - first).ok().and_then(|at| names.get(at));
            known.map_or_else(|| format!("%!{kind}({})", number as u64), |name| (*name).to_owned())
        };
        match self {
            Self::Integer(month, IntegerType::Month) => Some(name(&MONTHS, 1, *month, "Month")),
            Self::Integer(weekday, IntegerType::Weekday) => Some(name(&WEEKDAYS, 0, *weekday, "Weekday")),
            Self::Time(moment, _) => Some(moment.to_string()),
            Self::Duration(nanoseconds, _) => Some(duration_text(*nanoseconds)),
            Self::Histogram(histogram) => Some(histogram.text.clone()),
            _ => None,
        }
    }

    /// Roughly how many bytes it holds, to bound the work of a template.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Text(text, _) => text.len(),
            Self::Histogram(histogram) => histogram.text.len(),
            _ => 1,
        }
    }
}
