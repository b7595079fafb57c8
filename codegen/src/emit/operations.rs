//! A method of the client for each operation. It returns a call: settings of a call are given before it is awaited, and
//! the work is done in the runtime.

mod bodies;
mod borrowing;
mod call_type;
mod documentation;
mod find;
mod parameters;
pub(super) mod wake;

use call_type::CallType;
use find::List;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{ImplItemFn, Item, parse_quote};

use super::{deprecation::Notice, examples, response_enums, waiters};
use crate::{
    api::{Api, Operation, Response},
    names::ident,
    openapi::{
        duration,
        extensions::{Pagination, PassingRefusal, Position},
    },
};

/// The media type of a body unless the document has another.
const JSON: &str = "application/json";

/// What an operation becomes.
pub(super) struct Method {
    pub(super) item: ImplItemFn,
    /// The type of the call, if something that it takes is optional.
    pub(super) call_type: Option<CallType>,
    /// The enum of its responses, if there are several documented ones.
    pub(super) response_enum: Option<[Item; 2]>,
    /// The methods that poll with this one.
    pub(super) waiters: Vec<ImplItemFn>,
}

pub(super) fn emit_methods(api: &Api) -> Vec<Method> {
    api.operations.iter().map(|operation| emit_method(operation, api)).collect()
}

fn emit_method(operation: &Operation, api: &Api) -> Method {
    let name = ident(&operation.method_name());
    let required: Vec<_> = operation.parameters.iter().filter(|parameter| parameter.required).collect();
    let body = operation.body.iter().filter(|body| body.required);
    let arguments = required.iter().map(|parameter| {
        let (name, ty) = (ident(&parameter.rust_name), parameters::argument_type(parameter, api));
        quote!(#name: #ty)
    });
    let arguments = arguments.chain(body.clone().flat_map(bodies::arguments));

    let parameters = required.iter().map(|parameter| parameters::add(parameter, api));
    let parts = parameters.chain(policies(operation)).chain(body.map(bodies::add));
    let list = List::of(operation, api);
    let find = list.as_ref().map(List::step);
    let needs_wake = operation.needs_wake().then(|| quote!(.needs_wake()));
    let (request, steps) = (request(operation, parts), quote!(#find #needs_wake));
    let response = response_type(operation);
    let expected = list.as_ref().filter(|list| list.is_deprecated());
    let expected = expected.map(|_| quote!(#[expect(deprecated, reason = "it lists with a deprecated operation")]));
    let call = call(operation, &response, list.as_ref());
    let call_type = call_type::emit_call_type(operation, api);
    let (returned, value) = match &call_type {
        Some(CallType { name, .. }) => (quote!(#name), quote!(#name(#request #steps))),
        None => (call, quote!(#request #steps)),
    };

    let notice = notice(operation, api);
    let doc = documentation::documentation(operation, notice.as_ref(), api);
    let example = examples::call_example(operation, &parameters::example_signature(&required, api), api);
    let deprecated = notice.as_ref().map(Notice::attribute);
    let item: ImplItemFn = parse_quote! {
        #(#doc)*
        #(#example)*
        #deprecated
        #expected
        pub fn #name(&self, #(#arguments),*) -> #returned {
            #value
        }
    };
    Method {
        waiters: waiters::emit_waiters(operation, &item.sig, api),
        response_enum: response_enums::emit_response_enum(operation),
        item,
        call_type,
    }
}

/// Returns the type of a call that has no type of its own.
fn call(operation: &Operation, response: &TokenStream, list: Option<&List<'_>>) -> TokenStream {
    match (list.map(List::ty), operation.needs_wake()) {
        (None, false) => quote!(Call<#response>),
        (Some(list), false) => quote!(Call<#response, #list>),
        (None, true) => quote!(Call<#response, NeedsWake>),
        (Some(list), true) => quote!(Call<#response, NeedsWake<#list>>),
    }
}

/// Returns the deprecation of an operation.
fn notice(operation: &Operation, api: &Api) -> Option<Notice> {
    let method = |id: &str| Some(format!("Self::{}", api.operation(id)?.method_name()));
    operation.deprecation.as_ref().map(|deprecation| Notice::of(deprecation, method))
}

/// Returns the steps that tell the runtime how this operation differs from most: in retries, permissions and
/// credentials.
fn policies(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    let retries = match (operation.method == "POST", operation.is_retryable) {
        (true, true) => Some(quote!(.repeatable())),
        (false, false) => Some(quote!(.not_repeatable())),
        _ => None,
    };
    let check = operation.check.as_ref().map(|advice| quote!(.check(#advice)));
    let passing = operation.passing_refusals.iter().map(|PassingRefusal { pattern, within }| {
        let (status, within) = (Literal::u16_unsuffixed(pattern.status), duration::expression(*within));
        let message_starts = &pattern.message_starts;
        quote!(.retry_refused(#status, #message_starts, #within))
    });
    retries.into_iter().chain(check).chain(passing).chain(access(operation))
}

/// Returns the steps for the server, permissions and credentials.
fn access(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    let server = operation.server.iter().map(|url| quote!(.server(#url)));
    let permissions = &operation.permissions;
    let permissions = (!permissions.is_empty()).then(|| quote!(.permissions(&[#(#permissions),*])));
    server.chain(permissions).chain(operation.is_anonymous.then(|| quote!(.anonymous())))
}

/// Returns the expression of the call, which builds the request and says how the response is decoded.
fn request(operation: &Operation, parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (start, whole, decode) = (start(operation), whole(operation), decode(operation));
    quote!(self.transport.#start #(#parts)* #whole #decode)
}

/// Returns the method of the transport that starts a request.
fn start(operation: &Operation) -> TokenStream {
    let (id, path) = (&operation.id, &operation.path);
    match operation.method.as_str() {
        "GET" | "PUT" | "POST" | "PATCH" | "DELETE" => {
            let method = ident(&operation.method.to_lowercase());
            quote!(#method(#id, #path))
        }
        other => {
            let method = ident(other);
            quote!(request(#id, Method::#method, #path))
        }
    }
}

fn whole(operation: &Operation) -> Option<TokenStream> {
    operation.is_unwrapped.then(|| quote!(.whole()))
}

fn decode(operation: &Operation) -> TokenStream {
    let accept = |media_types: &String| (media_types != JSON).then(|| quote!(.accept(#media_types)));
    match &operation.response {
        Response::Json(_, media_types) | Response::OptionalJson(_, media_types) if operation.items().is_some() => {
            let (accept, position) = (accept(media_types), operation.pagination.as_ref().map(paged));
            let is_optional = matches!(operation.response, Response::OptionalJson(..));
            let page = if is_optional { quote!(.optional_page()) } else { quote!(.page()) };
            quote!(#accept #position #page)
        }
        Response::Json(_, media_types) => {
            let accept = accept(media_types);
            quote!(#accept.result())
        }
        Response::OptionalJson(_, media_types) => {
            let accept = accept(media_types);
            quote!(#accept.optional())
        }
        Response::JsonOrNotFound(_, media_types) => {
            let accept = accept(media_types);
            quote!(#accept.result_or_none())
        }
        Response::Text(media_types) => quote!(.text(#media_types)),
        Response::Bytes(media_types) => quote!(.bytes(#media_types)),
        Response::Redirect(statuses) => quote!(.redirect(&[#(#statuses),*])),
        Response::Enum(response_enum) => {
            let (media_types, redirects) = (&response_enum.media_types, response_enum.redirects());
            let redirects = (!redirects.is_empty()).then(|| quote!(.redirects(&[#(#redirects),*])));
            quote!(#redirects.variants(#media_types))
        }
        Response::Empty => quote!(.empty()),
    }
}

/// Returns the steps that tell the runtime how a list goes on.
fn paged(pagination: &Pagination) -> TokenStream {
    let position = match &pagination.position {
        Position::Cursor { parameter, next } => quote!(.paged_by_cursor(#parameter, #next)),
        Position::Offset { parameter } => quote!(.paged_by_offset(#parameter)),
    };
    let total = pagination.total.iter();
    quote!(#position #(.total(#total))*)
}

fn response_type(operation: &Operation) -> TokenStream {
    if let Some(item) = operation.items() {
        return quote!(Page<#item>);
    }
    match &operation.response {
        Response::Json(schema, _) => schema.ty.to_token_stream(),
        Response::OptionalJson(schema, _) | Response::JsonOrNotFound(schema, _) => {
            let ty = schema.ty.non_null();
            quote!(Option<#ty>)
        }
        Response::Text(_) => quote!(String),
        Response::Bytes(_) => quote!(Bytes),
        Response::Redirect(_) => quote!(Redirect),
        Response::Enum(response_enum) => ident(&response_enum.name).into_token_stream(),
        Response::Empty => quote!(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn a_method_names_its_parameters_and_what_differs_in_retries_and_responses() {
        let document = "paths:
  /things/{thingId}:
    parameters: [{name: thingId, in: path, required: true, schema: {type: string}}]
    post:
      operationId: renameThing
      summary: Renames it
      x-retry: always
      x-permissions: ['thing:rename', 'thing:view']
      requestBody: {content: {text/plain: {schema: {type: string}}}}
      responses: {'200': {description: The old name., content: {text/plain: {schema: {type: string}}}}}";
        let file = emitted("src/operations.rs", document);
        insta::assert_snapshot!(from_line(&file, "pub fn"), @r#"
            pub fn rename_thing(&self, thing_id: &str, body: &str) -> Call<String> {
                self.transport
                    .post("renameThing", "/things/{thingId}")
                    .path("thingId", thing_id)
                    .repeatable()
                    .permissions(&["thing:rename", "thing:view"])
                    .content("text/plain", body.to_owned())
                    .text("text/plain")
            }
        }
        "#);
    }
}
