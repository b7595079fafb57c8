use std::borrow::Cow;

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, Method, Response, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    call::{File, Output},
    refusal::Refusal,
};

const JSON: &str = "application/json; charset=utf-8";

/// A response before it is sent.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) content: Content,
    headers: Vec<(HeaderName, HeaderValue)>,
}

pub(super) enum Content {
    Json(Value),
    /// Serialized JSON that is checked already.
    Written(Vec<u8>),
    Text(String),
    File {
        media_type: &'static str,
        text: &'static str,
    },
    Html(Cow<'static, str>),
}

impl Reply {
    /// Returns a success in its envelope.
    pub(super) fn success(output: Output, status: u16, request_id: Uuid) -> Self {
        let content = match output {
            Output::Nothing => Content::Json(json!({ "status": status, "requestId": request_id })),
            Output::Bare(json) => Content::Json(json),
            Output::Json(result) => Content::Json(envelope(status, request_id, Map::new(), result)),
            Output::List { items, page } => Content::Json(envelope(status, request_id, page, items.collect())),
            Output::Text(text) => Content::Text(text),
            Output::File(File { name, media_type, text }) => {
                let file = Self::with_status(status, Content::File { media_type, text });
                return file.header(CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""));
            }
        };
        Self::with_status(status, content)
    }

    /// Returns a success whose JSON is serialized and checked already.
    pub(super) fn written(status: u16, bytes: Vec<u8>) -> Self {
        Self::with_status(status, Content::Written(bytes))
    }

    fn with_status(status: u16, content: Content) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, content, headers: Vec::new() }
    }

    /// Returns a refusal in its envelope.
    pub(super) fn refusal(refusal: &Refusal, request_id: Uuid) -> Self {
        let Refusal { status, message, issues } = refusal;
        let mut envelope = json!({ "status": status, "error": message, "requestId": request_id });
        if !issues.is_empty() {
            envelope["issues"] = json!(issues);
        }
        Self::with_status(*status, Content::Json(envelope))
    }

    /// Returns the page of a proxy without a backend.
    pub(super) fn bad_gateway() -> Self {
        let page =
            "<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n";
        Self { status: StatusCode::BAD_GATEWAY, content: Content::Html(page.into()), headers: Vec::new() }
    }

    /// Returns the page of the API's gateway for a path that the API does not have.
    pub(super) fn unknown_path(method: &Method, path: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n\
             <pre>Cannot {method} {}</pre>\n</body>\n</html>\n",
            escape_html(path)
        );
        Self { status: StatusCode::NOT_FOUND, content: Content::Html(page.into()), headers: Vec::new() }
    }

    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.extend(HeaderValue::try_from(value.into()).map(|value| (name, value)));
        self
    }

    /// Returns the head of the response and the bytes of its body.
    pub(super) fn into_parts(self) -> (Response<()>, Vec<u8>) {
        let (content_type, bytes) = match self.content {
            Content::Json(value) => (JSON, serde_json::to_vec(&value).unwrap_or_default()),
            Content::Written(bytes) => (JSON, bytes),
            Content::Text(text) => ("text/plain; charset=utf-8", text.into_bytes()),
            Content::File { media_type, text } => (media_type, text.into()),
            Content::Html(page) => ("text/html; charset=utf-8", page.into_owned().into_bytes()),
        };
        let mut head = Response::new(());
        *head.status_mut() = self.status;
        head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        head.headers_mut().extend(self.headers);
        (head, bytes)
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let (head, bytes) = self.into_parts();
        head.map(|()| Body::from(bytes))
    }
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Returns the envelope of a success, whose last field is the result.
pub(super) fn envelope(status: u16, request_id: Uuid, page: Map<String, Value>, result: Value) -> Value {
    let mut envelope =
        Map::from_iter([("status".to_owned(), status.into()), ("requestId".to_owned(), json!(request_id))]);
    envelope.extend(page);
    envelope.insert("result".to_owned(), result);
    envelope.into()
}
