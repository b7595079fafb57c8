//! Enums for lists of strings, as declarations in the macro `open_enum!`.

use std::fmt::Write;

use syn::parse_quote;

use super::{deprecation::Notice, doc_comment::doc_lines, types::TypeCode};
use crate::{
    api::{TypeDef, Variant},
    names::ident,
};

/// Emits an enum for a list of strings. It is open, because the API may add to the list at any time.
pub(super) fn emit_enum(ty: &TypeDef, variants: &[Variant]) -> TypeCode {
    let name = ident(&ty.name);
    TypeCode::new("open_enum", &declare(ty, variants), parse_quote!(enum #name {}))
}

fn declare(ty: &TypeDef, variants: &[Variant]) -> String {
    let mut source = String::new();
    for line in doc_lines(ty.description.as_deref().unwrap_or_default()) {
        let _ = writeln!(source, "    {line}");
    }
    let _ = writeln!(source, "    pub enum {} {{", ty.name);
    for variant in variants {
        if let Some(deprecation) = &variant.deprecation {
            let notice = Notice::of(deprecation, |value| {
                let replacement = variants.iter().find(|other| other.text == value)?;
                Some(format!("{}::{}", ty.name, replacement.name))
            });
            let paragraph = notice.paragraph();
            let lines = paragraph.iter().flat_map(|paragraph| doc_lines(paragraph)).chain([notice.attribute_line()]);
            for line in lines {
                let _ = writeln!(source, "        {line}");
            }
        }
        let _ = writeln!(source, "        {} = {:?},", variant.name, variant.text);
    }
    source.push_str("    }\n");
    source
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted_for_schemas, from_line};

    #[test]
    fn deprecated_values_name_the_one_to_use_instead() {
        let schemas = "
    Thing: {type: object, properties: {state: {$ref: '#/components/schemas/State'}}}
    State: {description: A state., type: string, enum: [idle, in use, lost], x-deprecated-values: {in use: idle, lost: one of the others}}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        insta::assert_snapshot!(from_line(&file, "open_enum! {"), @r#"
        open_enum! {
            /// A state.
            pub enum State {
                Idle = "idle",
                /// Use [`Idle`](State::Idle) instead.
                #[deprecated(note = "use `State::Idle` instead")]
                InUse = "in use",
                #[deprecated(note = "use one of the others")]
                Lost = "lost",
            }
        }

        constraints! {
            Thing { state: [] }
        }
        "#);
    }

    #[test]
    fn variants_have_their_wire_names() {
        let schemas = "
    Thing: {type: object, properties: {state: {$ref: '#/components/schemas/State'}}}
    State: {description: A state., type: string, enum: [idle, in use, '']}";
        insta::assert_snapshot!(emitted_for_schemas("src/types/operations.rs", schemas), @r#"
            use clickhouse_cloud_runtime::{constraints, open_enum, shared};

            shared! {
                #[derive(Default)]
                pub struct Thing {
                    optional {
                        /// A state.
                        state: State,
                    }
                }
            }

            open_enum! {
                /// A state.
                pub enum State {
                    Idle = "idle",
                    InUse = "in use",
                    Empty = "",
                }
            }

            constraints! {
                Thing { state: [] }
            }
        "#);
    }
}
