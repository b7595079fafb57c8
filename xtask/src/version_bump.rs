use codegen::diff::Verdict;
use semver::Version;

/// The part of a version that a release raises, as Cargo counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bump {
    Major,
    Minor,
    Patch,
}

impl Bump {
    /// Returns the least bump that changes of a kind require.
    pub(crate) fn required_by(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Breaking => Self::Major,
            Verdict::Additive => Self::Minor,
            Verdict::Invisible => Self::Patch,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
        }
    }

    /// Returns the version after `last`. Cargo takes the first number that is not zero for the major one; before 1.0 the
    /// number after it stands for the minor and the patch number.
    pub(crate) fn after(self, last: &Version) -> Version {
        let Version { major, minor, patch, .. } = *last;
        match (self, major, minor) {
            (Self::Major, 0, 0) => Version::new(0, 0, patch + 1),
            (Self::Major, 0, _) => Version::new(0, minor + 1, 0),
            (_, 0, _) | (Self::Patch, ..) => Version::new(major, minor, patch + 1),
            (Self::Major, ..) => Version::new(major + 1, 0, 0),
            (Self::Minor, ..) => Version::new(major, minor + 1, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_raised_as_cargo_counts() {
        for (last, verdict, next) in [
            ("0.0.3", Verdict::Breaking, "0.0.4"),
            ("0.0.3", Verdict::Additive, "0.0.4"),
            ("0.1.2", Verdict::Breaking, "0.2.0"),
            ("0.1.2", Verdict::Additive, "0.1.3"),
            ("0.1.2", Verdict::Invisible, "0.1.3"),
            ("1.2.3", Verdict::Breaking, "2.0.0"),
            ("1.2.3", Verdict::Additive, "1.3.0"),
            ("1.2.3", Verdict::Invisible, "1.2.4"),
        ] {
            let after = Bump::required_by(verdict).after(&last.parse().unwrap());
            assert_eq!(after.to_string(), next, "{verdict} after {last}");
        }
    }
}
