//! promcheck reads a monitoring folder as one program and proves what is wrong with it.
//!
//! The rooms of the house, in an order that teaches; each knows only those before it. `ARCHITECTURE.md` tells
//! which room may import which, and why.
//!
//! The ground, which knows nothing of monitoring files:
//!
//! 1. [`text`] holds places in files, and excerpts: decoded text that knows where each of its bytes stands.
//! 2. [`diag`] holds findings as data, with the second place that proves them.
//! 3. [`vocab`] holds the words of the field: durations, names, regular expressions, spelling.
//!
//! The readers, which never fail:
//!
//! 4. [`tree`] reads YAML and JSON into one located tree, and typed fields out of it.
//! 5. [`promql`] reads expressions, and knows their types and which labels survive them.
//! 6. [`logql`] reads expressions of Loki.
//! 7. [`template`] reads Go templates of annotations and notifications.
//! 8. [`markdown`] reads pages of docs.
//! 9. [`exposition`] reads captured `/metrics` pages.
//! 10. [`http`] asks servers, when the command line says so.
//!
//! What expressions evaluate to:
//!
//! 11. [`histogram`] computes with native histograms as PromQL does.
//! 12. [`engine`] evaluates expressions over series in memory.
//!
//! What files mean, alone and together:
//!
//! 13. [`model`] gives them a meaning: rule files, configurations, dashboards, manifests and tests as plain data with places.
//! 14. [`catalog`] is what well-known exporters export, recorded from them or listed.
//! 15. [`config`] reads `.promcheck.yml`.
//! 16. [`live`] is what the network said, when it was asked.
//! 17. [`source`] reads the metrics that programs define in their own code.
//! 18. [`input`] brings series from test files and captured pages into the engine.
//! 19. [`workspace`] finds and reads the files of a folder.
//! 20. [`facts`] gathers what all of them say together.
//!
//! What would happen with them:
//!
//! 21. [`dispatch`] does what Alertmanager would do: load a configuration, and route alerts.
//! 22. [`server`] does what Prometheus would do: load rule files and a configuration.
//! 23. [`layout`] writes expressions anew where they stand.
//! 24. [`notify`] lets time pass for Prometheus and Alertmanager: who is told what, and when.
//! 25. [`harness`] runs unit tests of rules.
//!
//! What is wrong with them, and how it is said:
//!
//! 26. [`kit`] is what the author of a check has in hand.
//! 27. [`checks`] are one file each, and the table of them all.
//! 28. [`census`] counts all metrics: where each is defined, and who reads it.
//! 29. [`graph`] draws how everything hangs together, from the jobs to the receivers.
//! 30. [`lint`] leads from a request to sorted findings.
//! 31. [`report`] writes them as people and programs want to read them.
//! 32. [`cli`] is the command line.

// The examples in the texts of checks name their files: `path=rules.yml`.
#![allow(rustdoc::invalid_codeblock_attributes)]

pub mod text;

pub mod diag;
pub mod vocab;

pub mod exposition;
pub mod histogram;
pub mod http;
pub mod logql;
pub mod markdown;
pub mod promql;
pub mod template;
pub mod tree;

pub mod engine;

pub mod catalog;
pub mod config;
pub mod live;
pub mod model;
pub mod source;

pub mod input;
pub mod workspace;

pub mod facts;

pub mod dispatch;
pub mod layout;
pub mod notify;
pub mod server;

pub mod harness;
pub mod kit;

pub mod census;
pub mod checks;

pub mod graph;
pub mod lint;
pub mod report;

pub mod cli;
