//! Functions of instant vectors.

use crate::engine::{
    Failure, Labels, LabelsFunction, METRIC_NAME, Moments, TextCall, Value, VectorCall, VectorFunction,
    plan::{Call, Vector, VectorKind},
};

use super::{Grid, Row, Run, duplicate};

impl Run<'_> {
    /// The value of a call of a function of vectors.
    pub(super) fn call(&mut self, vector: &Vector, moments: Moments) -> Result<Grid, Failure> {
        let bare = match &vector.kind {
            VectorKind::Float(call) => {
                let grid = self.vector(&call.operand, moments)?;
                let parameters = self.at_each_step(call, moments)?;
                grid.map(|step, value| (call.function)(value.float()?, &parameters[step]).map(Value::Float))
            }
            VectorKind::Calendar(call) => {
                let grid = self.vector(&call.operand, moments)?;
                grid.map(|_, value| Some(Value::Float((call.function)(value.float()?))))
            }
            VectorKind::CalendarNow(function) => {
                let seconds = moments.iter().map(|at| (at / 1000) as f64);
                always(moments, seconds.map(|seconds| Some(function(seconds))), Labels::empty())
            }
            VectorKind::Histogram(call) => {
                let grid = self.vector(&call.operand, moments)?;
                grid.map(|_, value| Some(Value::Float((call.function)(value.histogram()?))))
            }
            VectorKind::SampleTime(selector) => self.select_times(selector, moments)?,
            VectorKind::SampleStart(selector) => self.select_starts(selector, moments)?,
            VectorKind::EvaluationTime(operand) => {
                let times: Vec<f64> = moments.iter().map(|at| at as f64 / 1000.0).collect();
                self.vector(operand, moments)?.map(|step, _| Some(Value::Float(times[step])))
            }
            VectorKind::NoStart(operand) => {
                self.vector(operand, moments)?;
                Grid::new(moments.count())
            }
            VectorKind::Absent(operand, labels) => {
                let grid = self.vector(operand, moments)?;
                let is_absent = |step| (0..grid.rows().len()).all(|row| grid.cell(row, step).is_none());
                let ones = (0..moments.count()).map(|step| is_absent(step).then_some(1.0));
                return Ok(always(moments, ones, labels.clone()));
            }
            VectorKind::Labels(call) => return self.relabel(vector, call, moments),
            VectorKind::Info(call) => return self.info(vector, call, moments),
            VectorKind::Whole(call) => return self.whole(vector, call, moments),
            _ => return Ok(Grid::new(moments.count())),
        };
        self.settled(self.without_names(bare), moments, vector.span)
    }

    /// The scalar arguments of a call at each moment.
    fn at_each_step<F>(&mut self, call: &Call<F>, moments: Moments) -> Result<Vec<Vec<f64>>, Failure> {
        let values = self.scalars(&call.parameters, moments)?;
        Ok((0..moments.count()).map(|step| values.iter().map(|values| values[step]).collect()).collect())
    }

    fn whole(&mut self, vector: &Vector, call: &Call<VectorFunction>, moments: Moments) -> Result<Grid, Failure> {
        let grid = self.vector(&call.operand, moments)?;
        let parameters = self.at_each_step(call, moments)?;
        let texts: Vec<&str> = call.texts.iter().map(String::as_str).collect();
        let mut collector = self.collector(moments);
        for (step, at) in moments.iter().enumerate() {
            let samples = VectorCall {
                vector: grid.column(step),
                parameters: &parameters[step],
                texts: &texts,
                at,
                query: self.query,
                arguments: &call.arguments,
                call: vector.span,
                delayed_name_removal: self.options.delayed_name_removal,
            };
            for sample in (call.function)(samples, &mut self.notes)? {
                collector.add(step, sample).map_err(|collision| duplicate(collision, vector.span))?;
            }
            self.check_size(collector.grid(), vector.span)?;
        }
        Ok(collector.finish())
    }

    fn relabel(&mut self, vector: &Vector, call: &Call<LabelsFunction>, moments: Moments) -> Result<Grid, Failure> {
        let texts: Vec<&str> = call.texts.iter().map(String::as_str).collect();
        let relabelling = (call.function)(&TextCall { texts: &texts, arguments: &call.arguments, call: vector.span })?;
        // The first text names the label that is set; a name that is set is not dropped.
        let sets_name = texts.first() == Some(&METRIC_NAME);
        let grid = self.vector(&call.operand, moments)?.map_rows(|row| {
            if let Some(labels) = relabelling(&row.labels) {
                row.drop_name &= !sets_name;
                row.labels = labels;
            }
        });
        grid.merged().map_err(|collision| duplicate(collision, vector.span))
    }
}

/// A grid of one series.
fn always(moments: Moments, values: impl Iterator<Item = Option<f64>>, labels: Labels) -> Grid {
    let mut grid = Grid::new(moments.count());
    grid.add_filled(Row { labels, drop_name: false }, values.map(|value| value.map(Value::Float)));
    grid
}
