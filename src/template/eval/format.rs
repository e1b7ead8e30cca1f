//! Prints values as Go's `fmt` does: `print`, `println`, `printf`.

use crate::vocab::{FloatFormat, format_float};

use super::{
    quote,
    value::{Reach, Record, Value},
};

/// What stands between `%` and the verb.
#[derive(Copy, Clone, Default)]
pub(super) struct Flags {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: with the names of fields.
    pub(super) plus_v: bool,
    /// `%#v`: as Go's source.
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// Where a pointer points to; Go prints an address, which is another one each time.
const ADDRESS: u64 = 0xc0_0000_0000;

/// `fmt.Sprint`: a space between operands when neither is a string.
pub(super) fn print(values: &[Value]) -> String {
    let mut printer = Printer::default();
    let mut after_text = true;
    for value in values {
        let is_text = matches!(value, Value::Text(..));
        if !is_text && !after_text {
            printer.out.push(' ');
        }
        printer.argument(value, 'v');
        after_text = is_text;
    }
    printer.out
}

/// One value by one verb, `fmt.Sprintf("%s", value)`.
pub(super) fn by_verb(value: &Value, verb: char) -> String {
    let mut printer = Printer::default();
    printer.argument(value, verb);
    printer.out
}

/// `fmt.Sprintln`: a space between operands, a line end after them.
pub(super) fn print_line(values: &[Value]) -> String {
    let mut printer = Printer::default();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            printer.out.push(' ');
        }
        printer.argument(value, 'v');
    }
    printer.out.push('\n');
    printer.out
}

/// Writes values into `out`, each in the form its flags and verb ask for.
#[derive(Default)]
pub(super) struct Printer {
    pub(super) out: String,
    pub(super) flags: Flags,
    /// Whether a wrong verb is being reported, which shows values without their `String` method.
    erroring: bool,
}

impl Printer {
    /// One operand.
    pub(super) fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::Absent | Value::Nil, 'T' | 'v') => self.pad("<nil>"),
            (Value::Absent | Value::Nil, _) => self.out.push_str(&format!("%!{verb}(<nil>)")),
            (_, 'T') => self.text(&value.type_name()),
            (Value::List(_) | Value::Map(_), 'p') => self.integer(ADDRESS, false, 16, !self.flags.sharp, 'v'),
            (Value::Record(record), 'p') if record.reach == Reach::Pointer => {
                self.integer(ADDRESS, false, 16, !self.flags.sharp, 'v');
            }
            (_, 'p') => self.wrong_verb(value, verb),
            _ => self.value(value, verb, 0),
        }
    }

    fn value(&mut self, value: &Value, verb: char, depth: u32) {
        if verb == 'w' && !self.erroring {
            return self.wrong_verb(value, verb);
        }
        let takes_text = !self.erroring && !self.flags.sharp_v && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q');
        if let Some(text) = value.stringer().filter(|_| takes_text) {
            return self.string(value, &text, verb);
        }
        match value {
            Value::Absent | Value::Nil if verb == 'v' => {
                self.out.push_str(if self.flags.sharp_v { "interface {}(nil)" } else { "<nil>" });
            }
            Value::Absent | Value::Nil => self.wrong_verb(value, verb),
            Value::Boolean(truth) => match verb {
                't' | 'v' => self.pad(if *truth { "true" } else { "false" }),
                _ => self.wrong_verb(value, verb),
            },
            Value::Integer(number, _) => self.number(value, *number as u64, true, verb),
            Value::Duration(number, Reach::Direct) => self.number(value, *number as u64, true, verb),
            Value::Byte(byte) => self.number(value, u64::from(*byte), false, verb),
            Value::Float(number) => self.float(value, *number, verb),
            Value::Text(text, _) => self.string(value, text, verb),
            Value::Map(map) => {
                let entries = map.entries.iter().map(|(name, value)| (Some(Value::text(name.as_str())), value));
                self.members(map.type_name, ["map[", "]"], entries, verb, depth);
            }
            Value::List(list) => {
                self.members(list.type_name, ["[", "]"], list.items.iter().map(|item| (None, item)), verb, depth);
            }
            Value::Record(record) => self.record(value, record, verb, depth),
            Value::Time(moment, _) => self.string(value, &moment.to_string(), verb),
            Value::Histogram(histogram) => self.string(value, &histogram.text, verb),
            Value::Duration(..) => self.pointer(value, verb),
        }
    }

    /// The members of a map or a slice.
    fn members<'v>(
        &mut self,
        type_name: &str,
        [open, close]: [&str; 2],
        members: impl Iterator<Item = (Option<Value>, &'v Value)>,
        verb: char,
        depth: u32,
    ) {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.out.push_str(type_name);
        }
        self.out.push_str(if sharp { "{" } else { open });
        for (at, (key, value)) in members.enumerate() {
            if at > 0 {
                self.out.push_str(if sharp { ", " } else { " " });
            }
            if let Some(key) = key {
                self.value(&key, verb, depth + 1);
                self.out.push(':');
            }
            self.value(value, verb, depth + 1);
        }
        self.out.push_str(if sharp { "}" } else { close });
    }

    fn record(&mut self, value: &Value, record: &Record, verb: char, depth: u32) {
        if record.reach == Reach::Pointer {
            if depth > 0 {
                return self.pointer(value, verb);
            }
            self.out.push('&');
        }
        self.fields(record, verb, depth);
    }

    /// `{a b}`, the fields of a struct.
    fn fields(&mut self, record: &Record, verb: char, depth: u32) {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.out.push_str(record.type_name);
        }
        self.out.push('{');
        for (at, (name, field)) in record.fields.iter().enumerate() {
            if at > 0 {
                self.out.push_str(if sharp { ", " } else { " " });
            }
            if sharp || self.flags.plus_v {
                self.out.push_str(name);
                self.out.push(':');
            }
            self.value(field, verb, depth + 1);
        }
        self.out.push('}');
    }

    /// What a pointer points to, as `{{ . }}` prints it: without the `&`.
    pub(super) fn pointed(&mut self, value: &Value) {
        match value {
            Value::Record(record) => self.fields(record, 'v', 0),
            _ => self.argument(value, 'v'),
        }
    }

    fn pointer(&mut self, value: &Value, verb: char) {
        match verb {
            'v' if self.flags.sharp_v => {
                self.out.push_str(&format!("({})(0x{ADDRESS:x})", value.type_name()));
            }
            'v' => self.integer(ADDRESS, false, 16, !self.flags.sharp, 'v'),
            _ => self.number(value, ADDRESS, false, verb),
        }
    }

    /// `%!d(string=x)`.
    fn wrong_verb(&mut self, value: &Value, verb: char) {
        let outer = std::mem::replace(&mut self.erroring, true);
        self.out.push_str(&format!("%!{verb}("));
        match value {
            Value::Absent | Value::Nil => self.out.push_str("<nil>"),
            _ => {
                self.out.push_str(&value.type_name());
                self.out.push('=');
                self.value(value, 'v', 0);
            }
        }
        self.out.push(')');
        self.erroring = outer;
    }

    fn number(&mut self, value: &Value, number: u64, signed: bool, verb: char) {
        let sharp = self.flags.sharp;
        match verb {
            'v' if self.flags.sharp_v && !signed => self.integer(number, signed, 16, true, verb),
            'v' | 'd' => self.integer(number, signed, 10, sharp, verb),
            'b' => self.integer(number, signed, 2, sharp, verb),
            'o' | 'O' => self.integer(number, signed, 8, sharp, verb),
            'x' | 'X' => self.integer(number, signed, 16, sharp, verb),
            'c' => self.pad(&character(number).to_string()),
            'q' => self.pad(&quote::quoted_character(character(number), self.flags.plus)),
            'U' => self.unicode(number),
            _ => self.wrong_verb(value, verb),
        }
    }

    fn integer(&mut self, number: u64, signed: bool, base: u32, sharp: bool, verb: char) {
        let flags = self.flags;
        let negative = signed && (number as i64) < 0;
        let magnitude = if negative { number.wrapping_neg() } else { number };
        if flags.precision == Some(0) && magnitude == 0 {
            return self.pad_with("", ' ');
        }
        let digits = match (base, verb) {
            (2, _) => format!("{magnitude:b}"),
            (8, _) => format!("{magnitude:o}"),
            (16, 'X') => format!("{magnitude:X}"),
            (16, _) => format!("{magnitude:x}"),
            _ => magnitude.to_string(),
        };
        let sign = match () {
            () if negative => "-",
            () if flags.plus => "+",
            () if flags.space => " ",
            () => "",
        };
        let least = match (flags.precision, flags.width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero && !flags.minus => width - sign.len().min(width),
            _ => 0,
        };
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let prefix = match base {
            8 if verb == 'O' && sharp && zeros.is_empty() && !digits.starts_with('0') => "0o0",
            8 if verb == 'O' => "0o",
            2 if sharp => "0b",
            8 if sharp && zeros.is_empty() && !digits.starts_with('0') => "0",
            16 if sharp && verb == 'X' => "0X",
            16 if sharp => "0x",
            _ => "",
        };
        self.pad_with(&format!("{sign}{prefix}{zeros}{digits}"), ' ');
    }

    fn unicode(&mut self, number: u64) {
        let digits = self.flags.precision.unwrap_or(0).max(4);
        let code = format!("{number:X}");
        let mut text = format!("U+{}{code}", "0".repeat(digits.saturating_sub(code.len())));
        let known = u32::try_from(number).ok().and_then(char::from_u32).filter(|known| quote::is_printable(*known));
        if let (true, Some(known)) = (self.flags.sharp, known) {
            text.push_str(&format!(" '{known}'"));
        }
        self.pad_with(&text, ' ');
    }

    fn float(&mut self, value: &Value, number: f64, verb: char) {
        let (format, usual) = match verb {
            'v' | 'g' => (FloatFormat::G, None),
            'G' => (FloatFormat::UpperG, None),
            'e' => (FloatFormat::E, Some(6)),
            'E' => (FloatFormat::UpperE, Some(6)),
            'f' | 'F' => (FloatFormat::F, Some(6)),
            'b' => (FloatFormat::B, None),
            'x' => (FloatFormat::X, None),
            'X' => (FloatFormat::UpperX, None),
            _ => return self.wrong_verb(value, verb),
        };
        let flags = self.flags;
        let precision = flags.precision.or(usual);
        let written = format_float(number, format, precision);
        let (negative, written) = match written.strip_prefix(['+', '-']) {
            Some(rest) => (written.starts_with('-'), rest.to_owned()),
            None => (false, written),
        };
        let sign = match negative {
            true => "-",
            false if flags.plus => "+",
            false if flags.space => " ",
            false => "",
        };
        if !number.is_finite() {
            // Infinity has its sign always.
            let sign = if sign.is_empty() && number.is_infinite() && flags.plus { "+" } else { sign };
            let sign = if sign.is_empty() && number.is_infinite() { "+" } else { sign };
            return self.pad_with(&format!("{sign}{written}"), ' ');
        }
        let written = if flags.sharp && verb != 'b' { with_point(&written, verb, precision) } else { written };
        match flags.width {
            Some(width) if flags.zero && !flags.minus && !sign.is_empty() => {
                let zeros = "0".repeat(width.saturating_sub(written.len() + sign.len()));
                self.out.push_str(&format!("{sign}{zeros}{written}"));
            }
            _ => self.pad(&format!("{sign}{written}")),
        }
    }

    fn string(&mut self, value: &Value, text: &str, verb: char) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.text(text),
            'q' => self.quoted(text),
            'x' => self.hexadecimal(text, false),
            'X' => self.hexadecimal(text, true),
            _ => self.wrong_verb(value, verb),
        }
    }

    fn quoted(&mut self, text: &str) {
        let text = self.cut(text);
        if self.flags.sharp && quote::can_backquote(text) {
            return self.pad(&format!("`{text}`"));
        }
        self.pad(&quote::quoted(text, self.flags.plus));
    }

    fn hexadecimal(&mut self, text: &str, upper: bool) {
        let length = self.flags.precision.unwrap_or(usize::MAX).min(text.len());
        let prefix = match (self.flags.sharp, upper) {
            (false, _) => "",
            (true, false) => "0x",
            (true, true) => "0X",
        };
        let digits = text.as_bytes()[..length].iter();
        let digits = digits.map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
        let digits: Vec<String> = digits.collect();
        if digits.is_empty() {
            return self.pad("");
        }
        let joined = digits.join(&if self.flags.space { format!(" {prefix}") } else { String::new() });
        self.pad(&format!("{prefix}{joined}"));
    }

    fn text(&mut self, text: &str) {
        self.pad(self.cut(text));
    }

    /// As many characters as the precision allows.
    fn cut<'s>(&self, text: &'s str) -> &'s str {
        let end = self.flags.precision.and_then(|precision| text.char_indices().nth(precision));
        end.map_or(text, |(end, _)| &text[..end])
    }

    fn pad(&mut self, text: &str) {
        self.pad_with(text, if self.flags.zero && !self.flags.minus { '0' } else { ' ' });
    }

    /// Fills up to the width.
    fn pad_with(&mut self, text: &str, filler: char) {
        let missing = self.flags.width.unwrap_or(0).saturating_sub(text.chars().count());
        let padding = std::iter::repeat_n(filler, missing);
        if self.flags.minus {
            self.out.push_str(text);
            self.out.extend(padding);
        } else {
            self.out.extend(padding);
            self.out.push_str(text);
        }
    }
}

fn character(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What `#` does to a float: a decimal point, and for `g` the trailing zeros.
fn with_point(written: &str, verb: char, precision: Option<usize>) -> String {
    let hexadecimal = matches!(verb, 'x' | 'X');
    let letters: &[char] = if hexadecimal { &['p', 'P'] } else { &['e', 'E'] };
    let (number, tail) = written.split_at(written.find(letters).unwrap_or(written.len()));
    let wanted = if matches!(verb, 'v' | 'g' | 'G' | 'x') { precision.unwrap_or(6) } else { 0 };
    let significant = number.chars().filter(|digit| *digit != '.');
    let mut used = significant.skip_while(|digit| *digit == '0').count();
    let point = if number.contains('.') {
        ""
    } else {
        used += usize::from(number == "0");
        "."
    };
    format!("{number}{point}{}{tail}", "0".repeat(wanted.saturating_sub(used)))
}
