//! Types of calls with optional parameters or an optional body, which have a setter for each.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{ImplItemFn, Item, parse_quote};

use super::{bodies, parameters, response_type};
use crate::{
    api::{Api, Operation, Response},
    emit::doc_comment::doc_attributes,
    names::ident,
};

/// The type of a call.
pub(in crate::emit) struct CallType {
    pub(in crate::emit) name: Ident,
    pub(in crate::emit) items: Vec<Item>,
}

/// Emits the type of an operation's call, if something that it takes is optional.
pub(super) fn emit_call_type(operation: &Operation, api: &Api) -> Option<CallType> {
    let setters = setters(operation, api);
    (!setters.is_empty()).then(|| {
        let name = ident(&operation.call_name(api));
        CallType { items: items(&name, &setters, operation), name }
    })
}

fn setters(operation: &Operation, api: &Api) -> Vec<ImplItemFn> {
    let parameters = operation.parameters.iter().filter(|parameter| !parameter.required).map(|parameter| {
        let (ty, add) = (parameters::argument_type(parameter, api), parameters::add(parameter, api));
        let description = parameter.description.clone().unwrap_or_else(|| format!("Sets `{}`.", parameter.name));
        setter(&parameter.rust_name, &ty, &description, &add)
    });
    let body = operation.body.iter().filter(|body| !body.required);
    let body = body
        .map(|body| setter("body", &bodies::argument_type(body), "Sets the body of the request.", &bodies::add(body)));
    parameters.chain(body).collect()
}

/// Emits a setter, which adds its argument to the request.
fn setter(name: &str, ty: &TokenStream, description: &str, add: &TokenStream) -> ImplItemFn {
    let (argument, setter, doc) = (ident(name), ident(&setter_name(name)), doc_attributes(description));
    // The argument may be called like what it is put into.
    let request = ident(if name == "request" { "builder" } else { "request" });
    parse_quote! {
        #(#doc)*
        pub fn #setter(self, #argument: #ty) -> Self {
            Self(self.0.map_request(|#request| #request #add))
        }
    }
}

/// Returns the name of a setter, which must differ from the methods that every call has.
fn setter_name(argument: &str) -> String {
    let is_taken =
        ["attempt_timeout", "header", "into_future", "retry", "stream", "timeout", "until"].contains(&argument);
    if is_taken { format!("{argument}_") } else { argument.to_owned() }
}

fn items(name: &Ident, setters: &[ImplItemFn], operation: &Operation) -> Vec<Item> {
    let method = operation.method_name();
    let doc = doc_attributes(&format!("A call of [`Client::{method}`](crate::Client::{method})."));
    let response = response_type(operation);
    let methods = methods_of_every_call(&response);
    let stream = matches!(operation.response, Response::Text(_) | Response::Bytes(_)).then(stream_method);
    let stream = stream.iter();
    vec![
        parse_quote! {
            #(#doc)*
            #[derive(Debug)]
            #[must_use = "a call does nothing until it is awaited"]
            pub struct #name(pub(crate) Call<#response>);
        },
        parse_quote! {
            impl #name {
                #(#setters)*

                #(#methods)*

                #(#stream)*
            }
        },
        parse_quote! {
            impl IntoFuture for #name {
                type Output = Result<Response<#response>, Error>;
                type IntoFuture = BoxFuture<Self::Output>;

                fn into_future(self) -> Self::IntoFuture {
                    self.0.into_future()
                }
            }
        },
    ]
}

/// Emits the methods of `Call` that the type of a call has, too.
fn methods_of_every_call(response: &TokenStream) -> Vec<ImplItemFn> {
    let settings = [
        ("timeout", quote!(timeout: Duration), quote!(timeout)),
        ("attempt_timeout", quote!(timeout: Duration), quote!(timeout)),
        ("retry", quote!(policy: impl RetryPolicy + 'static), quote!(policy)),
        ("header", quote!(name: impl AsRef<str>, value: impl AsRef<[u8]>), quote!(name, value)),
    ];
    let settings = settings.into_iter().map(|(name, parameters, arguments)| -> ImplItemFn {
        let (doc, name) = (see(name), ident(name));
        parse_quote! {
            #(#doc)*
            pub fn #name(self, #parameters) -> Self {
                Self(self.0.#name(#arguments))
            }
        }
    });
    let doc = see("until");
    let until = parse_quote! {
        #(#doc)*
        pub fn until(self, condition: impl WaitCondition<#response>) -> Wait<#response> {
            self.0.until(condition)
        }
    };
    settings.chain([until]).collect()
}

fn stream_method() -> ImplItemFn {
    let doc = see("stream");
    parse_quote! {
        #(#doc)*
        pub async fn stream(self) -> Result<StreamedResponse, Error> {
            self.0.stream().await
        }
    }
}

fn see(method: &str) -> Vec<syn::Attribute> {
    doc_attributes(&format!("See [`Call::{method}`]."))
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted;

    #[test]
    fn setters_add_optional_parameters_and_differ_from_the_methods_of_every_call() {
        let document = "paths:
  /things:
    get:
      operationId: listThings
      summary: Lists them
      parameters: [{name: retry, in: query, description: Tries again., schema: {type: boolean}}]
      responses: {'204': {description: Done.}}";
        let file = emitted("src/calls.rs", document);
        let end = file.find("    /// See").unwrap();
        insta::assert_snapshot!(&file[..end], @r#"
        use std::time::Duration;
        use clickhouse_cloud_runtime::{
            BoxFuture, Call, Error, Response, RetryPolicy, Wait, WaitCondition,
        };

        /// A call of [`Client::list_things`](crate::Client::list_things).
        #[derive(Debug)]
        #[must_use = "a call does nothing until it is awaited"]
        pub struct ListThings(pub(crate) Call<()>);

        impl ListThings {
            /// Tries again.
            pub fn retry_(self, retry: bool) -> Self {
                Self(self.0.map_request(|request| request.query("retry", retry)))
            }
        "#);
    }
}
