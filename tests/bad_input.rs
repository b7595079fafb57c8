//! What is said of documents that no crate can come out of: where, what is wrong, and what to do.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use codegen::{Config, Diagnostic, Document, Generated, Settings, check, generate, lint};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// How a document begins that nothing is wrong with, and that was written for this generator: that of others may be
/// sloppier. What a test adds starts in line 4.
const HEAD: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: https://example.com, x-environment: API_URL}]
";

fn errors(text: &str) -> Vec<Diagnostic> {
    let result = Document::parse("api.yaml", text).and_then(|document| check(&document));
    result.err().map(|errors| errors.0).unwrap_or_default()
}

/// Each error as `line:column: what is wrong`.
fn said(text: &str) -> Vec<String> {
    errors(text).into_iter().map(in_a_line).collect()
}

fn in_a_line(diagnostic: Diagnostic) -> String {
    let span = diagnostic.location.span;
    format!("{}:{}: {}", span.line, span.column, diagnostic.message)
}

/// Each note, likewise.
fn noted(text: &str) -> Vec<String> {
    let notes = Document::parse("api.yaml", text).and_then(|document| check(&document)).unwrap();
    notes.into_iter().map(in_a_line).collect()
}

/// The help of the first error.
fn advice(text: &str) -> String {
    errors(text).swap_remove(0).help
}

fn document(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

/// A document with one schema, which starts in line 8 and column 7.
fn schema(schema: &str) -> String {
    let indented = schema.replace('\n', "\n      ");
    document(&format!("paths: {{}}\ncomponents:\n  schemas:\n    Thing:\n      {indented}\n"))
}

/// A document whose one operation returns this schema, in line 13, with this example, in line 14 and column 24.
fn example(schema: &str, example: &str) -> String {
    document(&format!(
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
              example: {example}
"
    ))
}

#[test]
fn the_documents_of_this_repository_are_fine() {
    let fixtures = fs::read_dir(format!("{WORKSPACE}/tests/fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let fixtures = fixtures.filter(|file| file.extension().unwrap() == "yaml");
    for file in fixtures.chain([PathBuf::from(format!("{WORKSPACE}/spec/clickhouse-cloud.yaml"))]) {
        let name = file.display().to_string();
        let document = Document::parse(&name, fs::read_to_string(&file).unwrap()).unwrap();
        let config = fs::read_to_string(file.with_extension("toml")).ok();
        let config = config.map(|text| Config::parse(&name, text).unwrap());
        lint(&document, config.as_ref()).unwrap_or_else(|errors| panic!("{errors}"));
    }
}

mod no_document_at_all {
    use super::*;

    #[test]
    fn not_yaml() {
        let text = "openapi: 3.0.3\ninfo: {title: 'Things\n";
        let message = "2:15: this is not YAML: while scanning a quoted scalar, found unexpected end of stream";
        assert_eq!(said(text), [message]);
        assert_eq!(advice(text), "mend the syntax here, or just above: look at quotes and indentation");
    }

    #[test]
    fn not_yaml_at_a_long_character() {
        let text = "openapi: 3.0.3\ninfo: {title: 'Things'\u{7ff}\n";
        let place = errors(text)[0].location.span;
        assert_eq!(text.get(place.offset..place.offset + place.length), Some("\u{7ff}"));
    }

    #[test]
    fn empty() {
        assert_eq!(said(""), ["1:1: this is not an OpenAPI document: it is empty"]);
        assert_eq!(said("# Nothing yet.\n"), ["1:1: this is not an OpenAPI document: it is empty"]);
        assert_eq!(advice(""), "name a document that starts with `openapi: 3.0.3`");
    }

    #[test]
    fn not_openapi() {
        let message = "1:1: this is not an OpenAPI document: it is the text `Dear all, please find attached`";
        assert_eq!(said("Dear all,\nplease find attached\n"), [message]);
        assert_eq!(said("name: ci\non: push\n"), ["1:1: this is not an OpenAPI document: it has no `openapi`"]);
        assert_eq!(said("- 1\n"), ["1:1: this is not an OpenAPI document: it is a list"]);
    }

    #[test]
    fn other_formats_are_called_by_their_names() {
        let swagger = "info: {}\nswagger: '2.0'\n";
        assert_eq!(said(swagger), ["2:1: this is not an OpenAPI document, but a Swagger 2.0 document"]);
        assert_eq!(advice(swagger), "convert it to OpenAPI 3.0, for example at https://converter.swagger.io");
        let postman = "{\"info\": {\"_postman_id\": \"x\"}, \"item\": []}";
        assert_eq!(said(postman), ["1:11: this is not an OpenAPI document, but a Postman collection"]);
        let message = "1:1: this is not an OpenAPI document, but an AsyncAPI document, which describes messages";
        assert_eq!(said("asyncapi: 2.6.0\n"), [message]);
    }

    #[test]
    fn formats_that_are_no_yaml_are_called_by_their_names() {
        for (text, name) in [
            ("#%RAML 1.0\ntitle: Things\n/things:\n", "1:1: this is not an OpenAPI document, but a RAML document"),
            ("# Things.\ntype Query {\n  a: A!\n}\n", "2:1: this is not an OpenAPI document, but a GraphQL schema"),
            ("<?xml version='1.0'?>\n<definitions/>\n", "1:1: this is not an OpenAPI document, but XML"),
            ("\n<!DOCTYPE html>\n<html/>\n", "2:1: this is not an OpenAPI document, but a web page"),
        ] {
            assert_eq!(said(text), [name]);
        }
    }

    #[test]
    fn line_ends_and_marks_of_windows_are_no_problem() {
        assert_eq!(said(&format!("\u{feff}{}", document("paths: {}\n").replace('\n', "\r\n"))), [""; 0]);
    }

    #[test]
    fn other_versions() {
        assert_eq!(said("openapi: 3.2.0\n"), ["1:10: this is OpenAPI `3.2.0`, but only 3.0 and 3.1 are supported"]);
        assert_eq!(advice("openapi: 2.0.0\n"), "write the document in OpenAPI 3.1.1 or 3.0.3");
        assert_eq!(said("openapi: 3.0\n"), ["1:10: `openapi` must be text, but is the number 3.0"]);
    }
}

mod shape {
    use super::*;

    #[test]
    fn required_keys() {
        let message = |key| format!("1:1: the document must have `{key}`");
        assert_eq!(said("openapi: 3.0.3\n"), [message("info"), message("paths")]);
        let text = document("paths:\n  /things:\n    get:\n      operationId: listThings\n");
        assert_eq!(said(&text), ["6:5: an operation must have `responses`"]);
    }

    #[test]
    fn forms() {
        let text = document("paths: []\ntags: things\nsecurity: [{key: [1]}]\n");
        assert_eq!(
            said(&text),
            [
                "4:8: `paths` must be an object, but is a list",
                "5:7: `tags` must be a list, but is the text `things`",
                "6:19: an element of `key` must be text, but is the number 1",
            ]
        );
        let text = "openapi: 3.0.3\ninfo: {title: Things, version: 1.0}\npaths: {}\n";
        assert_eq!(said(text), ["2:32: `version` must be text, but is the number 1.0"]);
        assert_eq!(advice(text), "put it in quotes");
    }

    #[test]
    fn types() {
        let message = "one of `object`, `array`, `string`, `integer`, `number`, `boolean`";
        let text = schema("{type: strin}");
        assert_eq!(said(&text), [format!("8:14: `type` must be {message}, but is the text `strin`")]);
        assert_eq!(advice(&text), "did you mean `string`?");
        let text = schema("{type: [string, 'null']}");
        assert_eq!(said(&text), [format!("8:14: `type` must be {message}, but is a list")]);
        assert_eq!(advice(&text), "write one; to allow `null`, add `nullable: true`");
    }

    #[test]
    fn keywords_of_other_types() {
        let text = schema("{type: array, items: {type: object, format: uuid}, properties: {a: {format: int32}}}");
        assert_eq!(
            said(&text),
            [
                "8:43: `format` does not apply to the type `object`",
                "8:58: `properties` does not apply to the type `array`",
                "8:75: `format` has no effect without a `type`",
            ]
        );
        assert_eq!(advice(&schema("{format: date-time}")), "add `type: string`");
    }

    #[test]
    fn misspelt_keys() {
        let text = schema("{type: string, minLenght: 1, anything: 2, $comment: 3}");
        assert_eq!(said(&text), ["8:22: a schema has no `minLenght`"]);
        assert_eq!(advice(&text), "did you mean `minLength`?");
    }

    #[test]
    fn nothing_written_as_null() {
        let text = "openapi: 3.0.3\ninfo: {title: Things, version: '1', description: null}\nservers: [{url: https://example.com}]\n\
                    tags: [{name: a, externalDocs: {url: https://example.com, description: null}}]\npaths:\n  \
                    /things: {get: {operationId: listThings, summary: null, parameters: null, requestBody: null, deprecated: null, responses: {'204': {description: ''}}}}\n\
                    components: {schemas: {A: {type: string, maxLength: null}}}\n";
        let left_out = |place: &str, key: &str, wanted: &str| {
            format!("{place}: `{key}` must be {wanted}, but is empty (`null`): it is left out")
        };
        assert_eq!(
            noted(text),
            [
                left_out("2:50", "description", "text"),
                left_out("4:72", "description", "text"),
                left_out("6:53", "summary", "text"),
                left_out("6:71", "parameters", "a list"),
                left_out("6:90", "requestBody", "an object"),
                left_out("6:108", "deprecated", "true or false"),
                left_out("7:53", "maxLength", "a whole number that is not negative"),
            ]
        );
        let text = schema("{type: null}");
        assert_eq!(said(&text).len(), 1, "{:?}", said(&text));
    }

    #[test]
    fn paths_and_statuses() {
        let text = document(
            "\
paths:
  things: {}
  /things:
    get: {operationId: listThings, responses: {ok: {description: ''}, '200': {description: ''}}}
",
        );
        assert_eq!(said(&text), ["5:3: `things` is not a path", "7:48: `ok` is not a status"]);
        let text =
            "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\nservers: [{url: https://example.com}]\npaths:\n";
        let slip = "  things: {get: {operationId: listThings, responses: {'204': {description: ''}}}}\n";
        assert_eq!(noted(&format!("{text}{slip}")), ["5:3: `things` is not a path: it is taken as `/things`"]);
        let taken = format!("{text}{slip}  /things: {{}}\n");
        assert_eq!(said(&taken), ["5:3: `things` is not a path"]);
        let of_range = |range: &str| {
            let responses = format!("{{'204': {{description: ''}}, {range}: {{description: ''}}}}");
            format!("{text}  /things: {{get: {{operationId: listThings, responses: {responses}}}}}\n")
        };
        assert_eq!(noted(&of_range("4xx")), ["5:82: `4xx` is not a status: it is taken as `4XX`"]);
        assert_eq!(noted(&of_range("5xX")), ["5:82: `5xX` is not a status: it is taken as `5XX`"]);
        assert_eq!(said(&of_range("4xy")), ["5:82: `4xy` is not a status"]);
        assert_eq!(said(&of_range("4XX: {description: ''}, 4xx")), ["5:106: `4xx` is not a status"]);
    }
}

mod references {
    use super::*;

    #[test]
    fn dangling() {
        let text = schema("{type: array, items: {$ref: '#/components/schemas/Thimg'}}");
        assert_eq!(said(&text), ["8:35: there is no `#/components/schemas/Thimg`"]);
        assert_eq!(advice(&text), "did you mean `#/components/schemas/Thing`?");
    }

    #[test]
    fn into_another_document() {
        let text = schema("{type: object, properties: {a: {$ref: 'other.yaml#/A'}}}");
        assert_eq!(said(&text), ["8:45: `other.yaml#/A` is in another document, and only this one is read"]);
        assert_eq!(advice(&text), "copy it into this document, and refer to it with `#/components/schemas/Name`");
    }

    #[test]
    fn to_something_else() {
        let text = schema(
            "\
type: object
properties:
  a: {$ref: '#/info'}
",
        );
        assert_eq!(said(&text), ["10:19: `#/info` is the info, not a schema"]);
    }

    #[test]
    fn to_what_has_no_name() {
        let text = document(
            "\
paths:
  /things:
    get: {operationId: listThings, parameters: [{name: a, in: query, schema: {type: string}}], responses: {}}
    put: {operationId: putThings, parameters: [{$ref: '#/paths/~1things/get/parameters/0'}], responses: {}}
",
        );
        let message = "7:55: `#/paths/~1things/get/parameters/0` has no name under `components`";
        assert_eq!(said(&text)[..1], [message]);
    }

    #[test]
    fn in_a_circle() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    A: {$ref: '#/components/schemas/B'}
    B: {allOf: [{$ref: '#/components/schemas/A'}]}
    Tree: {type: object, properties: {above: {$ref: '#/components/schemas/Tree'}}}
",
        );
        let message = "8:24: `#/components/schemas/A` leads only back to itself: `A` -> `B` -> `A`";
        assert_eq!(said(&text), [message]);
    }

    #[test]
    fn in_a_circle_of_lists_and_maps() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    A: {type: array, items: {$ref: '#/components/schemas/B'}}
    B: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}
",
        );
        assert_eq!(said(&text), ["7:8: this list or map contains only itself: `A` -> `B` -> `A`"]);
    }

    #[test]
    fn required_in_a_circle() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    A: {type: object, required: [b], properties: {b: {$ref: '#/components/schemas/B'}}}
    B: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/A'}}}
    C: {type: object, required: [c], properties: {c: {type: array, items: {$ref: '#/components/schemas/C'}}}}
",
        );
        assert_eq!(said(&text), ["8:34: no value fits a schema that requires itself: `A` -> `B` -> `A`"]);
    }

    #[test]
    fn where_none_can_be() {
        let text = document("paths: {$ref: paths.yaml}\n");
        assert_eq!(said(&text), ["4:9: a `$ref` cannot stand for the paths"]);
        assert_eq!(said(&schema("{type: object, properties: {a: {$ref: 5}}}")), ["8:45: `$ref` must be text"]);
    }

    #[test]
    fn with_something_beside() {
        let text = schema("{type: object, properties: {a: {$ref: '#/components/schemas/Thing', nullable: true}}}");
        assert_eq!(said(&text), ["8:75: `nullable` has no effect beside a `$ref`"]);
        assert_eq!(advice(&text), "put the `$ref` into `allOf: [{$ref: ...}]`, and this beside the `allOf`");
    }
}

mod operations {
    use super::*;

    const PATHS: &str = "\
paths:
  /things:
    get: {operationId: listThings, responses: {'200': {description: ''}}}
    post: {responses: {'200': {description: ''}}}
  /others:
    get: {operationId: listThings, responses: {'200': {description: ''}}}
    put: {operationId: list_things, responses: {'200': {description: ''}}}
";

    #[test]
    fn ids_are_there_and_differ() {
        assert_eq!(
            said(&document(PATHS)),
            [
                "7:5: this operation has no `operationId`",
                "9:24: `listThings` is also the `operationId` of `GET /things`",
                "10:24: `list_things` and `listThings` of `GET /things` both become the method `list_things`",
            ]
        );
    }
}

mod parameters {
    use super::*;

    fn path(path: &str, parameters: &str) -> String {
        document(&format!(
            "\
paths:
  {path}:
    get:
      operationId: getThing
      parameters:
        {parameters}
      responses: {{'200': {{description: A thing.}}}}
"
        ))
    }

    #[test]
    fn in_the_path_and_not_among_the_parameters() {
        let text = path("/things/{id}", "[]");
        assert_eq!(said(&text), ["5:3: the path has `{id}`, but there is no such parameter"]);
        assert_eq!(advice(&text), "add a parameter with `name: id`, `in: path` and `required: true`");
    }

    #[test]
    fn among_the_parameters_and_not_in_the_path() {
        let text = path("/things", "- {name: id, in: path, required: true, schema: {type: string}}");
        assert_eq!(said(&text), ["9:18: the path has no `{id}` for this parameter"]);
        assert_eq!(advice(&text), "put `{id}` into the path, or leave this out");
    }

    #[test]
    fn optional_in_the_path() {
        let text = path("/things/{id}", "- {name: id, in: path, schema: {type: string}}");
        assert_eq!(said(&text), ["9:11: a path parameter must be required"]);
    }

    #[test]
    fn twice() {
        let parameter = "{name: page, in: query, schema: {type: string}}";
        let text = path("/things", &format!("[{parameter}, {parameter}]"));
        assert_eq!(said(&text), ["9:59: the parameter `page` is in this list twice"]);
    }

    #[test]
    fn in_a_style_of_another_place() {
        let text = path("/things", "- {name: page, in: query, style: matrix, schema: {type: string}}");
        assert_eq!(said(&text), ["9:42: a query parameter cannot have the style `matrix`"]);
        let help = "write `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`, or leave `style` out";
        assert_eq!(advice(&text), help);
    }

    #[test]
    fn in_several_media_types() {
        let text = path("/things", "- {name: page, in: query, content: {application/json: {}, text/plain: {}}}");
        assert_eq!(said(&text), ["9:35: a parameter must have one media type, but this one has 2"]);
    }

    #[test]
    fn in_a_header_that_is_said_otherwise() {
        let text = path("/things", "- {name: Accept, in: header, schema: {type: string}}");
        assert_eq!(noted(&text), ["9:18: a parameter cannot set the header `Accept`, so this one is ignored"]);
    }

    #[test]
    fn in_broken_braces() {
        let text = path("'/things/{id'", "[]");
        assert_eq!(said(&text), ["5:3: `/things/{id` cannot be filled in: a `{` has no `}`"]);
    }
}

mod constraints {
    use super::*;

    #[test]
    fn nothing_fits() {
        assert_eq!(said(&schema("{type: integer, multipleOf: 0}")), ["8:35: no value is a multiple of 0"]);
        assert_eq!(
            said(&schema("{type: integer, minimum: 5, maximum: 1}")),
            ["8:32: no value is between `minimum: 5` and `maximum: 1`"]
        );
        assert_eq!(
            said(&schema("{type: string, minLength: 5, maxLength: 1}")),
            ["8:33: no value is between `minLength: 5` and `maxLength: 1`"]
        );
        assert_eq!(
            said(&schema("{type: array, items: {type: string}, minItems: -1}")),
            ["8:54: `minItems` must be a whole number that is not negative, but is the number -1"]
        );
        assert_eq!(said(&schema("{type: string, enum: []}")), ["8:28: this `enum` has no values"]);
    }

    #[test]
    fn patterns() {
        let message = "8:31: the crate cannot check this regular expression: unclosed group";
        assert_eq!(said(&schema("{type: string, pattern: '(a'}")), [message]);
        for pattern in [r"^(?=a)", r"(a)\1", r"^\p{L}+$", r"(a{1000}){1000}"] {
            let said = said(&schema(&format!("{{type: string, pattern: '{pattern}'}}")));
            assert!(
                matches!(&said[..], [one] if one.starts_with(message.trim_end_matches("unclosed group"))),
                "{said:?}"
            );
        }
    }

    #[test]
    fn required_properties() {
        let text = schema("{type: object, required: [id, id, nmae], properties: {id: {}, name: {}}}");
        assert_eq!(
            said(&text),
            ["8:37: `id` is in this list twice", "8:41: `nmae` is required, but is not one of the properties",]
        );
    }

    #[test]
    fn values_that_yaml_reads_in_another_way() {
        let text = schema("{type: string, enum: [yes, true, 1.0, yes]}");
        assert_eq!(
            said(&text),
            [
                "8:34: `true` is not text, but the `type` of this `enum` is `string`",
                "8:40: `1.0` is not text, but the `type` of this `enum` is `string`",
                "8:45: `yes` is in this `enum` twice",
            ]
        );
        assert_eq!(advice(&text), "put it in quotes: `'true'`");
    }
}

mod discriminators {
    use super::*;

    /// A union of two objects, of which only the first has this property.
    fn union(discriminator: &str) -> String {
        let schemas = "    Circle: {type: object, properties: {kind: {type: string}, radius: {type: number}}}
    Square: {type: object, properties: {side: {type: number}}}";
        document(&format!(
            "\
paths: {{}}
components:
  schemas:
{schemas}
    Shape:
      oneOf: [{{$ref: '#/components/schemas/Circle'}}, {{$ref: '#/components/schemas/Square'}}]
      discriminator: {discriminator}
"
        ))
    }

    #[test]
    fn that_some_alternative_does_not_have() {
        let message = "11:37: the discriminator is `kind`, but the variant at \
                       #/components/schemas/Shape/oneOf/1 has no such property";
        assert_eq!(said(&union("{propertyName: kind}")), [message]);
    }

    #[test]
    fn with_values_that_stand_for_something_else() {
        let text =
            union("{propertyName: kind, mapping: {square: Sqare}}").replace("{side:", "{kind: {type: string}, side:");
        assert_eq!(said(&text), ["11:61: `square` maps to `Sqare`, which is not one of the variants"]);
        assert_eq!(advice(&text), "did you mean `Square`?");
    }

    #[test]
    fn without_alternatives() {
        assert_eq!(said(&schema("{type: object, discriminator: {propertyName: kind}}")), [""; 0]);
    }
}

mod examples {
    use super::*;

    #[test]
    fn of_the_wrong_type() {
        let text = example("{type: array, items: {type: integer}}", "[1, two]");
        let message = "expected a whole number, but this is the text `two`";
        assert_eq!(said(&text), [format!("14:28: this example does not fit its schema: {message}")]);
        assert_eq!(
            advice(&text),
            "correct it, or the schema at \
             #/paths/~1things/get/responses/200/content/application~1json/schema/items/type"
        );
    }

    #[test]
    fn deep_inside() {
        let text = example(
            "{type: object, properties: {a: {type: array, items: {type: object, required: [b]}}}}",
            "{a: [{b: 1}, {c: 1}]}",
        );
        assert_eq!(
            said(&text),
            [
                "13:101: `b` is required, but is not one of the properties",
                "14:37: this example does not fit its schema: it has no `b`, which is required",
            ]
        );
    }

    #[test]
    fn by_each_rule() {
        for (schema, value, message) in [
            ("{type: string, format: uuid}", "abc", "`abc` does not have the format `uuid`"),
            ("{type: string, format: date-time}", "'2024-05-14'", "`2024-05-14` does not have the format `date-time`"),
            ("{type: string, pattern: '^[a-z]+$'}", "A", "`A` does not match `^[a-z]+$`"),
            ("{type: string, maxLength: 2}", "abc", "`abc` is longer than 2 characters"),
            ("{type: integer, multipleOf: 12}", "25", "`25` is not a multiple of 12"),
            ("{type: integer, minimum: 5, exclusiveMinimum: true}", "5", "`5` is not more than 5"),
            ("{type: string}", "null", "expected text, but this is empty (`null`)"),
            ("{type: string, nullable: true}", "1", "expected `null` or text, but this is the number 1"),
            ("{type: object, additionalProperties: false}", "{a: 1}", "it has `a`, but the schema does not"),
        ] {
            let said = said(&example(schema, value));
            assert_eq!(said.len(), 1, "{schema} {value}: {said:?}");
            assert!(said[0].ends_with(&format!(": this example does not fit its schema: {message}")), "{said:?}");
        }
    }

    #[test]
    fn of_a_value_that_is_not_listed() {
        let text = example("{type: string, enum: [red, green]}", "gren");
        let message = "14:24: this example does not fit its schema: `gren` is not one of `red`, `green`";
        assert_eq!(said(&text), [message]);
        assert_eq!(advice(&text), "did you mean `green`?");
    }

    #[test]
    fn of_parameters_headers_and_schemas() {
        let text = document(
            "\
paths:
  /things:
    get:
      operationId: listThings
      parameters:
        - {name: page, in: query, schema: {type: integer, default: first}, example: 0.5}
      responses:
        '200':
          description: Things.
          headers:
            X-Reset: {schema: {type: number}, examples: {shared: {$ref: '#/components/examples/soon'}}}
components:
  examples:
    soon: {value: soon}
  schemas:
    Thing: {type: boolean, example: 'yes'}
",
        );
        let places: Vec<_> = said(&text).iter().map(|said| said.split(": ").next().unwrap().to_owned()).collect();
        assert_eq!(places, ["9:68", "9:85", "17:19", "19:37"]);
    }

    #[test]
    fn secrets_and_long_values_are_not_shown_whole() {
        let text = example("{type: string, maxLength: 2}", &"secret".repeat(100));
        assert!(said(&text)[0].len() < 200, "{:?}", said(&text));
    }
}

mod extensions {
    use super::*;

    #[test]
    fn unknown() {
        let text = document("x-envelope: {result: a, error: b, requestId: c}\nx-envelop: 1\nx-other: 2\npaths: {}\n");
        assert_eq!(said(&text), ["5:1: there is no extension `x-envelop`", "6:1: there is no extension `x-other`"]);
        assert_eq!(advice(&text), "did you mean `x-envelope`?");
    }

    #[test]
    fn of_others_in_a_document_without_ours() {
        let text = document("x-other: 1\npaths: {}\n").replace("x-environment", "x-address");
        assert_eq!(said(&text), [""; 0]);
    }

    #[test]
    fn in_the_wrong_place() {
        let text = document("x-retry: never\npaths: {}\n");
        assert_eq!(said(&text), ["4:1: `x-retry` has no meaning on the document"]);
        assert_eq!(advice(&text), "it belongs on an operation");
        let text = example("{}", "1").replace("    get:\n", "    get:\n      x-check: look\n");
        assert_eq!(said(&text), ["7:7: `x-check` has no meaning on an operation"]);
        assert_eq!(advice(&text), "it belongs on an operation that is not a GET: a GET can be retried without harm");
    }

    #[test]
    fn with_the_wrong_value() {
        let text = document(
            "\
x-envelope: {result: data, requestID: id}
paths: {}
components:
  securitySchemes:
    key: {type: http, scheme: basic, x-environment: {username: A B, password: B}}
    token: {type: http, scheme: bearer, x-environment: 5}
  schemas:
    Color: {type: string, enum: [red], x-variant-names: {rad: Red, red: red}}
",
        );
        assert_eq!(
            said(&text),
            [
                "4:28: unknown key `requestID`",
                "8:64: expected the name of an environment variable, but this is the text `A B`",
                "9:56: expected the name of an environment variable, but this is the number 5",
                "11:58: `rad` is not in the `enum`",
                "11:73: expected the name of a variant, but this is the text `red`",
            ]
        );
    }
}

mod rate_limit {
    use super::*;

    fn said_of(limit: &str) -> Vec<String> {
        said(&document(&format!("x-rate-limit: {limit}\npaths: {{}}\n")))
    }

    #[test]
    fn numbers_and_times() {
        for window in ["500ms", "10s", "1.5m", "2h"] {
            assert_eq!(said_of(&format!("{{requests: 10, window: {window}}}")), [""; 0], "{window}");
        }
        for window in ["10", "10 s", "1d", "0s", "0.1ms", "-1s", "1e3s", ".s", "99999999999999999999h", "[]"] {
            let said = said_of(&format!("{{requests: 10, window: {window}}}"));
            assert!(matches!(&said[..], [one] if one.starts_with("4:38: expected a duration")), "{said:?}");
        }
        for requests in ["0", "-1", "1.5", "ten", "4294967296"] {
            let said = said_of(&format!("{{requests: {requests}, window: 1s}}"));
            assert!(matches!(&said[..], [one] if one.starts_with("4:26: `requests` must be a whole")), "{said:?}");
        }
    }

    #[test]
    fn other_keys() {
        let message = "4:1: `requests` is missing";
        assert_eq!(said_of("{window: 1s, request: 1}"), [message, "4:28: unknown key `request`"]);
        assert_eq!(said_of("10"), ["4:15: expected an object with `requests`, `window`, but this is the number 10"]);
        let text = document("x-rate-limit: {requests: 1, window: 5}\npaths: {}\n");
        assert_eq!(advice(&text), "write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`");
    }
}

mod waiters {
    use super::*;

    /// A document whose one waiter, in line 5 and column 3, has this rule, from line 6 and column 5.
    fn rule(rule: &str) -> String {
        let indented = rule.replace('\n', "\n    ");
        let states = "{type: string, enum: [new, ready, broken]}";
        let thing = format!("{{type: object, properties: {{state: {states}, age: {{type: integer}}}}}}");
        let text = example(&thing, "{}").replace("listThings", "getThing");
        let text = text.replacen("paths:", &format!("x-waiters:\n  waitForThing:\n    {indented}\npaths:"), 1);
        let put = "    put: {operationId: putThing, responses: {'204': {description: Done.}}}\n";
        let get = "    get: {operationId: countThings, responses: {'200': {description: Done., content: \
                   {application/json: {schema: {type: integer}}}}}}\n";
        format!("{text}{put}  /count:\n{get}")
    }

    #[test]
    fn fine() {
        let rest = "description: Waits.\nfailure: [broken]\nevery: 1s\nwithin: 1h";
        assert_eq!(said(&rule(&format!("operation: getThing\nfield: state\ntarget: [ready]\n{rest}"))), [""; 0]);
        assert_eq!(said(&rule("operation: getThing\nfield: state\nnotFound: done")), [""; 0]);
    }

    #[test]
    fn keys_and_their_values() {
        assert_eq!(
            said(&document("x-waiters: []\npaths: {}\n")),
            ["4:12: `x-waiters` must be an object, but is a list"]
        );
        assert_eq!(
            said(&rule("traget: [ready]")),
            [
                "5:3: `operation` is missing",
                "5:3: `field` is missing",
                "5:3: this waiter has no target state",
                "6:5: unknown key `traget`",
            ]
        );
        let text =
            "operation: getThing\nfield: state\nevery: 5\nwithin: soon\nnotFound: true\ndescription: 1\ntarget: ready";
        assert_eq!(
            said(&rule(text)),
            [
                "8:12: expected a duration, but this is the number 5",
                "9:13: expected a duration, but this is the text `soon`",
                "10:15: `notFound` must be `done`, but is `true`",
                "11:18: `description` must be text, but is the number 1",
                "12:13: `target` must be a list, but is the text `ready`",
            ]
        );
        assert_eq!(
            said(&rule("operation: getThing\nfield: state\ntarget: []")),
            ["5:3: this waiter has no target state"]
        );
    }

    #[test]
    fn operations() {
        let with = |id: &str| rule(&format!("operation: {id}\nfield: state\ntarget: [ready]"));
        assert_eq!(said(&with("getThings")), ["6:16: there is no operation `getThings`"]);
        assert_eq!(advice(&with("getThings")), "did you mean `getThing`?");
        assert_eq!(said(&with("[]")), ["6:16: `operation` must be text, but is a list"]);
        assert_eq!(said(&with("putThing")), ["6:16: `putThing` cannot be polled: it is a PUT"]);
        assert_eq!(said(&with("countThings")), ["6:16: `countThings` does not return an object with properties"]);
        assert_eq!(advice(&with("countThings")), "name a GET that returns an object");
    }

    #[test]
    fn fields() {
        let with = |field: &str| rule(&format!("operation: getThing\nfield: {field}\ntarget: [ready]"));
        assert_eq!(said(&with("stats")), ["7:12: the result of `getThing` has no `stats`"]);
        assert_eq!(advice(&with("stats")), "did you mean `state`?");
        assert_eq!(said(&with("age")), ["7:12: `age` is not plain text"]);
        assert_eq!(said(&with("1")), ["7:12: `field` must be text, but is the number 1"]);
    }

    /// The rule in a document that has an envelope for errors.
    fn rule_with_envelope(text: &str) -> String {
        let envelope = "x-envelope: {result: result, error: error}\npaths:";
        let text = rule(text).replacen("paths:", envelope, 1);
        let thing =
            "{type: object, properties: {state: {type: string, enum: [new, ready, broken]}, age: {type: integer}}}";
        text.replacen(thing, &format!("{{type: object, properties: {{result: {thing}}}}}"), 1)
    }

    #[test]
    fn gone() {
        let with =
            |rest: &str| rule_with_envelope(&format!("operation: getThing\nfield: state\nnotFound: done\n{rest}"));
        let found = |rest: &str| -> Vec<String> {
            said(&with(rest)).into_iter().filter(|said| !said.contains("x-envelope` says")).collect()
        };
        assert_eq!(found("gone: [{status: 400, messageStarts: 'BAD_REQUEST: Invalid'}]"), [""; 0]);
        assert_eq!(found("gone: []"), ["9:11: `gone` is empty"]);
        assert_eq!(found("gone: true"), ["9:11: `gone` must be a list, but is `true`"]);
        assert_eq!(
            found("gone: [{status: 404, messageStarts: ''}, {status: 500}, 400]"),
            [
                "9:21: `status` must be from 400 to 499, except 404 and 429, but is the number 404",
                "9:41: `messageStarts` must be text, but is the text ``",
                "9:46: `messageStarts` is missing",
                "9:55: `status` must be from 400 to 499, except 404 and 429, but is the number 500",
                "9:61: expected an object with `status`, `messageStarts`, but this is the number 400",
            ]
        );
    }

    #[test]
    fn gone_without_what_it_needs() {
        let gone = "gone: [{status: 400, messageStarts: no}]";
        let text = format!("operation: getThing\nfield: state\ntarget: [ready]\n{gone}");
        let message = "9:5: `gone` has no effect without `notFound: done`";
        assert!(said(&rule_with_envelope(&text)).contains(&message.to_owned()));
        assert_eq!(
            said(&rule(&text.replace("target: [ready]", "notFound: done"))),
            ["9:5: `gone` needs the message of an error, but no `x-envelope` says where that is"]
        );
    }

    #[test]
    fn settle() {
        let with =
            |settle: &str| rule(&format!("operation: getThing\nfield: state\ntarget: [ready]\nsettle: {settle}"));
        assert_eq!(said(&with("3")), [""; 0]);
        for (settle, said_of_it) in [("0", "the number 0"), ("1.5", "the number 1.5"), ("x", "the text `x`")] {
            let message = format!("9:13: `settle` must be a number from 1 to 100, but is {said_of_it}");
            assert_eq!(said(&with(settle)), [message]);
        }
    }

    #[test]
    fn of_an_operation_that_answers_in_several_ways() {
        let text = rule("operation: getThing\nfield: state\ntarget: [ready]");
        let text = text.replacen("'200':", "'202': {description: Later.}\n        '200':", 1);
        assert_eq!(said(&text), ["6:16: `getThing` has several response types"]);
    }

    #[test]
    fn values() {
        let with = |target: &str, failure: &str| {
            rule(&format!("operation: getThing\nfield: state\ntarget: [{target}]\nfailure: [{failure}]"))
        };
        assert_eq!(
            said(&with("raedy", "old")),
            ["8:14: `raedy` is not in the `enum` of the field", "9:15: `old` is not in the `enum` of the field",]
        );
        assert_eq!(advice(&with("raedy", "old")), "did you mean `ready`?");
        assert_eq!(said(&with("ready", "broken, ready")), ["9:23: `ready` is also under `target`"]);
        assert_eq!(said(&with("ready", "1")), ["9:15: an element of `failure` must be text, but is the number 1"]);
    }

    #[test]
    fn names() {
        let text = rule("operation: getThing\nfield: state\ntarget: [ready]");
        let message = "5:3: `get-thing` and the operation `getThing` would both become the method `get_thing`";
        assert_eq!(said(&text.replace("waitForThing", "get-thing")), [message]);
        let twice = "  wait_for_thing: {operation: getThing, field: state, target: [new]}\npaths:";
        let message =
            "9:3: `wait_for_thing` and the waiter `waitForThing` would both become the method `wait_for_thing`";
        assert_eq!(said(&text.replacen("paths:", twice, 1)), [message]);
        assert_eq!(said(&text.replace("waitForThing", "'-'")), ["5:3: `-` cannot be the name of a method"]);
    }
}

mod envelope {
    use super::*;

    fn response(schema: &str) -> String {
        let envelope = "x-envelope: {result: result, error: error, requestId: requestId}\n";
        example(schema, "{}").replacen("paths:", &format!("{envelope}paths:"), 1)
    }

    #[test]
    fn a_response_without_its_parts() {
        let message = "14:15: this response has no `requestId`, which `x-envelope` names";
        assert_eq!(said(&response("{type: object, properties: {result: {}}}")), [message]);
    }

    #[test]
    fn a_response_whose_result_is_elsewhere() {
        let text = response("{type: object, properties: {requestId: {}, data: {type: object}}}");
        let message = "14:15: `data` of this response would be lost: `x-envelope` names `result` as the result";
        assert_eq!(said(&text), [message]);
    }

    #[test]
    fn a_response_without_a_result() {
        let properties = "{requestId: {type: string}, status: {type: integer}}";
        assert_eq!(said(&response(&format!("{{type: object, properties: {properties}}}"))), [""; 0]);
    }
}

mod supported {
    use super::*;

    #[test]
    fn negations() {
        assert_eq!(said(&schema("{not: {type: string}}")), ["8:8: `not` is not supported"]);
    }

    #[test]
    fn other_keys_beside_properties() {
        let others = |written: &str| noted(&schema(written));
        let text = "8:55: keys other than those in `properties` are neither sent nor read";
        assert_eq!(others("{type: object, properties: {a: {type: string}}, additionalProperties: true}"), [text]);
        assert_eq!(others("{type: object, properties: {a: {type: string}}, additionalProperties: {}}"), [text]);
        assert_eq!(others("{type: object, properties: {a: {type: string}}, additionalProperties: false}"), [""; 0]);
        assert_eq!(others("{type: object, additionalProperties: {type: string}}"), [""; 0]);
    }
}

mod bodies {
    use super::*;

    fn post(request: &str, responses: &str) -> String {
        let operation = format!("operationId: makeThing\n      requestBody: {request}\n      responses: {responses}\n");
        document(&format!("paths:\n  /things:\n    post:\n      {operation}"))
    }

    const DONE: &str = "{'204': {description: Done.}}";

    #[test]
    fn of_no_media_type() {
        assert_eq!(said(&post("{content: {}}", DONE)), ["8:21: this request body has no media type"]);
    }

    #[test]
    fn in_a_form_without_fields() {
        let text = post("{content: {multipart/form-data: {schema: {type: string, format: binary}}}}", DONE);
        assert_eq!(said(&text), ["8:53: `multipart/form-data` is a form, but this schema is not an object"]);
    }

    #[test]
    fn in_more_media_types_than_are_used() {
        let text = post(
            "{content: {application/xml: {schema: {type: string}}, application/json: {schema: {type: string}}}}",
            "{'200': {description: A thing., content: {text/xml: {}, application/json: {schema: {}}, text/csv: {}}}}",
        );
        let expected = [
            "8:31: `application/xml` is not sent: another media type is",
            "9:60: `text/xml` is not requested: another media type is",
            "9:106: `text/csv` is not requested: another media type is",
        ];
        assert_eq!(noted(&text), expected);
    }

    #[test]
    fn of_no_success() {
        let text = post("{content: {text/plain: {}}}", "{'404': {description: No.}}");
        let expected = "9:7: this operation has no success response, so its call returns nothing";
        assert_eq!(noted(&text), [expected]);
    }
}

mod servers {
    use super::*;

    #[test]
    fn with_a_variable_that_nothing_is_said_of() {
        let text = document("paths: {}\n").replace("https://example.com", "'https://{region}.example.com'");
        assert_eq!(said(&text), ["3:17: the variable `{region}` has no value"]);
        assert_eq!(advice(&text), "give it a value: `variables: {region: {default: value}}`");
    }

    #[test]
    fn that_are_not_called() {
        let path = "/things: {servers: [{url: 'https://example.com'}]}";
        let text = document(&format!("paths:\n  {path}\n")).replacen("https://example.com", "/v1", 1);
        let expected = [
            "3:17: `/v1` is not a complete URL, so users have to set the base URL",
            "5:23: calls of this path go to the document's first server, not to this one",
        ];
        assert_eq!(noted(&text), expected);
    }
}

mod security {
    use super::*;

    #[test]
    fn by_schemes_that_no_client_follows() {
        let schemes =
            "components: {securitySchemes: {a: {type: http, scheme: digest}, b: {type: http, scheme: basic}}}";
        let text = document(&format!("security: [{{a: [], b: []}}]\npaths: {{}}\n{schemes}\n"));
        let expected = [
            "4:12: the client sends one of these credentials, not all of them",
            "6:32: the client does not support the scheme `digest`, so it sends no such credentials",
        ];
        assert_eq!(noted(&text), expected);
    }

    #[test]
    fn by_operations_that_other_schemes_are_for() {
        let text = document(
            "\
security: [{key: []}]
paths:
  /things:
    get: {operationId: a, security: [{token: []}, {lost: []}], responses: {'204': {description: Done.}}}
    put: {operationId: b, security: [{token: []}, {key: []}], responses: {'204': {description: Done.}}}
    post: {operationId: c, security: [{token: []}, {}], responses: {'204': {description: Done.}}}
    delete: {operationId: d, security: [], responses: {'204': {description: Done.}}}
components:
  securitySchemes: {key: {type: http, scheme: basic}, token: {type: http, scheme: bearer}}
",
        );
        let message = "7:27: this operation requires `token`, `lost`, which the client does not send";
        assert_eq!(noted(&text), [message]);
    }
}

mod names {
    use super::*;

    #[test]
    fn of_types() {
        let text = document("paths: {}\ncomponents:\n  schemas:\n    FooBar: {}\n    foo_bar: {}\n");
        assert_eq!(said(&text), ["8:5: `FooBar` and `foo_bar` would both become the type `FooBar`"]);
    }

    #[test]
    fn of_fields() {
        let text = schema("{type: object, properties: {fooBar: {}, foo_bar: {}}}");
        assert_eq!(said(&text), ["8:47: `fooBar` and `foo_bar` would both become the field `foo_bar`"]);
    }

    #[test]
    fn of_variants() {
        let text = schema("{type: string, enum: [us-east-1, us-east1, unknown]}");
        assert_eq!(
            said(&text),
            [
                "8:40: `us-east-1` and `us-east1` would both become the variant `UsEast1`",
                "8:50: `unknown` would become the variant `Unknown`, which is for values that are not listed",
            ]
        );
        assert_eq!(
            advice(&text),
            "give it a name of its own: `x-variant-names: {us-east1: OtherName}`, or `variants` in the config"
        );
    }
}

/// What the crate of a document that was not written for this generator comes out in spite of.
mod slips {
    use super::*;

    fn generated(text: &str) -> Generated {
        assert!(!errors(text).is_empty(), "its author would have to correct it");
        let text = text.replace(", x-environment: API_URL", "");
        let document = Document::parse("api.yaml", text).unwrap();
        generate(&document, &Settings::new("slips")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn notes(text: &str) -> Vec<String> {
        let notes = generated(text).warnings.into_iter();
        notes.map(|note| format!("{}:{}", note.location.span.line, note.message)).collect()
    }

    #[test]
    fn of_examples() {
        let text = example("{type: array, items: {type: integer}}", "[misfit]");
        let generated = generated(&text);
        assert!(generated.files.iter().all(|file| !file.text.contains("misfit")));
        let message = "this example does not fit its schema: expected a whole number, but this is the text \
                       `misfit`: it is left out";
        assert_eq!(generated.warnings[0].message, message);
    }

    #[test]
    fn of_types_that_contradict_themselves() {
        let posted = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}";
        let post = format!("post: {{operationId: makeThing, {posted}, responses: {{'204': {{description: Done.}}}}}}");
        let text = |schema| self::schema(schema).replace("paths: {}", &format!("paths: {{/things: {{{post}}}}}"));
        let itself = "$ref: '#/components/schemas/Thing'";
        for (schema, note) in [
            (
                "{type: array, properties: {a: {type: string}}}",
                "`properties` does not apply to the type `array`: it is left out",
            ),
            ("{format: date-time}", "`format` has no effect without a `type`: it is taken as `string`"),
            (
                &format!("{{required: [a], properties: {{a: {{{itself}}}}}}}"),
                "no value fits a schema that requires itself: `Thing` -> `Thing`: it is left out",
            ),
            (
                &format!("{{type: array, items: {{{itself}}}}}"),
                "this list or map contains only itself: `Thing` -> `Thing`: its contents can be anything",
            ),
        ] {
            assert_eq!(notes(&text(schema)), [format!("8:{note}")]);
        }
    }

    #[test]
    fn of_constraints() {
        let text =
            schema("{type: string, enum: [a, a, 1], pattern: '(?=a)', minLength: 2, maxLength: 1, minLenght: 3}");
        assert_eq!(
            notes(&text),
            [
                "8:`a` is in this `enum` twice: it is left out",
                "8:`1` is not text, but the `type` of this `enum` is `string`: it is left out",
                "8:the crate cannot check this regular expression: look-around, including look-ahead and \
                 look-behind, is not supported: it is left out",
                "8:no value is between `minLength: 2` and `maxLength: 1`: it is left out",
                "8:a schema has no `minLenght`: it is ignored",
            ]
        );
    }

    #[test]
    fn of_negations() {
        let text = example("{properties: {a: {not: {type: string}}, b: {type: string, not: {enum: [x]}}}}", "{}");
        let message = "13:`not` is not supported: it is left out";
        assert_eq!(notes(&text), [message, message]);
        let generated = generated(&text);
        let has = |line: &str| generated.files.iter().any(|file| file.text.contains(line));
        assert!(has(" a: serde_json::Value,") && has(" b: String,"), "{:?}", generated.files);
    }

    #[test]
    fn of_names_in_several_parts() {
        let text = schema("{allOf: [{properties: {fooBar: {}}}, {properties: {foo_bar: {}}}]}");
        let message = "8:`fooBar` and `foo_bar` would both become the field `foo_bar`: `fooBar` is called `foo_bar2`";
        assert_eq!(notes(&text), [message]);
    }

    #[test]
    fn of_bounds_in_choices() {
        let one = "{properties: {a: {oneOf: [{type: string, pattern: x}]}}}";
        assert_eq!(noted(&schema(one)), [""; 0]);
        let several = "\
oneOf: [{$ref: '#/components/schemas/Name'}, {type: object, properties: {a: {maxLength: 3}}}]
minLength: 2
    Name: {type: string, pattern: x, maxLength: 5}";
        let text = schema(several).replace("          Name", "    Name");
        let message = |place, bounds| format!("{place}: the crate does not check {bounds} in this union");
        assert_eq!(noted(&text), [message("7:5", "`minLength`"), message("8:15", "`maxLength`, `pattern`")]);
    }

    #[test]
    fn of_operations() {
        let text = document(
            "\
paths:
  /things/{id}:
    parameters: [{name: id, in: path, schema: {type: string}}]
    get: {responses: {'204': {}}}
    put: {operationId: getThingsById, responses: {'204': {description: Done.}}}
    delete: {operationId: getThingsById, responses: {'204': {description: Done.}}}
",
        );
        assert_eq!(
            notes(&text),
            [
                "6:a path parameter must be required: it is taken as `true`",
                "7:this operation has no `operationId`: it is taken as `getThingsById2`",
                "7:a response must have `description`: it is left empty",
                "9:`getThingsById` is also the `operationId` of `PUT /things/{id}`: it is taken as `getThingsById3`",
            ]
        );
    }

    #[test]
    fn of_names() {
        let text = schema("{type: object, properties: {fooBar: {type: string, enum: [a, A, '-']}, foo_bar: {}}}");
        assert_eq!(
            notes(&text),
            [
                "8:`a` and `A` would both become the variant `A`: `a` is called `A2`",
                "8:`-` contains nothing to name a variant after: `-` is called `Minus`",
                "8:`fooBar` and `foo_bar` would both become the field `foo_bar`: `fooBar` is called `foo_bar2`",
            ]
        );
    }

    #[test]
    fn of_references() {
        let text = schema("{properties: {a: {$ref: '#/components/schemas/Thing', minLength: 1}}}");
        assert_eq!(notes(&text), ["8:`minLength` has no effect beside a `$ref`: it is left out"]);
    }
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_lines() {
    let text = document(
        "\
paths:
  /things/{id}:
    get:
      operationId: getThing
      responses:
        '200':
          description: A thing.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thimg'}
    delete:
      operationId: getThing
      responses: {'200': {description: Gone.}}
components:
  schemas:
    Thing: {type: integer, multipleOf: 0, example: one, minimun: 1}
x-retry: never
",
    );
    let places: Vec<_> = said(&text).iter().map(|said| said.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(places, ["5:3", "13:30", "15:20", "19:40", "19:52", "19:57", "20:1"]);
}

mod hostile {
    use super::*;

    /// Longer than any machine takes that is not stuck.
    const HANG: Duration = Duration::from_secs(300);

    fn said_soon(text: &str) -> String {
        let start = Instant::now();
        let said = said(text);
        assert!(start.elapsed() < HANG, "{:?}", start.elapsed());
        said.into_iter().next().unwrap_or_default()
    }

    #[test]
    fn alias_bomb() {
        let levels = (1..30).map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9)));
        let text = format!("a0: &a0 [x, x, x]\n{}", levels.collect::<Vec<_>>().concat());
        let message = "with its aliases written out, the document has more than 8 MiB or 1000000 keys and values here";
        assert!(said_soon(&text).ends_with(message), "{}", said_soon(&text));
    }

    #[test]
    fn million_lines() {
        let message = "the document has more than 1000000 keys and values: they end here";
        let yaml = "a: b\n".repeat(1_000_000);
        assert_eq!(said_soon(&yaml), format!("500000:4: {message}"));
        // JSON that is no YAML.
        let json = format!("{{\"x\": \"\\ud83d\\ude00\", \"list\": [{}0]}}", "0,\n".repeat(1_000_000));
        assert!(said_soon(&json).ends_with(message), "{}", said_soon(&json));
    }

    #[test]
    fn depth_bomb() {
        let message = "more than 128 objects and lists are in each other here";
        for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(100_000)] {
            assert!(said_soon(&text).ends_with(message), "{}", said_soon(&text));
        }
    }

    #[test]
    fn long_line() {
        let long = "x".repeat(1_000_000);
        let short = "x".repeat(60);
        let message = format!("1:1: this is not an OpenAPI document: it is the text `{short}…`");
        assert_eq!(said_soon(&long), message);
        let message = format!("5:7: `tags` must be a list, but is the text `{short}…`");
        assert_eq!(said_soon(&document(&format!("paths: {{}}\ntags: {long}\n"))), message);
    }

    #[test]
    fn control_characters() {
        let message = "this is not text: it holds the control character U+0000";
        assert_eq!(said_soon("openapi: 3.0.3\u{0}"), format!("1:15: {message}"));
        assert_eq!(said_soon(&"\u{0}".repeat(1_000_000)), format!("1:1: {message}"));
    }

    #[test]
    fn lists_in_lists_without_end() {
        let lists = |count, item: &str| format!("{}{item}{}", "{type: array, items: ".repeat(count), "}".repeat(count));
        let next = |name: usize| format!("{{$ref: '#/components/schemas/S{}'}}", name + 1);
        let schemas: Vec<_> = (0..9).map(|name| format!("    S{name}: {}\n", lists(50, &next(name)))).collect();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{}    S9: {{}}\n", schemas.concat()));
        assert_eq!(said_soon(&text), "13:471: more than 128 lists and maps are nested here");
    }

    #[test]
    fn lists_of_objects_with_two_such_lists() {
        let list = |name: usize| {
            let next = format!("{{$ref: '#/components/schemas/S{}'}}", (name + 1) % 60);
            format!("    S{name}: {{type: array, items: {{properties: {{a: {next}, b: {next}}}}}}}\n")
        };
        let schemas: String = (0..60).map(list).collect();
        let result = "content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}";
        let get = format!("get: {{operationId: getThing, responses: {{'200': {{description: ok, {result}}}}}}}");
        let text = document(&format!("paths: {{/things: {{{get}}}}}\ncomponents:\n  schemas:\n{schemas}"));
        let generated = generate(&Document::parse("api.yaml", text).unwrap(), &Settings::new("lists")).unwrap();
        let types = generated.files.iter().find(|file| file.path == "src/types/responses.rs").unwrap();
        assert_eq!(types.text.matches("pub struct ").count(), 60);
        assert!(types.text.contains(" a: Vec<S1Item>,"), "{}", types.text);
    }

    /// The call of an operation that takes `Thing`, as its documentation shows it.
    fn example_of(schemas: &str) -> String {
        let body = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}";
        let post = format!("post: {{operationId: makeThing, {body}, responses: {{'204': {{description: Done.}}}}}}");
        let text = document(&format!("paths: {{/things: {{{post}}}}}\ncomponents:\n  schemas:\n{schemas}"));
        let generated = generate(&Document::parse("api.yaml", text).unwrap(), &Settings::new("things")).unwrap();
        generated.files.into_iter().find(|file| file.path == "src/client/operations.rs").unwrap().text
    }

    #[test]
    fn unions_with_what_they_are_in() {
        let value = "{oneOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]}";
        let example = example_of(&format!("    Thing: {{required: [value], properties: {{value: {value}}}}}\n"));
        assert_eq!(example.matches("Thing::new(").count(), 4);
        assert_eq!(example.matches("ThingValue::Unknown(").count(), 1);
    }

    #[test]
    fn requests_that_double() {
        let schema = |name: &str, next: usize| {
            let next = format!("{{$ref: '#/components/schemas/S{next}'}}");
            format!("    {name}: {{required: [a, b], properties: {{a: {next}, b: {next}}}}}\n")
        };
        let schemas: String = (0..60).map(|index| schema(&format!("S{index}"), index + 1)).collect();
        let example = example_of(&format!("{}{schemas}    S60: {{type: string}}\n", schema("Thing", 0)));
        assert_eq!(example.matches("s4.clone()").count(), 32);
        assert!(example.contains("async fn example(cloud: Client, s4: S4)"), "{example}");
    }

    #[test]
    fn long_circle_of_references() {
        let schemas: Vec<_> = (0..5000)
            .map(|index| format!("    S{index}: {{$ref: '#/components/schemas/S{}'}}\n", (index + 1) % 5000))
            .collect();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{}", schemas.concat()));
        assert!(said_soon(&text).ends_with("consists of more than 1000 schemas"), "{}", said_soon(&text));
    }

    #[test]
    fn schemas_that_double() {
        let schemas: Vec<_> = (0..60)
            .map(|index| {
                let next = format!("{{$ref: '#/components/schemas/S{}'}}", index + 1);
                format!("    S{index}: {{allOf: [{next}, {next}], example: {{}}}}\n")
            })
            .collect();
        let schemas = schemas.concat();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{schemas}    S60: {{type: object}}\n"));
        assert!(said_soon(&text).ends_with("consists of more than 1000 schemas"), "{}", said_soon(&text));
    }

    #[test]
    fn properties_that_double() {
        let schemas: Vec<_> = (0..500)
            .map(|index| {
                let next = format!(
                    "{{allOf: [{{$ref: '#/components/schemas/S{}'}}, {{properties: {{c: {{}}}}}}]}}",
                    index + 1
                );
                format!("    S{index}: {{properties: {{a: {next}, b: {next}}}}}\n")
            })
            .collect();
        let text = document(&format!(
            "paths: {{}}\ncomponents:\n  schemas:\n{}    S500: {{type: object}}\n",
            schemas.concat()
        ));
        let start = Instant::now();
        let notes = noted(&text);
        assert!(start.elapsed() < HANG, "{:?}", start.elapsed());
        let message = "the merged schema is too large, so the crate takes any value";
        assert!(notes[0].ends_with(message), "{}", notes[0]);
    }

    #[test]
    fn choices_of_choices() {
        let level = |of: &str, from: usize, to: usize| {
            let alternatives =
                (0..8).map(|index| format!("{{$ref: '#/components/schemas/{of}{to}'}}, {{title: T{index}}}"));
            format!("    {of}{from}: {{oneOf: [{}]}}\n", alternatives.collect::<Vec<_>>().join(", "))
        };
        let levels: Vec<_> = ["A", "B"].iter().flat_map(|of| [level(of, 0, 1), level(of, 1, 2)]).collect();
        let ends = "    A2: {properties: {a: {}}}\n    B2: {properties: {b: {}}}\n";
        let both = "{allOf: [{$ref: '#/components/schemas/A0'}, {$ref: '#/components/schemas/B0'}]}";
        let many = (0..100).map(|index| format!("    C{index}: {both}\n")).collect::<Vec<_>>().concat();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{many}{}{ends}", levels.concat()));
        let start = Instant::now();
        let notes = noted(&text);
        assert!(start.elapsed() < HANG, "{:?}", start.elapsed());
        let message = "the unions have more than 64 combinations, so the crate takes any value";
        assert!(notes[0].ends_with(message), "{}", notes[0]);
    }

    #[test]
    fn examples_that_take_years() {
        let both = "[{$ref: '#/components/schemas/Thing'}, {properties: {a: {$ref: '#/components/schemas/Thing'}}}]";
        let example = format!("{}1{}", "{a: ".repeat(80), "}".repeat(80));
        let text = schema(&format!("properties:\n  a: {{allOf: {both}}}\nexample: {example}"));
        let message = "10:7: this example and its schema are too deep to be compared";
        assert_eq!(said_soon(&text), message);
    }

    #[test]
    fn too_long() {
        let text = "x".repeat((64 << 20) + 1);
        assert_eq!(said_soon(&text), "1:1: this text is longer than 64 MiB, which no OpenAPI document is");
    }
}
