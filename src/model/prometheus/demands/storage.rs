//! Demands on storage, tracing, OpenTelemetry and the running process.

use std::collections::BTreeSet;

use crate::model::{
    prometheus::Prometheus,
    settings::{Settings, Value, has, place, transport},
};

use super::{Judge, NameScheme, text_or};

impl Judge<'_> {
    pub(super) fn storage(&mut self, config: &Prometheus) {
        if let Some(tsdb) = config.storage.as_ref().and_then(|storage| storage.map("tsdb")) {
            self.tsdb(tsdb);
        }
        if let Some(tracing) = &config.tracing {
            let at = config.keys.span("tracing").filter(|_| tracing.iter().next().is_none());
            if !has(tracing, "endpoint") && !super::is_unreadable(tracing, "endpoint") {
                self.refuse(at.unwrap_or(place(tracing, "endpoint")), "`tracing` has no `endpoint`");
            }
            if tracing.is_set("client_type") {
                self.one_of(tracing, "client_type", "grpc", &["grpc", "http"]);
            }
            self.one_of(tracing, "compression", "", &["", "gzip"]);
            self.headers(tracing, "traces are sent without one");
            if let Some(tls) = tracing.map("tls_config") {
                transport::encryption(tls, &mut self.found);
            }
        }
        if let Some(otlp) = &config.otlp {
            self.otlp(otlp);
        }
        if let Some(runtime) = &config.runtime {
            self.log_level(runtime);
        }
    }

    fn log_level(&mut self, runtime: &Settings) {
        let known = ["", "debug", "info", "warn", "error"];
        let level = text_or(runtime, "log_level", "");
        if !known.iter().any(|word| word.eq_ignore_ascii_case(level)) {
            self.one_of(runtime, "log_level", "", &known);
        }
    }

    fn tsdb(&mut self, tsdb: &Settings) {
        if let Some(encoding) = tsdb.map("chunk_encoding") {
            self.one_of(encoding, "floats", "", &["", "xor", "xor2"]);
        }
        let Some(retention) = tsdb.map("retention") else { return };
        if let Some(size) = retention.text("size").filter(|size| size.text().starts_with('-')) {
            self.refuse(size.full_span(), "the size is negative");
        }
        if let Some(Value::Number(percentage)) = retention.value("percentage")
            && !(0.0..=100.0).contains(percentage)
        {
            self.refuse(place(retention, "percentage"), format!("`percentage` is {percentage}, and not from 0 to 100"));
        }
    }

    fn otlp(&mut self, otlp: &Settings) {
        let free = ["NoUTF8EscapingWithSuffixes", "NoTranslation"];
        let known = ["", "UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes", free[0], free[1]];
        self.one_of(otlp, "translation_strategy", "", &known);
        let strategy = text_or(otlp, "translation_strategy", "");
        if free.contains(&strategy) && self.naming.scheme == NameScheme::Legacy {
            let message = format!("`{strategy}` gives names in UTF-8, which `global` does not take");
            self.refuse(place(otlp, "translation_strategy"), message);
        }
        let all = otlp.boolean("promote_all_resource_attributes") == Some(true);
        let (read, other) = match all {
            true => ("ignore_resource_attributes", "promote_resource_attributes"),
            false => ("promote_resource_attributes", "ignore_resource_attributes"),
        };
        if !otlp.texts(other).is_empty() {
            let when = if all { "on" } else { "off" };
            let message = format!("`{other}` is set, but `promote_all_resource_attributes` is {when}");
            self.refuse(place(otlp, other), message);
        }
        let mut seen = BTreeSet::new();
        for attribute in otlp.texts(read) {
            match attribute.text().trim() {
                "" => self.refuse(attribute.full_span(), "this attribute has no name"),
                name if seen.insert(name) => continue,
                name => self.refuse(attribute.full_span(), format!("the attribute `{name}` is there twice")),
            };
        }
    }
}
