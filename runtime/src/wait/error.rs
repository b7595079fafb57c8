use std::time::Duration;

/// What was waited for did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// It is in a failure state.
    #[error("{operation}: `{field}` is `{value}`, and from there it does not become {}", alternatives(target))]
    #[non_exhaustive]
    Failed {
        /// The id of the operation that was polled.
        operation: &'static str,
        /// The field that was looked at.
        field: &'static str,
        /// Its value.
        value: String,
        /// The target states; none, where it should have gone.
        target: &'static [&'static str],
    },
    /// The time was over first.
    #[error("{operation}: after {within:?}, {}; allow more time with `.within(..)`", self.progress())]
    #[non_exhaustive]
    TimedOut {
        /// The id of the operation that was polled.
        operation: &'static str,
        /// The field that was looked at; none, where a condition was waited for.
        field: Option<&'static str>,
        /// Its last value, if it ever had one.
        value: Option<String>,
        /// The target states; none, where it should have gone, or where a condition was waited for.
        target: &'static [&'static str],
        /// The number of polls in a row, up to the last one, that showed what was waited for.
        in_a_row: u32,
        /// The number of polls in a row that it takes (see [`Wait::settle`](crate::Wait::settle)).
        settle: u32,
        /// The time that was allowed.
        within: Duration,
    },
}

impl WaitError {
    /// How far a wait came that timed out.
    fn progress(&self) -> String {
        let Self::TimedOut { field, value, target, in_a_row, settle, .. } = self else { return String::new() };
        match (field, in_a_row) {
            (None, 0) => "the condition does not hold yet".to_owned(),
            (None, polls) => format!("the condition held in {polls} polls in a row, and it takes {settle}"),
            (Some(field), 0) => {
                let value = value.as_ref().map_or_else(|| "unknown".to_owned(), |value| format!("`{value}`"));
                format!("`{field}` is {value}, and not yet {}", alternatives(target))
            }
            (Some(_), polls) => {
                format!("it was {} in {polls} polls in a row, and it takes {settle}", alternatives(target))
            }
        }
    }
}

fn alternatives(target: &[&str]) -> String {
    match target {
        [] => "gone".to_owned(),
        target => target.iter().map(|state| format!("`{state}`")).collect::<Vec<_>>().join(" or "),
    }
}
