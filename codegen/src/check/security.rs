use serde_json::Value;

use super::{
    grammar::Kind,
    outline::{Node, Outline},
    wording::quoted,
};
use crate::{
    document::{Finding, Pointer},
    model::Authentication,
};

/// A client knows one way to say who calls.
pub(super) fn security(outline: &Outline<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> =
        outline.all(Kind::SecurityScheme).filter_map(|scheme| unknown(outline, scheme)).collect();
    let asked = outline.document().map(|document| (document, document.list("security")));
    let asked = asked.filter(|(_, asked)| !asked.iter().any(|asked| is_enough(outline, asked)));
    let together = asked.into_iter().flat_map(|(document, asked)| {
        let several =
            asked.iter().enumerate().filter(|(_, asked)| asked.as_object().is_some_and(|asked| asked.len() > 1));
        several.map(|(index, _)| outline.pointer(document).key("security").index(index))
    });
    findings.extend(together.map(|at| {
        let message = "a client sends one of these credentials, and not all of them together";
        Finding::value(at, message, "give it an `http_client` whose default headers hold the others").loss()
    }));
    findings
}

/// Whether a client can send all of what one way to call takes.
fn is_enough(outline: &Outline<'_>, asked: &Value) -> bool {
    let schemes = outline.value(&Pointer::default().key("components").key("securitySchemes"));
    let Some(asked) = asked.as_object().filter(|asked| asked.len() == 1) else { return false };
    asked.keys().any(|name| schemes.and_then(|schemes| Authentication::of(schemes.get(name)?)).is_some())
}

fn unknown(outline: &Outline<'_>, scheme: &Node<'_>) -> Option<Finding> {
    let written: serde_json::Map<_, _> = scheme.keys().map(|(key, value)| (key.clone(), value.clone())).collect();
    // What is not written as it should be has been complained of.
    let name = scheme.text("scheme").filter(|_| scheme.text("type") == Some("http"))?;
    Authentication::of(&Value::Object(written)).is_none().then(|| {
        let message =
            format!("a client does not know the scheme {}, so it calls without such credentials", quoted(name));
        let help =
            "give it an `http_client` that does; known are `basic`, `bearer`, API keys, OAuth 2 and OpenID Connect";
        Finding::key(outline.pointer(scheme), message, help).loss()
    })
}
