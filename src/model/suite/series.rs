//! A series by name and labels, as test files write it: `http_requests_total{job="api"}`.

use crate::{
    diag::Diagnostic,
    promql::{Expr, Query},
    text::{Excerpt, Span, Spanned},
    tree::Complaints,
    vocab::{is_label_name, is_metric_name, is_unquoted_name},
};

/// A series.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Series {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub metric: Option<Spanned<String>>,
    /// Its labels, in the written order.
    pub labels: Vec<(Spanned<String>, Spanned<String>)>,
    /// Names that lack quotes, unless [`Feature::UnquotedNames`](crate::promql::Feature::UnquotedNames) is on.
    pub unquoted: Vec<Diagnostic>,
}

impl Series {
    /// Reads a series; complains and gives `None` when it is none. Only `=` is allowed, and no blank
    /// before the brace.
    pub fn read(text: &Excerpt, complaints: &mut Complaints) -> Option<Self> {
        let mut reader = Reader { text, at: 0 };
        match reader.series() {
            Ok(series) => Some(series),
            Err(complaint) => {
                complaints.push(*complaint);
                None
            }
        }
    }

    /// The value of a label; `__name__` is the metric's name.
    pub fn label(&self, name: &str) -> Option<&str> {
        if name == "__name__"
            && let Some(metric) = &self.metric
        {
            return Some(metric);
        }
        self.labels.iter().find(|(own, _)| own.value == name).map(|(_, value)| value.as_str())
    }
}

struct Reader<'a> {
    text: &'a Excerpt,
    at: usize,
}

impl<'a> Reader<'a> {
    fn series(&mut self) -> Result<Series, Box<Diagnostic>> {
        self.blanks();
        let start = self.at;
        let mut series = Series { span: self.text.full_span(), metric: None, labels: Vec::new(), unquoted: Vec::new() };
        let name = self.until(|c| c == '{' || c.is_whitespace());
        if !name.is_empty() {
            if !is_metric_name(name) {
                if !is_unquoted_name(name) {
                    return Err(self.complaint(start, format!("`{name}` is not the name of a metric")));
                }
                series.unquoted.push(self.lacks_quotes(start, name, format!("write `{{\"{name}\"}}`")));
            }
            series.metric = Some(Spanned::new(self.text.span(start..self.at), name.to_owned()));
        }
        if self.take('{') {
            self.labels(&mut series)?;
        } else if name.is_empty() {
            return Err(self.complaint(start, "a series is expected here, such as `up{job=\"api\"}`"));
        }
        let end = self.at;
        self.blanks();
        if !self.rest().is_empty() {
            let from = self.at;
            self.at = self.text.text().len();
            let complaint =
                self.complaint(from, format!("`{}` does not belong to a series", &self.text.text()[from..]));
            return Err(Box::new(
                complaint.help("no blank may stand between a name and its `{`, and nothing after the `}`"),
            ));
        }
        series.span = self.text.span(start..end);
        Ok(series)
    }

    fn labels(&mut self, series: &mut Series) -> Result<(), Box<Diagnostic>> {
        loop {
            self.blanks();
            if self.take('}') {
                return Ok(());
            }
            let start = self.at;
            let quoted = self.rest().starts_with(['"', '\'', '`']);
            let name = if quoted {
                self.string()?
            } else {
                let name = self.until(|c| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).to_owned();
                Spanned::new(self.text.span(start..self.at), name)
            };
            if !quoted && !is_label_name(&name) {
                if !is_unquoted_name(&name) {
                    self.step();
                    return Err(self.complaint(start, "a label such as `job=\"api\"` is expected here"));
                }
                let remedy = format!("write `\"{}\"`", name.value);
                series.unquoted.push(self.lacks_quotes(start, &name.value, remedy));
            }
            self.blanks();
            let operator = self.at;
            match self.until(|c| !matches!(c, '=' | '!' | '~' | '<' | '>')) {
                "=" => {
                    self.blanks();
                    let value = self.string()?;
                    series.labels.push((name, value));
                }
                "" if quoted && series.metric.is_none() => series.metric = Some(name),
                "" => return Err(self.complaint(start, format!("label `{}` has no value", name.value))),
                other => {
                    let message = format!("a series takes `=` only, but this is `{other}`");
                    return Err(self.complaint(operator, message));
                }
            }
            self.blanks();
            if !self.take(',') && !self.rest().starts_with('}') {
                self.step();
                return Err(self.complaint(start, "`,` or `}` is expected after this label"));
            }
        }
    }

    /// A string in quotes, decoded as PromQL does.
    fn string(&mut self) -> Result<Spanned<String>, Box<Diagnostic>> {
        let start = self.at;
        let quote = self.rest().chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'));
        let Some(quote) = quote else {
            self.step();
            return Err(self.complaint(start, "a value in quotes is expected here"));
        };
        self.step();
        loop {
            match self.step() {
                Some('\\') if quote != '`' => {
                    self.step();
                }
                Some(next) if next == quote => break,
                Some(_) => {}
                None => return Err(self.complaint(start, "this string is never closed")),
            }
        }
        let literal = Query::parse(self.text.sub(start..self.at));
        match (literal.errors().first().cloned(), literal.expr) {
            (None, Some(Expr::String(value))) => Ok(value.map(String::from)),
            (Some(error), _) => Err(Box::new(error)),
            (None, _) => Err(self.complaint(start, "a value in quotes is expected here")),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text.text()[self.at..]
    }

    fn step(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take(&mut self, sign: char) -> bool {
        let here = self.rest().starts_with(sign);
        if here {
            self.step();
        }
        here
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(stop).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn lacks_quotes(&self, from: usize, name: &str, remedy: String) -> Diagnostic {
        self.complaint(from, format!("the name `{name}` has to stand in quotes"))
            .help(format!("{remedy}, or switch on `promql-unquoted-utf8-names` (Prometheus 3.16)"))
    }

    fn complaint(&self, from: usize, message: impl Into<String>) -> Box<Diagnostic> {
        let range = if from < self.at { from..self.at } else { 0..self.text.text().len() };
        Box::new(Diagnostic::error(self.text.span(range), message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::FileId;

    fn shown(text: &str) -> Result<String, String> {
        let mut complaints = Complaints::new();
        let series = Series::read(&Excerpt::whole(FileId(0), text), &mut complaints);
        let series = series.ok_or_else(|| complaints[0].message.clone())?;
        let labels: Vec<_> =
            series.labels.iter().map(|(name, value)| format!("{}={}", name.value, value.value)).collect();
        Ok(format!("{}[{}]", series.metric.map(|metric| metric.value).unwrap_or_default(), labels.join(" ")))
    }

    #[test]
    fn reads_series() {
        for (text, expected) in [
            ("up", "up[]"),
            (" up ", "up[]"),
            ("up{}", "up[]"),
            ("{}", "[]"),
            ("job:up:sum{job=\"a\"}", "job:up:sum[job=a]"),
            ("up{ a = \"b\" , c='d',e=`f\\`, }", "up[a=b c=d e=f\\]"),
            ("up{a=\"\\\"x\\n\"}", "up[a=\"x\n]"),
            ("{\"a b\", c=\"d\"}", "a b[c=d]"),
            ("up{\"a.b\"=\"c\"}", "up[a.b=c]"),
            ("sum{by=\"x\"}", "sum[by=x]"),
        ] {
            assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn complains() {
        for (text, message) in [
            ("", "a series is expected here, such as `up{job=\"api\"}`"),
            ("1x", "`1x` is not the name of a metric"),
            ("up {a=\"b\"}", "`{a=\"b\"}` does not belong to a series"),
            ("up{a=~\"b\"}", "a series takes `=` only, but this is `=~`"),
            ("up{a=b}", "a value in quotes is expected here"),
            ("up{a}", "label `a` has no value"),
            ("up{a=\"b\"", "`,` or `}` is expected after this label"),
            ("up{a=\"b", "this string is never closed"),
            ("up{a=\"b\"}[5m]", "`[5m]` does not belong to a series"),
        ] {
            assert_eq!(shown(text), Err(message.to_owned()), "{text}");
        }
        assert!(shown("up{a=\"\\q\"}").is_err());
    }

    #[test]
    fn names_may_lack_quotes() {
        let mut complaints = Complaints::new();
        let text = "http.server.requests{k8s.pod=\"a\", größe=\"b\", c=\"d\"}";
        let series = Series::read(&Excerpt::whole(FileId(0), text), &mut complaints).expect("a series");
        assert_eq!(complaints, []);
        let marked: Vec<_> = series.unquoted.iter().map(|lacking| &text[lacking.span.range()]).collect();
        assert_eq!(marked, ["http.server.requests", "k8s.pod", "größe"]);
        assert_eq!(series.label("k8s.pod"), Some("a"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[a-c{}=\"'`\\\\~, é1]{0,30}") {
            let mut complaints = Complaints::new();
            let excerpt = Excerpt::whole(FileId(0), text);
            let series = Series::read(&excerpt, &mut complaints);
            prop_assert_eq!(series.is_some(), complaints.is_empty());
        }
    }
}
