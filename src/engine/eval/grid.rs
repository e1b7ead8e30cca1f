//! The value of a vector expression at all moments: a table of series by moments.

use rustc_hash::FxHashMap;

use crate::engine::{Labels, Sample, Value};

/// The samples of some series at some moments.
#[derive(Clone, Debug)]
pub struct Grid {
    rows: Vec<Row>,
    /// Row by row, a cell for each moment.
    cells: Vec<Option<Value>>,
    width: usize,
}

/// A series of a grid.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its labels.
    pub labels: Labels,
    /// Whether its metadata labels go at the end of the query; only with delayed removal of names.
    pub drop_name: bool,
}

/// Two samples of the same labels meet at one moment.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Collision;

/// What is to be done about rows of the same labels.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Twins {
    /// They are put together, and must not meet at a moment.
    Merge,
    /// They stay apart: names that tell them apart are there, but not shown yet.
    Keep,
}

impl Grid {
    /// A grid without rows, over so many moments.
    pub fn new(width: usize) -> Self {
        Self { rows: Vec::new(), cells: Vec::new(), width }
    }

    /// How many moments there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The series.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The sample of a series at a moment.
    pub fn cell(&self, row: usize, step: usize) -> Option<&Value> {
        self.cells[row * self.width + step].as_ref()
    }

    /// Adds a series without samples, and gives its cells.
    pub fn add_row(&mut self, row: Row) -> &mut [Option<Value>] {
        self.rows.push(row);
        let start = self.cells.len();
        self.cells.resize(start + self.width, None);
        &mut self.cells[start..]
    }

    /// Adds a series whose cells are computed, unless all of them are empty.
    pub fn add_filled(&mut self, row: Row, cells: impl Iterator<Item = Option<Value>>) {
        let start = self.cells.len();
        self.cells.extend(cells.take(self.width));
        if self.cells[start..].iter().all(Option::is_none) {
            self.cells.truncate(start);
        } else {
            self.cells.resize(start + self.width, None);
            self.rows.push(row);
        }
    }

    /// Puts a sample into an empty cell; false when the cell is taken.
    pub fn put(&mut self, row: usize, step: usize, value: Value) -> bool {
        let cell = &mut self.cells[row * self.width + step];
        if cell.is_some() {
            return false;
        }
        *cell = Some(value);
        true
    }

    /// How many samples it has room for, which is what it takes in memory.
    pub fn size(&self) -> usize {
        self.cells.len()
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.cells.iter().flatten().count()
    }

    /// Changes each sample by itself; what gives `None` is left out, and so are series that have no sample then.
    pub fn map(mut self, mut change: impl FnMut(usize, Value) -> Option<Value>) -> Self {
        for (index, cell) in self.cells.iter_mut().enumerate() {
            *cell = cell.take().and_then(|value| change(index % self.width, value));
        }
        self.without_empty_rows()
    }

    /// Without series that have no sample.
    pub fn without_empty_rows(mut self) -> Self {
        let width = self.width;
        let is_filled = |row: usize, cells: &[Option<Value>]| cells[row * width..][..width].iter().any(Option::is_some);
        if (0..self.rows.len()).all(|row| is_filled(row, &self.cells)) {
            return self;
        }
        let mut filled = Grid::new(width);
        for (index, row) in self.rows.into_iter().enumerate() {
            if is_filled(index, &self.cells) {
                filled.rows.push(row);
                filled.cells.extend(self.cells[index * width..][..width].iter_mut().map(Option::take));
            }
        }
        filled
    }

    /// Changes each series.
    pub fn map_rows(mut self, mut change: impl FnMut(&mut Row)) -> Self {
        self.rows.iter_mut().for_each(&mut change);
        self
    }

    /// Series of the same labels put together.
    ///
    /// # Errors
    ///
    /// When two of them have a sample at the same moment.
    pub fn merged(self) -> Result<Self, Collision> {
        if !self.has_twins() {
            return Ok(self);
        }
        let mut by_labels: FxHashMap<Labels, usize> = FxHashMap::default();
        let mut merged = Grid::new(self.width);
        let mut cells = self.cells.into_iter();
        for row in self.rows {
            let target = *by_labels.entry(row.labels.clone()).or_insert_with(|| {
                merged.add_row(row);
                merged.rows.len() - 1
            });
            for (step, cell) in cells.by_ref().take(self.width).enumerate() {
                if let Some(value) = cell
                    && !merged.put(target, step, value)
                {
                    return Err(Collision);
                }
            }
        }
        Ok(merged)
    }

    /// Whether two series have the same labels.
    pub fn has_twins(&self) -> bool {
        if self.rows.len() < 2 {
            return false;
        }
        let mut seen = FxHashMap::default();
        self.rows.iter().any(|row| seen.insert(&row.labels, ()).is_some())
    }

    /// The samples of one moment, in the order of the rows.
    pub fn column(&self, step: usize) -> Vec<Sample> {
        (0..self.rows.len()).filter_map(|row| self.sample(row, step)).collect()
    }

    /// The sample of a series at a moment, with its labels.
    pub fn sample(&self, row: usize, step: usize) -> Option<Sample> {
        let value = self.cell(row, step)?.clone();
        let Row { labels, drop_name } = self.rows[row].clone();
        Some(Sample { labels, value, drop_name })
    }

    /// The same samples at more moments: those of the only moment there is.
    pub fn spread(self, width: usize) -> Self {
        let cells = self.cells.iter().flat_map(|cell| std::iter::repeat_n(cell.clone(), width)).collect();
        Self { rows: self.rows, cells, width }
    }

    /// The series with their cells.
    pub fn into_rows(self) -> impl Iterator<Item = (Row, Vec<Option<Value>>)> {
        let width = self.width;
        let mut cells = self.cells.into_iter();
        self.rows.into_iter().map(move |row| (row, cells.by_ref().take(width).collect()))
    }
}

/// Gathers samples moment by moment into series.
#[derive(Debug)]
pub struct Collector {
    grid: Grid,
    by_labels: FxHashMap<Labels, usize>,
    twins: Twins,
}

impl Collector {
    /// Gathers samples of so many moments. Only at a single moment series of the same labels may stay apart, and
    /// they stay in the order they come.
    pub fn new(width: usize, twins: Twins) -> Self {
        Self { grid: Grid::new(width), by_labels: FxHashMap::default(), twins }
    }

    /// Takes a sample in.
    ///
    /// # Errors
    ///
    /// When there is one with the same labels at that moment.
    pub fn add(&mut self, step: usize, sample: Sample) -> Result<(), Collision> {
        let row = Row { labels: sample.labels, drop_name: sample.drop_name };
        if self.grid.width == 1 && self.twins == Twins::Keep {
            self.grid.add_row(row)[0] = Some(sample.value);
            return Ok(());
        }
        let grid = &mut self.grid;
        let target = *self.by_labels.entry(row.labels.clone()).or_insert_with(|| {
            grid.add_row(row);
            grid.rows.len() - 1
        });
        if grid.put(target, step, sample.value) { Ok(()) } else { Err(Collision) }
    }

    /// What is gathered so far.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// What was gathered.
    pub fn finish(self) -> Grid {
        self.grid
    }
}
