use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::Secret;

/// A value that can be sent in a path, a query, a header or a cookie.
pub trait Parameter {
    /// Returns the value as text, without percent-encoding.
    fn to_parameter(&self) -> String;
}

impl<T: Parameter + ?Sized> Parameter for &T {
    fn to_parameter(&self) -> String {
        (**self).to_parameter()
    }
}

// Always with milliseconds and nothing finer: services that parse times by hand take this form and few others.
impl Parameter for DateTime<Utc> {
    fn to_parameter(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

macro_rules! displayed {
    ($($name:ty),+) => {
        $(impl Parameter for $name {
            fn to_parameter(&self) -> String {
                self.to_string()
            }
        })+
    };
}

displayed! {
    bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, str, String,
    Uuid, IpAddr, Ipv4Addr, Ipv6Addr, NaiveDate, NaiveTime
}

// An API that has a secret in a parameter needs it in clear text.
impl Parameter for Secret {
    fn to_parameter(&self) -> String {
        self.expose_secret().to_owned()
    }
}
