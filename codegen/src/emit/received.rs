use super::{declaration, text};
use crate::{
    api::{Api, Field, TypeDef},
    progenitor::Type,
};

/// Declares a response in the macro that makes a method for every field that the document calls required: the value, or
/// an error that names what is missing. As text, because prettyplease does not know how to break the lines of a macro.
pub(super) fn source(ty: &TypeDef, fields: &[Field], api: &Api) -> String {
    let mut source = format!("received! {{\n{}", declaration::head(ty, false));
    for field in fields {
        let value = field.schema.ty.non_null();
        let mut line = declaration::field(field, value);
        let is_promised = field.required && !field.nullable;
        if is_promised {
            line.extend([" => ", &lent(value)]);
        }
        let words = [(field.is_secret(), "secret"), (is_promised && field.deprecated, "deprecated")];
        line += &declaration::in_brackets(words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()));
        source.extend(declaration::lines(field, &line, api).map(|line| format!("        {line}\n")));
    }
    source.push_str("    }\n}\n");
    source
}

/// The type under which a value is lent.
fn lent(ty: &Type) -> String {
    match ty {
        ty if ty.is_copy() => text(ty),
        Type::String => "&str".to_owned(),
        Type::List(element) => format!("&[{}]", text(&**element)),
        ty => format!("&{}", text(ty.unboxed())),
    }
}
