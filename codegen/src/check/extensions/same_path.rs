//! Operations that are called with the parameters of another one's path.

use crate::{
    check::{
        outline::{Node, Operation, Outline},
        parameters::parameters,
    },
    diagnostic::wording::quoted,
};

/// Returns the errors of the parameters that the `other` operation needs, but which the path of `caller` does not have
/// as they are, as messages and helps.
pub(super) fn parameter_problems<'o, 'a>(
    outline: &'o Outline<'a>,
    caller: &Operation<'o, 'a>,
    other: &Operation<'o, 'a>,
) -> Vec<(String, &'static str)> {
    let given = parameters(outline, caller);
    let needed = parameters(outline, other).into_iter();
    let needed = needed.filter(|needed| needed.flag("required") || needed.text("in") == Some("path"));
    let problems = needed.filter_map(|needed| {
        let name = needed.text("name")?;
        let same = given.iter().find(|given| given.text("in") == Some("path") && given.text("name") == Some(name));
        let other = quoted(other.node.text("operationId").unwrap_or_default());
        let name = quoted(name);
        let Some(same) = same else {
            let help = "name an operation that takes the same parameters in its path, and no other required ones";
            return Some((format!("{other} needs {name}, which this path does not have"), help));
        };
        let has_parts = |part: &&Node<'a>| matches!(part.text("type"), Some("array" | "object"));
        if outline.child(needed, "schema").is_some_and(|schema| outline.parts(schema).iter().any(has_parts)) {
            let help = "name an operation whose parameters are texts, numbers or flags";
            return Some((format!("{other} needs {name}, which is a list or an object"), help));
        }
        (same.get("schema") != needed.get("schema")).then(|| {
            let help = "let both refer to the same schema, or to the same parameter";
            (format!("{other} needs {name} of another type than this path has: the schemas differ"), help)
        })
    });
    problems.collect()
}
