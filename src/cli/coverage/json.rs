//! Coverage for programs: every rule and every goal with its place and how often it was met.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::{
    harness::coverage::{Aim, Coverage, Goal, Reached, RouteCoverage, RuleCoverage, Seen, Share, receivers},
    text::Files,
};

/// Writes one JSON object: `covered`, `total` and `percent` of goals, then `files` with their `rules`, and each
/// rule's `goals`; where notifications are tested, `routing` with the `routes` and `receivers` of each configuration.
pub fn write(coverage: &Coverage, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let of_files: Vec<Value> = coverage
        .rules
        .chunk_by(|one, other| one.place.file == other.place.file)
        .map(|rules| {
            let share = Coverage { rules: rules.to_vec(), routes: Vec::new() }.share();
            let path = &files.file(rules[0].place.file).name;
            let rules: Vec<Value> = rules.iter().map(|rule| of_rule(rule, files)).collect();
            with_share(json!({ "path": path, "rules": rules }), share)
        })
        .collect();
    let routing: Vec<Value> = coverage
        .routes
        .chunk_by(|one, other| one.line.place.file == other.line.place.file)
        .map(|routes| of_routes(routes, files))
        .collect();
    let whole = with_share(json!({ "files": of_files, "routing": routing }), coverage.share());
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)
}

fn of_routes(routes: &[RouteCoverage], files: &Files) -> Value {
    let file = files.file(routes[0].line.place.file);
    let of_route = |route: &RouteCoverage| {
        json!({
            "line": file.position(route.line.place.start).line,
            "depth": route.line.depth,
            "matchers": route.line.matchers,
            "receiver": route.line.receiver,
            "alerts": route.reached.alerts,
            "notifications": route.reached.notifications,
        })
    };
    let of_receiver = |(name, reached): (&str, Reached)| json!({ "name": name, "alerts": reached.alerts, "notifications": reached.notifications });
    json!({
        "path": file.name,
        "routes": routes.iter().map(of_route).collect::<Vec<Value>>(),
        "receivers": receivers(routes).into_iter().map(of_receiver).collect::<Vec<Value>>(),
    })
}

fn with_share(mut object: Value, share: Share) -> Value {
    object["covered"] = json!(share.covered);
    object["total"] = json!(share.goals);
    object["percent"] = json!(share.percent());
    object
}

fn of_rule(rule: &RuleCoverage, files: &Files) -> Value {
    let goals: Vec<Value> = rule.goals.iter().map(|(goal, seen)| of_goal(goal, *seen, files)).collect();
    let object = json!({
        "group": rule.group,
        "name": rule.name,
        "kind": if rule.is_alerting { "alert" } else { "record" },
        "line": files.file(rule.place.file).position(rule.place.start).line,
        "evaluations": rule.evaluations,
        "goals": goals,
    });
    with_share(object, rule.share())
}

fn of_goal(goal: &Goal, seen: Seen, files: &Files) -> Value {
    let place = files.file(goal.place.file).position(goal.place.start);
    let mut object = match &goal.aim {
        Aim::Data => json!({ "aim": "data" }),
        Aim::Inactive => json!({ "aim": "inactive" }),
        Aim::Pending => json!({ "aim": "pending" }),
        Aim::Firing => json!({ "aim": "firing" }),
        Aim::Resolved => json!({ "aim": "resolved" }),
        Aim::HoldElapsed => json!({ "aim": "for_elapsed" }),
        Aim::HoldCutShort => json!({ "aim": "for_cut_short" }),
        Aim::Decides { op, side } => {
            json!({ "aim": "operand", "operator": op.text(), "side": side.word() })
        }
        Aim::Holds { threshold, holds } => {
            json!({ "aim": "comparison", "threshold": threshold, "holds": holds, "nearest": seen.nearest })
        }
    };
    object["line"] = json!(place.line);
    object["column"] = json!(place.column);
    object["hits"] = json!(seen.hits);
    if seen.hits == 0 {
        object["missing"] = json!(goal.aim.missing());
    }
    object
}
