//! Reads the format of `printf` as Go's `fmt.Sprintf` does.

use super::{
    format::{Flags, Printer},
    value::Value,
};

/// Widths and precisions beyond this are refused.
const WIDEST: i64 = 1_000_000;

/// `fmt.Sprintf`; `None` when the text would exceed `limit` bytes.
pub(super) fn printf(format: &str, values: &[Value], limit: usize) -> Option<String> {
    let mut reader = Reader {
        format,
        at: 0,
        values,
        next: 0,
        reordered: false,
        index_fits: true,
        after_index: false,
        printer: Printer::default(),
    };
    while reader.at < format.len() {
        reader.plain_text();
        if reader.at < format.len() {
            reader.at += 1;
            reader.directive();
        }
        if reader.printer.out.len() > limit {
            return None;
        }
    }
    reader.extra();
    Some(reader.printer.out)
}

struct Reader<'f> {
    format: &'f str,
    at: usize,
    values: &'f [Value],
    /// The operand to be printed next.
    next: usize,
    /// Whether an operand was named by its number.
    reordered: bool,
    /// Whether all numbers of operands in the current directive exist.
    index_fits: bool,
    after_index: bool,
    printer: Printer,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.as_bytes().get(self.at).copied()
    }

    fn plain_text(&mut self) {
        let rest = &self.format[self.at..];
        let length = rest.find('%').unwrap_or(rest.len());
        self.printer.out.push_str(&rest[..length]);
        self.at += length;
    }

    /// What follows a `%`.
    fn directive(&mut self) {
        self.index_fits = true;
        self.printer.flags = Flags::default();
        self.flags();
        self.after_index = self.operand_number();
        self.width();
        self.precision();
        if !self.after_index {
            self.after_index = self.operand_number();
        }
        let Some(verb) = self.format.get(self.at..).and_then(|rest| rest.chars().next()) else {
            self.printer.out.push_str("%!(NOVERB)");
            return;
        };
        self.at += verb.len_utf8();
        match self.values.get(self.next) {
            _ if verb == '%' => self.printer.out.push('%'),
            _ if !self.index_fits => self.printer.out.push_str(&format!("%!{verb}(BADINDEX)")),
            None => self.printer.out.push_str(&format!("%!{verb}(MISSING)")),
            Some(value) => {
                if matches!(verb, 'v' | 'w') {
                    let flags = &mut self.printer.flags;
                    flags.sharp_v = std::mem::take(&mut flags.sharp);
                    flags.plus_v = std::mem::take(&mut flags.plus);
                }
                self.printer.argument(value, verb);
                self.next += 1;
            }
        }
    }

    fn flags(&mut self) {
        while let Some(flag) = self.peek() {
            let flags = &mut self.printer.flags;
            match flag {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
    }

    fn width(&mut self) {
        if self.peek() == Some(b'*') {
            self.at += 1;
            let width = self.operand_integer();
            if width.is_none() {
                self.printer.out.push_str("%!(BADWIDTH)");
            }
            let flags = &mut self.printer.flags;
            flags.width = width.and_then(|width| usize::try_from(width.unsigned_abs()).ok());
            if width.is_some_and(|width| width < 0) {
                flags.minus = true;
                flags.zero = false;
            }
            self.after_index = false;
            return;
        }
        let width = self.digits();
        self.printer.flags.width = width;
        if self.after_index && width.is_some() {
            self.index_fits = false;
        }
    }

    fn precision(&mut self) {
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return;
        }
        self.at += 1;
        if self.after_index {
            self.index_fits = false;
        }
        self.after_index = self.operand_number();
        if self.peek() == Some(b'*') {
            self.at += 1;
            let precision = self.operand_integer().and_then(|precision| usize::try_from(precision).ok());
            if precision.is_none() {
                self.printer.out.push_str("%!(BADPREC)");
            }
            self.printer.flags.precision = precision;
            self.after_index = false;
        } else {
            self.printer.flags.precision = Some(self.digits().unwrap_or(0));
        }
    }

    /// Digits as a number; those beyond the widest end the format.
    fn digits(&mut self) -> Option<usize> {
        let digits = self.format[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let mut number = 0;
        for digit in self.format[self.at..self.at + digits].bytes() {
            if number > WIDEST as usize {
                self.at = self.format.len();
                return None;
            }
            number = number * 10 + usize::from(digit - b'0');
        }
        self.at += digits;
        (digits > 0).then_some(number)
    }

    /// Takes an operand for `*`.
    fn operand_integer(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Integer(number, _) => *number,
            Value::Byte(byte) => i64::from(*byte),
            _ => return None,
        };
        (-WIDEST..=WIDEST).contains(&number).then_some(number)
    }

    /// Passes `[2]`; whether one was there.
    fn operand_number(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let Some(close) = rest.find(']').filter(|_| rest.len() >= 3) else {
            self.at += 1;
            self.index_fits = false;
            return false;
        };
        let inside = &rest[1..close];
        let digits = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        let number = inside.parse::<i64>().ok().filter(|number| digits && *number <= WIDEST * 10);
        self.at += close + 1;
        let index = number.and_then(|number| usize::try_from(number - 1).ok());
        match index.filter(|index| *index < self.values.len()) {
            Some(index) => self.next = index,
            None => self.index_fits = false,
        }
        number.is_some()
    }

    /// Complains, as Go does, of operands that no verb took.
    fn extra(&mut self) {
        let extra = self.values.get(self.next..).unwrap_or_default();
        if self.reordered || extra.is_empty() {
            return;
        }
        self.printer.flags = Flags::default();
        self.printer.out.push_str("%!(EXTRA ");
        for (at, value) in extra.iter().enumerate() {
            if at > 0 {
                self.printer.out.push_str(", ");
            }
            if !matches!(value, Value::Absent | Value::Nil) {
                self.printer.out.push_str(&value.type_name());
                self.printer.out.push('=');
            }
            self.printer.argument(value, 'v');
        }
        self.printer.out.push(')');
    }
}
