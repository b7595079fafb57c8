use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    json::fields,
    openapi::{
        grammar::Kind,
        media_type::{self, Format},
    },
};

/// Checks that request and response bodies have media types that the crate can write and read.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for body in outline.all(Kind::RequestBody) {
        let contents = contents(body);
        if contents.is_some_and(Map::is_empty) {
            let at = outline.pointer(body).key("content");
            let message = "this request body has no media type";
            let diagnostic = NodeDiagnostic::key(at.clone(), message, "describe `application/json`");
            let any = json!({ "application/json": { "schema": {} } });
            diagnostics.push(diagnostic.fixed_by_replacing(at, any, "the crate takes any JSON"));
        }
        let sent = contents.map(|contents| media_type::request_media_types(contents, outline.tree()));
        let sent = sent.unwrap_or_default();
        diagnostics.extend(check_unused(outline, body, &sent));
        for content in outline.children(body, "content") {
            if sent.iter().any(|sent| content.name == Some(sent.as_str())) {
                diagnostics.extend(check_form(outline, content));
            }
        }
    }
    let mut seen = HashSet::new();
    for operation in outline.operations() {
        let responses = outline.success_responses(operation.node);
        for response in responses.filter(|response| seen.insert(response.number)) {
            let read = contents(response).map(media_type::response_media_types).unwrap_or_default();
            diagnostics.extend(check_unused(outline, response, &read));
        }
        diagnostics.extend(check_success(outline, operation.node));
        diagnostics.extend(check_redirects(outline, operation.node));
    }
    for content in outline.all(Kind::MediaType).filter(|content| is_of_body(outline, content)) {
        diagnostics.extend(check_schema(outline, content));
        diagnostics.extend(check_encoding(outline, content));
        diagnostics.extend(check_structure(outline, content));
        diagnostics.append(&mut check_parts(outline, content));
        diagnostics.extend(check_xml_of_form(outline, content));
    }
    diagnostics
}

/// Returns the format of a media type under `content`.
pub(super) fn format(content: &Node<'_>) -> Option<Format> {
    Some(Format::of(content.name?, content.get("schema")))
}

/// Returns the schema of the JSON that an operation takes, unless that is optional.
pub(super) fn body_schema<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let body = outline.target(outline.child(operation, "requestBody")?)?;
    let content = outline.children(body, "content").find(|content| format(content) == Some(Format::Json))?;
    outline.child(content, "schema").filter(|_| body.get("required") != Some(&Value::Bool(false)))
}

fn is_form(content: &Node<'_>) -> bool {
    matches!(format(content), Some(Format::Form | Format::Multipart))
}

fn contents<'a>(holder: &Node<'a>) -> Option<&'a Map<String, Value>> {
    holder.get("content")?.as_object()
}

/// Warns of the media types that are neither sent nor requested, unless one with the same schema is.
fn check_unused(outline: &Outline<'_>, holder: &Node<'_>, used: &[&String]) -> Vec<NodeDiagnostic> {
    let is_used = |name: Option<&str>| used.iter().any(|used| name == Some(used.as_str()));
    let (used, unused): (Vec<_>, Vec<_>) =
        outline.children(holder, "content").partition(|content| is_used(content.name));
    let is_known =
        |schema: Option<&Value>| schema.is_some() && used.iter().any(|content| content.get("schema") == schema);
    let lost = unused.into_iter().filter(|content| !is_known(content.get("schema")));
    let unused = lost.filter_map(|content| Some((content, content.name?)));
    unused
        .map(|(content, name)| {
            let used = if holder.kind == Kind::RequestBody { "sent" } else { "requested" };
            let message = format!("{} is not {used}: another media type is", quoted(name));
            let help = "no change is needed, unless the service prefers it: then list it first, and leave JSON out";
            NodeDiagnostic::key(outline.pointer(content), message, help).warning()
        })
        .collect()
}

/// Checks that the schema of a form is an object.
fn check_form(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let schema = outline.child(content, "schema").filter(|_| is_form(content))?;
    let is_object = |part: &Node<'_>| part.text("type").is_none_or(|kind| kind == "object");
    (!outline.parts(schema).into_iter().all(is_object)).then(|| {
        let name = content.name.unwrap_or_default();
        let message = format!("{} is a form, but this schema is not an object", quoted(name));
        let help = "describe an object, with a property for each field of the form";
        let any = json!({ "type": "object" });
        NodeDiagnostic::key(outline.pointer(schema), message, help).fixed_by_replacing(
            outline.pointer(schema),
            any,
            "the crate takes any object",
        )
    })
}

fn check_success(outline: &Outline<'_>, operation: &Node<'_>) -> Option<NodeDiagnostic> {
    let responses = outline.child(operation, "responses")?;
    let all = responses.object();
    let has_success = all.keys().any(|it| media_type::is_success(it, all) || media_type::is_redirect(it, all));
    (!has_success).then(|| {
        let message = "this operation has no success response, so its call returns nothing";
        let help = "add one, under `'200'` or another 2xx status, if it returns something";
        NodeDiagnostic::key(outline.pointer(responses), message, help).warning()
    })
}

/// Warns of the bodies of redirects, of which only the URL is read.
fn check_redirects(outline: &Outline<'_>, operation: &Node<'_>) -> Vec<NodeDiagnostic> {
    let responses = outline.child(operation, "responses").into_iter();
    let redirects = responses.flat_map(|responses| {
        let is_redirect = |status: &str| media_type::is_redirect(status, responses.object());
        outline.entries(responses).filter(move |response| response.name.is_some_and(is_redirect))
    });
    let with_body = redirects.filter_map(|redirect| outline.target(redirect)).filter(|it| contents(it).is_some());
    let warning = |redirect: &Node<'_>| {
        let message = "the body of a redirect is not decoded: the call returns its `Location`";
        let help = "no change is needed: `body()` of the response has it";
        NodeDiagnostic::key(outline.pointer(redirect).key("content"), message, help).warning()
    };
    with_body.map(warning).collect()
}

fn check_schema(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let needs_schema = is_form(content) || format(content) == Some(Format::Json);
    (needs_schema && content.get("schema").is_none()).then(|| {
        let message = "this media type has no `schema`";
        NodeDiagnostic::key(outline.pointer(content), message, "describe the body with `schema`")
            .accepted("it is any JSON")
    })
}

fn check_encoding(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    (content.get("encoding").is_some() && !is_form(content)).then(|| {
        let at = outline.pointer(content).key("encoding");
        let help = "leave it out: only the fields of a form have encodings of their own";
        NodeDiagnostic::key(at, "`encoding` has no effect on this media type", help).accepted("it is left out")
    })
}

/// Warns of an object or a list in another format than JSON and forms, if there is no JSON beside it.
fn check_structure(outline: &Outline<'_>, content: &Node<'_>) -> Option<NodeDiagnostic> {
    let ty = match format(content)? {
        Format::Text => "text",
        Format::Bytes => "bytes",
        Format::Json | Format::Form | Format::Multipart => return None,
    };
    let name = content.name.filter(|name| !media_type::is_event_stream(name))?;
    let schema = outline.child(content, "schema")?;
    let is_structure =
        |part: &Node<'_>| matches!(part.text("type"), Some("object" | "array")) || part.get("properties").is_some();
    let holder = outline.parent(content)?;
    let has_json = outline.children(holder, "content").any(|other| format(other) == Some(Format::Json));
    (!has_json && outline.parts(schema).into_iter().any(is_structure)).then(|| {
        let message = format!("the schema of {} is not used: the body is {ty}", quoted(name));
        let help = "no change is needed, if programs read and write it themselves; else describe `application/json`";
        NodeDiagnostic::key(outline.pointer(content).key("schema"), message, help).warning()
    })
}

/// Warns of the encodings in a multipart form that its parts do not have.
fn check_parts(outline: &Outline<'_>, content: &Node<'_>) -> Vec<NodeDiagnostic> {
    let encodings = fields(content.get("encoding").filter(|_| format(content) == Some(Format::Multipart)));
    let ignored = encodings.flat_map(|(name, encoding)| {
        let ignored = ["headers", "style", "explode"].into_iter().filter(|keyword| encoding.get(keyword).is_some());
        ignored.map(move |keyword| (name, keyword))
    });
    let warning = |(name, keyword): (&String, &str)| {
        let at = outline.pointer(content).key("encoding").key(name).key(keyword);
        let message = format!("the parts of this form do not have `{keyword}`");
        NodeDiagnostic::key(at, message, "no change is needed, unless the service requires it").warning()
    };
    ignored.map(warning).collect()
}

/// Warns of the objects in a form that are XML in the document.
fn check_xml_of_form(outline: &Outline<'_>, content: &Node<'_>) -> Vec<NodeDiagnostic> {
    let schema = outline.child(content, "schema").filter(|_| is_form(content));
    let properties = schema.into_iter().flat_map(|schema| outline.properties(schema));
    let xml = properties.filter_map(|property| {
        let name = property.name?;
        let encoding = content.get("encoding")?.get(name)?;
        let is_xml = encoding.get("contentType")?.as_str().is_some_and(media_type::is_xml);
        let is_object = outline.target(property)?.text("type") == Some("object");
        let at = outline.pointer(content).key("encoding").key(name).key("contentType");
        let help = "describe JSON, or a string that holds the XML";
        let message = format!("{} is an object, which is not written as XML", quoted(name));
        (is_xml && is_object).then(|| NodeDiagnostic::key(at, message, help).accepted("it is sent as JSON"))
    });
    xml.collect()
}

fn is_of_body(outline: &Outline<'_>, content: &Node<'_>) -> bool {
    outline.parent(content).is_some_and(|holder| !matches!(holder.kind, Kind::Parameter | Kind::Header))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn a_request_body_has_a_media_type() {
        insta::assert_snapshot!(
            run(check, "paths: {/a: {post: {requestBody: {content: {}}}}}"),
            @"3:35 this request body has no media type: the crate takes any JSON"
        );
    }

    #[test]
    fn a_form_is_an_object() {
        let document = "paths: {/a: {post: {requestBody: {content: {multipart/form-data: {schema: {type: string}}}}}}}";
        insta::assert_snapshot!(
            run(check, document),
            @"3:67 `multipart/form-data` is a form, but this schema is not an object: the crate takes any object"
        );
    }

    #[test]
    fn json_is_preferred_to_other_media_types() {
        let document = "
            paths:
              /a:
                post:
                  requestBody: {content: {text/plain: {}, application/json: {schema: {}}}}
                  responses:
                    '200':
                      content: {text/csv: {schema: {type: string}}, text/xml: {}, application/json: {schema: {}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        6:31 `text/plain` is not sent: another media type is
        9:57 `text/xml` is not requested: another media type is
        ");
    }

    #[test]
    fn an_operation_has_a_success() {
        let document = "paths: {/a: {get: {responses: {'404': {}}}, put: {responses: {default: {}}}}}";
        insta::assert_snapshot!(
            run(check, document),
            @"3:20 this operation has no success response, so its call returns nothing"
        );
    }

    #[test]
    fn a_redirect_is_a_response_without_a_body() {
        let document = "paths: {/a: {get: {responses: {'302': {content: {text/html: {}}}}}}}";
        insta::assert_snapshot!(
            run(check, document),
            @"3:40 the body of a redirect is not decoded: the call returns its `Location`"
        );
    }

    #[test]
    fn only_json_and_forms_have_the_structure_of_their_schema() {
        let document = "
            paths:
              /a:
                post:
                  requestBody: {content: {text/csv: {schema: {type: array, items: {}}}}}
                  responses:
                    '200': {content: {application/xml: {schema: {properties: {a: {}}}}}}
                    '201': {content: {application/xml: {schema: {type: object}}, application/json: {schema: {type: object}}}}
                    '202': {content: {text/plain: {schema: {type: string}}, text/event-stream: {schema: {type: object}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
            6:42 the schema of `text/csv` is not used: the body is text
            8:45 the schema of `application/xml` is not used: the body is text
        ");
    }

    #[test]
    fn parts_have_a_media_type_and_no_other_encoding() {
        let form =
            "{schema: {properties: {a: {}}}, encoding: {a: {contentType: text/csv, explode: true, headers: {}}}}";
        let document =
            format!("paths: {{/a: {{post: {{requestBody: {{content: {{multipart/form-data: {form}}}}}}}}}}}");
        insta::assert_snapshot!(run(check, &document), @"
            3:136 the parts of this form do not have `explode`
            3:151 the parts of this form do not have `headers`
        ");
    }

    #[test]
    fn an_object_of_a_form_is_no_xml() {
        let document = "
            paths:
              /a:
                post:
                  requestBody:
                    content:
                      multipart/form-data:
                        encoding: {a: {contentType: text/xml}, b: {contentType: text/xml}}
                        schema: {properties: {a: {type: object}, b: {type: string}}}
        ";
        insta::assert_snapshot!(
            run(check, document),
            @"9:28 `a` is an object, which is not written as XML: it is sent as JSON"
        );
    }

    #[test]
    fn only_a_form_has_encodings() {
        let document = "paths: {/a: {post: {requestBody: {content: {application/json: {encoding: {}}}}}}}";
        insta::assert_snapshot!(run(check, document), @r"
        3:45 this media type has no `schema`: it is any JSON
        3:64 `encoding` has no effect on this media type: it is left out
        ");
    }
}
