//! What became of an alert over time, on one line.

use crate::{engine::Labels, vocab::Duration};

use super::alerting::{State, Turn};

/// The states of one alert up to a time: `inactive, pending from 5m, firing from 10m`. Times are those since
/// the start of the test.
pub fn story(turns: &[Turn], labels: &Labels, start: i64, until: i64) -> String {
    let own = turns.iter().filter(|turn| turn.labels == *labels && turn.at <= until);
    let mut states: Vec<(i64, State)> = Vec::new();
    for turn in own {
        // Of several changes at one time, only the last can be seen.
        match states.last_mut().filter(|(at, _)| *at == turn.at) {
            Some(last) => last.1 = turn.state,
            None => states.push((turn.at, turn.state)),
        }
    }
    if states.is_empty() {
        return "never active".to_owned();
    }
    let mut told: Vec<String> = states
        .iter()
        .map(|(at, state)| format!("{} from {}", state.word(), Duration::milliseconds(at - start)))
        .collect();
    if told.len() > MOST_TOLD {
        let left_out = told.len() - MOST_TOLD;
        told.splice(MOST_TOLD / 2..MOST_TOLD / 2 + left_out, [format!("… {left_out} more …")]);
    }
    told.join(", ")
}

/// The most states that are told.
const MOST_TOLD: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_can_be_seen() {
        let labels = Labels::of([("alertname", "Down")]);
        let turn = |at: i64, state| Turn { labels: labels.clone(), at: at * 60_000, state };
        let turns = [
            turn(1, State::Pending),
            turn(3, State::Firing),
            turn(5, State::Inactive),
            turn(7, State::Pending),
            turn(7, State::Firing),
        ];
        let told = |until: i64| story(&turns, &labels, 0, until * 60_000);
        assert_eq!(told(0), "never active");
        assert_eq!(told(4), "pending from 1m, firing from 3m");
        assert_eq!(told(9), "pending from 1m, firing from 3m, inactive from 5m, firing from 7m");
        let many: Vec<Turn> =
            (0..20).map(|at| turn(at, if at % 2 == 0 { State::Firing } else { State::Inactive })).collect();
        assert_eq!(story(&many, &labels, 0, i64::MAX).matches(" from ").count(), MOST_TOLD);
        assert!(story(&many, &labels, 0, i64::MAX).contains("inactive from 3m, … 12 more …, firing from 16m"));
    }
}
