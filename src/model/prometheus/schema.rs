//! The keys of `prometheus.yml` that no check looks at one by one (Prometheus 3.16, `config`).

use crate::model::settings::{
    HTTP_CLIENT, SIGV4_SESSION, Schema,
    Shape::{Boolean, Count, Duration, Integer, Map, Number, Path, Secret, Size, Text, TextListMap, TextMap, Texts},
};

/// Keys that `global` and every scrape configuration share.
static SHARED: Schema = Schema {
    what: "scrape settings",
    keys: &[
        ("scrape_protocols", Texts),
        ("scrape_failure_log_file", Path),
        ("body_size_limit", Size),
        ("sample_limit", Count),
        ("target_limit", Count),
        ("label_limit", Count),
        ("label_name_length_limit", Count),
        ("label_value_length_limit", Count),
        ("keep_dropped_targets", Count),
        ("metric_name_validation_scheme", Text),
        ("metric_name_escaping_scheme", Text),
        ("scrape_native_histograms", Boolean),
        ("convert_classic_histograms_to_nhcb", Boolean),
        ("always_scrape_classic_histograms", Boolean),
        ("extra_scrape_metrics", Boolean),
    ],
    also: &[],
};

pub(super) static GLOBAL: Schema = Schema {
    what: "`global`",
    keys: &[
        ("query_log_file", Path),
        ("query_max_series", Count),
        ("query_max_samples_read", Count),
        ("query_max_duration", Duration),
    ],
    also: &[&SHARED],
};

pub(super) static PARAMS: Schema = Schema { what: "`params`", keys: &[("params", TextListMap)], also: &[] };

pub(super) static SCRAPE: Schema = Schema {
    what: "scrape configuration",
    keys: &[
        ("honor_timestamps", Boolean),
        ("track_timestamps_staleness", Boolean),
        ("enable_compression", Boolean),
        ("fallback_scrape_protocol", Text),
        ("native_histogram_bucket_limit", Count),
        ("native_histogram_min_bucket_factor", Number),
        // Gone in 3.0.
        ("scrape_classic_histograms", Boolean),
    ],
    also: &[&SHARED, &HTTP_CLIENT],
};

pub(super) static ALERTMANAGER: Schema = Schema {
    what: "Alertmanager endpoint",
    keys: &[("timeout", Duration), ("sigv4", Map(&SIGV4_SESSION))],
    also: &[&HTTP_CLIENT],
};

pub(super) static REMOTE_WRITE: Schema = Schema {
    what: "remote write configuration",
    keys: &[
        ("remote_timeout", Duration),
        ("headers", TextMap),
        ("send_exemplars", Boolean),
        ("send_native_histograms", Boolean),
        ("round_robin_dns", Boolean),
        ("protobuf_message", Text),
        ("failed_request_logging", Boolean),
        ("convert_nhcb_to_classic", Boolean),
        ("queue_config", Map(&QUEUE)),
        ("metadata_config", Map(&METADATA)),
        ("sigv4", Map(&SIGV4_SESSION)),
        ("azuread", Map(&AZURE_AD)),
        ("google_iam", Map(&GOOGLE_IAM)),
    ],
    also: &[&HTTP_CLIENT],
};

pub(super) static REMOTE_READ: Schema = Schema {
    what: "remote read configuration",
    keys: &[
        ("remote_timeout", Duration),
        ("chunked_read_limit", Count),
        ("headers", TextMap),
        ("read_recent", Boolean),
        ("required_matchers", TextMap),
        ("filter_external_labels", Boolean),
    ],
    also: &[&HTTP_CLIENT],
};

static QUEUE: Schema = Schema {
    what: "queue configuration",
    keys: &[
        ("capacity", Integer),
        ("max_shards", Integer),
        ("min_shards", Integer),
        ("max_samples_per_send", Integer),
        ("batch_send_deadline", Duration),
        ("min_backoff", Duration),
        ("max_backoff", Duration),
        ("retry_on_http_429", Boolean),
        ("sample_age_limit", Duration),
    ],
    also: &[],
};

static METADATA: Schema = Schema {
    what: "metadata configuration",
    keys: &[("send", Boolean), ("send_interval", Duration), ("max_samples_per_send", Integer)],
    also: &[],
};

static AZURE_AD: Schema = Schema {
    what: "Azure AD configuration",
    keys: &[
        ("managed_identity", Map(&AZURE_IDENTITY)),
        ("workload_identity", Map(&AZURE_IDENTITY)),
        ("oauth", Map(&AZURE_IDENTITY)),
        ("sdk", Map(&AZURE_IDENTITY)),
        ("certificate", Map(&AZURE_IDENTITY)),
        ("cloud", Text),
        ("scope", Text),
    ],
    also: &[],
};

/// The union of the identities' keys.
static AZURE_IDENTITY: Schema = Schema {
    what: "Azure AD identity",
    keys: &[
        ("client_id", Text),
        ("tenant_id", Text),
        ("token_file_path", Path),
        ("client_secret", Secret),
        ("certificate_path", Path),
        ("certificate_key_path", Path),
        ("certificate_password", Secret),
        ("send_certificate_chain", Boolean),
    ],
    also: &[],
};

static GOOGLE_IAM: Schema = Schema { what: "Google IAM configuration", keys: &[("credentials_file", Path)], also: &[] };

pub(super) static STORAGE: Schema =
    Schema { what: "`storage`", keys: &[("tsdb", Map(&TSDB)), ("exemplars", Map(&EXEMPLARS))], also: &[] };

static TSDB: Schema = Schema {
    what: "`tsdb`",
    keys: &[
        ("out_of_order_time_window", Duration),
        ("stale_series_compaction_threshold", Number),
        ("chunk_encoding", Map(&CHUNK_ENCODING)),
        ("retention", Map(&RETENTION)),
    ],
    also: &[],
};

static CHUNK_ENCODING: Schema = Schema { what: "chunk encoding", keys: &[("floats", Text)], also: &[] };

static RETENTION: Schema =
    Schema { what: "retention", keys: &[("time", Duration), ("size", Size), ("percentage", Number)], also: &[] };

static EXEMPLARS: Schema = Schema { what: "`exemplars`", keys: &[("max_exemplars", Integer)], also: &[] };

pub(super) static OTLP: Schema = Schema {
    what: "`otlp`",
    keys: &[
        ("promote_all_resource_attributes", Boolean),
        ("promote_resource_attributes", Texts),
        ("ignore_resource_attributes", Texts),
        ("translation_strategy", Text),
        ("keep_identifying_resource_attributes", Boolean),
        ("convert_histograms_to_nhcb", Boolean),
        ("promote_scope_metadata", Boolean),
        ("label_name_underscore_sanitization", Boolean),
        ("label_name_preserve_multiple_underscores", Boolean),
    ],
    also: &[],
};
