//! Lists: pages, and streams over all pages and items of a list.

mod error;
mod streams;

use std::{fmt, ops::Deref, slice, vec};

use bytes::Bytes;
use serde::{Serialize, Serializer};

pub use self::{
    error::PageError,
    streams::{AllItems, Items, Pages},
};
use crate::{
    Call, Decode, Error, Request, Response,
    decode::{self, CountedList, Decoded, Decoding, Next},
    raw_response::RawResponse,
};

/// A page of a list: the items in one response, and the place where the list goes on.
///
/// It dereferences to a slice. A list that the service does not split into pages is a single page. To get the items of
/// all pages, use [`Call::all`] or [`Call::items`].
#[derive(Clone)]
pub struct Page<T> {
    operation: &'static str,
    items: Vec<T>,
    set_aside: usize,
    next: Next,
    total: Option<u64>,
}

/// The way in which a list goes on after a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pagination {
    /// A page has the cursor of the next page in this property of the envelope, which is sent in this query parameter.
    Cursor { parameter: &'static str, next: &'static str },
    /// The position of a page in the list is sent in this query parameter.
    Offset { parameter: &'static str },
}

impl<T> Page<T> {
    /// Returns the one item of a list that has no other.
    ///
    /// ```
    /// use clickhouse_cloud_runtime::{Call, Error, Page};
    ///
    /// async fn only_name(names: Call<Page<String>>) -> Result<String, Error> {
    ///     Ok(names.await?.only()?.clone())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`PageError::NotOne`] if there is no item or if there are several. Items that do not fit the document count as
    /// well, and so do the items of further pages.
    pub fn only(&self) -> Result<&T, Error> {
        let total = self.total.and_then(|total| usize::try_from(total).ok()).unwrap_or_default();
        match self.items.as_slice() {
            [item] if self.set_aside == 0 && self.next == Next::End && total <= 1 => Ok(item),
            items => Err(PageError::NotOne {
                operation: self.operation,
                items: items.len(),
                set_aside: self.set_aside,
                has_more: self.next != Next::End || total > self.received(),
            }
            .into()),
        }
    }

    /// The cursor of the next page, to be set on another call; `None` if the response has none.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        if let Next::Cursor(cursor) = &self.next { Some(cursor) } else { None }
    }

    /// The number of items on all pages, if the service counts them. It may differ from the number that the pages have
    /// in the end, because the list may change in between.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// The number of items that do not fit the document, and are missing from this page.
    /// [`Response::mismatches`] describes them.
    #[must_use]
    pub fn set_aside(&self) -> usize {
        self.set_aside
    }

    /// Returns the items alone.
    #[must_use]
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// Returns the number of items in the response.
    fn received(&self) -> usize {
        self.items.len() + self.set_aside
    }
}

/// Decodes a page of the list that a request is for.
pub(crate) fn decode<'a, T: Decode>(request: &'a Request, response: &'a RawResponse<Bytes>) -> Decoding<'a, Page<T>> {
    page_of(decode::list(request.envelope(), request.page_members(), response), request.operation)
}

/// Decodes a page that is empty if the response has `null` in place of the list, or no body.
pub(crate) fn decode_optional<'a, T: Decode>(
    request: &'a Request,
    response: &'a RawResponse<Bytes>,
) -> Decoding<'a, Page<T>> {
    let list: Decoding<'a, Option<CountedList<T>>> = decode::list(request.envelope(), request.page_members(), response);
    page_of(list.map(|list| list.unwrap_or_else(|| Vec::new().into())), request.operation)
}

fn page_of<'a, T: 'static>(decoding: Decoding<'a, CountedList<T>>, operation: &'static str) -> Decoding<'a, Page<T>> {
    decoding.map_decoded(move |decoded| {
        let Decoded { value: list, mut members, mismatches, omitted_mismatches } = decoded;
        let set_aside = list.received - list.items.len();
        let (next, total) = (std::mem::take(&mut members.next), members.total);
        let value = Page { operation, items: list.items, set_aside, next, total };
        Decoded { value, members, mismatches, omitted_mismatches }
    })
}

impl<T, L> Call<Page<T>, L> {
    /// Returns a stream over the pages of the list. Each page is a call like any other, with the settings of this one.
    ///
    /// The first page is the one that this call is for: if a cursor or an offset is set, the list starts there.
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.split_lookup().0)
    }

    /// Returns a stream over the items of the list, on all pages.
    ///
    /// ```
    /// use clickhouse_cloud_runtime::{Call, Error, Page};
    ///
    /// async fn print(names: Call<Page<String>>) -> Result<(), Error> {
    ///     let mut names = names.items();
    ///     while let Some(name) = names.next().await {
    ///         println!("{}", name?);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn items(self) -> Items<T> {
        Items::new(self.split_lookup().0)
    }

    /// Makes a page of the items of all pages: `.await` it, or set a bound first.
    ///
    /// ```
    /// use clickhouse_cloud_runtime::{Call, Error, Page};
    ///
    /// async fn count(names: Call<Page<String>>) -> Result<usize, Error> {
    ///     Ok(names.all().at_most(10_000).await?.len())
    /// }
    /// ```
    pub fn all(self) -> AllItems<T> {
        AllItems::new(self.split_lookup().0)
    }
}

impl<T> Deref for Page<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> From<Page<T>> for Vec<T> {
    fn from(page: Page<T>) -> Self {
        page.items
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

impl<T> IntoIterator for Response<Page<T>> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_inner().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<Page<T>> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Serializes the items as an array.
impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

// Without the cursor: services encode anything in it.
impl<T: fmt::Debug> fmt::Debug for Page<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Page")
            .field("items", &self.items)
            .field("set_aside", &self.set_aside)
            .field("has_next", &(self.next != Next::End))
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[i64], set_aside: usize, next: Next, total: Option<u64>) -> Page<i64> {
        Page { operation: "listThings", items: items.to_vec(), set_aside, next, total }
    }

    fn message(page: &Page<i64>) -> String {
        page.only().unwrap_err().to_string()
    }

    #[test]
    fn only_the_one_item_of_a_whole_list_is_returned() {
        assert_eq!(*page(&[7], 0, Next::End, None).only().unwrap(), 7);
        assert_eq!(*page(&[7], 0, Next::End, Some(0)).only().unwrap(), 7, "a total may be wrong");
        let cursor = || Next::Cursor("c".to_owned());
        let errors = [
            page(&[], 0, Next::End, None),
            page(&[1, 2, 3], 0, Next::End, Some(3)),
            page(&[1], 1, Next::End, None),
            page(&[], 1, Next::End, None),
            page(&[1], 0, cursor(), None),
            page(&[1], 0, Next::Unreadable("an object"), None),
            page(&[1], 0, Next::End, Some(2)),
            page(&[], 0, cursor(), None),
        ];
        let messages: Vec<_> = errors.iter().map(message).collect();
        assert_eq!(
            messages,
            [
                "listThings: expected one item, but there is none",
                "listThings: expected one item, but there are 3; choose one of them",
                "listThings: expected one item, but there is 1, and 1 that does not fit the document; choose one of \
                 them",
                "listThings: expected one item, but there is 1 that does not fit the document",
                "listThings: expected one item, but there is 1, and the list goes on; get it whole with `.all()`",
                "listThings: expected one item, but there is 1, and the list goes on; get it whole with `.all()`",
                "listThings: expected one item, but there is 1, and the list goes on; get it whole with `.all()`",
                "listThings: expected one item, but there is none, and the list goes on; get it whole with `.all()`",
            ]
        );
    }

    #[test]
    fn a_page_is_a_slice_and_becomes_its_items() {
        let page = page(&[1, 2], 0, Next::Cursor("secret".to_owned()), None);
        assert_eq!((page.len(), page.first(), page.next()), (2, Some(&1), Some("secret")));
        assert_eq!((&page).into_iter().sum::<i64>(), 3);
        assert_eq!(Vec::from(page.clone()), page.clone().into_items());
        assert!(!format!("{page:?}").contains("secret"), "{page:?}");
        assert_eq!(page.into_iter().collect::<Vec<_>>(), [1, 2]);
    }
}
