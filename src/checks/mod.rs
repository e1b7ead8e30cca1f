//! The checks: one file each, and the one table that names them all.

mod alertmanager;
mod dashboards;
mod deploy;
mod docs;
mod general;
mod metrics;
mod prometheus;
mod promql;
mod provisioning;
mod rules;
mod runbooks;

use crate::kit::Entry;

/// Every check, sorted by id.
pub const TABLE: &[Entry] = &[
    Entry::of::<alertmanager::empty_receiver::EmptyReceiver>(),
    Entry::of::<alertmanager::inhibit_never_matches::InhibitNeverMatches>(),
    Entry::of::<alertmanager::inhibit_wide::InhibitWide>(),
    Entry::of::<alertmanager::invalid::Invalid>(),
    Entry::of::<alertmanager::matcher_misread::MatcherMisread>(),
    Entry::of::<alertmanager::placeholder::Placeholder>(),
    Entry::of::<alertmanager::route_matches_no_rule::RouteMatchesNoRule>(),
    Entry::of::<alertmanager::template_syntax::TemplateSyntax>(),
    Entry::of::<alertmanager::timing::Timing>(),
    Entry::of::<alertmanager::unreachable_route::UnreachableRoute>(),
    Entry::of::<alertmanager::unused_interval::UnusedInterval>(),
    Entry::of::<alertmanager::unused_receiver::UnusedReceiver>(),
    Entry::of::<dashboards::ds_type::DsType>(),
    Entry::of::<dashboards::ds_unknown::DsUnknown>(),
    Entry::of::<dashboards::legend::Legend>(),
    Entry::of::<dashboards::promql::Promql>(),
    Entry::of::<dashboards::target::Target>(),
    Entry::of::<dashboards::var_multi::VarMulti>(),
    Entry::of::<dashboards::var_undefined::VarUndefined>(),
    Entry::of::<deploy::mount::Mount>(),
    Entry::of::<deploy::target::Target>(),
    Entry::of::<docs::alert_missing::AlertMissing>(),
    Entry::of::<docs::alert_undocumented::AlertUndocumented>(),
    Entry::of::<docs::count::Count>(),
    Entry::of::<docs::duration::Duration>(),
    Entry::of::<docs::severity::Severity>(),
    Entry::of::<docs::threshold::Threshold>(),
    Entry::of::<general::not_analysable::NotAnalysable>(),
    Entry::of::<general::parse::Parse>(),
    Entry::of::<general::suppression::Suppression>(),
    Entry::of::<metrics::alerts_series::AlertsSeries>(),
    Entry::of::<metrics::job_unknown::JobUnknown>(),
    Entry::of::<metrics::label_unknown::LabelUnknown>(),
    Entry::of::<metrics::unknown::Unknown>(),
    Entry::of::<prometheus::duplicate_target::DuplicateTarget>(),
    Entry::of::<prometheus::interval::Interval>(),
    Entry::of::<prometheus::no_alertmanager::NoAlertmanager>(),
    Entry::of::<prometheus::rule_file_missing::RuleFileMissing>(),
    Entry::of::<prometheus::rule_file_orphan::RuleFileOrphan>(),
    Entry::of::<prometheus::rule_glob_empty::RuleGlobEmpty>(),
    Entry::of::<prometheus::suspicious_path::SuspiciousPath>(),
    Entry::of::<promql::alert_condition::AlertCondition>(),
    Entry::of::<promql::avg_of_quantile::AvgOfQuantile>(),
    Entry::of::<promql::constant_compare::ConstantCompare>(),
    Entry::of::<promql::counter_raw::CounterRaw>(),
    Entry::of::<promql::domain::Domain>(),
    Entry::of::<promql::empty_matchers::EmptyMatchers>(),
    Entry::of::<promql::features::Features>(),
    Entry::of::<promql::function_kind::FunctionKind>(),
    Entry::of::<promql::future_offset::FutureOffset>(),
    Entry::of::<promql::impossible_join::ImpossibleJoin>(),
    Entry::of::<promql::irate_alert::IrateAlert>(),
    Entry::of::<promql::missing_silent::MissingSilent>(),
    Entry::of::<promql::percent_scale::PercentScale>(),
    Entry::of::<promql::quantile_input::QuantileInput>(),
    Entry::of::<promql::quantile_no_le::QuantileNoLe>(),
    Entry::of::<promql::rate_of_sum::RateOfSum>(),
    Entry::of::<promql::rate_window::RateWindow>(),
    Entry::of::<promql::regex::Regex>(),
    Entry::of::<promql::self_ratio::SelfRatio>(),
    Entry::of::<promql::syntax::Syntax>(),
    Entry::of::<promql::topk_alert::TopkAlert>(),
    Entry::of::<promql::zero_divisor::ZeroDivisor>(),
    Entry::of::<provisioning::ds_url::DsUrl>(),
    Entry::of::<rules::cycle::Cycle>(),
    Entry::of::<rules::duplicate::Duplicate>(),
    Entry::of::<rules::for_step::ForStep>(),
    Entry::of::<rules::group_interval::GroupInterval>(),
    Entry::of::<rules::order::Order>(),
    Entry::of::<rules::structure::Structure>(),
    Entry::of::<rules::template_external::TemplateExternal>(),
    Entry::of::<rules::template_label::TemplateLabel>(),
    Entry::of::<rules::template_scale::TemplateScale>(),
    Entry::of::<rules::template_syntax::TemplateSyntax>(),
    Entry::of::<rules::text_threshold::TextThreshold>(),
    Entry::of::<rules::unused_record::UnusedRecord>(),
    Entry::of::<rules::value_in_label::ValueInLabel>(),
    Entry::of::<runbooks::anchor::Anchor>(),
    Entry::of::<runbooks::local::Local>(),
    Entry::of::<runbooks::missing::Missing>(),
];
