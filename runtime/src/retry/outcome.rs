use reqwest::{Method, StatusCode};

/// The outcome of a failed attempt: whether the operation was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No connection was established, so nothing was sent.
    NotSent,
    /// Refused because of the rate limit, and not carried out.
    Throttled,
    /// Refused for a reason that a retry does not change, and not carried out.
    Refused,
    /// Carried out or not. A retry may succeed.
    Unknown,
    /// Carried out or not. A retry would fail in the same way.
    UnknownFinal,
}

/// The effect of carrying out an operation twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// None: the operation changes nothing.
    Safe,
    /// The same effect as once.
    Idempotent,
    /// Another effect than once.
    NotIdempotent,
}

impl Outcome {
    /// Returns the outcome that an error status stands for.
    ///
    /// A 408 or a 425 may come from a proxy that does not know what the service behind it did. A 303 points to the
    /// result of an operation that was carried out.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Self::Unknown,
            StatusCode::SEE_OTHER => Self::UnknownFinal,
            // A status without a defined meaning.
            status if status.as_u16() >= 500 || status.is_informational() => Self::Unknown,
            _ => Self::Refused,
        }
    }

    /// Whether the attempt may have been carried out.
    pub(crate) fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown | Self::UnknownFinal)
    }
}

impl Idempotency {
    /// Returns the idempotency that HTTP defines for a method. PATCH counts as idempotent, which it is in most APIs.
    pub(crate) fn of_method(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Safe,
            Method::PUT | Method::DELETE | Method::PATCH => Self::Idempotent,
            _ => Self::NotIdempotent,
        }
    }

    /// Whether a retry is safe and may succeed.
    pub(crate) fn allows_retry(self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::NotSent | Outcome::Throttled => true,
            Outcome::Refused | Outcome::UnknownFinal => false,
            Outcome::Unknown => self != Self::NotIdempotent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::TRACE,
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::POST,
        Method::CONNECT,
    ];

    fn allowed(method: &Method, status: u16) -> bool {
        let outcome = Outcome::of_status(StatusCode::from_u16(status).unwrap());
        Idempotency::of_method(method).allows_retry(outcome)
    }

    #[test]
    fn an_attempt_that_was_not_carried_out_is_always_retried() {
        for method in METHODS {
            assert!(Idempotency::of_method(&method).allows_retry(Outcome::NotSent), "{method}");
            assert!(allowed(&method, 429), "{method}");
        }
    }

    #[test]
    fn an_unknown_outcome_is_retried_only_if_the_method_is_idempotent() {
        for status in (500..1000).chain([408, 425]) {
            for method in METHODS {
                let is_idempotent = !matches!(method, Method::POST | Method::CONNECT);
                assert_eq!(allowed(&method, status), is_idempotent, "{method} {status}");
            }
            let outcome = Outcome::of_status(StatusCode::from_u16(status).unwrap());
            assert!(outcome.is_unknown() && !Idempotency::NotIdempotent.allows_retry(outcome), "{status}");
        }
    }

    #[test]
    fn a_refused_attempt_is_never_retried() {
        for status in (300..500).filter(|code| ![408, 425, 429].contains(code)) {
            for method in METHODS {
                assert!(!allowed(&method, status), "{method} {status}");
            }
        }
    }

    #[test]
    fn of_the_statuses_without_a_retry_only_303_has_an_unknown_outcome() {
        let statuses = (300..500).filter(|code| ![408, 425].contains(code));
        let unknown: Vec<_> =
            statuses.filter(|code| Outcome::of_status(StatusCode::from_u16(*code).unwrap()).is_unknown()).collect();
        assert_eq!(unknown, [303]);
    }

    #[test]
    fn custom_methods_are_not_idempotent() {
        let method = Method::from_bytes(b"PURGE").unwrap();
        assert_eq!(Idempotency::of_method(&method), Idempotency::NotIdempotent);
    }
}
