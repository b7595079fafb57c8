use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{quoted, shown},
    },
    openapi::{
        grammar::Kind,
        integers::{IntegerType, integer},
    },
    source::Pointer,
};

/// Warns of bounds and values beyond the type of their schema, which is the widest that there is.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    outline.all(Kind::Schema).flat_map(|schema| check_schema(outline, schema)).collect()
}

fn check_schema(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let schema = node.object();
    let Some(ty) = IntegerType::of(schema) else { return Vec::new() };
    let at = |keyword: &str| outline.pointer(node).key(keyword);
    let bounds = ty.idle_bounds(schema).into_iter().map(|keyword| {
        let bound = quoted(&format!("{keyword}: {}", schema[keyword]));
        let end =
            if keyword == "minimum" { format!("starts at {}", ty.least) } else { format!("ends at {}", ty.greatest) };
        warning(at(keyword), format!("{bound} is beyond the type `{}`, which {end}: it is left out", ty.name))
    });
    let listed = node.list("enum").iter().enumerate().map(|(index, value)| (value, at("enum").index(index)));
    let default = node.get("default").map(|value| (value, at("default")));
    let beyond = listed.chain(default).filter(|(value, _)| integer(value).is_some_and(|value| !ty.has(value)));
    let values = beyond.map(|(value, at)| {
        let effect = "a response with it lacks the value";
        warning(at, format!("{} is beyond the type `{}`: {effect}", shown(value), ty.name))
    });
    bounds.chain(values).collect()
}

#[track_caller]
fn warning(at: Pointer, message: String) -> NodeDiagnostic {
    NodeDiagnostic::value(at, message, "write a number that fits in 64 bits").warning()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run_on_schemas;

    #[test]
    fn what_no_type_has_is_reported() {
        let schemas = "
            A: {type: integer, minimum: -9223372036854776000, maximum: 9223372036854776000}
            B: {type: integer, minimum: 0, maximum: 18446744073709552000}
            C: {type: integer, enum: [-1, 18446744073709551615]}
            D: {type: integer, minimum: 0, maximum: 18446744073709551615, default: 18446744073709551615}
        ";
        insta::assert_snapshot!(run_on_schemas(check, schemas), @"
        5:33 `minimum: -9.223372036854776e+18` is beyond the type `i64`, which starts at -9223372036854775808: it is left out
        5:64 `maximum: 9223372036854776000` is beyond the type `i64`, which ends at 9223372036854775807: it is left out
        6:45 `maximum: 1.8446744073709552e+19` is beyond the type `u64`, which ends at 18446744073709551615: it is left out
        7:35 `18446744073709551615` is beyond the type `i64`: a response with it lacks the value
        ");
    }
}
