use serde_json::Value;

use super::{ENVIRONMENT, check_texts, text};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    json::fields,
    openapi::security::Authentication,
    source::Pointer,
};

/// The environment variables that configure a client.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) base_url: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) key_secret: Option<String>,
    pub(crate) token: Option<String>,
}

impl Environment {
    /// Returns the variables of a document's first server and of its security schemes.
    pub(crate) fn of(root: &Value) -> Self {
        let server = root.pointer("/servers/0");
        let mut environment = Self { base_url: server.and_then(|server| text(server, ENVIRONMENT)), ..Self::default() };
        // Keys that are combined have variables of their own.
        let is_combined = matches!(Authentication::read(root), Authentication::Combined(_));
        for (_, scheme) in fields(root.pointer("/components/securitySchemes")) {
            let Some(names) = scheme.get(ENVIRONMENT) else { continue };
            let kind = scheme.as_object().and_then(Authentication::of);
            let is_combined_key = matches!(kind, Some(Authentication::ApiKey(..))) && is_combined;
            if kind == Some(Authentication::Basic) {
                environment.key_id = text(names, "username");
                environment.key_secret = text(names, "password");
            } else if !is_combined_key {
                environment.token = names.as_str().map(ToOwned::to_owned).or_else(|| text(names, "token"));
            }
        }
        environment
    }

    pub(crate) fn has_credentials(&self) -> bool {
        self.key_id.is_some() && self.key_secret.is_some() || self.token.is_some()
    }

    /// Checks the extension on a security scheme, or on a server, which has no authentication.
    pub(crate) fn check(authentication: Option<&Authentication>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
        match authentication {
            Some(Authentication::Basic) => check_variables(value, at, &["username", "password"]),
            Some(_) if value.is_object() => check_variables(value, at, &["token"]),
            _ => check_variable(value, at).into_iter().collect(),
        }
    }
}

fn check_variables(value: &Value, at: &Pointer, names: &[&str]) -> Vec<NodeDiagnostic> {
    let mut errors = check_texts(value, at, names, &[]);
    if errors.is_empty() {
        errors.extend(names.iter().filter_map(|name| check_variable(value.get(name)?, &at.key(name))));
    }
    errors
}

fn check_variable(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    let is_variable = |name: &str| {
        !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (!value.as_str().is_some_and(is_variable)).then(|| {
        let message = format!("expected the name of an environment variable, but this is {}", described(value));
        NodeDiagnostic::value(at.clone(), message, "write a name like `MY_API_URL`")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_scheme_of_http_is_case_insensitive() {
        let scheme =
            json!({"type": "http", "scheme": "Basic", "x-environment": {"username": "ID", "password": "SECRET"}});
        let root = json!({"components": {"securitySchemes": {"key": scheme}}});
        let environment = Environment::of(&root);
        assert_eq!(environment.key_id.as_deref(), Some("ID"));
        assert_eq!(environment.key_secret.as_deref(), Some("SECRET"));
        assert!(environment.has_credentials());
    }

    #[test]
    fn the_name_of_a_variable_has_no_space() {
        let errors = Environment::check(None, &json!("MY URL"), &Pointer::default());
        assert_eq!(errors[0].message, "expected the name of an environment variable, but this is the text `MY URL`");
        assert!(
            Environment::check(Some(&Authentication::Bearer), &json!({"token": "TOKEN"}), &Pointer::default())
                .is_empty()
        );
    }
}
