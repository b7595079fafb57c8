use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

/// A value that can stand in a path, a query or a header.
pub trait Parameter {
    /// The value as text, not yet percent-encoded.
    fn to_parameter(&self) -> String;
}

impl<T: Parameter + ?Sized> Parameter for &T {
    fn to_parameter(&self) -> String {
        (**self).to_parameter()
    }
}

impl Parameter for DateTime<Utc> {
    fn to_parameter(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true)
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

displayed!(bool, i32, i64, u32, u64, f32, f64, str, String, Uuid, chrono::NaiveDate);
