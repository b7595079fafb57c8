//! Writes a sample of each type that the emitted crate takes, and a call of each operation with everything that it takes,
//! so that the tests cover new ones without an edit.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Expr, ExprMethodCall, FnArg, Ident, ImplItem, ImplItemFn, Item, Lit, LitStr, Macro, ReturnType, Token,
    Type, braced,
    parse::{ParseStream, Parser},
    visit::{self, Visit},
};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../generated/src");

fn main() {
    println!("cargo::rerun-if-changed={SOURCES}");
    let mut samples = Vec::new();
    let mut methods = BTreeMap::<String, Vec<ImplItemFn>>::new();
    for item in sources(Path::new(SOURCES)).iter().flat_map(|path| items(path)) {
        match item {
            Item::Macro(item) => samples.extend(sample(&item.mac)),
            Item::Impl(item) if item.trait_.is_none() => {
                let functions = item.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(function) => Some(function),
                    _ => None,
                });
                methods.entry(item.self_ty.to_token_stream().to_string()).or_default().extend(functions);
            }
            _ => {}
        }
    }
    let calls = methods["Client"].iter().filter_map(|method| {
        let operation = operation(method)?;
        let call = method_call(method);
        let ReturnType::Type(_, returned) = &method.sig.output else { return None };
        let options = methods.get(&returned.to_token_stream().to_string());
        let options = options.into_iter().flatten().map(method_call);
        Some(quote!(#operation => Outcome::of(cloud #call #(#options)*).await,))
    });
    let call = quote! {
        /// Calls the operation with this ID, with everything that it takes.
        pub async fn call(cloud: &Client, operation: &str) -> Outcome {
            match operation {
                #(#calls)*
                other => panic!("the crate has no method for `{other}`"),
            }
        }
    };
    // An item a line, for the messages of the compiler.
    let items: Vec<_> = samples.iter().chain([&call]).map(ToString::to_string).collect();
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("a folder for the code"));
    fs::write(folder.join("calls.rs"), items.join("\n")).expect("the code can be written");
}

/// The source files in a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the sources of the emitted crate");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

fn items(path: &Path) -> Vec<Item> {
    let source = fs::read_to_string(path).expect("a source file");
    syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items
}

/// The code that makes a sample of the type that a macro declares, if requests have such types.
fn sample(declaration: &Macro) -> Option<TokenStream> {
    let parser = match declaration.path.get_ident()?.to_string().as_str() {
        "newtype" => |input: ParseStream| {
            let name = head(input)?;
            input.parse::<TokenStream>()?;
            Ok(quote!(impl Sample for #name { fn sample() -> Self { Self(Sample::sample()) } }))
        },
        "open_enum" => |input: ParseStream| {
            let name = head(input)?;
            let variants;
            braced!(variants in input);
            variants.call(Attribute::parse_outer)?;
            let first: Ident = variants.parse()?;
            variants.parse::<TokenStream>()?;
            Ok(quote!(impl Sample for #name { fn sample() -> Self { Self::#first } }))
        },
        "open_union" => union,
        "request" | "shared" => request,
        _ => return None,
    };
    Some(parser.parse2(declaration.tokens.clone()).expect("a declaration"))
}

/// A union of requests is its first variant.
fn union(input: ParseStream) -> syn::Result<TokenStream> {
    let name = head(input)?;
    let mut traits = Vec::new();
    while !input.peek(syn::token::Brace) {
        traits.push(input.parse::<proc_macro2::TokenTree>()?.to_string());
    }
    let variants;
    braced!(variants in input);
    let first: Ident = variants.parse()?;
    variants.parse::<TokenStream>()?;
    let is_in_requests = traits.iter().any(|name| name == "request");
    let sample = quote!(impl Sample for #name { fn sample() -> Self { Self::#first(Sample::sample()) } });
    Ok(if is_in_requests { sample } else { TokenStream::new() })
}

fn request(input: ParseStream) -> syn::Result<TokenStream> {
    let name = head(input)?;
    let groups;
    braced!(groups in input);
    let (mut arguments, mut assignments) = (Vec::new(), Vec::new());
    while !groups.is_empty() {
        let group: Ident = groups.parse()?;
        let fields;
        braced!(fields in groups);
        while !fields.is_empty() {
            fields.call(Attribute::parse_outer)?;
            let field: Ident = fields.parse()?;
            if fields.parse::<Option<Token![as]>>()?.is_some() {
                fields.parse::<LitStr>()?;
            }
            fields.parse::<Token![:]>()?;
            let ty: Type = fields.parse()?;
            match group.to_string().as_str() {
                "constant" => {}
                "required" => arguments.push(quote!(<#ty as Sample>::sample())),
                _ => assignments.push(quote!(it.#field = Sample::sample();)),
            }
            while !fields.is_empty() && fields.parse::<Option<Token![,]>>()?.is_none() {
                fields.parse::<proc_macro2::TokenTree>()?;
            }
        }
    }
    let made = quote!(Self::new(#(#arguments),*));
    let body = if assignments.is_empty() { made } else { quote!(let mut it = #made; #(#assignments)* it) };
    Ok(quote!(impl Sample for #name { fn sample() -> Self { #body } }))
}

/// Reads a declaration up to the name of the type.
fn head(input: ParseStream) -> syn::Result<Ident> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Token![pub]>()?;
    if input.parse::<Option<Token![enum]>>()?.is_none() {
        input.parse::<Token![struct]>()?;
    }
    input.parse()
}

/// The ID of the operation that a method calls: the text before the path.
fn operation(method: &ImplItemFn) -> Option<String> {
    struct Start(Option<String>);
    impl<'ast> Visit<'ast> for Start {
        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            let texts: Vec<_> = call.args.iter().filter_map(text).collect();
            match &texts[..] {
                [operation, path] if path.starts_with('/') => self.0 = Some(operation.clone()),
                _ => visit::visit_expr_method_call(self, call),
            }
        }
    }
    let mut start = Start(None);
    start.visit_impl_item_fn(method);
    start.0
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The call of a method with a sample for each argument.
fn method_call(method: &ImplItemFn) -> TokenStream {
    let arguments = method.sig.inputs.iter().filter_map(|argument| match argument {
        FnArg::Receiver(_) => None,
        FnArg::Typed(argument) => Some(match &*argument.ty {
            Type::Reference(to) => {
                let ty = &to.elem;
                quote!(&<<#ty as ToOwned>::Owned as Sample>::sample())
            }
            // A list in the query.
            Type::ImplTrait(_) => quote!([String::sample()]),
            ty => quote!(<#ty as Sample>::sample()),
        }),
    });
    let name = &method.sig.ident;
    quote!(.#name(#(#arguments),*))
}
