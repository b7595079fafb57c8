//! The client and the ways to create it. Its operations are in modules of their own.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, Item, parse_quote};

use super::{doc_comment::doc_attributes, operations::wake};
use crate::{
    api::{Api, ErrorResponse},
    names::{Names, ident, type_name, value_name},
    openapi::{
        duration,
        extensions::RateLimit,
        security::{Authentication, Scheme},
    },
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
    let doc_of_build = doc_attributes(&describe_builder(api));
    let (new, from_env) = (new(api), from_env(api));
    let (servers, credentials) = (servers(api), combined_credentials(api));
    let with_servers = servers.as_ref().map(|_| quote!(.servers(&SERVERS)));
    let with_credentials = credentials.as_ref().map(|_| quote!(.combined_credentials(&CREDENTIALS)));
    let with_tokens = api.token_url.iter().map(|url| quote!(.token_url(#url)));
    let with_tokens = quote!(#(#with_tokens)*);
    let facts = [Some(parse_quote!(static API: Api = #facts;)), servers, credentials];
    let client = [
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
                    ClientBuilder::new(&API) #with_servers #with_credentials #with_tokens
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
    ];
    facts.into_iter().flatten().chain(client).collect()
}

fn describe_builder(api: &Api) -> String {
    let tokens = "\n\nWith `client_credentials`, it requests its own access tokens (OAuth 2).";
    let tokens = api.token_url.as_ref().map(|_| tokens).unwrap_or_default();
    "Returns a builder for a client with other settings: a base URL, timeouts, an HTTP client.".to_owned()
        + tokens
        + &describe_variables(api)
}

/// Lists the variables in the URLs of servers.
fn describe_variables(api: &Api) -> String {
    if api.server_variables.is_empty() {
        return String::new();
    }
    let items = api.server_variables.iter().map(|(name, variable)| {
        let default =
            variable.default.as_ref().map_or("has to be set".to_owned(), |text| format!("{} unless set", code(text)));
        let values: Vec<_> = variable.values.iter().map(|value| code(value)).collect();
        let values = if values.is_empty() { String::new() } else { format!("; one of {}", values.join(", ")) };
        format!("\n- {}: {default}{values}", code(name))
    });
    format!(
        "\n\nThe URLs of the API's servers have variables, which `server_variable` sets:{}",
        items.collect::<String>()
    )
}

/// Returns a text of the document as code.
fn code(text: &str) -> String {
    format!("`{}`", text.replace(['`', '\n', '\r'], " "))
}

/// Emits the servers that only some operations have, and the variables in the URLs of servers.
fn servers(api: &Api) -> Option<Item> {
    if api.server_variables.is_empty() && api.other_servers.is_empty() {
        return None;
    }
    let variables = api.server_variables.iter().map(|(name, variable)| {
        let (default, environment) = (optional(variable.default.as_ref()), optional(variable.environment.as_ref()));
        quote!(ServerVariable { name: #name, default: #default, environment: #environment })
    });
    let others = &api.other_servers;
    Some(parse_quote!(static SERVERS: Servers = Servers { variables: &[#(#variables),*], others: &[#(#others),*] };))
}

/// Emits the credentials that are sent together.
fn combined_credentials(api: &Api) -> Option<Item> {
    let Authentication::Combined(schemes) = &api.authentication else { return None };
    let authorization = optional(schemes.iter().find_map(|scheme| match scheme.authentication {
        Authentication::Basic => Some(quote!(Authorization::Basic)),
        Authentication::Bearer => Some(quote!(Authorization::Bearer)),
        _ => None,
    }));
    let keys = schemes.iter().filter_map(|scheme| {
        let (place, environment) = (api_key(&scheme.authentication)?, optional(scheme.environment.as_ref()));
        Some(quote!(NamedKey { place: #place, environment: #environment }))
    });
    Some(parse_quote! {
        static CREDENTIALS: CombinedCredentials =
            CombinedCredentials { authorization: #authorization, api_keys: &[#(#keys),*] };
    })
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
    let mut taken = Names::default();
    let mut arguments = Vec::new();
    let location = if api.base_url.is_empty() { " for the API at `base_url`" } else { "" };
    if api.base_url.is_empty() {
        arguments.push(Argument::text(&taken.unused("base_url"), |name| quote!(.base_url(#name))));
    }
    for (variable, _) in api.server_variables.iter().filter(|(_, variable)| variable.default.is_none()) {
        let name = taken.unused(&value_name(variable));
        arguments.push(Argument::text(&name, |name| quote!(.server_variable(#variable, #name))));
    }
    let (description, credentials) = credentials(&api.authentication, &mut taken);
    arguments.extend(credentials);
    let doc = doc_attributes(&format!("Creates a client{location} {description}."));
    let settings = arguments.iter().map(|argument| &argument.setting);
    let arguments = arguments.iter().map(|argument| &argument.declaration);
    quote! {
        #(#doc)*
        pub fn new(#(#arguments),*) -> Result<Self, Error> {
            Self::builder() #(#settings)* .build()
        }
    }
}

/// Returns the words for credentials, and the arguments that take them.
fn credentials(authentication: &Authentication, taken: &mut Names) -> (&'static str, Vec<Argument>) {
    match authentication {
        Authentication::Basic => {
            let (id, secret) = (ident(&taken.unused("key_id")), ident(&taken.unused("key_secret")));
            let declaration = quote!(#id: impl Into<String>, #secret: impl Into<Secret>);
            (
                "with the id and the secret of an API key",
                vec![Argument { declaration, setting: quote!(.key(#id, #secret)) }],
            )
        }
        Authentication::Bearer => {
            ("with a token", vec![Argument::secret(&taken.unused("token"), |name| quote!(.bearer_token(#name)))])
        }
        Authentication::ApiKey(..) => {
            ("with an API key", vec![Argument::secret(&taken.unused("key"), |name| quote!(.api_key(#name)))])
        }
        Authentication::Combined(schemes) => {
            let arguments = schemes.iter().flat_map(|scheme| match &scheme.authentication {
                Authentication::ApiKey(_, key) => {
                    let name = taken.unused(&value_name(&scheme.name));
                    vec![Argument::secret(&name, |name| quote!(.named_api_key(#key, #name)))]
                }
                single => credentials(single, taken).1,
            });
            ("with credentials that are sent together", arguments.collect())
        }
        Authentication::None => ("without credentials", Vec::new()),
    }
}

/// An argument of `Client::new`, and the call of the builder that it is for.
struct Argument {
    declaration: TokenStream,
    setting: TokenStream,
}

impl Argument {
    fn text(name: &str, setting: impl FnOnce(&Ident) -> TokenStream) -> Self {
        let name = ident(name);
        Self { declaration: quote!(#name: impl Into<String>), setting: setting(&name) }
    }

    fn secret(name: &str, setting: impl FnOnce(&Ident) -> TokenStream) -> Self {
        let name = ident(name);
        Self { declaration: quote!(#name: impl Into<Secret>), setting: setting(&name) }
    }
}

fn from_env(api: &Api) -> Option<TokenStream> {
    if !api.has_environment() {
        return None;
    }
    let variables = &api.environment;
    let key = variables.key_id.as_ref().zip(variables.key_secret.as_ref());
    let key = key.map(|(id, secret)| format!("an API key in `{id}` and `{secret}`"));
    let kind = if let Authentication::ApiKey(..) = api.authentication { "an API key" } else { "a token" };
    let token = variables.token.as_ref().map(|token| format!("{kind} in `{token}`"));
    let combined = match &api.authentication {
        Authentication::Combined(schemes) => Some(variables_of_keys(schemes)),
        _ => None,
    };
    let credentials: Vec<_> = key.into_iter().chain(token).collect();
    let credentials = match combined {
        Some(keys) => credentials.into_iter().chain(keys).collect::<Vec<_>>().join(" and "),
        None => credentials.join(" or "),
    };
    let base_url = variables.base_url.as_ref().map(|name| format!(", and the base URL in `{name}` if that is set"));
    let doc = doc_attributes(&format!(
        "Creates a client with settings from the environment: {}{}.",
        credentials,
        base_url.unwrap_or_default()
    ));
    Some(quote! {
        #(#doc)*
        pub fn from_env() -> Result<Self, Error> {
            Self::builder().environment()?.build()
        }
    })
}

/// Describes the variables of keys that are sent together.
fn variables_of_keys(schemes: &[Scheme]) -> Vec<String> {
    let keys = schemes.iter().filter(|scheme| matches!(scheme.authentication, Authentication::ApiKey(..)));
    keys.filter_map(|scheme| Some(format!("{} in `{}`", code(&scheme.name), scheme.environment.as_ref()?))).collect()
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
    let api_key = optional(api_key(&api.authentication));
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

/// Returns the place of an API key.
fn api_key(authentication: &Authentication) -> Option<TokenStream> {
    let Authentication::ApiKey(location, name) = authentication else { return None };
    let location = ident(&type_name(location.name()));
    Some(quote!(ApiKey::#location(#name)))
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
