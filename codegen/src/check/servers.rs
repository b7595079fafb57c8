use super::outline::{Node, Outline};
use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    openapi::server::{Problem, Servers},
    source::Pointer,
};

/// Checks that the servers that are called have complete URLs.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let servers = Servers::read(outline.tree());
    let first = outline.root().and_then(|root| outline.children(root, "servers").next());
    let incomplete = first.filter(|_| servers.base_url.is_none()).and_then(|server| check_url(outline, server));
    let problems = servers.problems.iter().map(|(at, problem)| describe(at, problem));
    incomplete.into_iter().chain(problems).collect()
}

fn check_url(outline: &Outline<'_>, server: &Node<'_>) -> Option<NodeDiagnostic> {
    let message = format!("{} is not a complete URL, so users have to set the base URL", quoted(server.text("url")?));
    let help = "write the complete URL, like `https://api.example.com`, if all users share one";
    Some(NodeDiagnostic::value(outline.pointer(server).key("url"), message, help).warning())
}

fn describe(at: &Pointer, problem: &Problem) -> NodeDiagnostic {
    let at = at.key("url");
    let (message, help) = match problem {
        Problem::NoDefault(name) => (
            format!("the variable `{{{name}}}` has no default, so users have to set it"),
            format!("if there is one, give it a default: `variables: {{{name}: {{default: value}}}}`"),
        ),
        Problem::OtherDefault(name, default) => (
            format!("`{{{name}}}` has another default in an earlier server, so here it is always {}", quoted(default)),
            "give it a name of its own, if users may set it here".to_owned(),
        ),
        Problem::NotCallable(url) => (
            format!("{} cannot be called, so calls go to the document's first server", quoted(url)),
            "write a URL like `https://api.example.com`".to_owned(),
        ),
    };
    NodeDiagnostic::value(at, message, help).warning()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn variables_are_set_by_users_where_they_have_no_default() {
        let document = "
            servers: [{url: 'https://{region}.example.com/{version}', variables: {version: {default: v1}}}]
        ";
        insta::assert_snapshot!(run(check, document), @"3:17 the variable `{region}` has no default, so users have to set it");
    }

    #[test]
    fn a_server_of_a_path_or_an_operation_can_be_called() {
        let document = "
            servers: [{url: /v1}]
            paths: {/a: {servers: [{url: 'https://example.com'}], get: {servers: [{url: '<address>'}]}, put: {}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
        3:17 `/v1` is not a complete URL, so users have to set the base URL
        4:77 `<address>` cannot be called, so calls go to the document's first server
        ");
    }
}
