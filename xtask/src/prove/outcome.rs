use std::fmt;

use codegen::diff::Verdict;

/// What the compiler makes of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Fails,
    /// It uses something deprecated.
    Warns,
    Compiles,
}

/// What the compiler makes of one program with the older and with the newer crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcomes {
    pub(super) old: Outcome,
    pub(super) new: Outcome,
}

/// What the compiler makes of a mutation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// Of the program that uses everything.
    pub(super) user: Outcomes,
    /// Of the code of the mutation.
    pub(super) code: Option<Outcomes>,
}

/// What cargo-semver-checks makes of a mutation: the release that it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Release {
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

impl Judged {
    pub(super) fn verdict(self) -> Verdict {
        let code = self.code.map_or(Verdict::Invisible, Outcomes::verdict);
        self.user.verdict().max(code)
    }
}

impl Release {
    /// Whether that is what a verdict calls for. Nothing is ever said of what is merely new.
    pub(super) fn agrees(self, verdict: Verdict) -> bool {
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

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Any => "any",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}
