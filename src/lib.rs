//! promcheck reads a monitoring folder as one program and proves what is wrong with it.

pub mod checks;
pub mod cli;
pub mod config;
pub mod diag;
pub mod exposition;
pub mod facts;
pub mod kit;
pub mod lint;
pub mod markdown;
pub mod model;
pub mod promql;
pub mod report;
pub mod template;
pub mod text;
pub mod tree;
pub mod vocab;
pub mod workspace;
