use std::time::Duration;

/// The error of a list as a whole. An error of the call for one of its pages is that of any call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// A list that was expected to have one item has none or several.
    #[error("{operation}: expected one item, but there {}", describe_count(*items, *set_aside, *has_more))]
    NotOne {
        /// The operation's id.
        operation: &'static str,
        /// The number of items on the page.
        items: usize,
        /// The number of items on the page that do not fit the document.
        set_aside: usize,
        /// Whether there may be others on further pages.
        has_more: bool,
    },

    /// The service returned a cursor again, so that the list would never end.
    #[error(
        "{operation}: after {} the service returned a cursor that it had returned before, so the list would never \
         end; report this to the service",
        count(*pages, "page")
    )]
    RepeatedCursor {
        /// The operation's id.
        operation: &'static str,
        /// The number of pages so far.
        pages: usize,
    },

    /// The cursor of the next page is neither text nor a number.
    #[error(
        "{operation}: the list goes on after {}, but the cursor in the response is {json_type}; report this to the \
         service",
        count(*pages, "page")
    )]
    UnreadableCursor {
        /// The operation's id.
        operation: &'static str,
        /// The JSON type of the cursor, such as `an object`.
        json_type: &'static str,
        /// The number of pages so far.
        pages: usize,
    },

    /// The list has more items than [`AllItems::at_most`](crate::AllItems::at_most) allows.
    #[error(
        "{operation}: the list has more than {}; raise the limit of `at_most`, or use `.items()`",
        count(*at_most, "item")
    )]
    TooLong {
        /// The operation's id.
        operation: &'static str,
        /// The largest allowed number of items.
        at_most: usize,
    },

    /// The list was not at its end in the time that is set with `within`.
    #[error("{operation}: the list did not end within {within:?}, after {}; allow more time", count(*pages, "page"))]
    TimedOut {
        /// The operation's id.
        operation: &'static str,
        /// The timeout of the list.
        within: Duration,
        /// The number of pages so far.
        pages: usize,
    },
}

/// Completes the sentence that starts with "there".
fn describe_count(items: usize, set_aside: usize, has_more: bool) -> String {
    let number = |number| if number == 1 { "is 1".to_owned() } else { format!("are {number}") };
    let verb = if set_aside == 1 { "does" } else { "do" };
    let unfit = format!("that {verb} not fit the document");
    let count = match (items, set_aside) {
        (0, 0) => "is none".to_owned(),
        (0, set_aside) => format!("{} {unfit}", number(set_aside)),
        (items, 0) => number(items),
        (items, set_aside) => format!("{}, and {set_aside} {unfit}", number(items)),
    };
    let advice = match (has_more, items) {
        (true, _) => ", and the list goes on; get it whole with `.all()`",
        (false, 0) => "",
        (false, _) => "; choose one of them",
    };
    format!("{count}{advice}")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
