use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{Item, parse_quote};

use super::{imports, text};
use crate::{
    api::{Api, Failure},
    emit::{File, doc},
    names::{ident, type_name},
    openapi::extensions::RateLimit,
    openapi::{duration, security::Authentication},
};

/// The client itself: how it is made. Its operations are in modules of their own.
pub(super) fn file<'a>(api: &Api, modules: impl Iterator<Item = &'a String>) -> File {
    let modules: BTreeSet<_> = modules.map(|module| ident(module)).collect();
    let modules = modules.iter().map(|module| parse_quote!(mod #module;));
    let body = body(api);
    let items = modules.chain(imports::of_client(&body)).chain(body.clone()).collect();
    text::file("src/client.rs", Vec::new(), items)
}

fn body(api: &Api) -> Vec<Item> {
    let of_api = of_api(api);
    let paragraphs = [
        Some(format!("A client of the {}.", api.title)),
        api.description.clone(),
        Some(format!("{}{}", sharing(api), errors(api))),
    ];
    let of_client = doc(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
    let of_builder = doc("Sets up a [`Client`].");
    let of_build = doc("A client with more to say than its credentials: where to call, timeouts, an own HTTP client.");
    let (new, from_env) = (new(api), from_env(api));
    vec![
        parse_quote!(static API: Api = #of_api;),
        parse_quote! {
            #(#of_client)*
            #[derive(Clone, Debug)]
            pub struct Client {
                transport: Transport,
            }
        },
        parse_quote! {
            #(#of_builder)*
            pub type ClientBuilder = clickhouse_cloud_runtime::ClientBuilder<Client>;
        },
        parse_quote! {
            impl Client {
                #new
                #from_env
                #(#of_build)*
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

fn sharing(api: &Api) -> &'static str {
    if api.rate_limit.is_some() {
        "Clones share their connections and the rate limit, within which each call waits for its turn; so clone it \
         freely."
    } else {
        "Clones share their connections, so clone it freely."
    }
}

fn errors(api: &Api) -> String {
    let common = api.common_errors();
    if common.is_empty() {
        return String::new();
    }
    let common: Vec<_> = common.iter().map(Failure::in_a_list).collect();
    format!("\n\n# Errors\nA call that the API refuses ends with [`Error::Api`] and a status:{}", common.concat())
}

fn new(api: &Api) -> TokenStream {
    let (what, credentials, set) = match &api.authentication {
        Authentication::Key => (
            "with the id and the secret of an API key",
            quote!(key_id: impl Into<String>, key_secret: impl Into<Secret>),
            quote!(.key(key_id, key_secret)),
        ),
        Authentication::Token => ("with a token", quote!(token: impl Into<Secret>), quote!(.bearer_token(token))),
        Authentication::ApiKey(..) => ("with an API key", quote!(key: impl Into<Secret>), quote!(.api_key(key))),
        Authentication::None => ("without credentials", quote!(), quote!()),
    };
    let is_placed = !api.base_url.is_empty();
    let place = if is_placed { "" } else { " an API at this base URL, which its document does not say," };
    let doc = doc(&format!("A client that calls{place} {what}."));
    let (base_url, set_base_url) = if is_placed {
        (quote!(), quote!())
    } else {
        (quote!(base_url: impl Into<String>,), quote!(.base_url(base_url)))
    };
    quote! {
        #(#doc)*
        pub fn new(#base_url #credentials) -> Result<Self, Error> {
            Self::builder() #set_base_url #set .build()
        }
    }
}

fn from_env(api: &Api) -> Option<TokenStream> {
    let names = &api.environment;
    let key = names.key_id.as_ref().zip(names.key_secret.as_ref());
    let key = key.map(|(id, secret)| format!("an API key in `{id}` and `{secret}`"));
    let what = if let Authentication::ApiKey(..) = api.authentication { "an API key" } else { "a token" };
    let token = names.token.as_ref().map(|token| format!("{what} in `{token}`"));
    let credentials: Vec<_> = key.into_iter().chain(token).collect();
    if credentials.is_empty() {
        return None;
    }
    let base_url = names.base_url.as_ref().map(|name| format!(", and the base URL in `{name}` if that is set"));
    let doc = doc(&format!(
        "A client that takes its settings from the environment: {}{}.",
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

fn of_api(api: &Api) -> TokenStream {
    let (title, base_url) = (&api.title, &api.base_url);
    let envelope = match &api.envelope {
        Some(envelope) => {
            let (result, error) = (&envelope.result, optional(envelope.error.as_ref()));
            let request_id = optional(envelope.request_id.as_ref());
            quote!(Some(Envelope { result: #result, error: #error, request_id: #request_id }))
        }
        None => quote!(None),
    };
    let rate_limit = match &api.rate_limit {
        Some(RateLimit { requests, window }) => {
            let (requests, window) = (Literal::u32_unsuffixed(*requests), duration::expression(*window));
            quote!(Some(RateLimit { requests: #requests, window: #window }))
        }
        None => quote!(None),
    };
    let names = &api.environment;
    let base_url_variable = optional(names.base_url.as_ref());
    let (key_id, key_secret) = (optional(names.key_id.as_ref()), optional(names.key_secret.as_ref()));
    let token = optional(names.token.as_ref());
    let api_key = match &api.authentication {
        Authentication::ApiKey(location, name) => {
            let place = ident(&type_name(location.name()));
            quote!(Some(ApiKey::#place(#name)))
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
        }
    }
}

fn optional(name: Option<&String>) -> TokenStream {
    name.map_or_else(|| quote!(None), |name| quote!(Some(#name)))
}
