//! Samples of a captured page of metrics.

use crate::{
    engine::{AppendError, Labels, Storage, Value},
    exposition::{Exposition, Sample},
    text::Span,
};

/// When the samples of a page were taken.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum PageTimes {
    /// All at this time, in milliseconds since 1970; what the page says of times is passed over.
    All(i64),
    /// Each when the page says; those of which it says nothing at this time.
    Own(i64),
}

/// Appends the samples of a page, each series in the order of its times. Gives those that were refused, with their
/// places, such as a second sample of a series at the same time.
pub fn load_page(page: &Exposition, times: PageTimes, storage: &mut Storage) -> Vec<(Span, AppendError)> {
    let time = |sample: &Sample| match times {
        PageTimes::All(at) => at,
        PageTimes::Own(at) => sample.time.unwrap_or(at),
    };
    let mut samples: Vec<&Sample> = page.families.iter().flat_map(|family| &family.samples).collect();
    samples.sort_by_key(|sample| time(sample));
    let append = |sample: &Sample| {
        let labels = labels_of(page, sample);
        storage
            .append(&labels, time(sample), Value::Float(sample.value), 0)
            .err()
            .map(|error| (page.span(sample), error))
    };
    samples.into_iter().filter_map(append).collect()
}

fn labels_of(page: &Exposition, sample: &Sample) -> Labels {
    let name = ("__name__".to_owned(), page.name(sample).value.to_owned());
    let labels = page.labels(sample).map(|(name, value)| (name.value.to_owned(), value.value.into_owned()));
    Labels::of(std::iter::once(name).chain(labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Excerpt, FileId};

    const PAGE: &str =
        "# TYPE up gauge\nup{job=\"a\"} 1 2000\nup{job=\"a\"} 0 1000\nup{job=\"b\"} 3\nup{job=\"b\"} 4\n";

    fn loaded(times: PageTimes) -> (Vec<String>, Vec<String>) {
        let page = Exposition::parse(&Excerpt::whole(FileId(0), PAGE));
        let mut storage = Storage::new();
        let refused = load_page(&page, times, &mut storage);
        let shown = storage.all().map(|series| {
            let points = series.floats().iter().map(|point| format!(" {}@{}", point.value, point.at));
            format!("{}{}", series.labels, points.collect::<String>())
        });
        let refused = refused.into_iter().map(|(span, _)| PAGE[span.range()].to_owned());
        (shown.collect(), refused.collect())
    }

    #[test]
    fn samples_have_their_own_times_or_one() {
        let (shown, refused) = loaded(PageTimes::Own(500));
        assert_eq!(shown, [r#"up{job="b"} 3@500"#, r#"up{job="a"} 0@1000 1@2000"#]);
        assert_eq!(refused, [r#"up{job="b"} 4"#]);
        let (shown, refused) = loaded(PageTimes::All(0));
        assert_eq!(shown, [r#"up{job="a"} 1@0"#, r#"up{job="b"} 3@0"#]);
        assert_eq!(refused, [r#"up{job="a"} 0"#, r#"up{job="b"} 4"#]);
    }
}
