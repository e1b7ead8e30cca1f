//! What Slack integrations need: a webhook or the token of an app, and never both.

use crate::{
    diag::Diagnostic,
    model::settings::{Settings, both, first_of, has, place, transport::authorization},
};

use super::{super::Integration, integrations::complete_items};

const TOKEN: [&str; 2] = ["app_token", "app_token_file"];
const URL: [&str; 2] = ["api_url", "api_url_file"];
const GLOBAL_TOKEN: [&str; 2] = ["slack_app_token", "slack_app_token_file"];
const GLOBAL_URL: [&str; 2] = ["slack_api_url", "slack_api_url_file"];

/// Where apps post.
const POST: &str = "https://slack.com/api/chat.postMessage";

/// A token beside a URL is taken only where the URL is that of apps, as people wrote before there were tokens.
pub(super) fn judge_global(global: &Settings, complaints: &mut Vec<Diagnostic>) {
    if let (Some(token), Some(url)) = (first_of(global, &GLOBAL_TOKEN), first_of(global, &GLOBAL_URL))
        && global.text("slack_api_url").map(|url| url.text())
            != Some(global.text("slack_app_url").map_or(POST, |url| url.text()))
    {
        complaints.push(both(global, token, url));
    }
}

pub(super) fn judge(integration: &Integration, global: Option<&Settings>, complaints: &mut Vec<Diagnostic>) {
    let settings = &integration.settings;
    if let (Some(token), Some(url)) = (first_of(settings, &TOKEN), first_of(settings, &URL)) {
        complaints.push(both(settings, token, url));
    }
    if settings.boolean("update_message") == Some(true) && settings.text("api_url").map(|url| url.text()) != Some(POST)
    {
        let complaint = Diagnostic::error(place(settings, "update_message"), "only a bot can update its messages");
        complaints.push(complaint.help(format!("set `api_url` to `{POST}`, and a bot's token in `http_config`")));
    }
    ways(integration, global, complaints);
    complete_items(settings, "fields", &["title", "value"], complaints);
    complete_items(settings, "actions", &["type", "text"], complaints);
    for action in settings.list("actions") {
        if first_of(action, &["url", "name"]).is_none() {
            complaints.push(Diagnostic::error(place(action, "url"), "this action has neither `url` nor `name`"));
        }
        if let Some(confirm) = action.map("confirm").filter(|confirm| !has(confirm, "text")) {
            complaints.push(Diagnostic::error(place(confirm, "text"), "this confirmation has no `text`"));
        }
    }
}

/// How the integration reaches Slack, with what it inherits.
fn ways(integration: &Integration, global: Option<&Settings>, complaints: &mut Vec<Diagnostic>) {
    let settings = &integration.settings;
    let anchor = |key| if settings.iter().next().is_some() { place(settings, key) } else { integration.list };
    let of_global = |keys: &[&'static str]| global.and_then(|global| first_of(global, keys));
    let own_http = settings.map("http_config");
    let own_authorization = own_http.and_then(authorization);
    let (own_token, own_url) = (first_of(settings, &TOKEN), has(settings, "api_url"));
    let inherits_token = own_token.is_none() && own_authorization.is_none() && !own_url;
    let token = own_token.or_else(|| of_global(&GLOBAL_TOKEN).filter(|_| inherits_token));
    // What is written and empty is no address, and that is told of it.
    let urls = [settings.text("api_url"), global.and_then(|global| global.text("slack_api_url"))];
    let is_blank = urls.into_iter().flatten().any(|url| url.text().is_empty());
    if token.is_none() && first_of(settings, &URL).is_none() && of_global(&GLOBAL_URL).is_none() && !is_blank {
        let message = match own_authorization.filter(|_| of_global(&GLOBAL_TOKEN).is_some()) {
            Some(_) => "this slack integration has no `api_url`, and its `http_config` shuts out the token of `global`",
            None => "this slack integration has no `api_url`, and `global` no `slack_api_url`",
        };
        complaints.push(Diagnostic::error(anchor("api_url"), message));
    }
    let null_in_global = |key| global.and_then(|global| global.get(key)).is_some_and(|setting| setting.is_null);
    if !has(settings, "app_url") && null_in_global("slack_app_url") {
        complaints.push(Diagnostic::error(
            anchor("app_url"),
            "this slack integration has no `app_url`, and `global` empties its own",
        ));
    }
    let global_http = global.filter(|_| own_http.is_none());
    if global_http.is_some() && null_in_global("http_config") {
        let message =
            "this slack integration has no `http_config`, and `global` empties its own, at which Alertmanager crashes";
        complaints.push(Diagnostic::error(anchor("http_config"), message));
    }
    let authorization = own_authorization.or_else(|| authorization(global_http?.map("http_config")?));
    if let (Some(token), Some(authorization)) = (token, authorization) {
        let message = format!("`{}` is set although `{token}` is", authorization.value);
        let of_token = if own_token.is_some() { Some(settings) } else { global };
        let proof = of_token.map_or(authorization.span, |settings| place(settings, token));
        complaints.push(Diagnostic::error(authorization.span, message).label(proof, "set here"));
    }
}
