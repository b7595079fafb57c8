use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::grammar::Kind,
};

/// Checks that the document's servers have complete URLs, and that there are no other servers: calls go to the first.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let (own, others): (Vec<_>, Vec<_>) = outline
        .all(Kind::Server)
        .partition(|server| outline.parent(server).is_some_and(|parent| parent.kind == Kind::Document));
    let mut diagnostics: Vec<_> = own.iter().flat_map(|server| check_variables(outline, server)).collect();
    diagnostics.extend(others.into_iter().filter_map(|server| check_holder(outline, server)));
    diagnostics.extend(own.first().and_then(|server| check_url(outline, server)));
    diagnostics
}

fn check_variables(outline: &Outline<'_>, server: &Node<'_>) -> Vec<NodeDiagnostic> {
    let url = server.text("url").unwrap_or_default();
    let is_known = |name: &&str| outline.children(server, "variables").any(|variable| variable.name == Some(name));
    let names = url.split('{').skip(1).filter_map(|piece| Some(piece.split_once('}')?.0));
    names
        .filter(|name| !is_known(name))
        .map(|name| {
            let message = format!("the variable `{{{name}}}` has no value");
            let help = format!("give it a value: `variables: {{{name}: {{default: value}}}}`");
            NodeDiagnostic::value(outline.pointer(server).key("url"), message, help)
        })
        .collect()
}

fn check_url(outline: &Outline<'_>, server: &Node<'_>) -> Option<NodeDiagnostic> {
    let url = server.text("url").filter(|url| !url.contains("://"))?;
    let message = format!("{} is not a complete URL, so users have to set the base URL", quoted(url));
    let help = "write the complete URL, like `https://api.example.com`, if all users share one";
    Some(NodeDiagnostic::value(outline.pointer(server).key("url"), message, help).warning())
}

fn check_holder(outline: &Outline<'_>, server: &Node<'_>) -> Option<NodeDiagnostic> {
    let holder = outline.parent(server)?;
    matches!(holder.kind, Kind::Operation | Kind::PathItem).then(|| {
        let caller = if holder.kind == Kind::Operation { "this operation" } else { "this path" };
        let message = format!("calls of {caller} go to the document's first server, not to this one");
        let help = "make a client with this base URL for it, or describe it in a document of its own";
        NodeDiagnostic::key(outline.pointer(server), message, help).warning()
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn variables_have_values() {
        let document = "
            servers: [{url: 'https://{region}.example.com/{version}', variables: {version: {default: v1}}}]
        ";
        insta::assert_snapshot!(run(check, document), @"3:17 the variable `{region}` has no value");
    }

    #[test]
    fn only_the_servers_of_the_document_are_called() {
        let document = "
            servers: [{url: /v1}]
            paths: {/a: {servers: [{url: 'https://example.com'}], get: {servers: [{url: 'https://example.com'}]}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        3:17 `/v1` is not a complete URL, so users have to set the base URL
        4:24 calls of this path go to the document's first server, not to this one
        4:71 calls of this operation go to the document's first server, not to this one
        ");
    }
}
