//! The whole public API of the emitted crate, as a list of signatures: its diff is what a change does to users.

use std::{fs, path::Path};

use insta::assert_snapshot;
use quote::{ToTokens, quote};
use syn::{ImplItem, Item, Visibility};

#[test]
fn public_api_of_the_emitted_crate() {
    let mut signatures = Vec::new();
    read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../generated/src")), &mut signatures);
    assert!(signatures.len() > 100, "signatures are found");
    signatures.sort();
    assert_snapshot!(signatures.join("\n"));
}

fn read(folder: &Path, signatures: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, signatures);
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        file.items.iter().for_each(|item| describe(item, signatures));
    }
}

fn describe(item: &Item, signatures: &mut Vec<String>) {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let name = &item.ident;
            signatures.push(format!("struct {name}"));
            let fields = item.fields.iter().filter(|field| is_public(&field.vis));
            signatures.extend(fields.map(|field| format!("{name}.{}: {}", text(&field.ident), text(&field.ty))));
        }
        Item::Impl(block) => describe_impl(block, signatures),
        Item::Type(item) if is_public(&item.vis) => {
            signatures.push(format!("type {} = {}", item.ident, text(&item.ty)));
        }
        Item::Use(item) if is_public(&item.vis) => signatures.push(format!("use {}", text(&item.tree))),
        Item::Macro(item) if item.mac.path.is_ident("constraints") => describe_validation(item, signatures),
        Item::Macro(item) => describe_enums(item, signatures),
        _ => {}
    }
}

fn describe_impl(block: &syn::ItemImpl, signatures: &mut Vec<String>) {
    let ty = text(&block.self_ty);
    if let Some((path, _)) = &block.trait_ {
        signatures.push(format!("{ty}: {}", text(path)));
        return;
    }
    for item in &block.items {
        if let ImplItem::Fn(method) = item
            && is_public(&method.vis)
        {
            let (name, inputs, output) = (&method.sig.ident, &method.sig.inputs, &method.sig.output);
            signatures.push(format!(
                "{ty}::{name}({}){}",
                text(inputs).trim_end_matches(','),
                text(&quote!( #output)).replace("->", " ->")
            ));
        }
    }
}

fn describe_enums(item: &syn::ItemMacro, signatures: &mut Vec<String>) {
    let source = item.mac.tokens.to_string();
    for source in source.split("pub enum").skip(1) {
        let (name, rest) = source.split_once('{').unwrap();
        let (variants, _) = rest.split_once('}').unwrap();
        let name = name.trim();
        signatures.push(format!("enum {name}"));
        let variants = variants.trim_end_matches([' ', ',']).split(',');
        signatures.extend(variants.map(|variant| format!("{name}::{}", variant.trim())));
    }
}

fn describe_validation(item: &syn::ItemMacro, signatures: &mut Vec<String>) {
    let types = item.mac.tokens.clone().into_iter().map(|token| token.to_string());
    let types = types.filter(|token| token.starts_with(char::is_alphabetic));
    signatures.extend(types.map(|ty| format!("{ty}::validate(&self) -> Result<(), InvalidRequest>")));
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    [(" :: ", "::"), (" < ", "<"), (" >", ">"), ("& ", "&"), (" ,", ","), (" : ", ": "), (" ;", ";"), (",)", ")")]
        .iter()
        .fold(text, |text, (loose, tight)| text.replace(loose, tight))
}
