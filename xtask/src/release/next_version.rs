use codegen::diff::Verdict;
use semver::Version;

use super::{Refused, changes::Changes};
use crate::version_bump::Bump;

/// Returns the next version: the stated one, or else the least that the changes allow. `written` is the version in the
/// manifest, which a person may have raised.
pub(super) fn next_version(
    last: Option<&Version>,
    written: &Version,
    changes: &Changes,
    stated: Option<&Version>,
) -> Result<Version, Refused> {
    let Some(last) = last else { return Ok(stated.unwrap_or(written).clone()) };
    let required = least_after(last, changes.verdict());
    match stated {
        None => Ok(required.max(written.clone())),
        Some(stated) if *stated >= required => Ok(stated.clone()),
        Some(stated) if stated <= last => Err(Refused(format!("{stated} is not above {last}, which is released"))),
        Some(stated) => {
            let forbidding = changes.lines.iter().filter(|line| least_after(last, Some(line.verdict)) > *stated);
            let forbidding: Vec<_> = forbidding.map(|line| format!("  {line}")).collect();
            Err(Refused(format!(
                "{stated} is too small after {last}: these changes require {required}\n{}",
                forbidding.join("\n")
            )))
        }
    }
}

fn least_after(last: &Version, verdict: Option<Verdict>) -> Version {
    Bump::required_by(verdict.unwrap_or(Verdict::Invisible)).after(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::changes::Line;

    fn changes(verdicts: &[Verdict]) -> Changes {
        let lines = verdicts.iter().map(|verdict| Line {
            verdict: *verdict,
            subject: "field".to_owned(),
            name: format!("Thing.{verdict}"),
            change: "changed".to_owned(),
            is_new: false,
            rust: Vec::new(),
        });
        Changes { lines: lines.collect() }
    }

    /// Returns the version after 0.1.2.
    fn after(written: &str, verdicts: &[Verdict], stated: Option<&str>) -> Result<String, String> {
        let stated = stated.map(|stated| stated.parse().unwrap());
        next_version(Some(&Version::new(0, 1, 2)), &written.parse().unwrap(), &changes(verdicts), stated.as_ref())
            .map(|version| version.to_string())
            .map_err(|refused| refused.to_string())
    }

    #[test]
    fn the_first_version_is_the_one_in_the_manifest_or_the_stated_one() {
        let written = Version::new(0, 1, 0);
        let first = |stated: Option<&Version>| next_version(None, &written, &Changes::default(), stated).unwrap();
        assert_eq!(first(None), written);
        assert_eq!(first(Some(&Version::new(1, 0, 0))), Version::new(1, 0, 0));
    }

    #[test]
    fn a_version_follows_from_the_worst_change() {
        use Verdict::{Additive, Breaking, Invisible};

        for (verdicts, version) in [
            (&[][..], "0.1.3"),
            (&[Invisible], "0.1.3"),
            (&[Additive, Invisible], "0.1.3"),
            (&[Additive, Breaking, Invisible], "0.2.0"),
        ] {
            assert_eq!(after("0.1.2", verdicts, None).as_deref(), Ok(version), "{verdicts:?}");
        }
    }

    #[test]
    fn a_raised_version_in_the_manifest_is_kept_if_it_is_great_enough() {
        assert_eq!(after("0.3.0", &[Verdict::Breaking], None).as_deref(), Ok("0.3.0"));
        assert_eq!(after("0.1.9", &[Verdict::Breaking], None).as_deref(), Ok("0.2.0"));
    }

    #[test]
    fn a_stated_version_may_be_greater_but_not_smaller() {
        let verdicts = [Verdict::Additive, Verdict::Breaking];
        assert_eq!(after("0.1.2", &verdicts, Some("1.0.0")).as_deref(), Ok("1.0.0"));
        assert_eq!(after("0.1.2", &verdicts[..1], Some("0.1.3")).as_deref(), Ok("0.1.3"));
        let refusals = [
            ("0.1.2", "0.1.2 is not above 0.1.2, which is released"),
            ("0.0.9", "0.0.9 is not above 0.1.2, which is released"),
            (
                "0.1.3",
                "0.1.3 is too small after 0.1.2: these changes require 0.2.0\n  breaking   field Thing.breaking: changed",
            ),
        ];
        for (stated, refusal) in refusals {
            assert_eq!(after("0.1.2", &verdicts, Some(stated)).unwrap_err(), refusal);
        }
    }
}
