use indexmap::IndexMap;
use syn::{FnArg, ImplItem, Item};

use super::{Code, Method, Struct, missing};
use crate::{
    GenerateError,
    model::{Location, Model},
};

const PASS: &str = "take";

/// Takes the structs and the signatures of the operations out of what progenitor emitted. The rest is not used:
/// conversions and builders nobody asked for, a client of its own, and how each call is made.
pub(super) fn take(file: syn::File, model: &Model) -> Result<Code, GenerateError> {
    let mut structs: IndexMap<_, _> = IndexMap::new();
    let mut signatures: IndexMap<_, _> = IndexMap::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let items = module.content.into_iter().flat_map(|(_, items)| items);
                let items = items.filter_map(|item| if let Item::Struct(item) = item { Some(item) } else { None });
                structs.extend(items.map(|item| (item.ident.to_string(), item)));
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let methods = block.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(method) => Some((method.sig.ident.to_string(), method.sig)),
                    _ => None,
                });
                signatures.extend(methods);
            }
            _ => {}
        }
    }

    Ok(Code {
        structs: take_structs(structs, model)?,
        enums: Vec::new(),
        constraints: None,
        methods: take_methods(signatures, model)?,
    })
}

fn take_structs(
    mut structs: IndexMap<String, syn::ItemStruct>,
    model: &Model,
) -> Result<IndexMap<String, Struct>, GenerateError> {
    let structs = model.structs().map(|(schema, _)| {
        let item = structs.swap_remove(&schema.name);
        let item = item.ok_or_else(|| missing(PASS, &format!("struct `{}`", schema.name)))?;
        Ok((schema.name.clone(), Struct { role: schema.role, item, impls: Vec::new() }))
    });
    structs.collect()
}

fn take_methods(
    mut signatures: IndexMap<String, syn::Signature>,
    model: &Model,
) -> Result<IndexMap<String, Method>, GenerateError> {
    let methods = model.operations.iter().map(|operation| {
        let name = operation.method_name();
        let signature = signatures.swap_remove(&name);
        let signature = signature.ok_or_else(|| missing(PASS, &format!("method `{name}`")))?;
        for parameter in &operation.parameters {
            let argument = &parameter.rust_name;
            if parameter.location != Location::Header && argument_type(&signature, argument).is_none() {
                return Err(missing(PASS, &format!("argument `{argument}` of method `{name}`")));
            }
        }
        Ok((name, Method { signature, item: None, call: Vec::new(), waiters: Vec::new() }))
    });
    methods.collect()
}

/// The type of an argument.
pub(super) fn argument_type<'a>(signature: &'a syn::Signature, name: &str) -> Option<&'a syn::Type> {
    signature.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(argument) => match &*argument.pat {
            syn::Pat::Ident(pattern) if pattern.ident == name => Some(&*argument.ty),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}
