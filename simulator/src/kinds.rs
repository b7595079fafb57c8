//! The kinds of resources that the simulator has, one file for each. Services and backups have code of their own in
//! [`cloud`](crate::cloud).

pub(crate) mod organization;

use std::sync::LazyLock;

use crate::{
    document::{Document, DocumentError},
    resources::{Kind, Models},
};

static KINDS: [Kind; 1] = [organization::KIND];

static EMBEDDED: LazyLock<Result<Models, &'static DocumentError>> = LazyLock::new(|| {
    let document = Document::embedded()?;
    // A bug of this package, which is found once in each process.
    Models::new(&KINDS, document).map_err(|error| &*Box::leak(Box::new(error)))
});

/// Returns the kinds of the document of this package.
pub(crate) fn embedded() -> Result<&'static Models, &'static DocumentError> {
    EMBEDDED.as_ref().map_err(|error| *error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions_end() {
        for kind in &KINDS {
            let Some(states) = &kind.states else { continue };
            for start in states.transitions {
                let mut state = start.to;
                for _ in states.transitions {
                    let next = states.transitions.iter().find(|transition| Some(transition.from) == state);
                    state = next.and_then(|transition| transition.to);
                }
                assert_eq!(state, None, "the transitions of a {} go round in a circle", kind.name);
            }
        }
    }

    #[test]
    fn names_and_operations_belong_to_one_kind() {
        let models = embedded().unwrap();
        for model in models.iter() {
            assert!(std::ptr::eq(models.named(model.kind().name).unwrap(), model));
            for operation in model.kind().operations {
                assert!(std::ptr::eq(models.operation(operation.id).unwrap().0, model), "{}", operation.id);
            }
        }
    }
}
