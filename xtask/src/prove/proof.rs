//! The result of `prove`: a line for each mutation.

use std::collections::HashMap;

use codegen::{
    Document,
    diff::{Change, Diff, Subject, Verdict},
};

use super::{
    outcome::{Compiled, Outcome, RequiredRelease},
    table::{Mutation, Table},
};

/// The verdicts on a mutation.
pub(super) struct Proof<'m> {
    mutation: &'m Mutation,
    verdict: Verdict,
    changes: Vec<Change>,
    /// The line of a document that each change points at.
    lines: Vec<String>,
    /// The outcomes of the compiler, if it was run.
    pub(super) compiler: Option<Compiled>,
    /// The verdict of cargo-semver-checks, if it was run.
    pub(super) semver_checks: Option<RequiredRelease>,
}

const HEADER: [&str; 7] = [
    "mutation",
    "diff",
    "lines that its changes point at",
    "user program",
    "code",
    "cargo-semver-checks",
    "exceptions",
];

impl<'m> Proof<'m> {
    pub(super) fn new(mutation: &'m Mutation, diff: Diff, documents: [&Document; 2]) -> Self {
        let line = |change: &Change| {
            let document = documents.iter().find(|document| document.file() == change.file);
            let line =
                document.zip(change.span).and_then(|(document, span)| document.text().lines().nth(span.line - 1));
            line.unwrap_or("-").trim().to_owned()
        };
        Self {
            mutation,
            // Without changes, the mutation is invisible.
            verdict: diff.verdict.unwrap_or(Verdict::Invisible),
            lines: diff.changes.iter().map(line).collect(),
            changes: diff.changes,
            compiler: None,
            semver_checks: None,
        }
    }

    /// Returns where a verdict differs from the expected one.
    pub(super) fn problems(&self, table: &Table) -> Vec<String> {
        let Mutation { name, verdict, changes: expected, compiler, semver_checks, .. } = self.mutation;
        let mut problems = Vec::new();
        let mut add = |problem: String| problems.push(format!("{name}: {problem}"));
        let changes: Vec<_> = self.changes.iter().map(|change| format!("{} {change}", change.verdict)).collect();
        if changes != *expected {
            add(format!(
                "the changes of the diff are\n  {}\nand not\n  {}",
                changes.join("\n  "),
                expected.join("\n  ")
            ));
        }
        if self.verdict != *verdict {
            add(format!("the diff is {}, and not {verdict}", self.verdict));
        }
        if self.changes.iter().any(|change| change.subject == Subject::Item) {
            add("a change has no cause in the document".to_owned());
        }
        let exception = |of: &Option<String>| of.as_ref().and_then(|of| table.exceptions.get(of));
        if let Some(compiled) = self.compiler {
            match (compiled.verdict() == *verdict, exception(compiler)) {
                (false, None) => add(format!("the compiler finds it {}, and not {verdict}", compiled.verdict())),
                (true, Some(reason)) => {
                    add(format!("the compiler agrees, so this exception is no longer right: {reason}"));
                }
                _ => {}
            }
            let programs = [Some(compiled.user_program), compiled.code].into_iter().flatten();
            if programs
                .map(|outcomes| (outcomes.old, outcomes.new))
                .all(|both| both == (Outcome::Fails, Outcome::Fails))
            {
                add("none of the programs compiles".to_owned());
            }
            if self.mutation.given.is_empty() && compiled.user_program.old == Outcome::Fails {
                add("the user program does not compile against the unchanged crate".to_owned());
            }
        }
        if let Some(release) = self.semver_checks {
            match (release.agrees_with(*verdict), exception(semver_checks)) {
                (false, None) => add(format!("cargo-semver-checks requires {release} release, and it is {verdict}")),
                (true, Some(reason)) => {
                    add(format!("cargo-semver-checks agrees, so this exception is no longer right: {reason}"));
                }
                _ => {}
            }
        }
        problems
    }

    /// Returns the columns of the table, as far as they are known.
    fn columns(&self) -> [Option<String>; 7] {
        let Mutation { compiler, semver_checks, .. } = self.mutation;
        let exceptions: Vec<_> = [("compiler", compiler), ("cargo-semver-checks", semver_checks)]
            .iter()
            .filter_map(|(tool, exception)| Some(format!("{tool}: {}", exception.as_ref()?)))
            .collect();
        let code = |compiled: Compiled| compiled.code.map_or("-".to_owned(), |outcomes| outcomes.to_string());
        [
            Some(self.mutation.name.clone()),
            Some(self.verdict.to_string()),
            Some(self.lines.join(" / ")),
            self.compiler.map(|compiled| compiled.user_program.to_string()),
            self.compiler.map(code),
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

/// Returns where known columns differ from an earlier result.
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
