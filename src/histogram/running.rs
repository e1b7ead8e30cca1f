//! Sums and means over many histograms, with what rounding loses kept aside until the end.

use super::{Amount, Compensated, FloatHistogram, MixedSchemas, Reconciled};

/// The sum of histograms, one added after the other.
#[derive(Clone, Debug)]
pub struct HistogramSum {
    running: FloatHistogram<Compensated>,
}

impl HistogramSum {
    /// The sum of one.
    pub fn of(first: &FloatHistogram) -> Self {
        Self { running: first.map(Compensated::of) }
    }

    /// Adds another.
    ///
    /// # Errors
    ///
    /// When it has custom buckets and those before have not, or the other way around; nothing is changed then.
    pub fn add(&mut self, histogram: &FloatHistogram) -> Result<Reconciled, MixedSchemas> {
        self.running.add(histogram)
    }

    /// The sum, rounded once. Empty buckets stay listed: `sum` compacts it, `sum_over_time` does not.
    pub fn value(&self) -> FloatHistogram {
        self.running.map(Compensated::total)
    }
}

/// The mean of histograms, one added after the other.
///
/// It is a sum until the sum would overflow, and a mean of means from there on.
#[derive(Clone, Debug)]
pub struct HistogramMean {
    running: FloatHistogram<Compensated>,
    number: f64,
    incremental: bool,
}

impl HistogramMean {
    /// The mean of one.
    pub fn of(first: &FloatHistogram) -> Self {
        Self { running: first.map(Compensated::of), number: 1.0, incremental: false }
    }

    /// Takes another into account.
    ///
    /// # Errors
    ///
    /// When it has custom buckets and those before have not, or the other way around.
    pub fn add(&mut self, histogram: &FloatHistogram) -> Result<Reconciled, MixedSchemas> {
        self.number += 1.0;
        if !self.incremental {
            let mut sum = self.running.clone();
            let reconciled = sum.add(histogram)?;
            if !overflows(&sum) {
                self.running = sum;
                return Ok(reconciled);
            }
            self.incremental = true;
            self.running.divide(self.number - 1.0);
        }
        let mut share = histogram.clone();
        share.divide(self.number);
        self.running.multiply((self.number - 1.0) / self.number);
        self.running.add(&share)
    }

    /// The mean, rounded once. Empty buckets stay listed: `avg` compacts it, `avg_over_time` does not.
    pub fn value(&self) -> FloatHistogram {
        let mut mean = self.running.clone();
        if !self.incremental {
            mean.divide(self.number);
        }
        mean.map(Compensated::total)
    }
}

fn overflows(histogram: &FloatHistogram<Compensated>) -> bool {
    let buckets = histogram.positive.iter().chain(histogram.negative.iter()).map(|(_, count)| count);
    [histogram.count, histogram.sum, histogram.zero_count]
        .into_iter()
        .chain(buckets)
        .any(|count| count.sum.is_infinite())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::read, *};

    #[test]
    fn sums_lose_nothing_on_the_way() {
        let mut sum = HistogramSum::of(&read("{{count:1e100 sum:1e100 buckets:[1e100]}}"));
        for more in ["{{schema:1 count:1 sum:1 buckets:[1]}}", "{{count:-1e100 sum:-1e100 buckets:[-1e100 2]}}"] {
            sum.add(&read(more)).expect("all are exponential");
        }
        assert_eq!(sum.value().test_form(), "{{count:1 sum:1 buckets:[1 2]}}");
        assert_eq!(sum.add(&read("{{schema:-53}}")), Err(MixedSchemas));
    }

    #[test]
    fn means_do_not_overflow() {
        let large = "{{count:1.5e308 sum:1.5e308 buckets:[1.5e308]}}";
        let mut mean = HistogramMean::of(&read(large));
        for _ in 0..3 {
            mean.add(&read(large)).expect("all are exponential");
        }
        assert_eq!(mean.value().test_form(), "{{count:1.5e+308 sum:1.5e+308 buckets:[1.5e+308]}}");
        let mut mean = HistogramMean::of(&read("{{count:1 sum:2 buckets:[1]}}"));
        mean.add(&read("{{count:2 sum:4 buckets:[0 2]}}")).expect("all are exponential");
        assert_eq!(mean.value().test_form(), "{{count:1.5 sum:3 buckets:[0.5 1]}}");
    }
}
