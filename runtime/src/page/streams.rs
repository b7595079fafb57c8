use std::{
    collections::HashSet,
    fmt,
    future::{IntoFuture, poll_fn},
    hash::{BuildHasher, RandomState},
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
    vec,
};

use futures_core::Stream;

use super::{Page, PageError, Pagination};
use crate::{
    BoxFuture, Call, Error, Response,
    clock::{self, Instant},
    decode::Next,
};

/// A stream over the pages of a list, made by [`Call::pages`].
///
/// [`next`](Self::next) is all that is needed to use it. It also implements [`Stream`], for the combinators of other
/// crates.
///
/// Each page is a call like any other: with a permit of the rate limiter, retries, and the call's timeout. A page is
/// requested when the one before it has been returned and another one is asked for. To drop the stream ends the request
/// that is in flight.
///
/// After an error the stream ends. To go on after the pages that were returned, set the cursor of the last one
/// ([`Page::next`]) on another call.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    call: Call<Page<T>>,
    state: State<T>,
    /// The hashes of the cursors so far. The cursors themselves may be long.
    seen_cursors: HashSet<u64>,
    hasher: RandomState,
    within: Option<Duration>,
    /// The time of the first request.
    started: Option<Instant>,
    /// The number of pages so far.
    received: usize,
}

type PageResult<T> = Result<Response<Page<T>>, Error>;

enum State<T> {
    /// `call` is the call for the next page.
    Ready,
    InFlight(BoxFuture<PageResult<T>>),
    /// The page that was returned last does not lead to another, because of this error.
    Failed(PageError),
    Ended,
}

impl<T> Pages<T> {
    pub(super) fn new(call: Call<Page<T>>) -> Self {
        let mut pages = Self {
            call,
            state: State::Ready,
            seen_cursors: HashSet::new(),
            hasher: RandomState::new(),
            within: None,
            started: None,
            received: 0,
        };
        if let Some(Pagination::Cursor { parameter, .. }) = pages.call.request.pagination
            && let Some(start) = pages.call.request.query_value(parameter).map(|cursor| pages.hasher.hash_one(cursor))
        {
            pages.seen_cursors.insert(start);
        }
        pages
    }

    /// Sets the timeout of the whole list, from its first request on. The time between two requests counts, too.
    ///
    /// The list ends with [`PageError::TimedOut`] then. The timeout of each page is that of the call.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Decides how the list goes on after a page.
    fn state_after(&mut self, page: &Page<T>) -> State<T> {
        let (operation, pages) = (self.call.operation(), self.received);
        match (self.call.request.pagination, &page.next) {
            (Some(Pagination::Cursor { parameter, .. }), Next::Cursor(cursor)) => {
                if !self.seen_cursors.insert(self.hasher.hash_one(cursor.as_str())) {
                    return State::Failed(PageError::RepeatedCursor { operation, pages });
                }
                self.call.request.set_query_value(parameter, cursor);
                State::Ready
            }
            (Some(Pagination::Cursor { .. }), Next::Unreadable(json_type)) => {
                State::Failed(PageError::UnreadableCursor { operation, json_type, pages })
            }
            // The service may have lowered the limit and may count wrongly, so only an empty page is the last.
            (Some(Pagination::Offset { parameter }), _) if page.received() > 0 => {
                let offset = self.call.request.query_value(parameter).and_then(|offset| offset.parse().ok());
                match offset.unwrap_or(0_u64).checked_add(page.received() as u64) {
                    Some(offset) => {
                        self.call.request.set_query_value(parameter, &offset.to_string());
                        State::Ready
                    }
                    None => State::Ended,
                }
            }
            _ => State::Ended,
        }
    }
}

impl<T: Send + 'static> Pages<T> {
    /// Returns the next page, or `None` at the end of the list.
    ///
    /// If the future is dropped, no page is lost: its request goes on with the next call of this method.
    pub async fn next(&mut self) -> Option<Result<Response<Page<T>>, Error>> {
        poll_fn(|context| self.poll_page(context)).await
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<PageResult<T>>> {
        loop {
            match mem::replace(&mut self.state, State::Ended) {
                State::Ready => match self.request_page() {
                    Ok(response) => self.state = State::InFlight(response),
                    Err(error) => return Poll::Ready(Some(Err(error.into()))),
                },
                State::InFlight(mut response) => {
                    let Poll::Ready(outcome) = response.as_mut().poll(context) else {
                        self.state = State::InFlight(response);
                        return Poll::Pending;
                    };
                    if let Ok(response) = &outcome {
                        self.received += 1;
                        self.state = self.state_after(response);
                    }
                    return Poll::Ready(Some(outcome));
                }
                State::Failed(error) => return Poll::Ready(Some(Err(error.into()))),
                State::Ended => return Poll::Ready(None),
            }
        }
    }

    fn request_page(&mut self) -> Result<BoxFuture<PageResult<T>>, PageError> {
        let started = *self.started.get_or_insert_with(Instant::now);
        let call = self.call.clone();
        let Some(within) = self.within else { return Ok(Box::pin(call.send())) };
        let timed_out = PageError::TimedOut { operation: call.operation(), within, pages: self.received };
        let remaining = within.saturating_sub(started.elapsed());
        if remaining.is_zero() {
            return Err(timed_out);
        }
        let page = Box::pin(call.send());
        Ok(Box::pin(async move { clock::timeout(remaining, page).await.unwrap_or_else(|| Err(timed_out.into())) }))
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Response<Page<T>>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_page(context)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pages")
            .field("call", &self.call)
            .field("within", &self.within)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

/// A stream over the items of a list, made by [`Call::items`].
///
/// It requests [`Pages`] one by one as it gets to them, and behaves like them. An item that does not fit the document
/// is missing from it; [`Pages`] report such items as mismatches.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    /// The rest of the current page.
    items: vec::IntoIter<T>,
}

impl<T> Items<T> {
    pub(super) fn new(call: Call<Page<T>>) -> Self {
        Self { pages: Pages::new(call), items: Vec::new().into_iter() }
    }

    /// Sets the timeout of the whole list, like [`Pages::within`].
    pub fn within(mut self, time: Duration) -> Self {
        self.pages = self.pages.within(time);
        self
    }
}

impl<T: Send + 'static> Items<T> {
    /// Returns the next item, or `None` at the end of the list.
    ///
    /// If the future is dropped, no item is lost: a request for a page goes on with the next call of this method.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => self.items = page.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing in it is pinned, whatever the items are.
impl<T> Unpin for Items<T> {}

impl<T: Send + 'static> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// A call for the items of all pages of a list, made by [`Call::all`]: `.await` it, or set its bounds first.
///
/// It returns a [`Page`] of all items, or the error of the first page that failed: never a part of the list.
#[must_use = "a call does nothing until it is awaited"]
pub struct AllItems<T> {
    pages: Pages<T>,
    at_most: usize,
}

impl<T> AllItems<T> {
    pub(super) fn new(call: Call<Page<T>>) -> Self {
        Self { pages: Pages::new(call), at_most: usize::MAX }
    }

    /// Sets the largest number of items. A longer list ends with [`PageError::TooLong`] as soon as that is known, so
    /// that it neither fills the memory nor is taken for whole.
    pub fn at_most(mut self, items: usize) -> Self {
        self.at_most = items;
        self
    }

    /// Sets the timeout of the whole list, like [`Pages::within`].
    pub fn within(mut self, time: Duration) -> Self {
        self.pages = self.pages.within(time);
        self
    }
}

impl<T: Send + 'static> AllItems<T> {
    async fn collect(mut self) -> Result<Page<T>, Error> {
        let operation = self.pages.call.operation();
        let mut all = Page { operation, items: Vec::new(), set_aside: 0, next: Next::End, total: None };
        while let Some(page) = self.pages.next().await {
            let mut page = page?.into_inner();
            if page.received() > self.at_most - all.received() {
                return Err(PageError::TooLong { operation, at_most: self.at_most }.into());
            }
            all.items.append(&mut page.items);
            all.set_aside += page.set_aside;
        }
        Ok(all)
    }
}

impl<T: Send + 'static> IntoFuture for AllItems<T> {
    type Output = Result<Page<T>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.collect())
    }
}

impl<T> fmt::Debug for AllItems<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AllItems")
            .field("pages", &self.pages)
            .field("at_most", &self.at_most)
            .finish_non_exhaustive()
    }
}
