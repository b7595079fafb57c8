/// Declares the type of a call with optional arguments: a [`Call`](crate::Call) that emitted code adds setters to.
///
/// It is awaited, and has the settings of every call. In brackets, `stream` adds the method that streams the response,
/// and `items: T` adds those that return all pages of a list. `events: T` adds the method that returns the events of
/// the response, as `Call::events` does; `events` alone is for text, and `whole_events: T` for
/// objects of all fields. `finds T` adds [`or_find`](crate::Call::or_find), and `needs wake` adds
/// [`wake`](crate::Call::wake).
///
/// ```
/// use clickhouse_cloud_runtime::{Call, call_type};
///
/// call_type! {
///     /// A call that lists lamps.
///     pub struct ListLamps(Call<Vec<String>>);
/// }
///
/// impl ListLamps {
///     /// The room of the lamps.
///     pub fn room(self, room: &str) -> Self {
///         Self(self.0.map_request(|request| request.query("room", room)))
///     }
/// }
///
/// # use std::time::Duration;
/// # async fn list(call: ListLamps) -> Result<(), clickhouse_cloud_runtime::Error> {
/// let lamps = call.room("hall").timeout(Duration::from_secs(5)).await?;
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! call_type {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident(Call<$response:ty>) $(needs $need:ident)? $(finds $found:ty)?
            $([$($option:ident $(: $item:ty)?),+])?;
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct $name($crate::Call<$response, $crate::call_type!(@lookup $(needs $need)? $(finds $found)?)>);

        impl $name {
            #[doc = "See [`Call::timeout`](crate::Call::timeout)."]
            pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            #[doc = "See [`Call::attempt_timeout`](crate::Call::attempt_timeout)."]
            pub fn attempt_timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.attempt_timeout(timeout))
            }

            #[doc = "See [`Call::retry`](crate::Call::retry)."]
            pub fn retry(self, policy: impl $crate::RetryPolicy + 'static) -> Self {
                Self(self.0.retry(policy))
            }

            #[doc = "See [`Call::header`](crate::Call::header)."]
            pub fn header(self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
                Self(self.0.header(name, value))
            }

            #[doc = "See [`Call::permissions`](crate::Call::permissions)."]
            #[must_use]
            pub fn permissions(&self) -> &'static [&'static str] {
                self.0.permissions()
            }

            #[doc = "See [`Call::patient`](crate::Call::patient)."]
            pub fn patient(self) -> Self {
                Self(self.0.patient())
            }

            $(
                #[doc = "See [`Call::or_find`](crate::Call::or_find)."]
                pub fn or_find(self) -> $crate::Find<$response, $found> {
                    self.0.or_find()
                }
            )?

            #[doc = "See [`Call::until`](crate::Call::until)."]
            pub fn until(self, condition: impl $crate::WaitCondition<$response>) -> $crate::Wait<$response> {
                self.0.until(condition)
            }
        }

        $($crate::call_type! { @$need $name })?

        $($($crate::call_type! { @$option $name $($item)? })+)?

        impl ::std::convert::From<$name>
            for $crate::Call<$response, $crate::call_type!(@lookup $(needs $need)? $(finds $found)?)>
        {
            fn from(call: $name) -> Self {
                call.0
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = ::std::result::Result<$crate::Response<$response>, $crate::Error>;
            type IntoFuture = $crate::BoxFuture<Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                self.0.into_future()
            }
        }
    };
    (@lookup) => { () };
    (@lookup finds $found:ty) => { $crate::FindIn<$found> };
    (@lookup needs wake) => { $crate::NeedsWake };
    (@lookup needs wake finds $found:ty) => { $crate::NeedsWake<$crate::FindIn<$found>> };
    (@wake $name:ident) => {
        impl $name {
            #[doc = "See [`Call::wake`](crate::Call::wake)."]
            pub fn wake(self) -> Self {
                Self(self.0.wake())
            }

            #[doc = "See [`Call::no_wake`](crate::Call::no_wake)."]
            pub fn no_wake(self) -> Self {
                Self(self.0.no_wake())
            }
        }
    };
    (@items $name:ident $item:ty) => {
        impl $name {
            #[doc = "See [`Call::pages`](crate::Call::pages)."]
            pub fn pages(self) -> $crate::Pages<$item> {
                self.0.pages()
            }

            #[doc = "See [`Call::items`](crate::Call::items)."]
            pub fn items(self) -> $crate::Items<$item> {
                self.0.items()
            }

            #[doc = "See [`Call::all`](crate::Call::all)."]
            pub fn all(self) -> $crate::AllItems<$item> {
                self.0.all()
            }
        }
    };
    (@events $name:ident) => {
        $crate::events_of_call! { $name text_events String }
    };
    (@events $name:ident $item:ty) => {
        $crate::events_of_call! { $name events $item }
    };
    (@whole_events $name:ident $item:ty) => {
        $crate::events_of_call! { $name whole_events $item }
    };
    (@stream $name:ident) => {
        impl $name {
            #[doc = "See [`Call::stream`](crate::Call::stream)."]
            pub async fn stream(self) -> ::std::result::Result<$crate::StreamedResponse, $crate::Error> {
                self.0.stream().await
            }
        }
    };
}

#[cfg(feature = "events")]
#[doc(hidden)]
#[macro_export]
macro_rules! events_of_call {
    ($name:ident $events:ident $item:ty) => {
        impl $name {
            #[doc = concat!("See [`Call::", stringify!($events), "`](crate::Call::", stringify!($events), ").")]
            pub async fn events(self) -> ::std::result::Result<$crate::Events<$item>, $crate::Error> {
                self.0.$events().await
            }
        }
    };
}

#[cfg(not(feature = "events"))]
#[doc(hidden)]
#[macro_export]
macro_rules! events_of_call {
    ($name:ident $events:ident $item:ty) => {
        ::std::compile_error!("set `features = [\"events\"]` for `clickhouse-cloud-runtime` in Cargo.toml");
    };
}
