//! The client and the ways to create it. Its operations are in modules of their own.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Item, parse_quote};

use super::{doc_comment::doc_attributes, operations::wake};
use crate::{
    api::{Api, ErrorResponse},
    names::{ident, type_name},
    openapi::{duration, extensions::RateLimit, security::Authentication},
};

pub(super) fn emit_client(api: &Api) -> Vec<Item> {
    let facts = facts(api);
    let paragraphs = [
        Some(format!("A client of the {}.", api.title)),
        api.description.clone(),
        Some(describe_clones(api).to_owned() + &errors(api)),
    ];
    let doc = doc_attributes(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
    let doc_of_builder = doc_attributes("Sets up a [`Client`].");
    let doc_of_build =
        doc_attributes("Returns a builder for a client with other settings: a base URL, timeouts, an HTTP client.");
    let (new, from_env) = (new(api), from_env(api));
    vec![
        parse_quote!(static API: Api = #facts;),
        parse_quote! {
            #(#doc)*
            #[derive(Clone, Debug)]
            pub struct Client {
                pub(crate) transport: Transport,
            }
        },
        parse_quote! {
            #(#doc_of_builder)*
            pub type ClientBuilder = clickhouse_cloud_runtime::ClientBuilder<Client>;
        },
        parse_quote! {
            impl Client {
                #new
                #from_env
                #(#doc_of_build)*
                pub fn builder() -> ClientBuilder {
                    ClientBuilder::new(&API)
                }
            }
        },
        parse_quote! {
            #[doc(hidden)]
            impl From<Transport> for Client {
                fn from(transport: Transport) -> Self {
                    Self { transport }
                }
            }
        },
    ]
}

fn describe_clones(api: &Api) -> &'static str {
    if api.rate_limit.is_some() {
        "Clones share their connections and the rate limiter, so clone it freely."
    } else {
        "Clones share their connections, so clone it freely."
    }
}

fn errors(api: &Api) -> String {
    let common = &api.common_errors;
    if common.is_empty() {
        return String::new();
    }
    let common: String = common.iter().map(ErrorResponse::list_item).collect();
    format!("\n\n# Errors\nA response with one of these statuses is an [`Error::Api`]:{common}")
}

fn new(api: &Api) -> TokenStream {
    let (description, arguments, settings) = match &api.authentication {
        Authentication::Basic => (
            "with the id and the secret of an API key",
            quote!(key_id: impl Into<String>, key_secret: impl Into<Secret>),
            quote!(.key(key_id, key_secret)),
        ),
        Authentication::Bearer => ("with a token", quote!(token: impl Into<Secret>), quote!(.bearer_token(token))),
        Authentication::ApiKey(..) => ("with an API key", quote!(key: impl Into<Secret>), quote!(.api_key(key))),
        Authentication::None => ("without credentials", quote!(), quote!()),
    };
    let (location, base_url, set_base_url) = if api.base_url.is_empty() {
        (" for the API at `base_url`", quote!(base_url: impl Into<String>,), quote!(.base_url(base_url)))
    } else {
        ("", quote!(), quote!())
    };
    let doc = doc_attributes(&format!("Creates a client{location} {description}."));
    quote! {
        #(#doc)*
        pub fn new(#base_url #arguments) -> Result<Self, Error> {
            Self::builder() #set_base_url #settings .build()
        }
    }
}

fn from_env(api: &Api) -> Option<TokenStream> {
    let variables = &api.environment;
    let key = variables.key_id.as_ref().zip(variables.key_secret.as_ref());
    let key = key.map(|(id, secret)| format!("an API key in `{id}` and `{secret}`"));
    let kind = if let Authentication::ApiKey(..) = api.authentication { "an API key" } else { "a token" };
    let token = variables.token.as_ref().map(|token| format!("{kind} in `{token}`"));
    let credentials: Vec<_> = key.into_iter().chain(token).collect();
    if credentials.is_empty() {
        return None;
    }
    let base_url = variables.base_url.as_ref().map(|name| format!(", and the base URL in `{name}` if that is set"));
    let doc = doc_attributes(&format!(
        "Creates a client with settings from the environment: {}{}.",
        credentials.join(" or "),
        base_url.unwrap_or_default()
    ));
    Some(quote! {
        #(#doc)*
        pub fn from_env() -> Result<Self, Error> {
            Self::builder().environment()?.build()
        }
    })
}

/// Emits the facts of the document that every call needs.
fn facts(api: &Api) -> TokenStream {
    let (title, base_url) = (&api.title, &api.base_url);
    let envelope = optional(api.envelope.as_ref().map(|envelope| {
        let (result, error) = (&envelope.result, optional(envelope.error.as_ref()));
        let request_id = optional(envelope.request_id.as_ref());
        quote!(Envelope { result: #result, error: #error, request_id: #request_id })
    }));
    let rate_limit = optional(api.rate_limit.as_ref().map(|RateLimit { requests, window }| {
        let (requests, window) = (Literal::u32_unsuffixed(*requests), duration::expression(*window));
        quote!(RateLimit { requests: #requests, window: #window })
    }));
    let wake = optional(wake::emit_wake(api));
    let variables = &api.environment;
    let base_url_variable = optional(variables.base_url.as_ref());
    let (key_id, key_secret) = (optional(variables.key_id.as_ref()), optional(variables.key_secret.as_ref()));
    let token = optional(variables.token.as_ref());
    let api_key = match &api.authentication {
        Authentication::ApiKey(location, name) => {
            let location = ident(&type_name(location.name()));
            quote!(Some(ApiKey::#location(#name)))
        }
        _ => quote!(None),
    };
    quote! {
        Api {
            title: #title,
            base_url: #base_url,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
            envelope: #envelope,
            rate_limit: #rate_limit,
            environment: Environment {
                base_url: #base_url_variable,
                key_id: #key_id,
                key_secret: #key_secret,
                token: #token,
            },
            api_key: #api_key,
            wake: #wake,
        }
    }
}

fn optional(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn new_takes_the_credentials_and_a_base_url_that_the_document_does_not_have() {
        let document = "paths: {}
components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
security: [{key: []}]";
        let file = emitted("src/client.rs", document);
        insta::assert_snapshot!(from_line(&file, "impl Client"), @r"
        impl Client {
            /// Creates a client for the API at `base_url` with an API key.
            pub fn new(
                base_url: impl Into<String>,
                key: impl Into<Secret>,
            ) -> Result<Self, Error> {
                Self::builder().base_url(base_url).api_key(key).build()
            }

            /// Returns a builder for a client with other settings: a base URL, timeouts, an HTTP client.
            pub fn builder() -> ClientBuilder {
                ClientBuilder::new(&API)
            }
        }

        #[doc(hidden)]
        impl From<Transport> for Client {
            fn from(transport: Transport) -> Self {
                Self { transport }
            }
        }
        ");
    }
}
