//! `info(v, {…})`: series with the labels of the info metrics that belong to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    engine::{LabelMatcher, Labels, METADATA, METRIC_NAME, Sample, Test},
    vocab::Pattern,
};

/// The labels that tell which info series belongs to which other series. Prometheus has no way to choose others.
const IDENTIFYING: [&str; 2] = ["instance", "job"];

/// What the second argument of `info` asks for.
#[derive(Clone, Debug)]
pub struct InfoQuery {
    /// Which info metrics.
    names: Vec<LabelMatcher>,
    /// Which of their labels, and with which values.
    data: Vec<LabelMatcher>,
}

/// A sample of an info metric.
#[derive(Copy, Clone, Debug)]
pub struct InfoSample<'a> {
    /// Its series.
    pub labels: &'a Labels,
    /// When it was taken, in milliseconds since 1970.
    pub at: i64,
    /// Whether it is a number, as all samples of info metrics should be.
    pub is_float: bool,
}

impl InfoQuery {
    /// The question that the matchers of the second argument put; without any, `target_info` is meant.
    pub fn of(matchers: impl IntoIterator<Item = LabelMatcher>) -> Self {
        let (mut names, data): (Vec<_>, Vec<_>) =
            matchers.into_iter().partition(|matcher| matcher.label == METRIC_NAME);
        let says_which = names.iter().any(|matcher| matches!(matcher.test, Test::Equal(_) | Test::Regex(_)));
        if names.is_empty() {
            names.push(LabelMatcher::equal(METRIC_NAME, "target_info"));
        } else if !says_which {
            let any_info = Pattern::anchored(".+_info").expect("this pattern is well-formed");
            names.insert(0, LabelMatcher { label: METRIC_NAME.to_owned(), test: Test::Regex(any_info) });
        }
        Self { names, data }
    }

    /// Which info series to look for.
    pub fn matchers(&self) -> Vec<LabelMatcher> {
        self.names.iter().chain(&self.data).cloned().collect()
    }

    /// Adds labels of info series to the samples of one moment.
    ///
    /// # Errors
    ///
    /// Info series that contradict each other, in the words of Prometheus.
    pub fn enrich(&self, base: Vec<Sample>, infos: &[InfoSample<'_>]) -> Result<Vec<Sample>, String> {
        let infos = self.by_identity(&base, infos)?;
        let mut enriched = Vec::with_capacity(base.len());
        for mut sample in base {
            if !self.is_info(&sample.labels) {
                match self.labels_for(&sample.labels, &infos)? {
                    Some(labels) => sample.labels = labels,
                    None => continue,
                }
            }
            enriched.push(sample);
        }
        Ok(enriched)
    }

    /// Whether a series is itself one of the info series, and so left as it is.
    fn is_info(&self, labels: &Labels) -> bool {
        self.names.iter().all(|matcher| matcher.takes_series(labels))
    }

    /// For each info metric, the newest sample of each identity that occurs among the others.
    fn by_identity<'a>(&self, base: &[Sample], infos: &[InfoSample<'a>]) -> Result<Infos<'a>, String> {
        // Those that lack an identifying label are told from those that have it.
        let mut known: BTreeMap<[bool; IDENTIFYING.len()], [BTreeSet<&str>; IDENTIFYING.len()]> = BTreeMap::new();
        for sample in base.iter().filter(|sample| !self.is_info(&sample.labels)) {
            let identity = identity(&sample.labels);
            let has = identity.map(|value| !value.is_empty());
            if has.contains(&true) {
                let values = known.entry(has).or_default();
                values.iter_mut().zip(identity).for_each(|(values, value)| values.extend([value]));
            }
        }
        let may_belong = |labels: &Labels| {
            let identity = identity(labels);
            let fits = |values: &[BTreeSet<&str>; IDENTIFYING.len()]| {
                values.iter().zip(identity).all(|(values, value)| values.contains(value))
            };
            known.values().any(fits)
        };
        let mut newest = Infos::new();
        for info in infos.iter().filter(|info| may_belong(info.labels)) {
            if !info.is_float {
                return Err("info sample should be float".to_owned());
            }
            let of_metric = newest.entry(info.labels.metric_name()).or_default();
            let known = of_metric.entry(identity(info.labels)).or_insert(*info);
            if known.at == info.at && known.labels != info.labels {
                return Err(format!(
                    "found duplicate series for info metric: existing {} @ {}, new {} @ {}",
                    known.labels.braced(),
                    known.at,
                    info.labels.braced(),
                    info.at
                ));
            }
            if known.at < info.at {
                *known = *info;
            }
        }
        Ok(newest)
    }

    /// The labels of a series with those of its info series; `None` when it has none but had to have.
    fn labels_for(&self, labels: &Labels, infos: &Infos<'_>) -> Result<Option<Labels>, String> {
        let identity = identity(labels);
        let found: Vec<_> = infos.values().filter_map(|of_metric| of_metric.get(&identity)).collect();
        if found.is_empty() {
            let may_lack = self.data.iter().all(|matcher| matcher.takes(""));
            return Ok(may_lack.then(|| labels.clone()));
        }
        let is_asked_for = |name: &str| self.data.is_empty() || self.data.iter().any(|matcher| matcher.label == name);
        let mut added: BTreeMap<&str, &str> = BTreeMap::new();
        for label in found.iter().flat_map(|info| info.labels.iter()) {
            let is_own = METADATA.contains(&&*label.name) || labels.get(&label.name).is_some();
            if is_own || !is_asked_for(&label.name) {
                continue;
            }
            if *added.entry(&label.name).or_insert(&label.value) != &*label.value {
                return Err(format!("conflicting label: {}", label.name));
            }
        }
        let mut builder = labels.builder();
        for (name, value) in added {
            builder.set(name, value);
        }
        Ok(Some(builder.build()))
    }
}

type Identity<'a> = [&'a str; IDENTIFYING.len()];
type Infos<'a> = BTreeMap<&'a str, BTreeMap<Identity<'a>, InfoSample<'a>>>;

fn identity(labels: &Labels) -> Identity<'_> {
    IDENTIFYING.map(|label| labels.value(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Value;

    /// The labels of `base` after joining these info series, the time of each in front.
    fn enriched(query: &InfoQuery, base: &[(&str, &str)], infos: &[(i64, &[(&str, &str)])]) -> Result<String, String> {
        let sample = Sample { labels: Labels::of(base.iter().copied()), value: Value::Float(1.0), drop_name: false };
        let infos: Vec<_> = infos.iter().map(|(at, labels)| (*at, Labels::of(labels.iter().copied()))).collect();
        let infos: Vec<_> = infos.iter().map(|(at, labels)| InfoSample { labels, at: *at, is_float: true }).collect();
        let enriched = query.enrich(vec![sample], &infos)?;
        Ok(enriched.iter().map(|sample| sample.labels.to_string()).collect())
    }

    #[test]
    fn labels_of_info_series_are_added() {
        let target: &[_] =
            &[("__name__", "target_info"), ("job", "a"), ("instance", "i"), ("region", "eu"), ("x", "2")];
        let newer: &[_] = &[("__name__", "target_info"), ("job", "a"), ("instance", "i"), ("region", "us")];
        let build: &[_] = &[("__name__", "build_info"), ("job", "a"), ("instance", "i"), ("region", "us")];
        let other: &[_] = &[("__name__", "target_info"), ("job", "b"), ("instance", "i"), ("region", "us")];
        let typed: &[_] =
            &[("__name__", "target_info"), ("__type__", "gauge"), ("job", "a"), ("instance", "i"), ("region", "eu")];
        let base: &[_] = &[("__name__", "up"), ("job", "a"), ("instance", "i"), ("x", "1")];
        let all = InfoQuery::of([]);
        let region = InfoQuery::of([LabelMatcher::equal("region", "eu")]);
        let any = Test::Regex(Pattern::anchored(".+_info").expect("a pattern"));
        let any = InfoQuery::of([LabelMatcher { label: METRIC_NAME.to_owned(), test: any }]);
        let plain = r#"up{instance="i", job="a", x="1"}"#;
        let with_eu = r#"up{instance="i", job="a", region="eu", x="1"}"#;
        let with_us = r#"up{instance="i", job="a", region="us", x="1"}"#;
        for (query, infos, expected) in [
            (&all, &[(1, target), (1, other)][..], Ok(with_eu)),
            (&all, &[(1, target), (2, newer)], Ok(with_us)),
            (&all, &[(1, other)], Ok(plain)),
            (&region, &[(1, target)], Ok(with_eu)),
            (&region, &[], Ok("")),
            (&any, &[(1, target), (2, build)], Err("conflicting label: region")),
            (&all, &[(1, typed)], Ok(with_eu)),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(enriched(query, base, infos), expected);
        }
        // An info series without `job` belongs to series without it.
        let of_instance: &[_] = &[("__name__", "target_info"), ("instance", "i"), ("region", "eu")];
        let jobless: &[_] = &[("__name__", "up"), ("instance", "i")];
        assert_eq!(enriched(&all, base, &[(1, of_instance)]).as_deref(), Ok(plain));
        assert_eq!(
            enriched(&all, jobless, &[(1, of_instance), (1, target)]).as_deref(),
            Ok(r#"up{instance="i", region="eu"}"#)
        );
        let twice = enriched(&all, base, &[(1, target), (1, newer)]).expect_err("two at one time");
        assert!(twice.starts_with("found duplicate series for info metric: existing {__name__="), "{twice}");
        assert_eq!(
            enriched(&all, target, &[(1, newer)]).as_deref(),
            Ok(Labels::of(target.iter().copied()).to_string().as_str())
        );
    }
}
