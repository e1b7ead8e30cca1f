//! Where a routing tree comes from: Alertmanager's own file, a manifest of its operator, or Grafana's provisioning.

use crate::{
    facts::routing::Origin,
    model::{
        Document, Keys,
        alertmanager::{Matchers, Route},
        manifest::{AlertmanagerConfig, Resource},
        provisioning::Provisioning,
    },
    text::Spanned,
};

/// The routing tree of a document, if it has one; of several policies the first.
pub fn route_in(document: &Document) -> Option<(Route, Origin)> {
    if let Some(config) = document.alertmanager() {
        return Some((config.route.clone()?, Origin::Alertmanager));
    }
    if let Some(Resource::AlertmanagerConfig(config)) = document.manifest().map(|manifest| &manifest.resource) {
        return Some((as_operator_writes(config)?, Origin::Manifest));
    }
    let Provisioning::Alerting(file) = document.provisioning()? else { return None };
    Some((file.policies.first()?.route.clone(), Origin::Policies))
}

/// What the operator makes of a manifest: names with its prefix, below a root that tells nobody.
fn as_operator_writes(config: &AlertmanagerConfig) -> Option<Route> {
    let mut route = config.route.clone()?;
    if config.prefix.is_empty() {
        return Some(route);
    }
    prefix(&mut route, &config.prefix);
    Some(Route {
        span: route.span,
        keys: Keys::default(),
        receiver: Some(Spanned::new(route.span, "null".to_owned())),
        matchers: Matchers { all: Vec::new(), texts: Vec::new(), complete: true },
        group_by: None,
        goes_on: None,
        group_wait: None,
        group_interval: None,
        repeat_interval: None,
        mute_time_intervals: Vec::new(),
        active_time_intervals: Vec::new(),
        labels: Vec::new(),
        routes: vec![route],
    })
}

fn prefix(route: &mut Route, prefix_of_names: &str) {
    let intervals = route.mute_time_intervals.iter_mut().chain(&mut route.active_time_intervals);
    for name in route.receiver.iter_mut().chain(intervals) {
        name.value.insert_str(0, prefix_of_names);
    }
    route.routes.iter_mut().for_each(|child| prefix(child, prefix_of_names));
}
