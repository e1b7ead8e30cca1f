//! A line of a load block: a series, a blank, and its values.

use crate::{
    model::suite::{notation::Values, series::Series},
    text::Excerpt,
    tree::Complaints,
};

/// A series with its values, as one line: `up{job="api"} 1 1 _ 0x3`.
#[derive(Clone, PartialEq, Debug)]
pub struct SeriesLine {
    /// Whose values they are.
    pub series: Series,
    /// The values, one for each moment.
    pub values: Values,
}

impl SeriesLine {
    /// Reads a line; complains and gives `None` when the series is none. Values that cannot be read are
    /// left out, and [`Values::complete`] says so.
    pub fn read(line: &Excerpt, complaints: &mut Complaints) -> Option<Self> {
        let end = end_of_series(line.text());
        let series = Series::read(&line.sub(0..end), complaints);
        let values = Values::read(line.sub(end..line.text().len()), complaints);
        Some(Self { series: series?, values })
    }
}

/// Where the series ends: at the first blank outside of braces and quotes.
pub fn end_of_series(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    let mut quote = None;
    let mut braces = false;
    let mut escaped = false;
    for (at, sign) in line.char_indices().skip_while(|(at, _)| *at < start) {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(open) if sign == open => quote = None,
            Some(open) => escaped = sign == '\\' && open != '`',
            None => match sign {
                '"' | '\'' | '`' => quote = Some(sign),
                '{' => braces = true,
                '}' => braces = false,
                _ if sign.is_whitespace() && !braces => return at,
                _ => {}
            },
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn a_line_is_split_behind_its_series() {
        for (line, series) in [
            ("up 1 2", "up"),
            ("  up{a=\"b c\"} 1", "  up{a=\"b c\"}"),
            ("up{a=\"}\\\" \"}  1", "up{a=\"}\\\" \"}"),
            ("{\"a b\", c=`\\`} 1", "{\"a b\", c=`\\`}"),
            ("up", "up"),
            ("{} {{sum:1}}", "{}"),
        ] {
            assert_eq!(&line[..end_of_series(line)], series);
        }
    }

    #[test]
    fn both_parts_know_their_place() {
        let mut complaints = Complaints::new();
        let text = "up{job=\"a\"} 1 2x3 _x2";
        let line = SeriesLine::read(&Excerpt::whole(FileId(0), text), &mut complaints).expect("it is a series");
        assert_eq!((line.series.label("job"), line.values.moments()), (Some("a"), 7));
        assert_eq!(&text[line.values.items[1].span.range()], "2x3");
        assert!(complaints.is_empty());
        assert!(SeriesLine::read(&Excerpt::whole(FileId(0), "1 2"), &mut complaints).is_none());
        assert_eq!(complaints.len(), 1);
    }
}
