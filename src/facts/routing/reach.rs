//! Where alerts go: the walk that Alertmanager does for each alert, with what is known of its labels.

use std::collections::BTreeSet;

use super::{
    alert::{Carried, Verdict},
    tree::RouteTree,
};

/// A route that notifies of an alert, or may.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    /// The route, as a place in its tree.
    pub place: usize,
    /// Whether it certainly does; never [`Verdict::No`].
    pub verdict: Verdict,
}

impl<'w> RouteTree<'w> {
    /// The routes that notify of an alert, in the order in which Alertmanager finds them. `carried` says
    /// what is known of a label.
    pub fn reached<'a>(&self, carried: &dyn Fn(&str) -> Carried<'a>) -> Vec<Reached> {
        let mut walk = Walk { tree: self, carried, entered: Vec::new(), reached: Vec::new() };
        walk.enter(0, Verdict::Yes);
        walk.reached
    }

    /// The routes that an alert may get into, be it to be passed on to their children.
    pub fn entered<'a>(&self, carried: &dyn Fn(&str) -> Carried<'a>) -> Vec<usize> {
        let mut walk = Walk { tree: self, carried, entered: Vec::new(), reached: Vec::new() };
        walk.enter(0, Verdict::Yes);
        walk.entered
    }

    /// The receivers that are told of an alert whatever the labels are that are not known: also one that is told by
    /// one route or else by another.
    pub fn surely_told<'a>(&self, carried: &dyn Fn(&str) -> Carried<'a>) -> BTreeSet<&'w str> {
        self.surely_told_at(0, carried)
    }

    /// The same, of an alert that gets into a route.
    fn surely_told_at<'a>(&self, place: usize, carried: &dyn Fn(&str) -> Carried<'a>) -> BTreeSet<&'w str> {
        let node = self.node(place);
        // From the last child to the first: who is told from there on, when no child before has taken the alert, and
        // when one has.
        let mut when_left: BTreeSet<&'w str> = self.receiver(place).into_iter().collect();
        let mut when_taken = BTreeSet::new();
        let fixed = |label: &str| match carried(label) {
            Carried::Exactly(value) => Some(value),
            Carried::Something | Carried::Anything => None::<&'a str>,
        };
        for child in node.demands.met_by(fixed).into_iter().rev() {
            let verdict = self.verdict_at(child, carried);
            if verdict == Verdict::No {
                continue;
            }
            let mut told = self.surely_told_at(child, carried);
            if self.node(child).route.goes_on() {
                told.extend(&when_taken);
            }
            if verdict == Verdict::Yes {
                (when_left, when_taken) = (told.clone(), told);
            } else {
                when_left = &when_left & &told;
                when_taken = &when_taken & &told;
            }
        }
        when_left
    }

    /// Whether an alert that is tried on a route satisfies its matchers.
    fn verdict_at<'a>(&self, place: usize, carried: &dyn Fn(&str) -> Carried<'a>) -> Verdict {
        let matchers = &self.node(place).route.matchers;
        let known = if matchers.complete { Verdict::Yes } else { Verdict::Maybe };
        let own = matchers.all.iter().map(|matcher| carried(&matcher.name.value).satisfies(matcher));
        own.chain([known]).min().unwrap_or(Verdict::Yes)
    }
}

struct Walk<'t, 'w, 'c, 'a> {
    tree: &'t RouteTree<'w>,
    carried: &'c dyn Fn(&str) -> Carried<'a>,
    entered: Vec<usize>,
    reached: Vec<Reached>,
}

impl<'a> Walk<'_, '_, '_, 'a> {
    /// Enters a route with an alert that gets as far as to be tried on it; says whether it takes the alert.
    fn enter(&mut self, place: usize, tried: Verdict) -> Verdict {
        let node = self.tree.node(place);
        let matches = self.tree.verdict_at(place, self.carried);
        let here = matches.min(tried);
        if here == Verdict::No {
            return matches;
        }
        self.entered.push(place);
        // Given that the alert is here: whether it is still to be tried on the next child, and whether some
        // child has taken it. A child that certainly matches takes it unless an earlier one already has.
        let (mut left, mut passed_on) = (Verdict::Yes, Verdict::No);
        // Children that demand what the alert certainly does not have would take nothing.
        let fixed = |label: &str| match (self.carried)(label) {
            Carried::Exactly(value) => Some(value),
            Carried::Something | Carried::Anything => None::<&'a str>,
        };
        for child in node.demands.met_by(fixed) {
            let taken = self.enter(child, here.min(left));
            passed_on = passed_on.max(taken);
            left = match taken {
                _ if self.tree.node(child).route.goes_on() => left,
                Verdict::Yes => break,
                Verdict::Maybe => Verdict::Maybe,
                Verdict::No => left,
            };
        }
        let verdict = match passed_on {
            Verdict::Yes => Verdict::No,
            Verdict::Maybe => Verdict::Maybe,
            Verdict::No => here,
        };
        if verdict != Verdict::No {
            self.reached.push(Reached { place, verdict: verdict.min(here) });
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{alertmanager, specimen},
        text::{Excerpt, FileId},
        tree,
    };

    const CONFIG: &str = r#"
route:
  receiver: root
  routes:
    - matchers: [team="a"]
      receiver: a
      routes:
        - matchers: [severity="page"]
          receiver: a-page
          continue: true
        - matchers: [region=~"eu|us"]
          receiver: a-west
    - matchers: [severity="page"]
      receiver: page
"#;

    fn reached(labels: &[(&str, Carried<'static>)]) -> String {
        let stream = tree::yaml(&Excerpt::whole(FileId(0), CONFIG));
        let root = stream.first().and_then(tree::Tree::root).expect("there is a document");
        let config = alertmanager::lower(root, &mut Vec::new());
        let tree = RouteTree::of(config.route.as_ref().expect("there is a route"));
        let carried = |name: &str| {
            labels.iter().find(|(own, _)| *own == name).map_or(Carried::Exactly(""), |(_, carried)| *carried)
        };
        let shown = |found: &Reached| {
            let sure = if found.verdict == Verdict::Yes { "" } else { "?" };
            format!("{}{sure}", tree.receiver(found.place).unwrap_or_default())
        };
        tree.reached(&carried).iter().map(shown).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn walks_as_alertmanager_does() {
        use Carried::{Anything, Exactly, Something};
        for (labels, expected) in [
            (vec![], "root"),
            (vec![("team", Exactly("a"))], "a"),
            (vec![("team", Exactly("a")), ("severity", Exactly("page"))], "a-page"),
            (vec![("team", Exactly("a")), ("severity", Exactly("page")), ("region", Exactly("eu"))], "a-page,a-west"),
            (vec![("severity", Exactly("page"))], "page"),
            (vec![("severity", Anything)], "page?,root?"),
            (vec![("team", Something), ("severity", Exactly("page"))], "a-page?,page?"),
            (vec![("team", Exactly("a")), ("region", Something)], "a-west?,a?"),
        ] {
            assert_eq!(reached(&labels), expected, "{labels:?}");
        }
    }

    #[test]
    fn one_route_or_the_other_tells_the_same_receiver() {
        use Carried::{Anything, Exactly, Something};
        const CONFIG: &str = r#"
route:
  receiver: root
  routes:
    - {matchers: [severity="info"], receiver: log, continue: true}
    - {matchers: [team="a"], receiver: a, routes: [{matchers: [severity="page"], receiver: pager}]}
    - {matchers: [severity="page"], receiver: pager}
    - {matchers: [team="b"], receiver: root}
"#;
        let (config, _) = specimen::read(CONFIG, alertmanager::lower);
        let tree = RouteTree::of(config.route.as_ref().expect("there is a route"));
        for (labels, expected) in [
            (vec![("severity", Exactly("page")), ("team", Anything)], "pager"),
            (vec![("severity", Exactly("info")), ("team", Exactly("a"))], "a,log"),
            (vec![("severity", Exactly("info")), ("team", Anything)], "log"),
            (vec![("severity", Exactly("warn")), ("team", Something)], ""),
            (vec![("severity", Exactly("warn")), ("team", Exactly("c"))], "root"),
            (vec![("severity", Anything), ("team", Exactly("a"))], ""),
        ] {
            let carried = |name: &str| labels.iter().find(|(own, _)| *own == name).map_or(Exactly(""), |(_, it)| *it);
            let told: Vec<&str> = tree.surely_told(&carried).into_iter().collect();
            assert_eq!(told.join(","), expected, "{labels:?}");
        }
    }
}
