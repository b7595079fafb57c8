/// Declares the constraints of request types, and gives them a method `validate`.
///
/// Fields that are not listed have no constraints.
///
/// ```
/// #[derive(PartialEq)]
/// struct Thing {
///     name: String,
///     sizes: Vec<i64>,
/// }
///
/// clickhouse_cloud_runtime::constraints! {
///     Thing {
///         name: [max_length(3), pattern("^[a-z]*$")],
///         sizes: [items(&[minimum(1)])],
///     }
/// }
///
/// let error = Thing { name: "WALL".to_owned(), sizes: vec![2, 0] }.validate().unwrap_err();
/// let problems: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
/// assert_eq!(problems, [
///     "`name` must have at most 3 characters",
///     "`name` must match `^[a-z]*$`",
///     "`sizes[1]` must be at least 1, and is 0",
/// ]);
/// ```
#[macro_export]
macro_rules! constraints {
    ($($name:ident $([$($own:expr),+])? {
        $($field:ident: [$($constraint:expr),* $(,)?]),* $(,)?
    })+) => {$(
        impl $name {
            /// Returns an error with all violations of constraints of the API's document.
            ///
            /// Calls are not validated unless
            /// [`validate_requests`](clickhouse_cloud_runtime::ClientBuilder::validate_requests) is set, because the
            /// service may have changed its constraints.
            pub fn validate(&self) -> ::std::result::Result<(), $crate::InvalidRequest> {
                $crate::validate::validate(stringify!($name), self)
            }
        }

        #[allow(deprecated, reason = "deprecated fields have constraints, too")]
        impl $crate::validate::Validate for $name {
            fn violations(
                &self,
                _: &[$crate::validate::Constraint<'_>],
                path: &$crate::validate::Path<'_>,
                found: &mut ::std::vec::Vec<$crate::Violation>,
            ) {
                use $crate::validate::*;
                let absent: &[bool] = &[$(Validate::is_absent(&self.$field)),*];
                let present = absent.iter().filter(|absent| !**absent).count();
                properties(present, &[$($($own),+)?], path, found);
                $(
                    let field_path = path.field(stringify!($field));
                    Validate::violations(&self.$field, &[$($constraint),*], &field_path, found);
                )*
            }
        }
    )+};
}
