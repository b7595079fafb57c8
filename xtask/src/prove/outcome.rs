use std::fmt;

use codegen::diff::Verdict;

/// The outcome of compiling a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Fails,
    /// The program uses something deprecated.
    Warns,
    Compiles,
}

/// The outcomes of compiling a program against the older and against the newer crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcomes {
    pub(super) old: Outcome,
    pub(super) new: Outcome,
}

/// The outcomes of compiling the programs of a mutation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compiled {
    /// The program that uses everything.
    pub(super) user_program: Outcomes,
    /// The code of the mutation.
    pub(super) code: Option<Outcomes>,
}

/// The release that cargo-semver-checks requires for a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequiredRelease {
    Any,
    Minor,
    Major,
}

impl Outcomes {
    fn verdict(self) -> Verdict {
        match (self.old, self.new) {
            (Outcome::Fails, Outcome::Fails) => Verdict::Invisible,
            (_, Outcome::Fails) => Verdict::Breaking,
            (Outcome::Fails, _) | (Outcome::Compiles, Outcome::Warns) => Verdict::Additive,
            _ => Verdict::Invisible,
        }
    }
}

impl Compiled {
    pub(super) fn verdict(self) -> Verdict {
        let code = self.code.map_or(Verdict::Invisible, Outcomes::verdict);
        self.user_program.verdict().max(code)
    }
}

impl RequiredRelease {
    /// Returns whether this agrees with a verdict. cargo-semver-checks does not report additions.
    pub(super) fn agrees_with(self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Breaking => self == Self::Major,
            Verdict::Additive => self != Self::Major,
            Verdict::Invisible => self == Self::Any,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fails => "fails",
            Self::Warns => "warns",
            Self::Compiles => "compiles",
        })
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.old == self.new {
            write!(formatter, "{}", self.new)
        } else {
            write!(formatter, "{}, then {}", self.old, self.new)
        }
    }
}

impl fmt::Display for RequiredRelease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Any => "any",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}
