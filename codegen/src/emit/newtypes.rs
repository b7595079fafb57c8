//! Newtypes, as declarations in the macro `newtype!`.

use std::fmt::Write;

use syn::parse_quote;

use super::{doc_comment::doc_lines, text, types::TypeCode};
use crate::{api::TypeDef, names::ident, progenitor::Type};

/// Emits a newtype around a type.
pub(super) fn emit_newtype(ty: &TypeDef, inner: &Type) -> TypeCode {
    let name = ident(&ty.name);
    TypeCode::new("newtype", &declare(ty, inner), parse_quote!(struct #name(#inner);))
}

fn declare(ty: &TypeDef, inner: &Type) -> String {
    let mut source = String::new();
    for line in doc_lines(ty.description.as_deref().unwrap_or_default()) {
        let _ = writeln!(source, "    {line}");
    }
    let _ = writeln!(source, "    pub struct {}({});", ty.name, text(inner));
    source
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted_for_schemas, from_line};

    #[test]
    fn a_newtype_is_a_declaration_with_its_documentation() {
        let schemas = "
    Thing: {type: object, properties: {id: {$ref: '#/components/schemas/ThingId'}, port: {$ref: '#/components/schemas/Port'}}}
    ThingId: {description: The ID of a thing., type: string, format: uuid, x-newtype: true}
    Port: {type: integer, x-newtype: true}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        insta::assert_snapshot!(from_line(&file, "newtype! {"), @"
        newtype! {
            /// The ID of a thing.
            pub struct ThingId(Uuid);
        }

        newtype! {
            pub struct Port(i64);
        }

        constraints! {
            Thing {}
        }
        ");
    }
}
