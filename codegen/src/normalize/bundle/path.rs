use percent_encoding::percent_decode_str;

use crate::source::Pointer;

/// The target of a `$ref`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A node of the same file.
    Here(Pointer),
    /// A node of another file, which is named by its path from the folder of the root.
    File(String, Pointer),
    /// A URL or an absolute path.
    Elsewhere,
    /// A fragment that is no JSON pointer, such as an anchor.
    Anchor,
}

/// Returns the target of a reference in the file at a path.
pub(super) fn target(reference: &str, path: &str) -> Target {
    let (file, fragment) = reference.split_at(reference.find('#').unwrap_or(reference.len()));
    let pointer = if fragment.is_empty() { Some(Pointer::default()) } else { Pointer::of_reference(fragment) };
    if file.contains(':') || file.starts_with('/') {
        return Target::Elsewhere;
    }
    let Some(pointer) = pointer else { return Target::Anchor };
    match join(path, file) {
        joined if file.is_empty() || joined == path => Target::Here(pointer),
        joined => Target::File(joined, pointer),
    }
}

/// Returns the name for a node of the file at a path: the last step to it, or else the name of the file.
pub(super) fn name(path: &str, at: &Pointer) -> String {
    let file = || path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default().to_owned();
    if at.parent().is_some() { at.last() } else { file() }
}

/// Returns the name for the node that a reference leads to.
pub(super) fn name_of(reference: &str) -> String {
    let (file, fragment) = reference.split_at(reference.find('#').unwrap_or(reference.len()));
    name(file, &Pointer::of_reference(fragment).unwrap_or_default())
}

/// Joins a relative path to the folder of another path.
fn join(path: &str, relative: &str) -> String {
    let relative = percent_decode_str(relative).decode_utf8_lossy();
    let mut steps: Vec<&str> = path.split('/').collect();
    steps.pop();
    for step in relative.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, pointer: &str) -> Target {
        Target::File(path.to_owned(), Pointer::default().join(pointer))
    }

    #[test]
    fn paths_go_on_from_the_file_that_refers() {
        assert_eq!(target("shared.yaml#/a", "api.yaml"), file("shared.yaml", "/a"));
        assert_eq!(target("./b/../c%20d.json", "a/api.yaml"), file("a/c d.json", ""));
        assert_eq!(target("../../x.yaml#/a", "a/api.yaml"), file("../x.yaml", "/a"));
    }

    #[test]
    fn a_file_may_name_itself() {
        assert_eq!(target("../a/api.yaml#/b", "a/api.yaml"), Target::Here(Pointer::default().join("/b")));
        assert_eq!(target("#/b", "a/api.yaml"), Target::Here(Pointer::default().join("/b")));
    }

    #[test]
    fn a_node_is_named_after_the_last_step_or_its_file() {
        for (reference, name) in [
            ("#/components/schemas/v1.Cat", "v1.Cat"),
            ("a/pets.yaml#/Cat%20s", "Cat s"),
            ("a/pets.v1.yaml", "pets"),
            ("pets.yaml#/", ""),
        ] {
            assert_eq!(name_of(reference), name, "{reference}");
        }
    }

    #[test]
    fn urls_and_absolute_paths_lead_elsewhere() {
        for reference in ["https://example.com/a.yaml#/a", "file:///etc/passwd", "//host/a", "/etc/passwd#b"] {
            assert_eq!(target(reference, "api.yaml"), Target::Elsewhere, "{reference}");
        }
    }

    #[test]
    fn an_anchor_is_no_pointer() {
        for reference in ["#b", "a.yaml#b"] {
            assert_eq!(target(reference, "api.yaml"), Target::Anchor, "{reference}");
        }
    }
}
