//! Asking many at once, but no server by more than a few at a time.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    thread,
};

/// How many ask at once.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Crowd {
    /// In all.
    pub size: usize,
    /// Of one host.
    pub of_host: usize,
}

/// What one asker remembers of the host that it asks, from one question to the next.
pub type Lane<M> = Option<M>;

impl Crowd {
    /// Does a piece of work for each item and gives the results in the order of the items. Items of one host are shared
    /// by at most [`Crowd::of_host`] askers, each of which does its own one after the other, the first items first, and
    /// may remember something from one to the next.
    pub fn each<T: Sync, R: Send, M>(
        self,
        items: &[T],
        host: impl Fn(&T) -> String,
        work: impl Fn(&T, &mut Lane<M>) -> R + Sync,
    ) -> Vec<R> {
        let lanes = Mutex::new(self.lanes(items, host));
        let results = Mutex::new(Vec::with_capacity(items.len()));
        let asker = || {
            loop {
                let lane = lanes.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(lane) = lane else { break };
                let mut memory = None;
                for at in lane {
                    let result = work(&items[at], &mut memory);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.size.min(items.len()) {
                scope.spawn(asker);
            }
        });
        let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        results.sort_by_key(|(at, _)| *at);
        results.into_iter().map(|(_, result)| result).collect()
    }

    /// The items that one asker takes, as indexes: those of a host in turn over its lanes.
    fn lanes<T>(self, items: &[T], host: impl Fn(&T) -> String) -> VecDeque<Vec<usize>> {
        let mut hosts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            hosts.entry(host(item)).or_default().push(at);
        }
        let lanes = hosts.into_values().flat_map(|of_host| {
            let count = self.of_host.max(1).min(of_host.len());
            (0..count).map(move |lane| of_host.iter().copied().skip(lane).step_by(count).collect::<Vec<_>>())
        });
        let mut lanes: Vec<Vec<usize>> = lanes.collect();
        lanes.sort();
        lanes.into()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn lanes_share_a_host() {
        let crowd = Crowd { size: 8, of_host: 2 };
        let lanes = crowd.lanes(&["a", "b", "a", "a", "a"], |host| (*host).to_owned());
        assert_eq!(lanes, [vec![0, 3], vec![1], vec![2, 4]]);
    }

    #[test]
    fn results_come_in_order_and_no_host_is_crowded() {
        let items: Vec<usize> = (0..64).collect();
        let busy: Vec<AtomicUsize> = (0..4).map(|_| AtomicUsize::new(0)).collect();
        let doubled = Crowd { size: 16, of_host: 3 }.each(
            &items,
            |item| (item % 4).to_string(),
            |item, memory: &mut Lane<usize>| {
                let now = busy[item % 4].fetch_add(1, Ordering::SeqCst) + 1;
                assert!(now <= 3, "{now} ask one host");
                thread::yield_now();
                busy[item % 4].fetch_sub(1, Ordering::SeqCst);
                assert!(memory.replace(item % 4).is_none_or(|host| host == item % 4));
                item * 2
            },
        );
        assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        let nothing: Vec<u8> = Vec::new();
        let none = Crowd { size: 4, of_host: 0 }.each(&nothing, |_| String::new(), |item, _: &mut Lane<()>| *item);
        assert_eq!(none, nothing);
    }
}
