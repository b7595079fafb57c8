//! The elements of two lists that are the same.

/// The elements that two lists have in common, and those that only one of them has.
pub(super) struct Matches<'a, T> {
    pub(super) both: Vec<(&'a T, &'a T)>,
    pub(super) removed: Vec<&'a T>,
    pub(super) added: Vec<&'a T>,
}

impl<'a, T> Matches<'a, T> {
    pub(super) fn of(
        old: impl IntoIterator<Item = &'a T>,
        new: impl IntoIterator<Item = &'a T>,
        are_same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let mut matches =
            Self { both: Vec::new(), removed: old.into_iter().collect(), added: new.into_iter().collect() };
        matches.pair(are_same);
        matches
    }

    /// Returns whether the common elements are in another order.
    pub(super) fn is_reordered(&self, old: &[T], new: &[T]) -> bool {
        let mut positions: Vec<_> =
            self.both.iter().map(|both| (position(old, both.0), position(new, both.1))).collect();
        positions.sort_unstable();
        !positions.is_sorted_by_key(|(_, new)| *new)
    }

    /// Pairs elements that had no match so far.
    pub(super) fn pair(&mut self, are_same: impl Fn(&T, &T) -> bool) {
        let removed = std::mem::take(&mut self.removed);
        for old in removed {
            match self.added.iter().position(|new| are_same(old, new)) {
                Some(index) => self.both.push((old, self.added.remove(index))),
                None => self.removed.push(old),
            }
        }
    }
}

/// Returns the index of an element of a list.
pub(super) fn position<T>(list: &[T], element: &T) -> Option<usize> {
    list.iter().position(|other| std::ptr::eq(other, element))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_match_can_be_paired_by_another_rule() {
        let (old, new) = (["a", "b", "c"], ["c", "B", "a"]);
        let mut matches = Matches::of(&old, &new, |old, new| old == new);
        assert_eq!((matches.both.len(), &matches.removed[..], &matches.added[..]), (2, &[&"b"][..], &[&"B"][..]));
        matches.pair(|old, new| old.eq_ignore_ascii_case(new));
        assert_eq!((matches.both.len(), matches.removed.len(), matches.added.len()), (3, 0, 0));
        assert!(matches.is_reordered(&old, &new));
    }

    #[test]
    fn a_new_element_reorders_nothing() {
        let (old, new) = (["a", "c"], ["a", "b", "c"]);
        assert!(!Matches::of(&old, &new, |old, new| old == new).is_reordered(&old, &new));
    }
}
