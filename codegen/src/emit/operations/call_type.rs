//! Types of calls with optional parameters or an optional body, which have a setter for each.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{ImplItemFn, Item, parse_quote};

use super::{bodies, find::List, parameters, response_type};
use crate::{
    api::{Api, Events, Operation, Parameter},
    emit::{
        deprecation::Notice,
        doc_comment::{doc_attributes, doc_lines},
        text,
    },
    names::ident,
};

/// The type of a call.
pub(in crate::emit) struct CallType {
    pub(in crate::emit) name: Ident,
    /// The macro call that declares it.
    pub(in crate::emit) declaration: String,
    /// The block of its setters, if it has any.
    pub(in crate::emit) setters: Option<Item>,
    /// Items with the same macro, name and types, because imports are found by looking at items.
    pub(in crate::emit) stubs: [Item; 2],
}

/// Emits the type of an operation's call, if something that it takes is optional, or if it returns events.
pub(super) fn emit_call_type(operation: &Operation, api: &Api) -> Option<CallType> {
    let setters = setters(operation, api);
    let (name, response) = (ident(&operation.call_name(api)), response_type(operation));
    let list = List::of(operation, api);
    let found = list.iter().map(|list| list.item);
    let event = operation.events.iter().filter_map(Events::schema).map(|schema| &schema.ty);
    operation.has_call().then(|| CallType {
        declaration: declare(&name, &response, list.as_ref(), operation, api),
        setters: (!setters.is_empty()).then(|| parse_quote!(impl #name { #(#setters)* })),
        stubs: [parse_quote!(call_type! {}), parse_quote!(struct #name(#response #(, #found)* #(, #event)*);)],
        name,
    })
}

fn declare(name: &Ident, response: &TokenStream, list: Option<&List<'_>>, operation: &Operation, api: &Api) -> String {
    let method = operation.method_name();
    let mut lines: Vec<_> = doc_lines(&format!("A call of [`Client::{method}`](crate::Client::{method}).")).collect();
    let items = operation.items().map(|item| format!("items: {}", text(item)));
    let events = operation.events.as_ref().map(|events| match events {
        Events::Text => "events".to_owned(),
        Events::Data(schema) => format!("events: {}", text(&schema.ty)),
        Events::Whole(schema) => format!("whole_events: {}", text(&schema.ty)),
    });
    let stream = operation.is_streamed(api).then(|| "stream".to_owned());
    let options: Vec<_> = stream.into_iter().chain(items).chain(events).collect();
    let options = if options.is_empty() { String::new() } else { format!(" [{}]", options.join(", ")) };
    let needs = if operation.needs_wake() { " needs wake" } else { "" };
    let finds = list.map(|list| format!(" finds {}", text(list.item))).unwrap_or_default();
    lines.push(format!("pub struct {name}(Call<{}>){needs}{finds}{options};", text(response)));
    format!("call_type! {{\n    {}\n}}\n", lines.join("\n    "))
}

fn setters(operation: &Operation, api: &Api) -> Vec<ImplItemFn> {
    let parameters = operation.parameters.iter().filter(|parameter| !parameter.required).map(|parameter| {
        let (ty, add) = (parameters::argument_type(parameter, api), parameters::add(parameter, api));
        let notice = notice(parameter, operation);
        let paragraphs = [parameter.description.clone(), notice.as_ref().and_then(Notice::paragraph)];
        let description = paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
        let argument = ident(&parameter.rust_name);
        let mut setter = setter(&parameter.rust_name, [quote!(#argument: #ty)].into_iter(), &description, &add);
        setter.attrs.extend(notice.as_ref().map(Notice::attribute));
        setter
    });
    let body = operation.body.iter().filter(|body| !body.required);
    let body =
        body.map(|body| setter("body", bodies::arguments(body), "Sets the body of the request.", &bodies::add(body)));
    parameters.chain(body).collect()
}

/// Returns the deprecation of a parameter, whose replacement is an optional one, too.
fn notice(parameter: &Parameter, operation: &Operation) -> Option<Notice> {
    let setter = |name: &str| {
        let mut others = operation.parameters.iter().filter(|other| !other.required);
        others.find(|other| other.name == name).map(|other| format!("Self::{}", setter_name(&other.rust_name)))
    };
    parameter.deprecation.as_ref().map(|deprecation| Notice::of(deprecation, setter))
}

/// Emits a setter, which adds its arguments to the request.
fn setter(
    name: &str,
    arguments: impl Iterator<Item = TokenStream>,
    description: &str,
    add: &TokenStream,
) -> ImplItemFn {
    let (setter, doc) = (ident(&setter_name(name)), doc_attributes(description));
    // The argument may be called like what it is put into.
    let request = ident(if name == "request" { "builder" } else { "request" });
    parse_quote! {
        #(#doc)*
        pub fn #setter(self, #(#arguments),*) -> Self {
            Self(self.0.map_request(|#request| #request #add))
        }
    }
}

/// Returns the name of a setter, which must differ from the methods that every call has.
fn setter_name(argument: &str) -> String {
    const TAKEN: [&str; 16] = [
        "all",
        "attempt_timeout",
        "events",
        "header",
        "into_future",
        "items",
        "no_wake",
        "or_find",
        "pages",
        "patient",
        "permissions",
        "retry",
        "stream",
        "timeout",
        "until",
        "wake",
    ];
    if TAKEN.contains(&argument) { format!("{argument}_") } else { argument.to_owned() }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn setters_add_optional_parameters_and_differ_from_the_methods_of_every_call() {
        let document = "paths:
  /things:
    get:
      operationId: listThings
      summary: Lists them
      parameters:
        - {name: retry, in: query, description: Tries again., schema: {type: boolean}}
        - {name: again, in: query, deprecated: true, x-replaced-by: retry, schema: {type: boolean}}
      responses: {'204': {description: Done.}}";
        let file = emitted("src/operations.rs", document);
        insta::assert_snapshot!(from_line(&file, "call_type! {"), @r#"
        call_type! {
            /// A call of [`Client::list_things`](crate::Client::list_things).
            pub struct ListThings(Call<()>);
        }

        impl ListThings {
            /// Tries again.
            pub fn retry_(self, retry: bool) -> Self {
                Self(self.0.map_request(|request| request.query("retry", retry)))
            }

            /// Use [`retry_`](Self::retry_) instead.
            #[deprecated(note = "use `retry_` instead")]
            pub fn again(self, again: bool) -> Self {
                Self(self.0.map_request(|request| request.query("again", again)))
            }
        }
        "#);
    }
}
