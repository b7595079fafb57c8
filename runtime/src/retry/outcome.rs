use reqwest::{Method, StatusCode};

/// What may have become of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing of the request left this machine.
    NotSent,
    /// Refused for coming too often, and so not carried out.
    Throttled,
    /// Refused for what it is: it would be again.
    Refused,
    /// Carried out or not. Another attempt may find out.
    Unknown,
    /// Carried out or not, and another attempt would end in the same way.
    UnknownAlways,
}

/// What it means to carry an operation out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// Nothing is changed by it.
    Safe,
    /// The same as to carry it out once.
    Idempotent,
    /// Something else than to carry it out once.
    NotIdempotent,
}

impl Outcome {
    /// Returns what a response with this status, which is no success, says of the attempt.
    ///
    /// A 408 or a 425 comes from something on the way that has its own clock or its own doubts, so it does not say what
    /// the service behind it did. A 303 is how servers point at the result of what they have carried out.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Self::Unknown,
            StatusCode::SEE_OTHER => Self::UnknownAlways,
            // What no standard knows says nothing either.
            status if status.as_u16() >= 500 || status.is_informational() => Self::Unknown,
            _ => Self::Refused,
        }
    }

    /// Whether the attempt may have been carried out.
    pub(crate) fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown | Self::UnknownAlways)
    }
}

impl Idempotency {
    /// Returns what HTTP says of the method, and of PATCH what most APIs mean by it.
    pub(crate) fn of_method(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Safe,
            Method::PUT | Method::DELETE | Method::PATCH => Self::Idempotent,
            _ => Self::NotIdempotent,
        }
    }

    /// Whether another attempt is harmless, and may end better.
    pub(crate) fn allows_retry_after(self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::NotSent | Outcome::Throttled => true,
            Outcome::Refused | Outcome::UnknownAlways => false,
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
        Idempotency::of_method(method).allows_retry_after(outcome)
    }

    #[test]
    fn what_was_not_carried_out_is_always_retried() {
        for method in METHODS {
            assert!(Idempotency::of_method(&method).allows_retry_after(Outcome::NotSent), "{method}");
            assert!(allowed(&method, 429), "{method}");
        }
    }

    #[test]
    fn what_may_have_been_carried_out_is_retried_only_if_that_is_harmless() {
        for status in (500..1000).chain([408, 425]) {
            for method in METHODS {
                let is_harmless = !matches!(method, Method::POST | Method::CONNECT);
                assert_eq!(allowed(&method, status), is_harmless, "{method} {status}");
            }
            let outcome = Outcome::of_status(StatusCode::from_u16(status).unwrap());
            assert!(outcome.is_unknown() && !Idempotency::NotIdempotent.allows_retry_after(outcome), "{status}");
        }
    }

    #[test]
    fn what_was_refused_is_never_retried() {
        for status in (300..500).filter(|code| ![408, 425, 429].contains(code)) {
            for method in METHODS {
                assert!(!allowed(&method, status), "{method} {status}");
            }
        }
    }

    #[test]
    fn of_the_statuses_that_are_not_retried_only_303_leaves_the_outcome_unknown() {
        let statuses = (300..500).filter(|code| ![408, 425].contains(code));
        let unknown: Vec<_> =
            statuses.filter(|code| Outcome::of_status(StatusCode::from_u16(*code).unwrap()).is_unknown()).collect();
        assert_eq!(unknown, [303]);
    }

    #[test]
    fn methods_of_ones_own_are_not_retried() {
        let method = Method::from_bytes(b"PURGE").unwrap();
        assert_eq!(Idempotency::of_method(&method), Idempotency::NotIdempotent);
    }
}
