use reqwest::{Method, StatusCode};

/// What may have become of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing left this machine.
    NotSent,
    /// Refused for coming too often.
    Throttled,
    /// Refused for what it is: it would be again.
    Refused,
    /// It may have been carried out, or not.
    Unknown,
}

/// What it means to carry an operation out twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing is changed by it.
    Safe,
    /// The same as to carry it out once.
    Idempotent,
    /// Something else.
    Never,
}

impl Fate {
    pub(crate) fn of_status(status: StatusCode) -> Self {
        if status == StatusCode::TOO_MANY_REQUESTS {
            Self::Throttled
        } else if status.is_server_error() {
            Self::Unknown
        } else {
            Self::Refused
        }
    }
}

impl Repeat {
    /// What HTTP says of the method, and of PATCH what most APIs mean by it.
    pub(crate) fn of_method(method: &Method) -> Self {
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Self::Safe,
            Method::PUT | Method::DELETE | Method::PATCH => Self::Idempotent,
            _ => Self::Never,
        }
    }

    /// Whether another attempt does no harm.
    pub(crate) fn is_allowed_after(self, fate: Fate) -> bool {
        match fate {
            Fate::NotSent | Fate::Throttled => true,
            Fate::Refused => false,
            Fate::Unknown => self != Self::Never,
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

    #[test]
    fn what_was_not_carried_out_is_always_repeated() {
        for method in METHODS {
            assert!(Repeat::of_method(&method).is_allowed_after(Fate::NotSent), "{method}");
            assert!(Repeat::of_method(&method).is_allowed_after(Fate::of_status(StatusCode::TOO_MANY_REQUESTS)));
        }
    }

    #[test]
    fn what_may_have_been_carried_out_is_repeated_only_if_that_is_the_same_as_once() {
        for status in (500..600).map(|code| StatusCode::from_u16(code).unwrap()) {
            for method in METHODS {
                let allowed = Repeat::of_method(&method).is_allowed_after(Fate::of_status(status));
                assert_eq!(allowed, !matches!(method, Method::POST | Method::CONNECT), "{method} {status}");
                assert!(!Repeat::Never.is_allowed_after(Fate::of_status(status)));
            }
        }
    }

    #[test]
    fn what_was_refused_is_never_repeated() {
        let refusals = (300..500).filter(|code| *code != 429).map(|code| StatusCode::from_u16(code).unwrap());
        for status in refusals {
            for method in METHODS {
                assert!(!Repeat::of_method(&method).is_allowed_after(Fate::of_status(status)), "{method} {status}");
            }
        }
    }

    #[test]
    fn methods_of_ones_own_are_not_repeated() {
        let method = Method::from_bytes(b"PURGE").unwrap();
        assert_eq!(Repeat::of_method(&method), Repeat::Never);
    }
}
