use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
};
use serde_json::{Value, json};
use utoipa_swagger_ui::Config;

use super::Server;
use crate::keyring::KnownKey;

/// The content security policy of the viewer, which sets styles inline: nothing from other origins, and no calls to them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const INITIALIZER: &str = "swagger-initializer.js";

pub(super) async fn redirect() -> Redirect {
    Redirect::permanent("/reference/")
}

pub(super) async fn index(server: State<Server>) -> Response {
    file(server, Path("index.html".to_owned())).await
}

/// Returns the document, with the simulator as its only server and an existing organization.
pub(super) async fn document(State(Server { simulation, .. }): State<Server>) -> Json<Value> {
    let mut document = simulation.document.tree().clone();
    document["servers"] = json!([{ "url": "/", "description": "This simulator" }]);
    let organization = simulation.cloud.lock().organizations().next();
    if let Some(example) = document.pointer_mut("/components/parameters/organizationId/example") {
        *example = json!(organization);
    }
    Json(document)
}

/// Returns the document as this package has it, for other tools.
pub(super) async fn yaml(State(Server { simulation, .. }): State<Server>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/yaml"), (CACHE_CONTROL, "no-cache")], simulation.document.text())
}

/// Returns a file of the viewer.
pub(super) async fn file(State(server): State<Server>, Path(name): Path<String>) -> Response {
    let config = Config::from("/reference/document.json").try_it_out_enabled(true).validator_url("none");
    match utoipa_swagger_ui::serve(&name, Arc::new(config)) {
        Ok(Some(file)) => {
            // The key must not stay in a cache.
            let caching = if name == INITIALIZER { "no-store" } else { "no-cache" };
            let headers = [
                (CONTENT_TYPE, file.content_type.as_str()),
                (CONTENT_SECURITY_POLICY, POLICY),
                (CACHE_CONTROL, caching),
            ];
            let mut bytes = file.bytes.into_owned();
            if name == INITIALIZER {
                bytes.extend(sign_in(&server).unwrap_or_default().into_bytes());
            }
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, name, "the viewer cannot be served");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Returns a script that enters a key, so that "try it" works at once. There is none if other machines can read it.
fn sign_in(server: &Server) -> Option<String> {
    let KnownKey { id, secret } = server.simulation.keyring.viewer()?;
    let (id, secret) = (json!(id), json!(secret));
    Some(format!(
        "\n// The viewer takes a key only when it has loaded the document.\n\
         const signIn = setInterval(() => {{\n  \
           if (window.ui?.preauthorizeBasic(\"key\", {id}, {secret})) clearInterval(signIn);\n\
         }}, 50);\n"
    ))
}
