//! Response types, in the macro that gives them a method for every field that the document calls required: it returns
//! the value, or an error that names what is missing.

use super::declaration;
use crate::{
    api::{Api, Field, TypeDef},
    emit::text,
    progenitor::Type,
};

/// Returns the declaration of a response type.
pub(super) fn declare(ty: &TypeDef, fields: &[Field], api: &Api) -> String {
    let mut source = declaration::head(ty, false);
    for field in fields {
        let lines = declaration::field_lines(field, fields, &field_declaration(field), api);
        source.extend(lines.map(|line| format!("        {line}\n")));
    }
    source.push_str("    }\n");
    source
}

fn field_declaration(field: &Field) -> String {
    let ty = field.schema.ty.non_null();
    let has_accessor = field.required && !field.nullable;
    let accessor = if has_accessor { format!(" => {}", accessor_type(ty)) } else { String::new() };
    let secret = if field.is_secret() { " [secret]" } else { "" };
    format!("{}{accessor}{secret}", declaration::field(field, ty))
}

fn accessor_type(ty: &Type) -> String {
    match ty {
        ty if ty.is_copy() => text(ty),
        Type::String => "&str".to_owned(),
        Type::List(element) => format!("&[{}]", text(&**element)),
        ty => format!("&{}", text(ty.unboxed())),
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn required_fields_have_an_accessor_with_the_type_that_it_returns() {
        let document = "paths:
  /thing: {get: {operationId: getThing, summary: Gets it, responses: {'200': {description: It., content:
    {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}}}
components:
  schemas:
    Thing:
      type: object
      required: [id, tagNames, count, size]
      properties:
        id: {type: string, format: uuid}
        tagNames: {type: array, items: {type: string}}
        count: {type: integer, deprecated: true, x-replaced-by: size}
        color: {type: string, deprecated: true, x-replaced-by: a word of your own}
        size: {type: integer, nullable: true}
        note: {type: string}";
        let file = emitted("src/types/operations.rs", document);
        insta::assert_snapshot!(from_line(&file, "response! {"), @r#"
        response! {
            pub struct Thing {
                id: Uuid => Uuid,
                tag_names as "tagNames": Vec<String> => &[String],
                /// Use [`size`](Self::size) instead.
                #[deprecated(note = "use `size` instead")]
                count: i64 => i64,
                #[deprecated(note = "use a word of your own")]
                color: String,
                size: i64,
                note: String,
            }
        }
        "#);
    }
}
