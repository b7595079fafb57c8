use serde::Deserialize;

/// Changes to a list.
#[derive(Deserialize)]
pub(crate) struct ListUpdate<T> {
    #[serde(default = "Vec::new")]
    pub(crate) add: Vec<T>,
    #[serde(default = "Vec::new")]
    pub(crate) remove: Vec<T>,
}

impl<T> ListUpdate<T> {
    /// Removes entries, then adds entries. An added entry replaces the same one.
    pub(crate) fn apply(self, list: &mut Vec<T>, same: impl Fn(&T, &T) -> bool) {
        list.retain(|entry| !self.remove.iter().any(|removed| same(removed, entry)));
        for added in self.add {
            match list.iter_mut().find(|entry| same(entry, &added)) {
                Some(entry) => *entry = added,
                None => list.push(added),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_comes_before_adding() {
        let mut list = vec!["a", "b"];
        ListUpdate { add: vec!["a", "c"], remove: vec!["a"] }.apply(&mut list, |one, other| one == other);
        assert_eq!(list, ["b", "a", "c"]);
    }
}
