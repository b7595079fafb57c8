//! What comes out: a line for each mutation.

use std::collections::HashMap;

use codegen::{
    Document,
    diff::{Diff, Row, Subject, Verdict},
};

use super::{
    outcome::{Judged, Outcome, Release},
    table::{Mutation, Table},
};

/// What all say of a mutation.
pub(super) struct Proof<'m> {
    mutation: &'m Mutation,
    verdict: Verdict,
    rows: Vec<Row>,
    /// The line of a document that each row points at.
    lines: Vec<String>,
    /// The compiler, if it was asked.
    pub(super) judged: Option<Judged>,
    /// cargo-semver-checks, if it was asked.
    pub(super) semver_checks: Option<Release>,
}

const HEADER: [&str; 7] =
    ["mutation", "diff", "lines that its rows point at", "user program", "code", "cargo-semver-checks", "exceptions"];

impl<'m> Proof<'m> {
    pub(super) fn new(mutation: &'m Mutation, diff: Diff, documents: [&Document; 2]) -> Self {
        let line = |row: &Row| {
            let document = documents.iter().find(|document| document.file() == row.file);
            let line =
                document.zip(row.place).and_then(|(document, place)| document.text().lines().nth(place.line - 1));
            line.unwrap_or("-").trim().to_owned()
        };
        Self {
            mutation,
            // No row at all is as invisible as can be.
            verdict: diff.verdict.unwrap_or(Verdict::Invisible),
            lines: diff.rows.iter().map(line).collect(),
            rows: diff.rows,
            judged: None,
            semver_checks: None,
        }
    }

    /// Where somebody disagrees, or what was to be said is not.
    pub(super) fn problems(&self, table: &Table) -> Vec<String> {
        let Mutation { name, verdict, rows: expected, compiler, semver_checks, .. } = self.mutation;
        let mut problems = Vec::new();
        let mut say = |problem: String| problems.push(format!("{name}: {problem}"));
        let rows: Vec<_> = self.rows.iter().map(|row| format!("{} {row}", row.verdict)).collect();
        if rows != *expected {
            say(format!("the rows of the diff are\n  {}\nand not\n  {}", rows.join("\n  "), expected.join("\n  ")));
        }
        if self.verdict != *verdict {
            say(format!("the diff is {}, and not {verdict}", self.verdict));
        }
        if self.rows.iter().any(|row| row.subject == Subject::Item) {
            say("a row accounts for nothing in the document".to_owned());
        }
        let exception = |of: &Option<String>| of.as_ref().and_then(|of| table.exceptions.get(of));
        if let Some(judged) = self.judged {
            match (judged.verdict() == *verdict, exception(compiler)) {
                (false, None) => say(format!("the compiler finds it {}, and not {verdict}", judged.verdict())),
                (true, Some(reason)) => say(format!("the compiler agrees, so this is no longer so: {reason}")),
                _ => {}
            }
            let compiled = [Some(judged.user), judged.code].into_iter().flatten();
            if compiled
                .map(|outcomes| (outcomes.old, outcomes.new))
                .all(|both| both == (Outcome::Fails, Outcome::Fails))
            {
                say("nothing that is compiled compiles at all".to_owned());
            }
            if self.mutation.given.is_empty() && judged.user.old == Outcome::Fails {
                say("the user program does not compile against the unchanged crate".to_owned());
            }
        }
        if let Some(release) = self.semver_checks {
            match (release.agrees(*verdict), exception(semver_checks)) {
                (false, None) => say(format!("cargo-semver-checks asks for {release} release, and it is {verdict}")),
                (true, Some(reason)) => say(format!("cargo-semver-checks agrees, so this is no longer so: {reason}")),
                _ => {}
            }
        }
        problems
    }

    /// What is known, in the columns of the table.
    fn columns(&self) -> [Option<String>; 7] {
        let Mutation { compiler, semver_checks, .. } = self.mutation;
        let exceptions: Vec<_> = [("compiler", compiler), ("cargo-semver-checks", semver_checks)]
            .iter()
            .filter_map(|(judge, exception)| Some(format!("{judge}: {}", exception.as_ref()?)))
            .collect();
        let code = |judged: Judged| judged.code.map_or("-".to_owned(), |outcomes| outcomes.to_string());
        [
            Some(self.mutation.name.clone()),
            Some(self.verdict.to_string()),
            Some(self.lines.join(" / ")),
            self.judged.map(|judged| judged.user.to_string()),
            self.judged.map(code),
            self.semver_checks.map(|release| release.to_string()),
            Some(exceptions.join(", ")),
        ]
    }
}

pub(super) fn to_text(proofs: &[Proof<'_>]) -> String {
    let line = |proof: &Proof<'_>| proof.columns().map(Option::unwrap_or_default).join("\t");
    let lines = std::iter::once(HEADER.join("\t")).chain(proofs.iter().map(line));
    lines.map(|line| line + "\n").collect()
}

/// Where what is known differs from an earlier result.
pub(super) fn differences(earlier: &str, proofs: &[Proof<'_>]) -> Vec<String> {
    let mut earlier: HashMap<&str, Vec<&str>> = earlier
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter_map(|columns| Some((*columns.first()?, columns)))
        .collect();
    let mut differences = Vec::new();
    for proof in proofs {
        let name = &proof.mutation.name;
        let Some(earlier) = earlier.remove(name.as_str()) else {
            differences.push(format!("{name}: it is not in the result; run `cargo xtask prove`"));
            continue;
        };
        for ((header, known), earlier) in HEADER.iter().zip(proof.columns()).zip(earlier) {
            if known.as_ref().is_some_and(|known| known != earlier) {
                let known = known.unwrap_or_default();
                differences.push(format!("{name}: {header} was {earlier:?} and is {known:?}; run `cargo xtask prove`"));
            }
        }
    }
    let gone = earlier.into_keys().map(|name| format!("{name}: it is in the result only; run `cargo xtask prove`"));
    differences.extend(gone);
    differences
}
