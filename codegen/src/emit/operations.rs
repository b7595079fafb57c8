use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse_quote;

use super::{doc_comment::doc, example, waiters};
use crate::{
    api::{Answer, Api, Body, Failure, Operation, Parameter, Style},
    names::ident,
    openapi::{media_type::Format, parameter::Location},
    progenitor::Type,
};

/// What an operation becomes.
pub(crate) struct Method {
    pub(crate) item: syn::ImplItemFn,
    /// The type of the call, if it has optional parameters.
    pub(crate) call: Option<CallType>,
    /// The methods that wait for what the operation returns to become something.
    pub(crate) waiters: Vec<syn::ImplItemFn>,
}

/// A type for calls with optional parameters.
pub(crate) struct CallType {
    pub(crate) name: syn::Ident,
    pub(crate) items: Vec<syn::Item>,
}

/// A method that returns a call for each operation: what is special about a call is said before it is awaited, and the
/// work is done in the runtime.
pub(super) fn methods(api: &Api) -> Vec<Method> {
    api.operations.iter().map(|operation| method(operation, api)).collect()
}

fn method(operation: &Operation, api: &Api) -> Method {
    let name = ident(&operation.method_name());
    let (required, optional): (Vec<_>, Vec<_>) = operation.parameters.iter().partition(|parameter| parameter.required);
    let (body, optional_body) = operation.body.iter().partition::<Vec<&Body>, _>(|body| body.required);
    let mut inputs: Vec<TokenStream> = Vec::new();
    let mut shown: Vec<TokenStream> = Vec::new();
    let mut sent: Vec<TokenStream> = Vec::new();
    for parameter in required {
        let argument = ident(&parameter.rust_name);
        sent.push(add_parameter(parameter, api));
        let ty = parameter_type(parameter, api);
        inputs.push(quote!(#argument: #ty));
        // A list of whatever has a type of its own in an example.
        let ty = if let Kind::Many = Kind::of(parameter, api) { quote!(&[&str]) } else { ty };
        shown.push(quote!(#argument: #ty));
    }
    let mut doc = documentation(operation, api);
    doc.extend(example::of_call(operation, &shown, api));
    sent.extend(rules(operation));
    for body in body {
        sent.push(add_body(body));
        let ty = body_type(body);
        inputs.push(quote!(body: #ty));
    }

    let returned = returned_type(operation);
    let request = request(operation, &sent);
    let mut setters: Vec<syn::ImplItemFn> = Vec::new();
    for parameter in optional {
        let (add, ty) = (add_parameter(parameter, api), parameter_type(parameter, api));
        let description = parameter.description.clone().unwrap_or_else(|| format!("Sets `{}`.", parameter.name));
        setters.push(setter(&parameter.rust_name, &ty, &description, &add));
    }
    for body in optional_body {
        setters.push(setter("body", &body_type(body), "What is sent, if anything.", &add_body(body)));
    }
    let call = (!setters.is_empty()).then(|| {
        let call_name = ident(&operation.call_name(api));
        let items = call_items(&call_name, &name, &returned, &setters, operation);
        CallType { name: call_name, items }
    });
    let (call_type, value) = match &call {
        Some(CallType { name, .. }) => (quote!(#name), quote!(#name(#request))),
        None => (quote!(Call<#returned>), request),
    };

    let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
    let item: syn::ImplItemFn = parse_quote! {
        #(#doc)*
        #deprecated
        pub fn #name(&self, #(#inputs),*) -> #call_type {
            #value
        }
    };
    Method { waiters: waiters::of_operation(operation, &item.sig, api), item, call }
}

/// The request that the method puts together, and how its answer is read.
fn request(operation: &Operation, sent: &[TokenStream]) -> TokenStream {
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
    let accept = |media_types: &String| (media_types != JSON).then(|| quote!(.accept(#media_types)));
    let answer = match &operation.answer {
        Answer::Result(_, media_types) => {
            let accept = accept(media_types);
            quote!(#accept.result())
        }
        Answer::Optional(_, media_types) => {
            let accept = accept(media_types);
            quote!(#accept.optional())
        }
        Answer::Text(media_types) => quote!(.text(#media_types)),
        Answer::Bytes(media_types) => quote!(.bytes(#media_types)),
        Answer::OneOf(one_of) => {
            let media_types = &one_of.media_types;
            quote!(.one_of(#media_types))
        }
        Answer::Empty => quote!(.empty()),
    };
    let whole = operation.whole.then(|| quote!(.whole()));
    quote!(self.transport.#start #(#sent)* #whole #answer)
}

/// What the call does when something went wrong, and as whom, where that is not what any call does.
fn rules(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    let repeat = match (operation.method == "POST", operation.repeatable) {
        (true, true) => Some(quote!(.repeatable())),
        (false, false) => Some(quote!(.not_repeatable())),
        _ => None,
    };
    let check = operation.check.as_ref().map(|advice| quote!(.check(#advice)));
    let anonymous = operation.anonymous.then(|| quote!(.anonymous()));
    repeat.into_iter().chain(check).chain(anonymous)
}

/// The media type of bodies unless something else is said.
const JSON: &str = "application/json";

fn add_parameter(parameter: &Parameter, api: &Api) -> TokenStream {
    let (name, argument) = (&parameter.name, ident(&parameter.rust_name));
    let place = parameter.location.name();
    let (plain, styled) = (ident(place), ident(&format!("{place}_as")));
    let style = parameter.style.expression();
    let reserved = parameter.allow_reserved.then(|| quote!(.allow_reserved()));
    let exploded = Style::Form { explode: true };
    let added = match Kind::of(parameter, api) {
        Kind::One if parameter.is_plain() => quote!(.#plain(#name, #argument)),
        Kind::Many if (parameter.location, parameter.style) == (Location::Query, exploded) => {
            quote!(.query_list(#name, #argument))
        }
        Kind::Many => quote!(.#styled(#name, #style.list(#argument))),
        Kind::One | Kind::Any => {
            let reference = exposed(reference_to(&argument, parameter.schema.ty.non_null()), &parameter.schema.ty);
            quote!(.#styled(#name, #style.value(#reference)))
        }
    };
    quote!(#added #reserved)
}

/// What a parameter holds.
enum Kind {
    /// One text.
    One,
    /// A list of texts.
    Many,
    /// Something else that serde can write.
    Any,
}

impl Kind {
    fn of(parameter: &Parameter, api: &Api) -> Self {
        let ty = &parameter.schema.ty;
        if parameter.style == Style::Json {
            return Self::Any;
        }
        if api.is_text(ty) {
            return Self::One;
        }
        if ty.elements().is_some_and(|element| api.is_text(element)) { Self::Many } else { Self::Any }
    }
}

impl Parameter {
    /// Whether one text is written as it is, after the name where there is one.
    fn is_plain(&self) -> bool {
        !matches!(self.style, Style::Label { .. } | Style::Matrix { .. })
    }
}

impl Style {
    pub(crate) fn expression(self) -> TokenStream {
        match self {
            Self::Simple { explode } => quote!(ParameterStyle::Simple { explode: #explode }),
            Self::Label { explode } => quote!(ParameterStyle::Label { explode: #explode }),
            Self::Matrix { explode } => quote!(ParameterStyle::Matrix { explode: #explode }),
            Self::Form { explode } => quote!(ParameterStyle::Form { explode: #explode }),
            Self::SpaceDelimited => quote!(ParameterStyle::SpaceDelimited),
            Self::PipeDelimited => quote!(ParameterStyle::PipeDelimited),
            Self::DeepObject => quote!(ParameterStyle::DeepObject),
            Self::Json => quote!(ParameterStyle::Json),
        }
    }
}

fn add_body(body: &Body) -> TokenStream {
    let media_type = &body.media_type;
    let value = exposed(reference_to(&ident("body"), &body.schema.ty), &body.schema.ty);
    match body.format {
        Format::Json => {
            let content_type = (media_type != JSON).then(|| quote!(.content_type(#media_type)));
            quote!(.body(#value) #content_type)
        }
        Format::Form => {
            let styles = body.styles.iter().map(|(name, style)| {
                let style = style.expression();
                quote!((#name, #style))
            });
            quote!(.form(#value, &[#(#styles),*]))
        }
        Format::Multipart => {
            let content_types = body.media_types.iter().map(|(name, content_type)| quote!((#name, #content_type)));
            quote!(.multipart(#value, &[#(#content_types),*]))
        }
        Format::Text => quote!(.content(#media_type, body.to_owned())),
        Format::Bytes => quote!(.content(#media_type, body)),
    }
}

/// A method of the call that puts something optional into the request.
fn setter(name: &str, ty: &TokenStream, description: &str, add: &TokenStream) -> syn::ImplItemFn {
    let (argument, setter, description) = (ident(name), ident(&setter_name(name)), doc(description));
    // The argument may be called like what it is put into.
    let request = ident(if name == "request" { "sent" } else { "request" });
    parse_quote! {
        #(#description)*
        pub fn #setter(self, #argument: #ty) -> Self {
            Self(self.0.map_request(|#request| #request #add))
        }
    }
}

/// A type for the call, because what is optional is a method of it.
fn call_items(
    call_name: &syn::Ident,
    method_name: &syn::Ident,
    returned: &TokenStream,
    setters: &[syn::ImplItemFn],
    operation: &Operation,
) -> Vec<syn::Item> {
    let doc_of_call = doc(&format!("The call that [`Client::{method_name}`](crate::Client::{method_name}) makes."));
    let settings = [
        ("timeout", quote!(timeout: Duration), quote!(timeout)),
        ("attempt_timeout", quote!(timeout: Duration), quote!(timeout)),
        ("retry", quote!(policy: impl RetryPolicy + 'static), quote!(policy)),
        ("header", quote!(name: impl AsRef<str>, value: impl AsRef<[u8]>), quote!(name, value)),
    ];
    let settings = settings.map(|(name, input, argument)| -> syn::ImplItemFn {
        let (doc, name) = (doc(&format!("See [`Call::{name}`].")), ident(name));
        parse_quote! {
            #(#doc)*
            pub fn #name(self, #input) -> Self {
                Self(self.0.#name(#argument))
            }
        }
    });
    let stream = matches!(operation.answer, Answer::Text(_) | Answer::Bytes(_)).then(|| -> syn::ImplItemFn {
        let doc = doc("See [`Call::stream`].");
        parse_quote! {
            #(#doc)*
            pub async fn stream(self) -> Result<StreamedResponse, Error> {
                self.0.stream().await
            }
        }
    });
    let stream = stream.into_iter();
    let doc_of_until = doc("See [`Call::until`].");
    vec![
        parse_quote! {
            #(#doc_of_call)*
            #[derive(Debug)]
            #[must_use = "a call does nothing until it is awaited"]
            pub struct #call_name(pub(crate) Call<#returned>);
        },
        parse_quote! {
            impl #call_name {
                #(#setters)*

                #(#settings)*

                #(#doc_of_until)*
                pub fn until(self, condition: impl WaitCondition<#returned>) -> Wait<#returned> {
                    self.0.until(condition)
                }

                #(#stream)*
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
    ]
}

/// A setter may not be called as what every call has.
fn setter_name(argument: &str) -> String {
    let is_taken =
        ["attempt_timeout", "header", "into_future", "retry", "stream", "timeout", "until"].contains(&argument);
    if is_taken { format!("{argument}_") } else { argument.to_owned() }
}

/// What a caller gives for a parameter.
fn parameter_type(parameter: &Parameter, api: &Api) -> TokenStream {
    match Kind::of(parameter, api) {
        Kind::Many => quote!(impl IntoIterator<Item = impl Parameter>),
        Kind::One | Kind::Any => by_reference(parameter.schema.ty.non_null()),
    }
}

/// What a caller gives to be sent.
fn body_type(body: &Body) -> TokenStream {
    match body.format {
        Format::Text => quote!(&str),
        Format::Bytes => quote!(impl Into<Bytes>),
        _ => by_reference(&body.schema.ty),
    }
}

/// A value if it is copied, else a reference to it.
fn by_reference(ty: &Type) -> TokenStream {
    match ty {
        ty if ty.is_copy() => quote!(#ty),
        Type::List(element) => quote!(&[#element]),
        Type::String => quote!(&str),
        ty => quote!(&#ty),
    }
}

/// A reference to an argument that [`by_reference`] gives its type.
fn reference_to(argument: &syn::Ident, ty: &Type) -> TokenStream {
    if ty.is_copy() { quote!(&#argument) } else { quote!(#argument) }
}

/// A reference to a value, which can be sent although there are secrets in it. Structs and unions do that by themselves.
fn exposed(reference: TokenStream, ty: &Type) -> TokenStream {
    if ty.is_secret() { quote!(&Exposed(#reference)) } else { reference }
}

fn returned_type(operation: &Operation) -> TokenStream {
    match &operation.answer {
        Answer::Result(schema, _) => schema.ty.to_token_stream(),
        Answer::Optional(schema, _) => {
            let ty = schema.ty.non_null();
            quote!(Option<#ty>)
        }
        Answer::Text(_) => quote!(String),
        Answer::Bytes(_) => quote!(Bytes),
        Answer::OneOf(one_of) => ident(&one_of.name).into_token_stream(),
        Answer::Empty => quote!(()),
    }
}

fn documentation(operation: &Operation, api: &Api) -> Vec<syn::Attribute> {
    let call = format!("`{} {}`", operation.method, operation.path);
    let url = operation.tag.as_ref().and_then(|tag| tag.url.as_ref());
    let paragraphs = [
        Some(format!("{}.", operation.summary.trim_end_matches('.'))),
        operation.description.clone(),
        Some(url.map_or(call.clone(), |url| format!("[{call}]({url})"))),
        errors(operation, api),
    ];
    doc(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

/// What is particular to the operation; what all have in common is said once, at the client.
fn errors(operation: &Operation, api: &Api) -> Option<String> {
    let outcome_unknown = operation.check.as_ref().map(|check| {
        format!("[`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown), where it may have been carried out: {check}.")
    });
    let paragraphs: Vec<_> = refusals(operation, api).into_iter().chain(outcome_unknown).collect();
    (!paragraphs.is_empty()).then(|| format!("# Errors\n{}", paragraphs.join("\n\n")))
}

fn refusals(operation: &Operation, api: &Api) -> Option<String> {
    let common = api.common_errors();
    let particular = operation.errors.iter().filter(|error| !common.contains(error));
    let particular: Vec<_> = particular.map(Failure::in_a_list).collect();
    let introduction = match (common.is_empty(), particular.is_empty()) {
        (true, true) => return None,
        (true, false) => "[`Error::Api`](crate::Error::Api) with",
        (false, true) => "Those that [every call](crate::Client#errors) can end with.",
        (false, false) => "Those that [every call](crate::Client#errors) can end with, and",
    };
    Some(format!("{introduction}{}", particular.concat()))
}

impl Failure {
    /// A line of a list: what it means, and what its body can be decoded as.
    pub(crate) fn in_a_list(&self) -> String {
        let held = self
            .schema
            .as_ref()
            .and_then(|schema| schema.ty.name())
            .map(|name| format!("[`{name}`](crate::types::{name})"));
        let said = [(!self.meaning.is_empty()).then(|| self.meaning.clone()), held];
        let said: Vec<_> = said.into_iter().flatten().collect();
        format!("\n- {}: {}", self.status, said.join(" "))
    }
}
