//! What visualisations are for.

/// Visualisations that show nothing but answers of datasources.
pub const SHOW_ANSWERS: [&str; 13] = [
    "timeseries",
    "graph",
    "stat",
    "singlestat",
    "gauge",
    "bargauge",
    "table",
    "piechart",
    "barchart",
    "heatmap",
    "histogram",
    "state-timeline",
    "status-history",
];
