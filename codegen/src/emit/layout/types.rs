//! The files of the module `types`.

use std::collections::BTreeSet;

use syn::{Item, parse_quote};

use super::{
    format::{format_file, format_items},
    imports, module,
};
use crate::{
    api::{Api, Direction},
    emit::{Code, File},
    names::ident,
};

pub(super) fn lay_out_types(code: &Code, api: &Api) -> Vec<File> {
    let mut files: Vec<_> = [Direction::Request, Direction::Response, Direction::Both]
        .into_iter()
        .filter_map(|direction| structs(code, api, direction))
        .collect();
    files.extend(enums(code));
    files.extend(response_enums(code, api));
    files.extend(unions(code, api));

    let exported: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    files.extend(constraints(code));
    let declared: BTreeSet<_> = files.iter().filter_map(module_name).collect();
    let declarations = declared.iter().map(|module| parse_quote!(mod #module;));
    let exports = exported.iter().map(|module| parse_quote!(pub use #module::*;));
    files.push(format_file("src/types.rs", Vec::new(), declarations.chain(exports).collect()));
    files
}

fn structs(code: &Code, api: &Api, direction: Direction) -> Option<File> {
    let (module, macro_name) = match direction {
        Direction::Request => ("requests", "request"),
        Direction::Response => ("responses", "response"),
        Direction::Both => ("shared", "shared"),
    };
    let structs: Vec<_> = code.structs.iter().filter(|item| item.direction == direction).collect();
    let macro_name = ident(macro_name);
    let mut named = vec![parse_quote!(#macro_name! {})];
    for item in &structs {
        named.push(item.stub.clone());
        named.extend(item.impls.iter().cloned().map(Item::Impl));
    }
    let imports = imports::imports(&named, api, &[]);
    let mut file = format_file(&format!("src/types/{module}.rs"), Vec::new(), imports);
    for item in &structs {
        file.text.extend(["\n", &item.declaration]);
        file.text += &format_items(item.impls.iter().cloned().map(Item::Impl));
    }
    (!structs.is_empty()).then_some(file)
}

fn enums(code: &Code) -> Option<File> {
    let import = parse_quote!(
        use clickhouse_cloud_runtime::open_enum;
    );
    let mut file = format_file("src/types/enums.rs", Vec::new(), vec![import]);
    file.text.extend(["\nopen_enum! {\n", &code.enums.join("\n"), "}\n"]);
    (!code.enums.is_empty()).then_some(file)
}

fn response_enums(code: &Code, api: &Api) -> Option<File> {
    let items = &code.response_enums;
    (!items.is_empty()).then(|| module("src/types/response_enums.rs", items.clone(), api))
}

fn unions(code: &Code, api: &Api) -> Option<File> {
    let conversions: Vec<_> = code.unions.iter().filter_map(|union| union.conversion.clone()).map(Item::Impl).collect();
    let types = code.unions.iter().flat_map(|union| &union.types);
    let types = types.map(|ty| parse_quote!(type Variant = #ty;));
    let named: Vec<Item> = types.chain(conversions.iter().cloned()).collect();

    let mut items = imports::external_imports(&named);
    items.push(parse_quote!(
        use clickhouse_cloud_runtime::open_union;
    ));
    let other_types: Item = parse_quote!(
        use super::*;
    );
    items.extend(imports::use_types_besides_unions(&named, api).then_some(other_types));
    let mut file = format_file("src/types/unions.rs", Vec::new(), items);
    let declarations: Vec<_> = code.unions.iter().map(|union| union.declaration.as_str()).collect();
    file.text.extend(["\nopen_union! {\n", &declarations.join("\n"), "}\n"]);
    file.text += &format_items(conversions);
    (!code.unions.is_empty()).then_some(file)
}

fn constraints(code: &Code) -> Option<File> {
    let declaration = code.constraints.as_ref()?;
    let imports = [
        parse_quote!(
            use clickhouse_cloud_runtime::constraints;
        ),
        parse_quote!(
            use super::*;
        ),
    ];
    let mut file = format_file("src/types/constraints.rs", Vec::new(), imports.into());
    file.text.extend(["\n", declaration]);
    Some(file)
}

fn module_name(file: &File) -> Option<syn::Ident> {
    Some(ident(file.path.rsplit('/').next()?.strip_suffix(".rs")?))
}
