/// How many names one suggestion compares: a document can have thousands of mistakes and of names.
const MAX_COMPARED_NAMES: usize = 500;
/// How long a name may be to get a suggestion, in bytes: longer ones are not typed by hand.
const MAX_NAME_BYTES: usize = 64;

/// Returns the name that is most like a misspelt one, if any is like it.
pub(crate) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > MAX_NAME_BYTES {
        return None;
    }
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let lowercase = written.to_lowercase();
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(written.len()) <= allowed)
        .take(MAX_COMPARED_NAMES)
        .map(|name| (strsim::osa_distance(&lowercase, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Returns a help that suggests the nearest name, or another help if there is none.
pub(crate) fn did_you_mean<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    nearest(written, names).map_or_else(|| otherwise.into(), |name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_near() {
        assert_eq!(nearest("minLenght", ["maxLength", "minLength"]), Some("minLength"));
        assert_eq!(nearest("GETTHING", ["getThings"]), Some("getThings"));
    }

    #[test]
    fn another_word_is_not() {
        assert_eq!(nearest("id", ["name", "url"]), None);
        assert_eq!(nearest(&"a".repeat(65), [&*"a".repeat(65)]), None);
        assert_eq!(did_you_mean("id", ["name"], "leave it out"), "leave it out");
    }
}
