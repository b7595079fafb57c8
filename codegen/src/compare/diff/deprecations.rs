//! Changes of deprecations, which operations, parameters, fields and values have.

use super::change::ChangeKind;
use crate::{api::Deprecation, openapi::extensions::REPLACED_BY};

/// Returns the change between two deprecations; none if they are the same.
pub(super) fn between(old: Option<&Deprecation>, new: Option<&Deprecation>) -> Option<ChangeKind> {
    match (old, new) {
        (Some(old), Some(new)) => (old != new).then(|| ChangeKind::of(REPLACED_BY)),
        (None, None) => None,
        _ => Some(ChangeKind::of_flag("deprecated", old.is_some(), new.is_some())),
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::diff::tests::{changes, changes_of_schema};

    #[test]
    fn deprecated_fields_and_values_warn_the_programs_that_use_them() {
        insta::assert_snapshot!(
            changes_of_schema(
                "{type: object, required: [a], properties: {a: {type: string}, b: {type: string, deprecated: true}}}",
                "{type: object, required: [a], properties: {a: {type: string, deprecated: true, x-replaced-by: b}, b: {type: string}}}"
            ),
            @"
        additive field Thing.a: deprecated changed from no to yes
          Thing.a: Option<String> => Thing.a: Option<String>
          Thing::a(&self) -> Result<&str, MissingField> => Thing::a(&self) -> Result<&str, MissingField>
        invisible field Thing.b: deprecated changed from yes to no
          Thing.b: Option<String> => Thing.b: Option<String>
        "
        );
        insta::assert_snapshot!(
            changes_of_schema("{type: string, enum: [a, b]}", "{type: string, enum: [a, b], x-deprecated-values: {a: b}}"),
            @r#"
        additive value Thing.a: deprecated changed from no to yes
          Thing::A = "a" => Thing::A = "a"
        "#
        );
    }

    #[test]
    fn another_replacement_changes_only_the_warning() {
        let schema = |by: &str| {
            format!("{{type: object, properties: {{a: {{type: string, deprecated: true, x-replaced-by: {by}}}}}}}")
        };
        insta::assert_snapshot!(changes_of_schema(&schema("something else"), &schema("nothing at all")), @"invisible field Thing.a: x-replaced-by changed");
    }

    #[test]
    fn operations_and_parameters_can_be_deprecated_and_settled() {
        let operation = |operation: &str, parameter: &str| {
            format!(
                "paths: {{/a: {{get: {{operationId: getA, {operation} responses: {{'204': {{description: Done.}}}}, \
                 parameters: [{{name: b, in: query, schema: {{type: string}}, {parameter}}}]}}}}}}"
            )
        };
        insta::assert_snapshot!(
            changes(
                &operation("x-stability: evolving,", ""),
                &operation("x-permissions: [c, d], deprecated: true,", "deprecated: true")
            ),
            @"
        additive parameter getA.b: deprecated changed from no to yes
          GetA::b(self, b: &str) -> Self => GetA::b(self, b: &str) -> Self
        additive operation getA: deprecated changed from no to yes
          Client::get_a(&self) -> GetA => Client::get_a(&self) -> GetA
        invisible operation getA: stability evolving removed
        invisible operation getA: permissions c, d added
        "
        );
    }
}
