use serde_json::Value;

use super::result::{envelope, unwrapped};
use crate::{
    check::{
        bodies::format,
        outline::{Node, Operation, Outline},
        parameters::parameters,
    },
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    openapi::{
        extensions::{PAGINATION, Pagination, Position},
        media_type::Format,
    },
    source::Pointer,
};

/// Checks the rule of a document, and each list that goes on by it.
pub(super) fn check_document(outline: &Outline<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let rule = match Pagination::read(value, at) {
        Ok(rule) => rule,
        Err(errors) => return errors,
    };
    let lists = outline.operations().filter(|operation| operation.method == "get").map(|it| List::of(outline, it));
    let lists: Vec<_> = lists.filter(|list| list.returns_array).collect();
    let name = rule.position.parameter();
    let paged: Vec<_> = lists.iter().filter(|list| list.parameter(name).is_some()).collect();
    if paged.is_empty() {
        let key = rule.key();
        let names = lists.iter().flat_map(List::names);
        let help = did_you_mean(name, names, "add it to the operations whose lists have pages");
        let message = format!("no GET that returns a list has the query parameter {}", quoted(name));
        return vec![NodeDiagnostic::value(at.key(key), message, help)];
    }
    let paged = paged.into_iter().filter(|list| list.operation.node.get(PAGINATION).is_none());
    let problems = paged.flat_map(|list| {
        let at = outline.pointer(list.operation.node);
        let problems = list.position_problems(&rule).into_iter();
        problems.map(move |Problem { message, help, .. }| {
            let help = format!("{help} (for a list without pages, add `x-pagination: false`)");
            NodeDiagnostic::key(at.clone(), message, help)
        })
    });
    problems.collect()
}

/// Checks the rule of an operation.
pub(super) fn check_operation(
    outline: &Outline<'_>,
    node: &Node<'_>,
    value: &Value,
    at: &Pointer,
) -> Vec<NodeDiagnostic> {
    let rule = match Pagination::read_on_operation(value, at) {
        Ok(Some(rule)) => rule,
        Ok(None) => return Vec::new(),
        Err(errors) => return errors,
    };
    let Some(operation) = outline.operation(node) else { return Vec::new() };
    let list = List::of(outline, operation);
    if !list.returns_array {
        let message = format!("{} does not return a list", list.name());
        return vec![NodeDiagnostic::key(at.clone(), message, "leave it out: only an array has pages")];
    }
    let problems = list.position_problems(&rule).into_iter().chain(list.other_problems(&rule));
    problems.map(|Problem { key, message, help }| NodeDiagnostic::value(at.key(key), message, help)).collect()
}

/// A mistake in a rule, for an operation.
struct Problem {
    /// The key of the rule that it is about.
    key: &'static str,
    message: String,
    help: String,
}

impl Problem {
    fn new(key: &'static str, message: String, help: impl Into<String>) -> Self {
        Self { key, message, help: help.into() }
    }
}

/// The facts about an operation that a rule relies on.
struct List<'o, 'a> {
    outline: &'o Outline<'a>,
    operation: Operation<'o, 'a>,
    parameters: Vec<&'o Node<'a>>,
    returns_array: bool,
    /// The properties of the envelope; none if the response has no envelope.
    members: Option<Vec<&'o Node<'a>>>,
}

impl<'o, 'a> List<'o, 'a> {
    fn of(outline: &'o Outline<'a>, operation: Operation<'o, 'a>) -> Self {
        let parameters = parameters(outline, &operation).into_iter().filter(|it| it.text("in") == Some("query"));
        let contents = outline.success_responses(operation.node).flat_map(|it| outline.children(it, "content"));
        let is_json = |content: &&Node<'a>| format(content) == Some(Format::Json);
        let schemas: Vec<_> =
            contents.map(|content| Some(content).filter(is_json).and_then(|it| outline.child(it, "schema"))).collect();
        let is_array = |schema: Option<&'o Node<'a>>| {
            let result = schema.and_then(|schema| unwrapped(outline, operation.node, schema));
            result.is_some_and(|result| has_type(outline, result, "array"))
        };
        let first = schemas.first().copied().flatten().filter(|_| envelope(outline, operation.node).is_some());
        let members = first.map(|schema| outline.properties(schema).collect());
        let returns_array = !schemas.is_empty() && schemas.iter().copied().all(is_array);
        Self { outline, parameters: parameters.collect(), returns_array, members, operation }
    }

    /// Returns the name of the operation, in words.
    fn name(&self) -> String {
        self.operation.node.text("operationId").map_or_else(|| "this operation".to_owned(), quoted)
    }

    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.parameters.iter().filter_map(|parameter| parameter.text("name"))
    }

    /// Returns the query parameter with a name.
    fn parameter(&self, name: &str) -> Option<&'o Node<'a>> {
        self.parameters.iter().copied().find(|parameter| parameter.text("name") == Some(name))
    }

    /// Checks the parameter with the position of a page, and the property that it is taken from.
    fn position_problems(&self, rule: &Pagination) -> Vec<Problem> {
        let (key, name) = (rule.key(), rule.position.parameter());
        let Some(parameter) = self.parameter(name) else { return vec![self.unknown_parameter(key, name)] };
        match &rule.position {
            Position::Cursor { next, .. } => {
                let mut problems = Vec::new();
                if parameter.flag("required") {
                    let message = format!("{} cannot be required: the first page has no cursor", quoted(name));
                    problems.push(Problem::new(key, message, "remove `required` from the parameter"));
                }
                if !self.is_of_type(parameter, "string") {
                    let message = format!("the cursor {} is not of the type `string`", quoted(name));
                    let help = "write `type: string`, or `offset` in place of `cursor` if it is a number of items";
                    problems.push(Problem::new(key, message, help));
                }
                problems.extend(self.member_problem("next", next, "string"));
                problems
            }
            Position::Offset { .. } if !self.is_of_type(parameter, "integer") => {
                let message = format!("the offset {} is not of the type `integer`", quoted(name));
                let help = "write `type: integer`, or `cursor` in place of `offset` if it is text";
                vec![Problem::new(key, message, help)]
            }
            Position::Offset { .. } => Vec::new(),
        }
    }

    /// Checks the names that a list does not need to go on.
    fn other_problems(&self, rule: &Pagination) -> Vec<Problem> {
        let limit = rule.limit.as_ref().filter(|limit| self.parameter(limit).is_none());
        let limit = limit.map(|limit| self.unknown_parameter("limit", limit));
        let total = rule.total.as_ref().and_then(|total| self.member_problem("total", total, "integer"));
        limit.into_iter().chain(total).collect()
    }

    fn unknown_parameter(&self, key: &'static str, name: &str) -> Problem {
        let message = format!("{} has no query parameter {}", self.name(), quoted(name));
        Problem::new(key, message, did_you_mean(name, self.names(), "add it to the operation"))
    }

    /// Checks that the envelope has a property of a type.
    fn member_problem(&self, key: &'static str, name: &str, expected: &str) -> Option<Problem> {
        let Some(members) = &self.members else {
            let message = format!("{} has no envelope, so there is no place for {}", self.name(), quoted(name));
            return Some(Problem::new(key, message, "add `x-envelope` to the document, or use `offset`"));
        };
        let Some(member) = members.iter().find(|member| member.name == Some(name)) else {
            let names = members.iter().filter_map(|member| member.name);
            let message = format!("the response of {} has no {} beside its list", self.name(), quoted(name));
            return Some(Problem::new(key, message, did_you_mean(name, names, "add it to the envelope")));
        };
        (!has_type(self.outline, member, expected)).then(|| {
            let message =
                format!("{} in the response of {} is not of the type `{expected}`", quoted(name), self.name());
            Problem::new(key, message, format!("write `type: {expected}`"))
        })
    }

    fn is_of_type(&self, parameter: &'o Node<'a>, expected: &str) -> bool {
        self.outline.child(parameter, "schema").is_some_and(|schema| has_type(self.outline, schema, expected))
    }
}

impl Pagination {
    /// Returns the key with the parameter of a page's position.
    fn key(&self) -> &'static str {
        match self.position {
            Position::Cursor { .. } => "cursor",
            Position::Offset { .. } => "offset",
        }
    }
}

fn has_type<'a>(outline: &Outline<'a>, schema: &Node<'a>, expected: &str) -> bool {
    outline.parts(schema).iter().any(|part| part.text("type") == Some(expected))
}

#[cfg(test)]
mod tests {
    use crate::check::{extensions::check, tests::run};

    /// Returns the diagnostics of a list with these parameters, members of its envelope, and lines of its own from line
    /// 7 on, and of a document with this rule in line 3.
    fn run_on(rule: &str, parameters: &str, members: &str, own: &str) -> String {
        run(
            check,
            &format!(
                "\
x-pagination: {rule}
x-envelope: {{result: result}}
paths:
  /things:
    get: {{operationId: listThings, parameters: [{parameters}], {own}
      responses: {{'200': {{content: {{application/json: {{schema: {{properties: {{result: {{type: array}}, {members}}}}}}}}}}}}}}}
"
            ),
        )
    }

    const CURSOR: &str = "{cursor: after, next: next}";
    const AFTER: &str = "{name: after, in: query, schema: {type: string}}";

    #[test]
    fn a_cursor_is_an_optional_text_of_the_query_and_of_the_envelope() {
        assert_eq!(run_on(CURSOR, AFTER, "next: {type: string, nullable: true}", ""), "");
        insta::assert_snapshot!(
            run_on("{cursor: afer, next: next}", AFTER, "next: {type: string}", ""),
            @"3:24 no GET that returns a list has the query parameter `afer`"
        );
        insta::assert_snapshot!(
            run_on(CURSOR, "{name: after, in: query, required: true, schema: {type: integer}}", "next: {type: integer}", ""),
            @r"
        7:5 `after` cannot be required: the first page has no cursor
        7:5 the cursor `after` is not of the type `string`
        7:5 `next` in the response of `listThings` is not of the type `string`
        "
        );
        insta::assert_snapshot!(
            run_on(CURSOR, AFTER, "nextt: {type: string}", ""),
            @"7:5 the response of `listThings` has no `next` beside its list"
        );
        insta::assert_snapshot!(
            run_on(CURSOR, AFTER, "next: {type: string}", "x-envelope: false,"),
            @"3:24 no GET that returns a list has the query parameter `after`"
        );
    }

    #[test]
    fn an_operation_may_have_a_rule_of_its_own() {
        let parameters = format!("{AFTER}, {{name: skip, in: query, schema: {{type: integer}}}}");
        let own = |rule: &str| run_on(CURSOR, &parameters, "count: {type: string}", &format!("x-pagination: {rule},"));
        assert_eq!(own("{offset: skip}"), "");
        assert_eq!(own("false"), "");
        insta::assert_snapshot!(
            own("true"),
            @"7:164 `x-pagination` of an operation must be an object or `false`, but is `true`"
        );
        insta::assert_snapshot!(own("{offset: after, limit: limit, total: count}"), @r"
        7:173 the offset `after` is not of the type `integer`
        7:187 `listThings` has no query parameter `limit`
        7:201 `count` in the response of `listThings` is not of the type `integer`
        ");
        insta::assert_snapshot!(own("{offset: skipp, total: counts}"), @r"
        7:173 `listThings` has no query parameter `skipp`
        7:187 the response of `listThings` has no `counts` beside its list
        ");
        insta::assert_snapshot!(
            own("{cursor: skip, next: count}"),
            @"7:173 the cursor `skip` is not of the type `string`"
        );
    }

    #[test]
    fn only_a_get_that_returns_a_list_has_pages() {
        let document = "
            paths:
              /a:
                get:
                  operationId: getA
                  x-pagination: {offset: skip}
                  responses: {'200': {content: {application/json: {schema: {type: object}}}}}
                post: {operationId: createA, x-pagination: {offset: skip}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        7:7 `getA` does not return a list
        9:34 `x-pagination` has no meaning on this POST
        ");
    }

    #[test]
    fn a_next_cursor_needs_an_envelope() {
        let document = "
            paths:
              /a:
                get:
                  operationId: listA
                  x-pagination: {cursor: after, next: next}
                  parameters: [{name: after, in: query, schema: {type: string}}]
                  responses: {'200': {content: {application/json: {schema: {type: array}}}}}
        ";
        insta::assert_snapshot!(
            run(check, document),
            @"7:43 `listA` has no envelope, so there is no place for `next`"
        );
    }
}
