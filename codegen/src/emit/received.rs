use super::{Code, Struct, argument_of, declaration, is_copy, is_named, missing};
use crate::{
    api::{Field, Model, Role, Schema},
    diagnostic::GenerateError,
    emit::text,
};

const PASS: &str = "received";

/// Declares each response in the macro that makes a method for every field that the document calls required: the
/// value, or an error that names what is missing.
pub(super) fn declare(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct(PASS, model, |found, schema, fields| {
        if schema.role == Role::Response {
            found.source = source(found, schema, fields)?;
        }
        Ok(())
    })
}

/// As text, because prettyplease does not know how to break the lines of a macro.
fn source(found: &mut Struct, schema: &Schema, fields: &[Field]) -> Result<String, GenerateError> {
    let mut source = format!("received! {{\n{}", declaration::head(schema, false));
    for (emitted, field) in found.fields(fields) {
        let value = argument_of(&emitted.ty, "Option");
        let value = value.ok_or_else(|| missing(PASS, &format!("Option at `{}.{}`", schema.name, field.name)))?;
        let mut line = declaration::field(field, value);
        let is_promised = field.required && !field.nullable;
        if is_promised {
            line.extend([" => ", &lent(value)]);
        }
        let words = [(field.secret, "secret"), (is_promised && field.deprecated, "deprecated")];
        line += &declaration::in_brackets(words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()));
        source.extend(declaration::lines(field, &line).map(|line| format!("        {line}\n")));
    }
    source.push_str("    }\n}\n");
    Ok(source)
}

/// The type under which a value is lent.
fn lent(ty: &syn::Type) -> String {
    if is_copy(ty) {
        text(ty)
    } else if is_named(ty, "String") {
        "&str".to_owned()
    } else if let Some(element) = argument_of(ty, "Vec") {
        format!("&[{}]", text(element))
    } else {
        format!("&{}", text(argument_of(ty, "Box").unwrap_or(ty)))
    }
}
