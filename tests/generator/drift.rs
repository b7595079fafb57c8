//! The differences between our document and the one that a service publishes.

use std::collections::BTreeSet;

use codegen::{Document, Drift, DriftError, Expectations, Upstream, drift};
use tests::document;

/// A document of ours. What a test adds to its paths starts in line 5.
fn ours(paths: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\nservers: [{{url: https://example.com}}]\n{paths}")
}

fn theirs(paths: &str) -> String {
    format!("openapi: 3.1.0\ninfo: {{title: Theirs, version: '7'}}\n{paths}")
}

/// Paths with an operation that returns this schema.
fn returning(schema: &str) -> String {
    format!(
        "\
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Things.
          content:
            application/json:
              schema: {schema}
"
    )
}

fn compared(ours: &str, theirs: &str, expected: &str) -> Drift {
    let ours = Document::parse("api.yaml", ours).unwrap();
    let theirs = Upstream::parse("published.json", theirs).unwrap();
    drift(&ours, &theirs, Expectations::parse(expected).unwrap()).unwrap()
}

/// Each difference in a line: the line of our document, the kind, what it is about, `ours | theirs`.
fn differences(ours: &str, theirs: &str) -> Vec<String> {
    let differences = compared(ours, theirs, "").unexpected.into_iter().map(|difference| {
        let [ours, theirs] = [difference.ours, difference.theirs].map(|side| side.unwrap_or_else(|| "-".to_owned()));
        format!("{}: {} {}: {ours} | {theirs}", difference.span.line, difference.kind, difference.at)
    });
    differences.collect()
}

/// The differences between what an operation returns.
fn differences_of_responses(our_schema: &str, their_schema: &str) -> Vec<String> {
    differences(&ours(&returning(our_schema)), &theirs(&returning(their_schema)))
}

const NOTHING: [&str; 0] = [];

#[test]
fn operations_are_matched_by_method_and_path() {
    let operation = |id: &str, name: &str| {
        format!(
            "{{operationId: {id}, parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}], \
             responses: {{'204': {{description: Done.}}}}}}"
        )
    };
    let [one, two, three] = [operation("one", "id"), operation("two", "id"), operation("three", "thingId")];
    let ours = ours(&format!("paths:\n  /things/{{id}}:\n    get: {one}\n    delete: {two}\n"));
    let theirs = theirs(&format!("paths:\n  /things/{{thingId}}:\n    get: {three}\n    patch: {three}\n"));

    let differences = compared(&ours, &theirs, "").unexpected;
    let found: Vec<_> =
        differences.iter().map(|found| (found.span.line, found.kind.as_str(), &found.operations[..])).collect();
    assert_eq!(
        found,
        [
            (4, "operation ours lacks", &["PATCH /things/{}".to_owned()][..]),
            (7, "operation theirs lacks", &["DELETE /things/{}".to_owned()][..]),
        ]
    );
}

#[test]
fn parameters_are_matched_by_place_and_name_and_those_of_the_path_by_position() {
    let document = |path: &str, parameters: &str| {
        format!(
            "\
paths:
  /things/{path}:
    get:
      operationId: getThing
      parameters:
        {parameters}
      responses: {{'204': {{description: Done.}}}}
"
        )
    };
    let ours = ours(&document(
        "{id}",
        "[{name: id, in: path, required: true, schema: {type: string, format: uuid}},
         {name: limit, in: query, required: true, schema: {type: integer}},
         {name: sort, in: query, schema: {type: string}}]",
    ));
    let theirs = theirs(&document(
        "{thingId}",
        "[{name: thingId, in: path, required: true, schema: {type: string}},
         {name: limit, in: query, schema: {type: number}},
         {name: limit, in: header, required: true, schema: {type: number}}]",
    ));
    assert_eq!(
        differences(&ours, &theirs),
        [
            "6: parameter ours lacks header.limit: - | required",
            "9: format path.id: uuid | -",
            "10: required query.limit: required | optional",
            "10: type query.limit: integer | number",
            "11: parameter theirs lacks query.sort: optional | -",
        ]
    );
}

#[test]
fn requests_and_responses_are_compared() {
    let document = |body: &str, response: &str| {
        format!(
            "\
paths:
  /things:
    post:
      operationId: createThing
      requestBody: {body}
      responses: {response}
"
        )
    };
    let ours = ours(&document(
        "{required: true, content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}",
        "{'200': {description: Done., content: {application/json: {schema: {type: string}}}}}",
    ));
    let theirs = theirs(&document(
        "{content: {application/json: {schema: {properties: {a: {type: boolean}}}}}}",
        "{'201': {description: Done.}}",
    ));
    assert_eq!(
        differences(&ours, &theirs),
        [
            "6: response ours lacks response: - | 201",
            "8: required request: required | optional",
            "8: type request.a: string | boolean",
            "9: response theirs lacks response: 200 application/json | -",
        ]
    );
}

#[test]
fn fields_and_values_may_be_missing_on_either_side() {
    assert_eq!(
        differences_of_responses(
            "{type: object, properties: {a: {type: string}, kind: {type: string, enum: [x, y]}}}",
            "{type: object, properties: {b: {type: integer}, kind: {type: string, enum: [y, z]}}}",
        ),
        [
            "13: field ours lacks response.b: - | integer",
            "13: field theirs lacks response.a: string | -",
            "13: value ours lacks response.kind: - | z",
            "13: value theirs lacks response.kind: x | -",
        ]
    );
    assert_eq!(
        differences_of_responses("{type: string, enum: [x, y]}", "{type: string}"),
        ["13: values response: x, y | -"]
    );
}

#[test]
fn the_schemas_of_a_field_are_compared() {
    assert_eq!(
        differences_of_responses(
            "{type: object, required: [a], properties: {a: {type: integer, minimum: 0, maximum: 9, nullable: true}}}",
            "{type: object, properties: {a: {type: number, minimum: 0.0, maximum: 10, multipleOf: 2}}}",
        ),
        [
            "13: required response.a: required | optional",
            "13: type response.a: integer | number",
            "13: nullable response.a: nullable | not nullable",
            "13: maximum response.a: 9 | 10",
            "13: multipleOf response.a: - | 2",
        ]
    );
    assert_eq!(
        differences_of_responses(
            "{type: array, items: {type: object, properties: {a: {type: array, items: {type: string}}}}}",
            "{type: array, items: {type: object, properties: {a: {type: array, items: {type: boolean}}}}}",
        ),
        ["13: type response[].a[]: string | boolean"]
    );
    assert_eq!(
        differences_of_responses(
            "{type: object, additionalProperties: {type: string}}",
            "{type: object, additionalProperties: {type: boolean}}",
        ),
        ["13: type response{}: string | boolean"]
    );
}

#[test]
fn a_union_of_objects_is_compared_with_an_object_by_the_properties_of_all_variants() {
    let variants = "oneOf: [\
        {type: object, required: [kind, a], properties: {kind: {type: string, enum: [x]}, a: {type: string}}}, \
        {type: object, required: [kind], properties: {kind: {type: string, enum: [y]}, b: {type: integer}}}]";
    let object = "type: object, required: [kind], properties: {\
        kind: {type: string, enum: [x, z]}, a: {type: string}, b: {type: string}}";
    let (union, object) = (format!("{{{variants}}}"), format!("{{{object}}}"));
    assert_eq!(
        differences_of_responses(&union, &object),
        [
            "13: value ours lacks response.kind: - | z",
            "13: value theirs lacks response.kind: y | -",
            "13: type response.b: integer | string",
        ]
    );
    assert_eq!(
        differences_of_responses(&object, &union),
        [
            "13: value ours lacks response.kind: - | y",
            "13: value theirs lacks response.kind: z | -",
            "13: type response.b: string | integer",
        ]
    );
}

#[test]
fn a_property_of_one_direction_is_compared_there_alone() {
    let body = |properties: &str| {
        let content = format!("content: {{application/json: {{schema: {{type: object, properties: {properties}}}}}}}");
        format!(
            "paths:\n  /things:\n    post:\n      operationId: postThing\n      requestBody: {{{content}}}\n      \
             responses: {{'200': {{description: It., {content}}}}}\n"
        )
    };
    let ours = ours(&body("{id: {type: string, readOnly: true}, key: {type: string, writeOnly: true}}"));
    let theirs = theirs(&body("{id: {type: string}, key: {type: string}}"));
    assert_eq!(
        differences(&ours, &theirs),
        ["8: field ours lacks request.id: - | string", "9: field ours lacks response.key: - | string"]
    );
}

#[test]
fn equivalent_schemas_are_equal() {
    for (ours, theirs) in [
        ("{type: string, nullable: true}", "{type: [string, 'null']}"),
        ("{type: string, nullable: true}", "{anyOf: [{type: string}, {type: 'null'}]}"),
        ("{type: string, nullable: true}", "{oneOf: [{type: 'null'}, {type: string}]}"),
        ("{type: string, enum: [x]}", "{const: x}"),
        ("{type: string, enum: [x, y]}", "{oneOf: [{const: y}, {const: x}]}"),
        ("{type: string, enum: [x, null], nullable: true}", "{type: [string, 'null'], enum: [x, null]}"),
        ("{type: integer, minimum: 3, exclusiveMinimum: true}", "{type: integer, exclusiveMinimum: 3}"),
        ("{type: object, properties: {a: {type: string}}}", "{properties: {a: {type: string}}}"),
        ("{type: array, items: {type: string}}", "{items: {type: string}}"),
        (
            "{type: string, enum: [x, y]}",
            "{oneOf: [{$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/Two'}]}",
        ),
        ("{type: string, nullable: true}", "{anyOf: [{type: string}, {$ref: '#/components/schemas/Nothing'}]}"),
        ("{type: string, nullable: true}", "{anyOf: [{type: string}, {$ref: '#/components/schemas/N%6Fthing'}]}"),
        (
            "{type: object, properties: {a: {type: string, maxLength: 3}}}",
            "{allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 3}}}]}",
        ),
        (
            "{type: array, items: {type: string, maxLength: 3}}",
            "{allOf: [{items: {type: string}}, {items: {maxLength: 3}}]}",
        ),
        (
            "{type: object, required: [a, b], properties: {a: {type: string}, b: {type: string}}}",
            "{allOf: [{required: [a], properties: {a: {type: string}}}, \
             {required: [b], properties: {b: {type: string}}}]}",
        ),
    ] {
        let values = "components: {schemas: {One: {const: x}, Two: {enum: [y]}, Nothing: {type: 'null'}}}\n";
        let differences =
            differences(&self::ours(&returning(ours)), &self::theirs(&format!("{}{values}", returning(theirs))));
        assert_eq!(differences, NOTHING, "{ours} and {theirs}");
    }
}

#[test]
fn schemas_are_found_through_references_whatever_they_are_called() {
    let components = |name: &str, fields: &str| {
        format!("components:\n  schemas:\n    {name}:\n      type: object\n      properties: {fields}\n")
    };
    let [our_things, their_things] = ["Thing", "ThingDto"]
        .map(|name| returning(&format!("{{type: array, items: {{$ref: '#/components/schemas/{name}'}}}}")));
    let ours = ours(&format!("{our_things}{}", components("Thing", "{id: {type: string}}")));
    let theirs = theirs(&format!("{their_things}{}", components("ThingDto", "{id: {type: integer}, b: {}}")));
    assert_eq!(
        differences(&ours, &theirs),
        ["16: field ours lacks response.Thing.b: - | anything", "18: type response.Thing.id: string | integer"]
    );
}

#[test]
fn a_difference_in_many_operations_is_listed_once() {
    let operation = "responses: {'200': {description: It., content: {application/json: \
                     {schema: {$ref: '#/components/schemas/Thing'}}}}}";
    let paths = |name: &str| {
        format!(
            "\
paths:
  /one: {{get: {{operationId: one, {operation}}}}}
  /two: {{get: {{operationId: two, {operation}}}}}
components:
  schemas:
    Thing: {{type: object, properties: {{{name}: {{type: string}}, id: {{type: string}}}}}}
"
        )
    };
    let drift = compared(&ours(&paths("same")), &theirs(&paths("same: {type: string}, more")), "");
    let [difference] = &drift.unexpected[..] else { panic!("{drift:#?}") };
    assert_eq!(
        difference.to_string(),
        "\
api.yaml:9:5: field ours lacks
    at        response.Thing.more
    theirs    string
    operation GET /one
              GET /two"
    );
}

#[test]
fn the_envelope_is_opened_on_both_sides() {
    let envelope = "x-envelope: {result: result, error: error, requestId: requestId}\n";
    let components = "\
components:
  schemas:
    Failure:
      type: object
      required: [error]
      properties: {error: {type: string}, requestId: {type: string}}
";
    let paths = |schema: &str| {
        let failure = "\
        '400':
          description: Failed.
          content: {application/json: {schema: {$ref: '#/components/schemas/Failure'}}}
";
        format!("{}{failure}{components}", returning(schema))
    };
    let wrapped = |result: &str| {
        paths(&format!("{{type: object, required: [requestId], properties: {{requestId: {{type: string}}{result}}}}}"))
    };
    let ours = ours(&format!("{envelope}{}", wrapped(", result: {type: string}")));
    let differing =
        "{properties: {status: {type: number}, requestId: {type: integer}, result: {type: string, maxLength: 3}}}";
    assert_eq!(differences(&ours, &theirs(&returning(differing))), ["14: maxLength response: - | 3"]);
    let in_parts = "{allOf: [{properties: {requestId: {type: string}, result: {}}}, \
                    {properties: {result: {type: string, maxLength: 3}}}]}";
    assert_eq!(differences(&ours, &theirs(&returning(in_parts))), ["14: maxLength response: - | 3"]);
    let empty = theirs(&returning("{properties: {requestId: {type: string}}}"));
    assert_eq!(
        differences(&ours, &empty),
        ["7: response ours lacks response: - | 200", "14: response theirs lacks response: 200 application/json | -"]
    );
}

#[test]
fn cycles_end() {
    let tree = "\
components:
  schemas:
    Tree:
      type: object
      properties: {name: {type: string}, children: {type: array, items: {$ref: '#/components/schemas/Tree'}}}
";
    let theirs_tree = "\
components:
  schemas:
    Node:
      properties:
        name: {type: integer}
        children: {items: {allOf: [{$ref: '#/components/schemas/Even'}]}}
    Even: {allOf: [{$ref: '#/components/schemas/Node'}, {$ref: '#/components/schemas/Even'}]}
";
    let ours = ours(&format!("{}{tree}", returning("{$ref: '#/components/schemas/Tree'}")));
    let theirs = theirs(&format!("{}{theirs_tree}", returning("{$ref: '#/components/schemas/Node'}")));
    assert_eq!(differences(&ours, &theirs), ["18: type response.Tree.name: string | integer"]);
}

const FIELDS: &str = "{type: object, properties: {a: {type: string}, b: {type: string}, c: {type: string}}}";

#[test]
fn an_expected_difference_is_not_reported() {
    let (ours, theirs) = (ours(&returning("{type: object, properties: {}}")), theirs(&returning(FIELDS)));
    let expected = "\
[[expected]]
difference = 'field ours lacks'
at = ['response.a', 'response.b']
operation = 'GET /*'
theirs = 'str*'
reason = 'not needed'
";
    let some = compared(&ours, &theirs, expected);
    assert_eq!((some.expected, some.stale.len()), (2, 0));
    assert_eq!(some.unexpected.iter().map(|difference| difference.at.as_str()).collect::<Vec<_>>(), ["response.c"]);

    let all = compared(&ours, &theirs, &expected.replace("['response.a', 'response.b']", "'*'"));
    assert_eq!((all.expected, all.unexpected.len(), all.stale.len()), (3, 0, 0));
}

#[test]
fn an_expected_difference_that_does_not_occur_is_stale() {
    let (ours, theirs) = (ours(&returning("{type: object, properties: {}}")), theirs(&returning(FIELDS)));
    for (entry, unexpected, stale) in [
        ("difference = 'field ours lacks'\nat = ['response.*', 'response.d']", 0, vec!["response.d"]),
        ("difference = 'field theirs lacks'", 3, vec!["*"]),
        ("difference = 'field ours lacks'\noperation = 'POST *'", 3, vec!["*"]),
        ("difference = 'field ours lacks'\ntheirs = 'integer'", 3, vec!["*"]),
    ] {
        let drift = compared(&ours, &theirs, &format!("# Why.\n[[expected]]\n{entry}\nreason = 'old'\n"));
        assert_eq!(drift.unexpected.len(), unexpected, "{entry}");
        assert_eq!(
            drift.stale.iter().map(|stale| (stale.line, stale.at.as_str())).collect::<Vec<_>>(),
            stale.into_iter().map(|at| (2, at)).collect::<Vec<_>>(),
            "{entry}"
        );
    }
}

#[test]
fn a_new_operation_is_unexpected_and_the_entry_of_one_that_is_gone_is_stale() {
    let operation = |id: &str| format!("{{operationId: {id}, responses: {{'204': {{description: Done.}}}}}}");
    let ours = ours(&format!("paths:\n  /things: {{get: {}}}\n", operation("one")));
    let theirs = theirs(&format!(
        "paths:\n  /things: {{get: {}, post: {}, put: {}}}\n",
        operation("one"),
        operation("two"),
        operation("three")
    ));
    let expected = "\
[[expected]]
difference = 'operation ours lacks'
operation = ['POST /things', 'DELETE /things']
reason = 'not needed'
";
    let Drift { unexpected, stale, .. } = compared(&ours, &theirs, expected);
    assert_eq!(unexpected.iter().flat_map(|difference| &difference.operations).collect::<Vec<_>>(), ["PUT /things"]);
    assert_eq!(stale.iter().map(|entry| entry.operation.as_str()).collect::<Vec<_>>(), ["DELETE /things"]);
}

#[test]
fn a_difference_is_unexpected_in_other_operations() {
    let paths = |schema: &str| {
        let operation = |id: &str| {
            format!(
                "{{get: {{operationId: {id}, responses: {{'200': {{description: It., content: {{application/json: \
                 {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}}}}}}}}}"
            )
        };
        format!(
            "paths:\n  /one: {}\n  /two: {}\ncomponents:\n  schemas:\n    Thing: {schema}\n",
            operation("one"),
            operation("two")
        )
    };
    let (ours, theirs) = (ours(&paths("{type: string}")), theirs(&paths("{type: boolean}")));
    let expected = "[[expected]]\ndifference = 'type'\noperation = 'GET /one'\nreason = 'old'\n";
    let drift = compared(&ours, &theirs, expected);
    assert_eq!(drift.unexpected.len(), 1);
    assert_eq!(drift.unexpected[0].operations, ["GET /two"]);
}

#[test]
fn an_entry_with_missing_or_unknown_fields_is_refused() {
    for (entry, problem) in [
        ("difference = 'type'", "missing field `reason`"),
        ("difference = 'type'\nreason = ''\nwhere = 'x'", "unknown field `where`"),
    ] {
        let error = Expectations::parse(&format!("[[expected]]\n{entry}\n")).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn a_file_that_is_no_openapi_document_is_refused() {
    let paths = returning("{type: string}");
    for (text, problem) in [
        (String::new(), "is empty; download it again"),
        (
            "\n<!DOCTYPE html><html></html>".to_owned(),
            "is a web page; download the document itself, which is JSON or YAML",
        ),
        ("{\"openapi\": \"3.1.0\",\n \"paths\": {\"/th".to_owned(), "is cut off in line 2; download it again"),
        ("{\"openapi\": 3.1.0}".to_owned(), "is not JSON: expected `,` or `}` at line 1 column 16"),
        ("a: [".to_owned(), "is neither JSON nor YAML: line 1: "),
        ("Not found".to_owned(), "has no `openapi` at its root, so it is not an OpenAPI document"),
        ("{\"message\": \"no\"}".to_owned(), "has no `openapi` at its root, so it is not an OpenAPI document"),
        (format!("swagger: '2.0'\n{paths}"), "is Swagger 2.0; what can be compared is OpenAPI 3.0 and 3.1"),
        (format!("openapi: 4.0.0\n{paths}"), "is OpenAPI 4.0.0; what can be compared is OpenAPI 3.0 and 3.1"),
        ("openapi: 3.1.0\npaths: {}\n".to_owned(), "has no operations"),
    ] {
        let error = Upstream::parse("published.json", &text).unwrap_err().to_string();
        assert!(error.starts_with(problem), "{text:?}: {error}");
    }
}

#[test]
fn a_document_that_would_fill_the_memory_is_refused() {
    let deep = format!("{{\"openapi\": \"3.1.0\", \"x\": {}", "[".repeat(100_000));
    let deep_in_yaml = format!("openapi: 3.1.0\nx: {}", "[".repeat(100_000));
    let eight = |text: &str| [text; 8].join(", ");
    let levels = (1..12).map(|level| format!("x{level}: &x{level} [{}]\n", eight(&format!("*x{}", level - 1))));
    let aliases = format!("openapi: 3.1.0\nx0: &x0 [{}]\n{}", eight("x"), levels.collect::<String>());
    let long = " ".repeat(Document::MAX_LENGTH) + "{}x";
    for (text, problem) in [
        (deep, "is not JSON: recursion limit exceeded"),
        (deep_in_yaml, "objects and lists are nested more than 128 levels deep here"),
        (aliases, "with its aliases expanded, the document has more than 8 MiB or 1000000 keys and values here"),
        (format!("{{}}{long}"), "is longer than 64 MiB, which no OpenAPI document is"),
    ] {
        let error = Upstream::parse("published.json", &text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn schemas_that_would_take_forever_are_refused() {
    let fields: Vec<_> = (0..1000).map(|index| format!("f{index}: {{$ref: '#/components/schemas/Values'}}")).collect();
    let values: Vec<_> = (0..1000).map(|index| format!("{{const: {index}}}")).collect();
    let theirs = format!(
        "{}components: {{schemas: {{Values: {{oneOf: [{}]}}}}}}\n",
        returning(&format!("{{properties: {{{}}}}}", fields.join(", "))),
        values.join(", ")
    );
    let ours = Document::parse("api.yaml", ours(&returning("{type: object, properties: {}}"))).unwrap();
    let theirs = Upstream::parse("published.json", &self::theirs(&theirs)).unwrap();
    let error = drift(&ours, &theirs, Expectations::default()).unwrap_err();
    assert_eq!(error.to_string(), "its schemas refer to each other in more ways than can be compared");
}

#[test]
fn names_in_a_document_cannot_control_a_terminal() {
    let name = r#"{properties: {"a\e[2J\nb": {type: string}}}"#;
    let difference =
        &compared(&ours(&returning("{type: object, properties: {}}")), &theirs(&returning(name)), "").unexpected[0];
    assert!(difference.to_string().contains(r"response.a\u{1b}[2J\nb"), "{difference}");
    let version = Upstream::parse("published.json", r#"{"openapi": "\u001b[2J"}"#).unwrap_err().to_string();
    assert!(version.starts_with(r"is OpenAPI \u{1b}[2J"), "{version}");
}

#[test]
fn another_api_is_refused() {
    let ours = Document::parse("api.yaml", ours(&returning("{type: string}"))).unwrap();
    let theirs = theirs(&returning("{type: string}").replace("/things", "/pets"));
    let error =
        drift(&ours, &Upstream::parse("published.json", &theirs).unwrap(), Expectations::default()).unwrap_err();
    assert!(matches!(error, DriftError::AnotherApi(_)));
    assert_eq!(error.to_string(), "none of its operations is in api.yaml, so it describes another API");
}

#[test]
fn the_simulator_knows_the_paths_of_the_api_that_the_document_does_not_have() {
    let expected = include_str!("../../spec/drift.toml").lines();
    let operations = expected.filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")?.split_once(' '));
    let missing: BTreeSet<_> = operations.filter(|(_, path)| path.starts_with("/v1/")).map(|(_, path)| path).collect();
    let ours = document::root()["paths"].as_object().unwrap().keys();
    let ours: BTreeSet<_> = ours.map(|path| parameters_without_names(path)).collect();
    let missing: Vec<_> = missing.into_iter().filter(|path| !ours.contains(*path)).collect();
    assert!(!missing.is_empty(), "paths are found");
    let known: Vec<_> = include_str!("../../simulator/src/document/other_paths.txt").lines().collect();
    assert_eq!(known, missing);
}

/// As `cargo xtask drift` writes a path.
fn parameters_without_names(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
