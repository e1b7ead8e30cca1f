//! What values expressions can have, and whether they give anything.

use super::*;
use crate::{
    promql::Query,
    text::{Excerpt, FileId},
};

fn query(text: &str) -> Query {
    Query::parse(Excerpt::whole(FileId(0), text))
}

#[test]
fn knows_what_values_can_be() {
    for (text, expected) in [
        ("rate(x[5m])", "at least 0"),
        ("-rate(x[5m])", "at most -0"),
        ("count(x) - 1", "at least 0"),
        ("avg by (job) (up) * 100", "between 0 and 100"),
        ("100 - avg(up) * 100", "between 0 and 100"),
        ("sum(up)", "at least 0"),
        ("sum(x)", "any number"),
        ("absent(x)", "always 1"),
        ("absent(x) or up", "0 or 1"),
        ("up == 1", "always 1"),
        ("up < 1", "always 0"),
        ("x > bool 3", "0 or 1"),
        ("up >= bool 0", "always 1"),
        ("rate(x[5m]) < bool 0", "always 0"),
        ("2 < up", "no number"),
        ("hour()", "between 0 and 23"),
        ("rate(x[5m]) / rate(y[5m])", "at least 0"),
        ("x / 0", "any number"),
        ("1 / ((x > -1) * 0)", "any number"),
        ("1 / (rate(x[5m]) * 0)", "at least 0"),
        ("1 / 0 - 1 / 0", "no number"),
        ("rate(x[5m]) * 0", "always 0"),
        ("avg_over_time(up[1h])", "between 0 and 1"),
        ("time()", "at least 0"),
        ("x > 5", "more than 5"),
        ("x <= 5", "at most 5"),
        ("(x >= 1) < 5", "at least 1 and less than 5"),
        ("clamp_max(x, 3)", "at most 3"),
        ("clamp(x, 0, 1)", "between 0 and 1"),
        ("round(up * 0.5)", "0 or 1"),
        ("abs(up - 3)", "2 or 3"),
        ("stddev(x)", "at least 0"),
        ("quantile(0.5, up)", "between 0 and 1"),
        ("2 ^ 10", "always 1024"),
        ("x % 10", "between -10 and 10"),
        ("rate(x[5m]) % 10", "between 0 and 10"),
        ("sgn(x)", "between -1 and 1"),
        ("x + fill (0) up", "any number"),
        ("rate(x[5m]) + fill (0) up", "at least 0"),
    ] {
        let query = query(text);
        assert_eq!(Values::of(query.valid().unwrap(), &()).to_string(), expected, "{text}");
    }
}

#[test]
fn knows_a_part_of_its_whole() {
    for (text, expected) in [
        ("sum(rate(x{status=~\"5..\"}[5m])) / sum(rate(x[5m]))", true),
        ("sum by (job) (rate(x{a=\"1\"}[5m])) / sum by (job) (rate(x[5m]))", true),
        ("sum by (job, a) (rate(x{a=\"1\"}[5m])) / on (job) group_left () sum by (job) (rate(x[5m]))", true),
        ("rate(x[5m]) / on (job) group_left () sum by (job) (rate(x[5m]))", true),
        ("count(up == 1) / count(up)", true),
        ("sum(up) / count(up)", true),
        ("sum(x > bool 3) / count(x)", true),
        ("(sum(rate(x[5m])) - sum(rate(x{a=\"1\"}[5m]))) / sum(rate(x[5m]))", true),
        ("rate(hit[5m]) / (rate(hit[5m]) + rate(miss[5m]))", true),
        ("sum(rate(x[5m])) / sum(rate(x{a=\"1\"}[5m]))", false),
        ("sum(rate(x{a=\"1\"}[5m])) / sum(rate(x[1h]))", false),
        ("sum(rate(x{a=\"1\"}[5m])) / sum(rate(y[5m]))", false),
        ("sum(x{a=\"1\"}) / sum(x)", false),
        ("sum by (a) (rate(x[5m])) / on () group_right () sum by (b) (rate(x[5m]))", false),
        ("max(rate(x{a=\"1\"}[5m])) / avg(rate(x[5m]))", false),
        ("rate(hit[5m]) / (rate(hit[5m]) - rate(miss[5m]))", false),
        ("hit / (hit + miss)", false),
    ] {
        let query = query(text);
        let values = Values::of(query.valid().unwrap(), &());
        assert_eq!(values == Values::SHARE, expected, "{text}: {values}");
    }
}

#[test]
fn knows_whether_there_is_anything() {
    for (text, expected) in [
        ("x", Outcome::Whenever),
        ("x > 5", Outcome::Depends),
        ("rate(x[5m]) < 0", Outcome::Never),
        ("rate(x[5m]) >= 0", Outcome::Whenever),
        ("sum(rate(x[5m]) >= 0)", Outcome::Whenever),
        ("rate(x[5m]) >= 0 or y > 5", Outcome::Whenever),
        ("rate(x[5m]) >= 0 and y > 5", Outcome::Depends),
        ("rate(x[5m]) < 0 and y", Outcome::Never),
        ("rate(x[5m]) < 0 or y == 1", Outcome::Depends),
        ("x > 5 and x < 3", Outcome::Never),
        ("x > 5 and x < 7", Outcome::Depends),
        ("x > 5 and on (a) x < 3", Outcome::Depends),
        ("x > 5 and y > 1 and 3 > x", Outcome::Never),
        ("x > 5 or x <= 5", Outcome::Whenever),
        ("x != 1 or x != 2", Outcome::Whenever),
        ("x < 3 or x > 5", Outcome::Depends),
        ("up == 0 or up == 1", Outcome::Whenever),
        ("up == 0 or up > 0", Outcome::Whenever),
        ("x unless x", Outcome::Never),
        ("x unless (rate(x[5m]) < 0)", Outcome::Whenever),
        ("absent(vector(1))", Outcome::Never),
        ("absent(x)", Outcome::Depends),
        ("vector(1) > 0", Outcome::Always),
        ("up > bool 3", Outcome::Whenever),
        ("ALERTS", Outcome::Depends),
        ("a:b:c > 0", Outcome::Depends),
        ("rate(a[5m]) < on (x) fill (-1) rate(b[5m])", Outcome::Depends),
    ] {
        let query = query(text);
        assert_eq!(Outcome::of(query.valid().unwrap(), &()), expected, "{text}");
    }
}

#[test]
fn spells_its_reasons() {
    for (text, expected) in [
        ("sum(rate(x[5m])) * 100", "`rate` gives at least 0; so this is at least 0"),
        ("100 - avg(up) * 100", "`up` is 0 or 1; so this is between 0 and 100; so this is between 0 and 100"),
        ("count(x) + 1", "`count` gives at least 1; so this is at least 2"),
        ("avg_over_time(up[5m])", "`up` is 0 or 1"),
        ("clamp_max(x, 3)", "`clamp_max` gives at most 3"),
        ("sum(rate(x{a=\"1\"}[5m])) / sum(rate(x[5m]))", "a part of its whole is between 0 and 1"),
        ("x + 1", ""),
    ] {
        let query = query(text);
        let reasons = reasons(query.valid().unwrap(), &());
        let texts: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
        assert_eq!(texts.join("; "), expected, "{text}");
    }
}
