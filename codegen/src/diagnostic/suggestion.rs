/// So many names are compared, so that a document with thousands of mistakes and of names is through in seconds.
const MAX_COMPARED: usize = 500;
/// Longer names are not typed by hand.
const MAX_LENGTH: usize = 64;

/// The name that somebody may have meant who wrote another.
pub(crate) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if written.len() > MAX_LENGTH {
        return None;
    }
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    let lowercase = written.to_lowercase();
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(written.len()) <= allowed)
        .take(MAX_COMPARED)
        .map(|name| (strsim::osa_distance(&lowercase, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A question to end a message with, or other words where there is nothing to suggest.
pub(crate) fn did_you_mean<'a>(
    written: &str,
    names: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    nearest(written, names).map_or_else(|| otherwise.into(), |name| format!("did you mean `{name}`?"))
}
