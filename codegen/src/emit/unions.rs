//! Enums for unions, as declarations in the macro `open_union!`.

mod conversion;
mod patterns;

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
};

use conversion::VariantsConversion;
use syn::parse_quote;

use super::{doc_comment::doc_lines, text, types::TypeCode};
use crate::{
    api::{Api, Direction, TypeDef, UnionVariant},
    names::ident,
    progenitor::Type,
};

/// The longest variant on one line, without its indentation. In a longer one, each member has its own line.
const MAX_COLUMNS: usize = 110;

/// What the unions of an API have to know of its other types.
pub(super) struct Unions<'a> {
    api: &'a Api,
    /// The names of the types with a secret somewhere in them.
    secret: HashSet<&'a str>,
    /// The names of the types of parameters.
    in_parameters: HashSet<&'a str>,
}

impl<'a> Unions<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        Self { api, secret: types_with_secrets(api), in_parameters: types_of_parameters(api) }
    }

    /// Emits an enum for a union. It is open, because the API may add to the union at any time.
    pub(super) fn emit_union(&self, ty: &TypeDef, variants: &[UnionVariant]) -> TypeCode {
        let conversion = conversion::from_response(ty, variants, self.api);
        let is_text = variants.iter().all(|variant| self.api.is_text(&variant.schema.ty));
        let is_parameter = is_text && self.in_parameters.contains(ty.name.as_str());
        let is_secret = ty.direction == Direction::Response && self.secret.contains(ty.name.as_str());
        let converted_by_macro = match &conversion {
            Some(VariantsConversion::ByMacro { response }) => Some(response),
            _ => None,
        };
        let request = converted_by_macro.map_or("request".to_owned(), |response| format!("request from {response}"));
        let traits = [
            (ty.direction.is_received(), "response"),
            (ty.direction.is_sent(), &request),
            (is_parameter, "parameter"),
            (is_secret, "secret"),
        ];
        let traits: Vec<_> = traits.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        let members: Vec<_> = self.api.only_members(ty, variants);
        let members: Vec<_> = members.into_iter().map(|member| member.map(|field| field.schema.ty.unboxed())).collect();
        let types = variants.iter().map(|variant| &variant.schema.ty).chain(members.iter().copied().flatten());
        let response = converted_by_macro.map(|response| ident(response));
        let name = ident(&ty.name);
        let stub = parse_quote!(enum #name { Variants(#(#types,)* #response) });
        let impls = conversion.and_then(VariantsConversion::into_impl).into_iter().collect();
        let declaration = declare(ty, variants.iter().zip(members), &traits.join(" + "));
        TypeCode { impls, ..TypeCode::new("open_union", &declaration, stub) }
    }
}

/// Declares a union. Each variant may have the type of its only member, from which the union can be made.
fn declare<'a>(
    ty: &TypeDef,
    variants: impl Iterator<Item = (&'a UnionVariant, Option<&'a Type>)>,
    traits: &str,
) -> String {
    let mut source = String::new();
    for line in doc_lines(ty.description.as_deref().unwrap_or_default()) {
        let _ = writeln!(source, "    {line}");
    }
    let _ = writeln!(source, "    pub enum {}: {traits} {{", ty.name);
    for (variant, member) in variants {
        let from = member.map(|member| format!(" from {}", text(member))).unwrap_or_default();
        let _ = writeln!(source, "        {}{from},", declare_variant(variant, ty.direction));
    }
    source.push_str("    }\n");
    source
}

fn declare_variant(UnionVariant { name, pattern, schema }: &UnionVariant, direction: Direction) -> String {
    let variant = format!("{name}({})", text(&schema.ty));
    if !direction.is_received() {
        return variant;
    }
    let on_one_line = format!("{variant} = {pattern}");
    if on_one_line.len() <= MAX_COLUMNS { on_one_line } else { format!("{variant} = {pattern:#}") }
}

fn types_with_secrets(api: &Api) -> HashSet<&str> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut waiting = Vec::new();
    for ty in &api.types {
        for part in ty.kind.parts() {
            match part.leaf() {
                Type::Secret => waiting.push(ty.name.as_str()),
                Type::Named(used) => users.entry(used).or_default().push(&ty.name),
                _ => {}
            }
        }
    }
    let mut found = HashSet::new();
    while let Some(name) = waiting.pop() {
        if found.insert(name) {
            waiting.extend(users.get(name).into_iter().flatten());
        }
    }
    found
}

fn types_of_parameters(api: &Api) -> HashSet<&str> {
    let parameters = api.operations.iter().flat_map(|operation| &operation.parameters);
    parameters.filter_map(|parameter| parameter.schema.ty.leaf().name()).collect()
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, emitted_for_schemas};

    #[test]
    fn a_union_of_requests_is_made_from_the_only_member_of_a_variant() {
        let document = "paths:
  /things:
    post:
      operationId: postThing
      summary: Posts it
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'204': {description: Done.}}
components:
  schemas:
    Thing: {oneOf: [{$ref: '#/components/schemas/CatThing'}, {$ref: '#/components/schemas/Dog'}]}
    CatThing: {type: object, required: [cat], properties: {cat: {$ref: '#/components/schemas/Cat'}, note: {type: string}}}
    Cat: {type: object, properties: {claws: {type: integer}}}
    Dog: {type: object, required: [chip], properties: {chip: {type: string}}}";
        let file = emitted("src/types/operations.rs", document);
        let union: Vec<_> = file.lines().skip_while(|line| !line.starts_with("open_union!")).take(7).collect();
        insta::assert_snapshot!(union.join("\n"), @"
        open_union! {
            pub enum Thing: request {
                Cat(CatThing) from Cat,
                Dog(Dog),
            }
        }
        ");
    }

    #[test]
    fn variants_of_responses_have_patterns_and_secrets_are_noted() {
        let schemas = "
    Thing: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}, {type: string}]}
    Cat: {type: object, required: [claws], properties: {claws: {type: integer}, id: {type: string, readOnly: true}}}
    Dog: {type: object, required: [chip], properties: {chip: {type: string, format: password}}}";
        insta::assert_snapshot!(emitted_for_schemas("src/types/operations.rs", schemas), @r#"
            use clickhouse_cloud_runtime::{
                MissingField, Secret, constraints, open_union, request, response,
            };

            open_union! {
                pub enum Thing: response + secret {
                    Cat(Cat) = { "claws": _ },
                    Dog(Dog) = { "chip": _ },
                    String(String) = string,
                }
            }

            open_union! {
                pub enum ThingInput: request from Thing {
                    Cat(CatInput),
                    Dog(DogInput),
                    String(String),
                }
            }

            response! {
                pub struct Cat {
                    claws: i64 => i64,
                    id: String,
                }
            }

            impl Cat {
                /// Creates the request type [`CatInput`]: short for [`CatInput::new`].
                #[expect(clippy::new_ret_no_self, reason = "creates the request type")]
                pub fn new(claws: i64) -> CatInput {
                    CatInput::new(claws)
                }
            }

            request! {
                pub struct CatInput {
                    required {
                        claws: i64,
                    }
                }
            }

            impl TryFrom<Cat> for CatInput {
                type Error = MissingField;

                fn try_from(response: Cat) -> Result<Self, MissingField> {
                    Ok(Self {
                        claws: response.claws.ok_or(MissingField::new("Cat", "claws"))?,
                    })
                }
            }

            response! {
                pub struct Dog {
                    chip: Secret => &Secret [secret],
                }
            }

            impl Dog {
                /// Creates the request type [`DogInput`]: short for [`DogInput::new`].
                #[expect(clippy::new_ret_no_self, reason = "creates the request type")]
                pub fn new(chip: impl Into<Secret>) -> DogInput {
                    DogInput::new(chip)
                }
            }

            request! {
                pub struct DogInput {
                    required {
                        chip: Secret [secret into],
                    }
                }
            }

            impl TryFrom<Dog> for DogInput {
                type Error = MissingField;

                fn try_from(response: Dog) -> Result<Self, MissingField> {
                    Ok(Self {
                        chip: response.chip.ok_or(MissingField::new("Dog", "chip"))?,
                    })
                }
            }

            constraints! {
                CatInput {}
                DogInput {}
            }
        "#);
    }
}
