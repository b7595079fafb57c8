use indexmap::IndexMap;

use super::{Code, Method, Struct, Union, missing};
use crate::{
    api::Model,
    diagnostic::GenerateError,
    progenitor::{field_name, field_of_alternative, struct_name},
};

const PASS: &str = "take";

/// Tells the structs that progenitor emitted from the types of the operations and of the unions, which it was given as
/// structs.
pub(super) fn take(structs: Vec<syn::ItemStruct>, model: &Model) -> Result<Code, GenerateError> {
    let structs = structs.into_iter();
    let mut structs: IndexMap<_, _> = structs.map(|item| (item.ident.to_string(), item)).collect();
    let methods = take_methods(&mut structs, model)?;
    Ok(Code {
        unions: take_unions(&mut structs, model)?,
        structs: take_structs(structs, model)?,
        enums: Vec::new(),
        answers: Vec::new(),
        constraints: None,
        methods,
    })
}

fn take_structs(
    mut structs: IndexMap<String, syn::ItemStruct>,
    model: &Model,
) -> Result<IndexMap<String, Struct>, GenerateError> {
    let structs = model.structs().map(|(schema, _)| {
        let item = structs.swap_remove(&schema.name);
        let item = item.ok_or_else(|| missing(PASS, &format!("struct `{}`", schema.name)))?;
        Ok((schema.name.clone(), Struct { role: schema.role, item, source: String::new(), impls: Vec::new() }))
    });
    structs.collect()
}

/// Progenitor was given structs in their place.
fn take_unions(
    structs: &mut IndexMap<String, syn::ItemStruct>,
    model: &Model,
) -> Result<IndexMap<String, Union>, GenerateError> {
    let unions = model.unions().map(|(schema, alternatives)| {
        let item = structs.swap_remove(&schema.name);
        let item = item.ok_or_else(|| missing(PASS, &format!("struct for the union `{}`", schema.name)))?;
        let types = (0..alternatives.len()).map(|index| {
            let name = field_of_alternative(index);
            let field = item.fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| *ident == name));
            let field = field.ok_or_else(|| missing(PASS, &format!("field `{}.{name}`", schema.name)))?;
            Ok(field.ty.clone())
        });
        let types = types.collect::<Result<_, GenerateError>>()?;
        Ok((schema.name.clone(), Union { types, source: String::new(), impls: Vec::new() }))
    });
    unions.collect()
}

fn take_methods(
    structs: &mut IndexMap<String, syn::ItemStruct>,
    model: &Model,
) -> Result<IndexMap<String, Method>, GenerateError> {
    let methods = model.operations.iter().enumerate().map(|(index, operation)| {
        let name = struct_name(index, model);
        let item = structs.swap_remove(&name).ok_or_else(|| missing(PASS, &format!("struct `{name}`")))?;
        let fields = item.fields.into_iter().filter_map(|field| Some((field.ident?.to_string(), field.ty)));
        let mut fields: IndexMap<_, _> = fields.collect();
        let types = operation.schemas().enumerate().map(|(index, (key, _))| {
            let ty = fields.swap_remove(&field_name(index));
            Ok((key.clone(), ty.ok_or_else(|| missing(PASS, &format!("type of {key} of `{}`", operation.id)))?))
        });
        let types = types.collect::<Result<_, GenerateError>>()?;
        Ok((operation.method_name(), Method { types, item: None, call: Vec::new(), waiters: Vec::new() }))
    });
    methods.collect()
}
