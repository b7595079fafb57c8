use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use super::{Code, Method, argument_of, documentation::doc, is_copy, missing, take::argument_type};
use crate::{
    GenerateError, example,
    model::{Answer, Location, Model, Operation, Parameter},
    names::ident,
};

const PASS: &str = "operations";

/// Makes each operation a method that returns a call, in the place of an `async fn` that makes it: what is special
/// about a call is said before it is awaited, and the work is done in the runtime.
pub(super) fn rewrite(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    for operation in &model.operations {
        let name = operation.method_name();
        let method = code.methods.get_mut(&name).ok_or_else(|| missing(PASS, &format!("method `{name}`")))?;
        rewrite_one(method, operation, model)?;
    }
    Ok(())
}

fn rewrite_one(method: &mut Method, operation: &Operation, model: &Model) -> Result<(), GenerateError> {
    let name = ident(&operation.method_name());
    let (required, optional): (Vec<_>, Vec<_>) = operation.parameters.iter().partition(|parameter| parameter.required);
    let mut inputs: Vec<TokenStream> = Vec::new();
    for parameter in &required {
        let (argument, ty) = (ident(&parameter.rust_name), parameter_type(method, parameter)?);
        inputs.push(quote!(#argument: #ty));
    }
    let mut doc = documentation(operation, model);
    doc.extend(example::of_call(operation, &inputs, model));
    if operation.body.is_some() {
        let ty = argument_type(&method.signature, "body");
        let ty = by_reference(ty.ok_or_else(|| missing(PASS, &format!("argument `body` of method `{name}`")))?);
        inputs.push(quote!(body: #ty));
    }

    let returned = returned_type(method, operation)?;
    let request = request(operation, &required);
    let (call_type, call) = if optional.is_empty() {
        (quote!(Call<#returned>), request)
    } else {
        let call_name = ident(&operation.call_name(model));
        method.call = call_items(&call_name, &name, &returned, method, &optional)?;
        (quote!(#call_name), quote!(#call_name(#request)))
    };

    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    method.item = Some(parse_quote! {
        #(#doc)*
        #deprecated
        pub fn #name(&self, #(#inputs),*) -> #call_type {
            #call
        }
    });
    Ok(())
}

/// The request that the method puts together, and how its answer is read.
fn request(operation: &Operation, required: &[&Parameter]) -> TokenStream {
    let (id, path) = (&operation.id, &operation.path);
    let start = match operation.method.as_str() {
        "GET" | "PUT" | "POST" | "PATCH" | "DELETE" => {
            let verb = ident(&operation.method.to_lowercase());
            quote!(#verb(#id, #path))
        }
        other => {
            let verb = ident(other);
            quote!(request(#id, Method::#verb, #path))
        }
    };
    let parameters = required.iter().map(|parameter| add_parameter(parameter));
    let repeat = match (operation.method == "POST", operation.repeatable) {
        (true, true) => Some(quote!(.repeatable())),
        (false, false) => Some(quote!(.not_repeatable())),
        _ => None,
    };
    let check = operation.check.as_ref().map(|advice| quote!(.check(#advice)));
    let body = operation.body.as_ref().map(|_| quote!(.body(body)));
    let answer = match &operation.answer {
        Answer::Result(_) if operation.whole => quote!(.whole()),
        Answer::Result(_) => quote!(.result()),
        Answer::Text(media_type) => quote!(.text(#media_type)),
        Answer::Empty => quote!(.empty()),
    };
    quote!(self.transport.#start #(#parameters)* #repeat #check #body #answer)
}

fn add_parameter(parameter: &Parameter) -> TokenStream {
    let (name, argument) = (&parameter.name, ident(&parameter.rust_name));
    let is_list = parameter.schema.get("type").is_some_and(|ty| ty == "array");
    match (parameter.location, is_list) {
        (Location::Path, _) => quote!(.path(#name, #argument)),
        (Location::Query, false) => quote!(.query(#name, #argument)),
        (Location::Query, true) => quote!(.query_list(#name, #argument)),
        (Location::Header, _) => quote!(.header(#name, #argument)),
    }
}

/// A type for the call, because its optional parameters are methods of it.
fn call_items(
    call_name: &syn::Ident,
    method_name: &syn::Ident,
    returned: &TokenStream,
    method: &Method,
    optional: &[&Parameter],
) -> Result<Vec<syn::Item>, GenerateError> {
    let doc_of_call = doc(&format!("The call that [`Client::{method_name}`](crate::Client::{method_name}) makes."));
    let mut setters: Vec<syn::ImplItemFn> = Vec::new();
    for parameter in optional {
        let (argument, ty) = (ident(&parameter.rust_name), parameter_type(method, parameter)?);
        let setter = setter_name(&argument);
        let description = doc(parameter.description.as_deref().unwrap_or(&format!("Sets `{}`.", parameter.name)));
        let add = add_parameter(parameter);
        setters.push(parse_quote! {
            #(#description)*
            pub fn #setter(self, #argument: #ty) -> Self {
                Self(self.0.map_request(|request| request #add))
            }
        });
    }
    let patience = [
        ("timeout", quote!(timeout: Duration), quote!(timeout)),
        ("attempt_timeout", quote!(timeout: Duration), quote!(timeout)),
        ("retry", quote!(policy: impl RetryPolicy + 'static), quote!(policy)),
    ];
    let patience = patience.map(|(name, input, argument)| -> syn::ImplItemFn {
        let (doc, name) = (doc(&format!("See [`Call::{name}`].")), ident(name));
        parse_quote! {
            #(#doc)*
            pub fn #name(self, #input) -> Self {
                Self(self.0.#name(#argument))
            }
        }
    });
    Ok(vec![
        parse_quote! {
            #(#doc_of_call)*
            #[derive(Debug)]
            #[must_use = "a call does nothing until it is awaited"]
            pub struct #call_name(pub(crate) Call<#returned>);
        },
        parse_quote! {
            impl #call_name {
                #(#setters)*

                #(#patience)*
            }
        },
        parse_quote! {
            impl IntoFuture for #call_name {
                type Output = Result<Response<#returned>, Error>;
                type IntoFuture = BoxFuture<Self::Output>;

                fn into_future(self) -> Self::IntoFuture {
                    self.0.into_future()
                }
            }
        },
    ])
}

/// A setter may not be called as what every call has.
fn setter_name(argument: &syn::Ident) -> syn::Ident {
    let is_taken = ["attempt_timeout", "into_future", "retry", "timeout"].iter().any(|taken| argument == taken);
    if is_taken { quote::format_ident!("{argument}_") } else { argument.clone() }
}

/// What a caller gives for a parameter.
fn parameter_type(method: &Method, parameter: &Parameter) -> Result<TokenStream, GenerateError> {
    let argument = &parameter.rust_name;
    let ty = argument_type(&method.signature, argument)
        .ok_or_else(|| missing(PASS, &format!("argument `{argument}` of `{}`", method.signature.ident)))?;
    let ty = argument_of(ty, "Option").unwrap_or(ty);
    let element = match ty {
        syn::Type::Reference(reference) => argument_of(&reference.elem, "Vec"),
        other => argument_of(other, "Vec"),
    };
    Ok(if element.is_some() { quote!(impl IntoIterator<Item = impl Parameter>) } else { by_reference(ty) })
}

/// A value if it is copied, else a reference without a name for how long it lives.
fn by_reference(ty: &syn::Type) -> TokenStream {
    let ty = if let syn::Type::Reference(reference) = ty { &*reference.elem } else { ty };
    if is_copy(ty) { quote!(#ty) } else { quote!(&#ty) }
}

/// The `T` of `Result<ResponseValue<T>, _>`, unless the model knows better.
fn returned_type(method: &Method, operation: &Operation) -> Result<TokenStream, GenerateError> {
    match operation.answer {
        Answer::Text(_) => return Ok(quote!(String)),
        Answer::Empty => return Ok(quote!(())),
        Answer::Result(_) => {}
    }
    let syn::ReturnType::Type(_, ty) = &method.signature.output else {
        return Err(missing(PASS, &format!("return type of `{}`", method.signature.ident)));
    };
    let value = argument_of(ty, "Result").and_then(|value| argument_of(value, "ResponseValue"));
    let value = value.ok_or_else(|| missing(PASS, &format!("ResponseValue of `{}`", method.signature.ident)))?;
    Ok(quote!(#value))
}

fn documentation(operation: &Operation, model: &Model) -> Vec<syn::Attribute> {
    let call = format!("`{} {}`", operation.method, operation.path);
    let url = operation.tag.as_ref().and_then(|tag| tag.url.as_ref());
    let paragraphs = [
        Some(format!("{}.", operation.summary.trim_end_matches('.'))),
        operation.description.clone(),
        Some(url.map_or(call.clone(), |url| format!("[{call}]({url})"))),
        errors(operation, model),
    ];
    doc(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

/// What is particular to the operation; what all have in common is said once, at the client.
fn errors(operation: &Operation, model: &Model) -> Option<String> {
    let interruption = operation.check.as_ref().map(|check| {
        format!("[`Error::Interrupted`](crate::Error::Interrupted), where it may have been carried out: {check}.")
    });
    let paragraphs: Vec<_> = refusals(operation, model).into_iter().chain(interruption).collect();
    (!paragraphs.is_empty()).then(|| format!("# Errors\n{}", paragraphs.join("\n\n")))
}

fn refusals(operation: &Operation, model: &Model) -> Option<String> {
    let common = model.common_errors();
    let particular = operation.errors.iter().filter(|error| !common.contains(error));
    let particular: Vec<_> = particular.map(|(status, meaning)| format!("\n- {status}: {meaning}")).collect();
    let introduction = match (common.is_empty(), particular.is_empty()) {
        (true, true) => return None,
        (true, false) => "[`Error::Api`](crate::Error::Api) with",
        (false, true) => "Those that [every call](crate::Client#errors) can end with.",
        (false, false) => "Those that [every call](crate::Client#errors) can end with, and",
    };
    Some(format!("{introduction}{}", particular.concat()))
}
