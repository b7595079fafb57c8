//! The singular and the plural of English nouns.

/// Returns the name of several things. A name that ends like a plural stays.
pub(crate) fn plural(name: &str) -> String {
    let ends_with = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match name.strip_suffix('y') {
        Some(stem) if !stem.is_empty() && !ends_with(&["ay", "ey", "iy", "oy", "uy"]) => format!("{stem}ies"),
        _ if ends_with(&["ss", "us", "x", "ch", "sh"]) => format!("{name}es"),
        _ if name.ends_with('s') => name.to_owned(),
        _ => format!("{name}s"),
    }
}

/// Returns the name of one of several things.
pub(crate) fn singular(name: &str) -> String {
    match name {
        _ if name.ends_with("ies") => format!("{}y", &name[..name.len() - 3]),
        _ if name.ends_with("sses") => name[..name.len() - 2].to_owned(),
        _ if name.ends_with('s') && !name.ends_with("ss") && !name.ends_with("us") => name[..name.len() - 1].to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plural_has_the_ending_of_its_noun() {
        for (one, many) in
            [("backup", "backups"), ("key", "keys"), ("Activity", "Activities"), ("y", "ys"), ("address", "addresses")]
        {
            assert_eq!((plural(one), singular(many)), (many.to_owned(), one.to_owned()));
        }
        for (one, many) in [("status", "statuses"), ("box", "boxes"), ("batch", "batches"), ("settings", "settings")] {
            assert_eq!(plural(one), many);
        }
    }
}
