//! Examples of calls in doc comments, with the values that the document gives as examples.

mod values;
mod variants;

use std::cell::RefCell;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::Attribute;
use values::Values;

use super::{doc_comment::doc_attribute, text};
use crate::{
    api::{Api, Body, Operation, Response},
    names::{ident, plurals::plural, value_name},
    openapi::media_type::{Format, essence},
    progenitor::Type,
};

/// The names that the client can have in an example: the first that is not the name of a parameter.
const CLIENT_NAMES: [&str; 3] = ["cloud", "client", "the_client"];

/// Returns an example of a call, as a code block that is compiled with the crate's documentation. `parameters` are
/// those of the example's function, which needs no values for them.
pub(super) fn call_example(operation: &Operation, parameters: &[TokenStream], api: &Api) -> Vec<Attribute> {
    let is_free = |name: &&str| !operation.parameters.iter().any(|parameter| parameter.rust_name == **name);
    let client = CLIENT_NAMES.into_iter().find(is_free).unwrap_or("the_client");
    let given = RefCell::default();
    let statement = statement(client, operation, Values { api, operation, depth: 0, given: &given });

    let given = given.into_inner();
    let given = given.iter().map(|(name, ty)| format!("{name}: {ty}"));
    let parameters = parameters.iter().map(text).chain(given);
    let parameters = [format!("{client}: Client")].into_iter().chain(parameters).collect::<Vec<_>>().join(", ");
    let crate_name = api.crate_name.replace('-', "_");
    let mut lines = vec![
        "# Example".to_owned(),
        "```no_run".to_owned(),
        format!(
            "# use {crate_name}::{{*, types::*, uuid::{{Uuid, uuid}}}};{}{} \
             async fn example({parameters}) -> Result<(), Error> {{",
            rare_imports(&parameters, &crate_name),
            if operation.deprecation.is_some() { " #[expect(deprecated)]" } else { "" }
        ),
    ];
    lines.extend(format_statement(&statement));
    lines.extend(["# Ok(()) }".to_owned(), "```".to_owned()]);
    lines.iter().map(|line| doc_attribute(line)).collect()
}

fn statement(client: &str, operation: &Operation, values: Values<'_>) -> TokenStream {
    // The text of a stream of events is complete when the stream has ended, which may be never.
    let has_only_events = operation.events.is_some() && matches!(operation.response, Response::Text(_));
    let (binding, events) = if has_only_events {
        (Some(quote!(let mut events =)), Some(quote!(.events())))
    } else {
        (result_name(&operation.response).map(|name| quote!(let #name =)), None)
    };
    let (client, method) = (ident(client), ident(&operation.method_name()));
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments = required.map(|parameter| {
        let name = ident(&parameter.rust_name);
        quote!(#name)
    });
    let body = operation.body.as_ref().map(|body| body_value(body, values));
    let (body, optional_body) = if operation.takes_body() { (body, None) } else { (None, body) };
    let arguments = arguments.chain(body);
    let set_body = optional_body.map(|body| quote!(.body(#body)));
    quote!(#binding #client.#method(#(#arguments),*) #set_body #events .await?;)
}

fn result_name(response: &Response) -> Option<syn::Ident> {
    let ty = match response {
        Response::Json(schema, _) | Response::OptionalJson(schema, _) | Response::JsonOrNotFound(schema, _) => {
            &schema.ty
        }
        Response::Text(_) => return Some(ident("text")),
        Response::Bytes(_) => return Some(ident("bytes")),
        Response::Redirect(_) => return Some(ident("redirect")),
        Response::Enum(_) => return Some(ident("response")),
        Response::Empty => return None,
    };
    let of_elements = || Some(value_name(&plural(ty.elements()?.name()?)));
    let name = ty.name().map(value_name).or_else(of_elements);
    Some(ident(&name.unwrap_or_else(|| "result".to_owned())))
}

/// Returns the body as an argument.
fn body_value(body: &Body, values: Values<'_>) -> TokenStream {
    let content_type = match essence(&body.media_type).split_once('/') {
        _ if !body.takes_media_type() => None,
        Some(("text", _)) => Some("text/plain"),
        Some(("image", _)) => Some("image/png"),
        Some(("multipart", _)) => Some("multipart/mixed; boundary=part"),
        _ => Some("application/octet-stream"),
    };
    let content_type = content_type.map(|content_type| quote!(#content_type,));
    match body.format {
        Format::Text => {
            let text = body.example.as_ref().and_then(Value::as_str).unwrap_or("text");
            quote!(#content_type #text)
        }
        Format::Bytes => quote!(#content_type "bytes"),
        Format::Json | Format::Form | Format::Multipart => {
            let ty = &body.schema.ty;
            let example = body.example.clone().unwrap_or_else(|| values::placeholder(ty));
            // A string literal is a reference already, and a value that is copied needs none.
            let is_borrowed = match ty {
                Type::Newtype { .. } => !ty.is_copy(),
                _ => !ty.is_scalar() || ty.is_secret() || matches!(ty, Type::Nullable(_)),
            };
            let value = match (&example, ty) {
                (Value::Array(elements), Type::List(element)) => {
                    let elements = elements.iter().map(|value| values.exact(value, element));
                    quote!([#(#elements),*])
                }
                _ if is_borrowed => values.exact(&example, ty),
                _ => values.convertible(&example, ty),
            };
            if is_borrowed { quote!(&#value) } else { quote!(#value) }
        }
    }
}

/// Returns the imports that few examples need.
fn rare_imports(parameters: &str, crate_name: &str) -> String {
    let are_named = |names: &[&str]| names.iter().any(|name| parameters.contains(name));
    let times = are_named(&["DateTime", "NaiveDate"]).then(|| format!(" use {crate_name}::chrono::*;"));
    let addresses = are_named(&["IpAddr", "Ipv4Addr", "Ipv6Addr"]).then(|| " use std::net::*;".to_owned());
    times.into_iter().chain(addresses).collect()
}

/// Returns the lines of a statement, as they would stand in a function.
fn format_statement(statement: &TokenStream) -> Vec<String> {
    let Ok(file) = syn::parse2(quote!(async fn example() { #statement })) else { return vec![statement.to_string()] };
    let text = prettyplease::unparse(&file);
    let lines: Vec<_> = text.lines().collect();
    let body = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    body.iter().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted;

    /// Returns the example of an operation with a path parameter and a body.
    fn example(schema: &str, example: &str) -> String {
        let document = format!(
            "paths:
  /things/{{cloud}}:
    put:
      operationId: putThing
      summary: Puts it
      parameters: [{{name: cloud, in: path, required: true, schema: {{type: string}}}}]
      requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}, {example}}}}}}}
      responses: {{'204': {{description: Done.}}}}
components:
  schemas:
    Thing: {schema}"
        );
        let file = emitted("src/operations.rs", &document);
        let lines = file.lines().skip_while(|line| !line.ends_with("```no_run")).skip(1);
        let lines = lines.take_while(|line| !line.ends_with("```"));
        lines.map(|line| line.trim_start_matches("    /// ")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_example_of_the_document_is_made_with_new_and_setters() {
        let schema = "{type: object, required: [name, id], properties: {name: {type: string}, \
                      id: {type: string, format: uuid}, note: {type: string}, tags: {type: array, items: {type: string}}}}";
        let text = example(schema, "example: {name: A, id: 00000000-0000-4000-8000-000000000001, tags: [b, c]}");
        insta::assert_snapshot!(text, @r#"
        # use things::{*, types::*, uuid::{Uuid, uuid}}; async fn example(client: Client, cloud: &str) -> Result<(), Error> {
        client
            .put_thing(
                cloud,
                &Thing::new("A", uuid!("00000000-0000-4000-8000-000000000001"))
                    .tags(["b", "c"]),
            )
            .await?;
        # Ok(()) }
        "#);
    }

    #[test]
    fn maps_and_unions_are_made_of_what_converts_into_them() {
        let schema = "{type: object, required: [sizes, labels], properties: {\
                      sizes: {type: object, additionalProperties: {oneOf: [{type: integer}, {type: string}]}}, \
                      size: {oneOf: [{type: number}, {type: string}]}, \
                      labels: {type: object, additionalProperties: {type: string}}}}";
        let text = example(schema, "example: {sizes: {a: 1, b: 64MB}, labels: {a: b}, size: 1.5}");
        insta::assert_snapshot!(text, @r#"
        # use things::{*, types::*, uuid::{Uuid, uuid}}; async fn example(client: Client, cloud: &str) -> Result<(), Error> {
        client
            .put_thing(
                cloud,
                &Thing::new([("a", 1.into()), ("b", "64MB".into())], [("a", "b")]).size(1.5),
            )
            .await?;
        # Ok(()) }
        "#);
        let text = example(schema, "example: {sizes: {}, labels: {}, size: big}");
        insta::assert_snapshot!(text, @r#"
        # use things::{*, types::*, uuid::{Uuid, uuid}}; async fn example(client: Client, cloud: &str) -> Result<(), Error> {
        client
            .put_thing(
                cloud,
                &Thing::new(
                        std::collections::BTreeMap::<String, StringOrInteger>::new(),
                        std::collections::BTreeMap::<String, String>::new(),
                    )
                    .size("big"),
            )
            .await?;
        # Ok(()) }
        "#);
    }

    #[test]
    fn a_list_is_named_by_the_plural_of_its_items() {
        let document = "paths:
  /activities:
    get:
      operationId: listActivities
      summary: Lists them
      responses: {'200': {description: They., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Activity'}}}}}}
components: {schemas: {Activity: {type: object, properties: {id: {type: string}}}}}";
        let file = emitted("src/operations.rs", document);
        assert!(file.contains("/// let activities = cloud.list_activities().await?;\n"), "{file}");
    }

    #[test]
    fn a_value_that_the_example_does_not_have_is_a_placeholder() {
        let schema = "{type: object, required: [at, count], properties: {at: {type: string, format: date-time}, \
                      count: {type: integer}}}";
        insta::assert_snapshot!(example(schema, "example: {count: 3}"), @r#"
        # use things::{*, types::*, uuid::{Uuid, uuid}}; async fn example(client: Client, cloud: &str) -> Result<(), Error> {
        client
            .put_thing(cloud, &Thing::new("2024-01-01T00:00:00Z".parse().unwrap(), 1))
            .await?;
        # Ok(()) }
        "#);
    }
}
