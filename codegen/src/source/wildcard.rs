/// Returns whether a text matches a pattern, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, pattern)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts = pattern.split('*');
    let end = parts.next_back().unwrap_or_default();
    for part in parts {
        let Some((_, rest)) = text.split_once(part) else { return false };
        text = rest;
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_matches_any_text() {
        assert!(matches("*.apiKey", "Login.apiKey"));
        assert!(matches("a*b*c", "axbxbxc"));
        assert!(matches("*", ""));
    }

    #[test]
    fn the_rest_of_a_pattern_is_literal() {
        assert!(!matches("apiKey", "apiKeys"));
        assert!(!matches("a*b*c", "abxc_"));
        assert!(!matches("b*", "ab"));
    }
}
