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
//! 9. [`nginx`] reads configuration files of nginx.
//! 10. [`exposition`] reads captured `/metrics` pages.
//! 11. [`http`] asks servers, when the command line says so.
//!
//! What expressions evaluate to:
//!
//! 12. [`histogram`] computes with native histograms as PromQL does.
//! 13. [`engine`] evaluates expressions over series in memory.
//!
//! What files mean, alone and together:
//!
//! 14. [`model`] gives them a meaning: rule files, configurations, dashboards, manifests and tests as plain data with places.
//! 15. [`catalog`] is what well-known exporters export, recorded from them or listed.
//! 16. [`config`] reads `.promcheck.yml`.
//! 17. [`live`] is what the network said, when it was asked.
//! 18. [`source`] reads the metrics that programs define in their own code.
//! 19. [`input`] brings series from test files and captured pages into the engine.
//! 20. [`workspace`] finds and reads the files of a folder.
//! 21. [`facts`] gathers what all of them say together.
//!
//! What would happen with them:
//!
//! 22. [`dispatch`] does what Alertmanager would do: load a configuration, and route alerts.
//! 23. [`server`] does what Prometheus would do: load rule files and a configuration.
//! 24. [`layout`] writes expressions anew where they stand.
//! 25. [`notify`] lets time pass for Prometheus and Alertmanager: who is told what, and when.
//! 26. [`harness`] runs unit tests of rules.
//!
//! What is wrong with them, and how it is said:
//!
//! 27. [`kit`] is what the author of a check has in hand.
//! 28. [`checks`] are one file each, and the table of them all.
//! 29. [`census`] counts all metrics: where each is defined, and who reads it.
//! 30. [`graph`] draws how everything hangs together, from the jobs to the receivers.
//! 31. [`lint`] leads from a request to sorted findings.
//! 32. [`report`] writes them as people and programs want to read them.
//! 33. [`cli`] is the command line.

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
pub mod nginx;
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
