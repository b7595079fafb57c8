use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    normalize::merge::composition::{Loss, Lost, MAX_ALTERNATIVES, losses},
    openapi::grammar::Kind,
    source::Pointer,
};

/// What is put together can be: each property has one type, and each alternative, too.
pub(super) fn composition(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let has = |schema: &Node<'_>, keyword: &str| schema.get(keyword).is_some();
    let is_composed = |schema: &Node<'_>| {
        let choices = [has(schema, "oneOf"), has(schema, "anyOf")];
        has(schema, "allOf") || choices == [true, true] || choices != [false, false] && has(schema, "properties")
    };
    let root = outline.value(&Pointer::default());
    let Some(root) = root.filter(|_| outline.all(Kind::Schema).any(is_composed)) else { return Vec::new() };
    let others = outline.all(Kind::Schema).filter(|schema| is_outermost(outline, schema));
    losses(root, others.map(|schema| outline.pointer(schema))).into_iter().map(diagnostic).collect()
}

/// Whether a schema is neither in another one nor a component.
fn is_outermost(outline: &Outline<'_>, schema: &Node<'_>) -> bool {
    outline.parent(schema).is_some_and(|parent| !matches!(parent.kind, Kind::Schema | Kind::Components))
}

fn diagnostic(loss: Loss) -> NodeDiagnostic {
    let Loss { at, property, what } = loss;
    let of = if property.is_empty() { String::new() } else { format!(" of {}", quoted(&property)) };
    match what {
        Lost::Type => {
            let message = format!("no type holds all that is said{of} here");
            let help = "say it in one place, or so that one value can fit all of it";
            NodeDiagnostic::key(at, message, help).accepted("the crate takes anything there")
        }
        Lost::Circle => {
            let message = format!("what is put together{of} here holds itself, and the crate takes anything there");
            NodeDiagnostic::key(at, message, "give it a name under `components`, and refer to it in its parts")
                .warning()
        }
        Lost::Size => {
            let message = format!("too much is put together{of} here, and the crate takes anything there");
            NodeDiagnostic::key(at, message, "refer to parts of it that have a name under `components`").warning()
        }
        Lost::Choices => {
            let message = format!(
                "the choices{of} can be made in more than {MAX_ALTERNATIVES} ways, and the crate takes anything there"
            );
            NodeDiagnostic::key(at, message, "list the alternatives that there are in one `oneOf`").warning()
        }
        Lost::Keyword(keyword) => {
            let message = format!("the crate does not hold to each `{keyword}`{of}, of which there are several here");
            NodeDiagnostic::key(at, message, "nothing has to be done: the service checks it").warning()
        }
    }
}
