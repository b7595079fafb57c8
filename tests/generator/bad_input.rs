//! The diagnostics of documents that no crate comes out of, and of those whose crate leaves something out.

use std::fs;

use codegen::{Config, Diagnostic, Diagnostics, Document, Generated, Settings, check, generate, lint};
use insta::assert_snapshot;

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// How a document begins that nothing is wrong with, and that was written for this generator: that of others may be
/// sloppier. What a test adds starts in line 4.
const HEAD: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
servers: [{url: https://example.com, x-environment: API_URL}]
";

fn checked(text: &str) -> Result<Vec<Diagnostic>, Diagnostics> {
    Document::parse("api.yaml", text).and_then(|document| check(&document))
}

/// The errors of a document, or its warnings where it has no error.
fn diagnostics(text: &str) -> String {
    match checked(text) {
        Ok(warnings) => list("warning", &warnings),
        Err(errors) => list("error", &errors.0),
    }
}

fn list(severity: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = diagnostics.iter().map(|diagnostic| {
        let span = diagnostic.location.span;
        format!("{severity} {}:{}: {}\n  help: {}", span.line, span.column, diagnostic.message, diagnostic.help)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The diagnostics of several documents, each below the part in which it differs from the others.
fn each<const N: usize>(parts: [&str; N], document: impl Fn(&str) -> String) -> String {
    let sections = parts.map(|part| {
        let diagnostics = diagnostics(&document(part));
        let diagnostics = if diagnostics.is_empty() { "no error, no warning" } else { &diagnostics };
        format!("{}\n    {}", part.trim().replace('\n', "\\n"), diagnostics.replace('\n', "\n    "))
    });
    sections.join("\n")
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
fn the_documents_of_this_repository_have_no_errors() {
    let fixtures = fs::read_dir(format!("{WORKSPACE}/tests/fixtures")).unwrap().map(|entry| entry.unwrap().path());
    let fixtures = fixtures.filter(|file| file.extension().unwrap() == "yaml");
    check(tests::document::document()).unwrap_or_else(|errors| panic!("{errors}"));
    for file in fixtures {
        let name = file.display().to_string();
        let document = Document::parse(&name, fs::read_to_string(&file).unwrap()).unwrap();
        let config = fs::read_to_string(file.with_extension("toml")).ok();
        let config = config.map(|text| Config::parse(&name, text).unwrap());
        lint(&document, config.as_ref()).unwrap_or_else(|errors| panic!("{errors}"));
    }
}

mod not_openapi {
    use super::*;

    #[test]
    fn not_yaml() {
        assert_snapshot!(diagnostics("openapi: 3.0.3\ninfo: {title: 'Things\n"), @"
            error 2:15: this is not YAML: while scanning a quoted scalar, found unexpected end of stream
              help: fix the syntax here, or in the line above: look at quotes and indentation
        ");
    }

    #[test]
    fn not_yaml_at_a_long_character() {
        let text = "openapi: 3.0.3\ninfo: {title: 'Things'\u{7ff}\n";
        let place = checked(text).unwrap_err().0[0].location.span;
        assert_eq!(text.get(place.offset..place.offset + place.length), Some("\u{7ff}"));
    }

    #[test]
    fn empty() {
        assert_snapshot!(diagnostics(""), @"
            error 1:1: this is not an OpenAPI document: it is empty
              help: name a document that starts with `openapi: 3.0.3`
        ");
        assert_eq!(diagnostics("# Nothing yet.\n"), diagnostics(""));
    }

    #[test]
    fn something_else() {
        let texts = ["Dear all,\nplease find attached\n", "name: ci\non: push\n", "- 1\n"];
        assert_snapshot!(each(texts, str::to_owned), @r"
            Dear all,\nplease find attached
                error 1:1: this is not an OpenAPI document: it is the text `Dear all, please find attached`
                  help: name a document that starts with `openapi: 3.0.3`
            name: ci\non: push
                error 1:1: this is not an OpenAPI document: it has no `openapi`
                  help: name an OpenAPI document, or start this one with `openapi: 3.0.3`
            - 1
                error 1:1: this is not an OpenAPI document: it is a list
                  help: name a document that starts with `openapi: 3.0.3`
        ");
    }

    #[test]
    fn other_formats_are_called_by_their_names() {
        let texts = [
            "info: {}\nswagger: '2.0'\n",
            "{\"info\": {\"_postman_id\": \"x\"}, \"item\": []}",
            "asyncapi: 2.6.0\n",
            "#%RAML 1.0\ntitle: Things\n/things:\n",
            "# Things.\ntype Query {\n  a: A!\n}\n",
            "<?xml version='1.0'?>\n<definitions/>\n",
            "\n<!DOCTYPE html>\n<html/>\n",
        ];
        assert_snapshot!(each(texts, str::to_owned), @r#"
            info: {}\nswagger: '2.0'
                error 2:1: this is not an OpenAPI document, but a Swagger 2.0 document
                  help: convert it to OpenAPI 3.0, for example at https://converter.swagger.io
            {"info": {"_postman_id": "x"}, "item": []}
                error 1:11: this is not an OpenAPI document, but a Postman collection
                  help: export the API as OpenAPI 3.0 instead
            asyncapi: 2.6.0
                error 1:1: this is not an OpenAPI document, but an AsyncAPI document, which describes messages
                  help: name a document that describes an HTTP API
            #%RAML 1.0\ntitle: Things\n/things:
                error 1:1: this is not an OpenAPI document, but a RAML document
                  help: convert it to OpenAPI 3.0
            # Things.\ntype Query {\n  a: A!\n}
                error 2:1: this is not an OpenAPI document, but a GraphQL schema
                  help: name a document that describes an HTTP API with paths
            <?xml version='1.0'?>\n<definitions/>
                error 1:1: this is not an OpenAPI document, but XML
                  help: name an OpenAPI document, which is YAML or JSON
            <!DOCTYPE html>\n<html/>
                error 2:1: this is not an OpenAPI document, but a web page
                  help: download the document itself, which is YAML or JSON
        "#);
    }

    #[test]
    fn line_ends_and_marks_of_windows_are_no_problem() {
        assert_eq!(diagnostics(&format!("\u{feff}{}", document("paths: {}\n").replace('\n', "\r\n"))), "");
    }

    #[test]
    fn other_versions() {
        assert_snapshot!(each(["3.2.0", "2.0.0", "3.0"], |version| format!("openapi: {version}\n")), @"
            3.2.0
                error 1:10: this is OpenAPI `3.2.0`, but only 3.0 and 3.1 are supported
                  help: write the document in OpenAPI 3.1.1 or 3.0.3
            2.0.0
                error 1:10: this is OpenAPI `2.0.0`, but only 3.0 and 3.1 are supported
                  help: write the document in OpenAPI 3.1.1 or 3.0.3
            3.0
                error 1:10: `openapi` must be text, but is the number 3.0
                  help: write `openapi: 3.0.0`
        ");
    }
}

mod shape {
    use super::*;

    #[test]
    fn required_keys() {
        assert_snapshot!(diagnostics("openapi: 3.0.3\n"), @r#"
            warning 1:1: the document has no server, so a client has no base URL
              help: set `base-url = "https://…"` in the config, or `base_url(..)` of each client
            warning 1:1: the document must have `info`: the crate does without
              help: add `info`
            warning 1:1: the document must have `paths`: there are no operations
              help: add `paths`
        "#);
        let text = document("paths:\n  /things:\n    get:\n      operationId: listThings\n");
        assert_snapshot!(diagnostics(&text), @"
            error 6:5: an operation must have `responses`
              help: add `responses`
        ");
    }

    #[test]
    fn forms() {
        assert_snapshot!(diagnostics(&document("paths: []\ntags: things\nsecurity: [{key: [1]}]\n")), @"
            error 4:8: `paths` must be an object, but is an empty list
              help: write its keys below it, indented
            error 5:7: `tags` must be a list, but is the text `things`
              help: write a list: each entry on a line of its own, after `- `
            error 6:19: an element of `key` must be text, but is the number 1
              help: put it in quotes
        ");
        let text = "openapi: 3.0.3\ninfo: {title: Things, version: 1.0}\npaths: {}\n";
        assert_snapshot!(diagnostics(text), @r#"
            warning 1:1: the document has no server, so a client has no base URL
              help: set `base-url = "https://…"` in the config, or `base_url(..)` of each client
            warning 2:32: `version` must be text, but is the number 1.0: it is taken as `1.0`
              help: put it in quotes
        "#);
    }

    #[test]
    fn types() {
        assert_snapshot!(each(["{type: strin}", "{type: [string, 'null']}", "{type: null}"], schema), @"
            {type: strin}
                error 8:14: `type` must be one of `object`, `array`, `string`, `integer`, `number`, `boolean`, but is the text `strin`
                  help: did you mean `string`?
            {type: [string, 'null']}
                warning 8:8: `type` is like this only in OpenAPI 3.1, and read as there
                  help: write `openapi: 3.1.1`, or the keywords of 3.0
            {type: null}
                error 8:14: `type` must be one of `object`, `array`, `string`, `integer`, `number`, `boolean`, but is empty (`null`)
                  help: write one of these
        ");
    }

    #[test]
    fn keywords_of_other_types() {
        let schemas = [
            "{type: array, items: {type: object, format: uuid}, properties: {a: {format: int32}}}",
            "{format: date-time}",
        ];
        assert_snapshot!(each(schemas, schema), @"
            {type: array, items: {type: object, format: uuid}, properties: {a: {format: int32}}}
                error 8:43: `format` does not apply to the type `object`
                  help: leave it out, or write `type: string`
                error 8:58: `properties` does not apply to the type `array`
                  help: leave it out, or write `type: object`
                error 8:75: `format` has no effect without a `type`
                  help: add `type: integer`
            {format: date-time}
                error 8:8: `format` has no effect without a `type`
                  help: add `type: string`
        ");
    }

    #[test]
    fn misspelt_keys() {
        let text = schema("{type: string, minLenght: 1, anything: 2, $comment: 3}");
        assert_snapshot!(diagnostics(&text), @"
            error 8:22: a schema has no `minLenght`
              help: did you mean `minLength`?
        ");
    }

    #[test]
    fn keys_without_a_value() {
        let text = "openapi: 3.0.3\ninfo: {title: Things, version: '1', description: null}\nservers: [{url: https://example.com}]\n\
                    tags: [{name: a, externalDocs: {url: https://example.com, description: null}}]\npaths:\n  \
                    /things: {get: {operationId: listThings, summary: null, parameters: null, requestBody: null, deprecated: null, responses: {'204': {description: ''}}}}\n\
                    components: {schemas: {A: {type: string, maxLength: null}}}\n";
        assert_snapshot!(diagnostics(text), @"
            warning 2:50: `description` must be text, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 4:72: `description` must be text, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 6:53: `summary` must be text, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 6:71: `parameters` must be a list, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 6:90: `requestBody` must be an object, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 6:108: `deprecated` must be true or false, but is empty (`null`): it is left out
              help: write a value, or leave the key out
            warning 7:53: `maxLength` must be a whole number that is not negative, but is empty (`null`): it is left out
              help: write a value, or leave the key out
        ");
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
        assert_snapshot!(diagnostics(&text), @"
            error 5:3: `things` is not a path
              help: start it with a slash: `/things`
            error 7:48: `ok` is not a status
              help: write a code like `'200'`, a range like `4XX`, or `default`
        ");
    }

    #[test]
    fn paths_and_statuses_that_are_understood_all_the_same() {
        let text =
            "openapi: 3.0.3\ninfo: {title: Things, version: '1'}\nservers: [{url: https://example.com}]\npaths:\n";
        let get = "things: {get: {operationId: listThings, responses: {'204': {description: ''}}}}\n";
        let paths = [get, &format!("{get}  /things: {{}}\n")];
        assert_snapshot!(each(paths, |path| format!("{text}  {path}")), @r"
            things: {get: {operationId: listThings, responses: {'204': {description: ''}}}}
                warning 5:3: `things` is not a path: it is taken as `/things`
                  help: start it with a slash: `/things`
            things: {get: {operationId: listThings, responses: {'204': {description: ''}}}}\n  /things: {}
                warning 5:3: `things` is not a path: it is left out
                  help: start it with a slash: `/things`
        ");

        let ranges = ["4xx", "5xX", "4xy", "4XX: {description: ''}, 4xx"];
        let with_range = |range: &str| {
            let responses = format!("{{'204': {{description: ''}}, {range}: {{description: ''}}}}");
            format!("{text}  /things: {{get: {{operationId: listThings, responses: {responses}}}}}\n")
        };
        assert_snapshot!(each(ranges, with_range), @"
            4xx
                warning 5:82: `4xx` is not a status: it is taken as `4XX`
                  help: write a code like `'200'`, a range like `4XX`, or `default`
            5xX
                warning 5:82: `5xX` is not a status: it is taken as `5XX`
                  help: write a code like `'200'`, a range like `4XX`, or `default`
            4xy
                warning 5:82: `4xy` is not a status: it is left out
                  help: write a code like `'200'`, a range like `4XX`, or `default`
            4XX: {description: ''}, 4xx
                warning 5:106: `4xx` is not a status: it is left out
                  help: write a code like `'200'`, a range like `4XX`, or `default`
        ");
    }
}

mod references {
    use super::*;

    #[test]
    fn dangling() {
        let text = schema("{type: array, items: {$ref: '#/components/schemas/Thimg'}}");
        assert_snapshot!(diagnostics(&text), @"
            error 8:35: there is no `#/components/schemas/Thimg`
              help: did you mean `#/components/schemas/Thing`?
        ");
    }

    #[test]
    fn into_another_document() {
        let text = schema("{type: object, properties: {a: {$ref: 'other.yaml#/A'}}}");
        assert_snapshot!(diagnostics(&text), @"
            error 8:45: `other.yaml#/A` is not in this document
              help: make one file of all with a bundler, such as `npx @redocly/cli bundle`, or copy the file into the folder, and write a relative path
        ");
    }

    #[test]
    fn of_paths() {
        let paths = |reference: &str| document(&format!("paths:\n  /a: {{$ref: '{reference}'}}\n"));
        assert_snapshot!(each(["https://example.com/a.yaml", "/a.yaml", "#/paths/~1a"], paths), @"
            https://example.com/a.yaml
                error 5:14: `https://example.com/a.yaml` is not in this document
                  help: make one file of all with a bundler, such as `npx @redocly/cli bundle`, or copy the file into the folder, and write a relative path
            /a.yaml
                error 5:14: `/a.yaml` is not in this document
                  help: make one file of all with a bundler, such as `npx @redocly/cli bundle`, or copy the file into the folder, and write a relative path
            #/paths/~1a
                error 5:14: `#/paths/~1a` leads only back to itself: `/a` -> `/a`
                  help: write one of them out, as a path that does not refer to the others
        ");
    }

    #[test]
    fn to_something_else() {
        assert_snapshot!(diagnostics(&schema("type: object\nproperties:\n  a: {$ref: '#/info'}")), @"
            error 10:19: `#/info` is the info, not a schema
              help: refer to a schema, with `#/components/schemas/Name`
        ");
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
        assert_snapshot!(diagnostics(&text), @"
            warning 6:96: this operation has no success response, so its call returns nothing
              help: add one, under `'200'` or another 2xx status, if it returns something
            warning 7:94: this operation has no success response, so its call returns nothing
              help: add one, under `'200'` or another 2xx status, if it returns something
        ");
    }

    #[test]
    fn in_a_cycle() {
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
        assert_snapshot!(diagnostics(&text), @"
            error 8:24: `#/components/schemas/A` leads only back to itself: `A` -> `B` -> `A`
              help: write one of them out, as a schema that does not refer to the others
        ");
    }

    #[test]
    fn in_a_cycle_of_lists_and_maps() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    A: {type: array, items: {$ref: '#/components/schemas/B'}}
    B: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}
",
        );
        assert_snapshot!(diagnostics(&text), @"
            error 7:8: this list or map contains only itself: `A` -> `B` -> `A`
              help: let it contain something else, such as an object with properties
        ");
    }

    #[test]
    fn in_a_cycle_of_required_properties() {
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
        assert_snapshot!(diagnostics(&text), @"
            error 8:34: no value fits a schema that requires itself: `A` -> `B` -> `A`
              help: leave this out of `required`, or make it nullable
        ");
    }

    #[test]
    fn where_none_can_be() {
        assert_snapshot!(diagnostics(&document("paths: {$ref: paths.yaml}\n")), @"
            error 4:9: a `$ref` cannot stand for the paths
              help: write it out, and refer to a part of it
        ");
        assert_snapshot!(diagnostics(&schema("{type: object, properties: {a: {$ref: 5}}}")), @"
            error 8:45: `$ref` must be text
              help: write something like `'#/components/schemas/Name'`
        ");
    }

    #[test]
    fn with_something_beside() {
        let text = schema("{type: object, properties: {a: {$ref: '#/components/schemas/Thing', nullable: true}}}");
        assert_snapshot!(diagnostics(&text), @"
            error 8:75: `nullable` has no effect beside a `$ref`
              help: put the `$ref` into `allOf: [{$ref: ...}]`, and this beside the `allOf`
        ");
    }
}

#[test]
fn operation_ids_are_there_and_differ() {
    let text = document(
        "\
paths:
  /things:
    get: {operationId: listThings, responses: {'200': {description: ''}}}
    post: {responses: {'200': {description: ''}}}
  /others:
    get: {operationId: listThings, responses: {'200': {description: ''}}}
    put: {operationId: list_things, responses: {'200': {description: ''}}}
",
    );
    assert_snapshot!(diagnostics(&text), @"
        error 7:5: this operation has no `operationId`
          help: add one, like `operationId: listThings`: it becomes the name of a method
        error 9:24: `listThings` is also the `operationId` of `GET /things`
          help: give each operation a name of its own
        error 10:24: `list_things` and `listThings` of `GET /things` both become the method `list_things`
          help: give the two names that differ in more than case and punctuation
    ");
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
        assert_snapshot!(diagnostics(&path("/things/{id}", "[]")), @"
            error 5:3: the path has `{id}`, but there is no such parameter
              help: add a parameter with `name: id`, `in: path` and `required: true`
        ");
    }

    #[test]
    fn among_the_parameters_and_not_in_the_path() {
        let text = path("/things", "- {name: id, in: path, required: true, schema: {type: string}}");
        assert_snapshot!(diagnostics(&text), @"
            error 9:18: the path has no `{id}` for this parameter
              help: put `{id}` into the path, or leave this out
        ");
    }

    #[test]
    fn optional_in_the_path() {
        let text = path("/things/{id}", "- {name: id, in: path, schema: {type: string}}");
        assert_snapshot!(diagnostics(&text), @"
            error 9:11: a path parameter must be required
              help: write `required: true`
        ");
    }

    #[test]
    fn twice() {
        let parameter = "{name: page, in: query, schema: {type: string}}";
        assert_snapshot!(diagnostics(&path("/things", &format!("[{parameter}, {parameter}]"))), @"
            error 9:59: the parameter `page` is in this list twice
              help: remove one of the two
        ");
    }

    #[test]
    fn in_a_style_of_another_location() {
        let text = path("/things", "- {name: page, in: query, style: matrix, schema: {type: string}}");
        assert_snapshot!(diagnostics(&text), @"
            error 9:42: a query parameter cannot have the style `matrix`
              help: write `form`, `spaceDelimited`, `pipeDelimited`, `deepObject`, or leave `style` out
        ");
    }

    #[test]
    fn in_several_media_types() {
        let text = path("/things", "- {name: page, in: query, content: {application/json: {}, text/plain: {}}}");
        assert_snapshot!(diagnostics(&text), @"
            error 9:35: a parameter must have one media type, but this one has 2
              help: list only the media type that it is sent in
        ");
    }

    #[test]
    fn in_a_header_that_the_client_sets() {
        let text = path("/things", "- {name: Accept, in: header, schema: {type: string}}");
        assert_snapshot!(diagnostics(&text), @"
            warning 9:18: a parameter cannot set the header `Accept`, so this one is ignored
              help: leave it out: the client sets it
        ");
    }

    #[test]
    fn in_broken_braces() {
        assert_snapshot!(diagnostics(&path("'/things/{id'", "[]")), @"
            error 5:3: `/things/{id` cannot be filled in: a `{` has no `}`
              help: write each parameter once, as `{name}`
        ");
    }
}

mod constraints {
    use super::*;

    #[test]
    fn that_no_value_meets() {
        let schemas = [
            "{type: integer, multipleOf: 0}",
            "{type: integer, minimum: 5, maximum: 1}",
            "{type: string, minLength: 5, maxLength: 1}",
            "{type: array, items: {type: string}, minItems: -1}",
            "{type: string, enum: []}",
        ];
        assert_snapshot!(each(schemas, schema), @"
            {type: integer, multipleOf: 0}
                error 8:35: no value is a multiple of 0
                  help: write a number greater than 0, or leave `multipleOf` out
            {type: integer, minimum: 5, maximum: 1}
                error 8:32: no value is between `minimum: 5` and `maximum: 1`
                  help: lower `minimum`, or raise `maximum`
            {type: string, minLength: 5, maxLength: 1}
                error 8:33: no value is between `minLength: 5` and `maxLength: 1`
                  help: lower `minLength`, or raise `maxLength`
            {type: array, items: {type: string}, minItems: -1}
                error 8:54: `minItems` must be a whole number that is not negative, but is the number -1
                  help: write a number like `0` or `10`
            {type: string, enum: []}
                error 8:28: this `enum` has no values
                  help: list the values, or leave `enum` out
        ");
    }

    #[test]
    fn patterns() {
        let patterns = ["(a", r"^(?=a)", r"(a)\1", r"^\p{L}+$", r"(a{1000}){1000}"];
        assert_snapshot!(each(patterns, |pattern| schema(&format!("{{type: string, pattern: '{pattern}'}}"))), @r"
            (a
                error 8:31: the crate cannot check this regular expression: unclosed group
                  help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
            ^(?=a)
                error 8:31: the crate cannot check this regular expression: look-around, including look-ahead and look-behind, is not supported
                  help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
            (a)\1
                error 8:31: the crate cannot check this regular expression: backreferences are not supported
                  help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
            ^\p{L}+$
                error 8:31: the crate cannot check this regular expression: Unicode character classes are not supported
                  help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
            (a{1000}){1000}
                error 8:31: the crate cannot check this regular expression: compiled regex exceeded size limit
                  help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
        ");
    }

    #[test]
    fn required_properties() {
        let text = schema("{type: object, required: [id, id, nmae], properties: {id: {}, name: {}}}");
        assert_snapshot!(diagnostics(&text), @"
            error 8:37: `id` is in this list twice
              help: remove one of the two
            error 8:41: `nmae` is required, but is not one of the properties
              help: did you mean `name`?
        ");
    }

    #[test]
    fn values_that_yaml_reads_in_another_way() {
        assert_snapshot!(diagnostics(&schema("{type: string, enum: [yes, true, 1.0, yes]}")), @"
            error 8:34: `true` is not text, but the `type` of this `enum` is `string`
              help: put it in quotes: `'true'`
            error 8:40: `1.0` is not text, but the `type` of this `enum` is `string`
              help: put it in quotes: `'1.0'`
            error 8:45: `yes` is in this `enum` twice
              help: remove one of the two
        ");
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
    fn that_some_variant_does_not_have() {
        assert_snapshot!(diagnostics(&union("{propertyName: kind}")), @"
            error 11:37: the discriminator cannot work, because the variant at #/components/schemas/Shape/oneOf/1 has no property `kind`
              help: give every variant this property, or name one that all variants have
        ");
    }

    #[test]
    fn with_values_that_stand_for_something_else() {
        let text =
            union("{propertyName: kind, mapping: {square: Sqare}}").replace("{side:", "{kind: {type: string}, side:");
        assert_snapshot!(diagnostics(&text), @"
            error 11:61: `square` maps to `Sqare`, which is not one of the variants
              help: did you mean `Square`?
        ");
    }

    #[test]
    fn without_variants() {
        assert_eq!(diagnostics(&schema("{type: object, discriminator: {propertyName: kind}}")), "");
    }
}

mod examples {
    use super::*;

    #[test]
    fn of_the_wrong_type() {
        assert_snapshot!(diagnostics(&example("{type: array, items: {type: integer}}", "[1, two]")), @"
            error 14:28: this example does not fit its schema: expected a whole number, but this is the text `two`
              help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/items/type
        ");
    }

    #[test]
    fn deep_inside() {
        let text = example(
            "{type: object, properties: {a: {type: array, items: {type: object, required: [b]}}}}",
            "{a: [{b: 1}, {c: 1}]}",
        );
        assert_snapshot!(diagnostics(&text), @"
            error 13:101: `b` is required, but is not one of the properties
              help: describe it under `properties`, or leave it out here
            error 14:37: this example does not fit its schema: it has no `b`, which is required
              help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/properties/a/items/required
        ");
    }

    #[test]
    fn by_each_rule() {
        let examples = [
            "abc, an example of {type: string, format: uuid}",
            "'2024-05-14', an example of {type: string, format: date-time}",
            "A, an example of {type: string, pattern: '^[a-z]+$'}",
            "abc, an example of {type: string, maxLength: 2}",
            "25, an example of {type: integer, multipleOf: 12}",
            "5, an example of {type: integer, minimum: 5, exclusiveMinimum: true}",
            "null, an example of {type: string}",
            "1, an example of {type: string, nullable: true}",
            "{a: 1}, an example of {type: object, additionalProperties: false}",
            "gren, an example of {type: string, enum: [red, green]}",
        ];
        let document = |text: &str| {
            let (value, schema) = text.split_once(", an example of ").unwrap();
            example(schema, value)
        };
        assert_snapshot!(each(examples, document), @"
            abc, an example of {type: string, format: uuid}
                error 14:24: this example does not fit its schema: `abc` does not have the format `uuid`
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/format
            '2024-05-14', an example of {type: string, format: date-time}
                error 14:24: this example does not fit its schema: `2024-05-14` does not have the format `date-time`
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/format
            A, an example of {type: string, pattern: '^[a-z]+$'}
                error 14:24: this example does not fit its schema: `A` does not match `^[a-z]+$`
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/pattern
            abc, an example of {type: string, maxLength: 2}
                error 14:24: this example does not fit its schema: `abc` is longer than 2 characters
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/maxLength
            25, an example of {type: integer, multipleOf: 12}
                error 14:24: this example does not fit its schema: `25` is not a multiple of 12
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/multipleOf
            5, an example of {type: integer, minimum: 5, exclusiveMinimum: true}
                error 14:24: this example does not fit its schema: `5` is not more than 5
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/exclusiveMinimum
            null, an example of {type: string}
                error 14:24: this example does not fit its schema: expected text, but this is empty (`null`)
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/type
            1, an example of {type: string, nullable: true}
                error 14:24: this example does not fit its schema: expected `null` or text, but this is the number 1
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/type
            {a: 1}, an example of {type: object, additionalProperties: false}
                error 14:25: this example does not fit its schema: it has `a`, but the schema does not
                  help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/additionalProperties
            gren, an example of {type: string, enum: [red, green]}
                error 14:24: this example does not fit its schema: `gren` is not one of `red`, `green`
                  help: did you mean `green`?
        ");
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
        assert_snapshot!(diagnostics(&text), @"
            error 9:68: this default does not fit its schema: expected a whole number, but this is the text `first`
              help: correct it, or the schema at #/paths/~1things/get/parameters/0/schema/type
            error 9:85: this example does not fit its schema: expected a whole number, but this is the number 0.5
              help: correct it, or the schema at #/paths/~1things/get/parameters/0/schema/type
            error 17:19: this example does not fit its schema: expected a number, but this is the text `soon`
              help: correct it, or the schema at #/paths/~1things/get/responses/200/headers/X-Reset/schema/type
            error 19:37: this example does not fit its schema: expected true or false, but this is the text `yes`
              help: correct it, or the schema at #/components/schemas/Thing/type
        ");
    }

    #[test]
    fn long_values_are_cut_off() {
        assert_snapshot!(diagnostics(&example("{type: string, maxLength: 2}", &"secret".repeat(100))), @"
            error 14:24: this example does not fit its schema: `secretsecretsecretsecretsecretsecretsecretsecretsecretsecret…` is longer than 2 characters
              help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/maxLength
        ");
    }
}

mod extensions {
    use super::*;

    #[test]
    fn unknown() {
        let text = document("x-envelope: {result: a, error: b, requestId: c}\nx-envelop: 1\nx-other: 2\npaths: {}\n");
        assert_snapshot!(diagnostics(&text), @"
            error 5:1: there is no extension `x-envelop`
              help: did you mean `x-envelope`?
            error 6:1: there is no extension `x-other`
              help: leave it out; there are `x-check`, `x-deprecated-values`, `x-envelope`, `x-environment`, `x-find`, `x-needs`, `x-newtype`, `x-not-found`, `x-pagination`, `x-permissions`, `x-rate-limit`, `x-replaced-by`, `x-retry`, `x-retry-refused`, `x-stability`, `x-type-names`, `x-variant-names`, `x-waiters`, `x-wake`
        ");
    }

    #[test]
    fn of_others_in_a_document_without_ours() {
        let text = document("x-other: 1\npaths: {}\n").replace("x-environment", "x-address");
        assert_eq!(diagnostics(&text), "");
    }

    #[test]
    fn in_the_wrong_place() {
        assert_snapshot!(diagnostics(&document("x-retry: never\npaths: {}\n")), @"
            error 4:1: `x-retry` has no meaning on the document
              help: it belongs on an operation
        ");
        let text = example("{}", "1").replace("    get:\n", "    get:\n      x-check: look\n");
        assert_snapshot!(diagnostics(&text), @"
            error 7:7: `x-check` has no meaning on this GET
              help: it belongs on an operation that is not a GET: a GET can be retried without harm
        ");
        let text = text.replace("x-check: look", "x-find: {operation: listThings, by: [name]}");
        assert_snapshot!(diagnostics(&text), @"
            error 7:7: `x-find` has no meaning on this GET
              help: it belongs on a POST that creates something: no other call needs to find what it created
        ");
    }

    #[test]
    fn of_refusals_that_pass() {
        let refusals = [
            "{status: 409, messageStarts: '', within: 1m}",
            "{status: 409, messageStarts: Busy, within: 1m}, {status: 409, messageStarts: Busy, within: 2m}",
        ];
        let with = |refusals: &str| {
            let text = example("{}", "1").replacen(
                "    get:\n",
                &format!("    get:\n      x-retry-refused: [{refusals}]\n"),
                1,
            );
            text.replacen("paths:", "x-envelope: {result: result, error: error}\npaths:", 1)
        };
        assert_snapshot!(each(refusals, with), @"
            {status: 409, messageStarts: '', within: 1m}
                error 8:54: `messageStarts` must be text, but is blank
                  help: write the start of the API's message
            {status: 409, messageStarts: Busy, within: 1m}, {status: 409, messageStarts: Busy, within: 2m}
                error 8:73: this refusal is in the list twice, by its status and its message
                  help: remove one of the two
        ");
    }

    #[test]
    fn of_a_404_that_means_that_there_is_none() {
        let with = |value: &str| {
            document(&format!(
                "\
x-envelope: {{result: result, error: error}}
x-waiters: {{waitUntilThere: {{operation: getThing, field: state, target: [up]}}}}
paths:
  /thing:
    get:
      operationId: getThing
      x-not-found: {value}
      responses: {{'200': {{description: It., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Found'}}}}}}}}}}
components:
  schemas:
    Found: {{type: object, properties: {{result: {{$ref: '#/components/schemas/Thing'}}}}}}
    Thing: {{type: object, properties: {{state: {{type: string}}}}}}
"
            ))
        };
        assert_snapshot!(diagnostics(&with("error")), @"
            error 5:41: `getThing` cannot be polled: with `x-not-found`, it may return nothing
              help: name a GET that always returns an object
            error 10:7: this operation has no response 404 that could mean that there is none
              help: add the response `'404'`
            error 10:20: `x-not-found` must be `none`, but is the text `error`
              help: write `none` if a 404 means that there is none, else leave it out
        ");
        assert_snapshot!(diagnostics(&with("none").replace("    get:", "    delete:")), @"
            error 5:41: `getThing` cannot be polled: it is a DELETE
              help: name a GET that always returns an object
            error 10:7: `x-not-found` has no meaning on this DELETE
              help: it belongs on a GET: only what is read can be absent
        ");
    }

    #[test]
    fn that_replace_each_other() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    Thing: {type: object, properties: {a: {type: string, deprecated: true, x-replaced-by: b}, b: {type: string, deprecated: true, x-replaced-by: a}}}
",
        );
        assert_snapshot!(diagnostics(&text), @"
            error 7:91: these replace each other: `a` -> `b` -> `a`
              help: name one that is not deprecated, or leave it out
        ");
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
        assert_snapshot!(diagnostics(&text), @"
            error 4:28: unknown key `requestID`
              help: did you mean `requestId`?
            error 8:64: expected the name of an environment variable, but this is the text `A B`
              help: write a name like `MY_API_URL`
            error 9:56: expected the name of an environment variable, but this is the number 5
              help: write a name like `MY_API_URL`
            error 11:58: `rad` is not in the `enum`
              help: did you mean `red`?
            error 11:73: expected the name of a variant, but this is the text `red`
              help: write a name in upper camel case, like `UsEast1`
        ");
    }
}

mod finds {
    use super::*;

    /// A document whose creation takes this shelf, and finds by the name and by what follows.
    fn creation(shelf: &str, find: &str) -> String {
        document(&format!(
            "\
paths:
  /shelves/{{shelf}}/things:
    get:
      operationId: listThings
      parameters: [{{name: shelf, in: path, required: true, schema: {{type: string}}}}]
      responses: {{'200': {{description: They., content: {{application/json: {{schema: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}}}}}}}}}
    post:
      operationId: createThing
      x-find: {{operation: listThings, by: [name{find}}}
      parameters: [{{name: shelf, in: path, required: true, schema: {{type: {shelf}}}}}]
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/NewThing'}}}}}}}}
      responses: {{'204': {{description: Done.}}}}
components:
  schemas:
    Thing: {{type: object, properties: {{name: {{type: string}}, size: {{type: string}}}}}}
    NewThing: {{type: object, required: [name], properties: {{name: {{type: string}}, size: {{type: integer}}}}}}
"
        ))
    }

    #[test]
    fn by_properties_and_parameters_of_other_types() {
        assert_eq!(diagnostics(&creation("string", "]")), "");
        assert_snapshot!(diagnostics(&creation("string", ", size]")), @"
            error 12:50: `size` is of the type `integer` in the request body, but `string` in an item of the list
              help: name a property that has the same type in both
        ");
        assert_snapshot!(diagnostics(&creation("integer", "]")), @"
            error 12:27: `listThings` needs `shelf` of another type than this path has: the schemas differ
              help: let both refer to the same schema, or to the same parameter
        ");
    }

    #[test]
    fn that_lack_nothing() {
        assert_snapshot!(diagnostics(&creation("string", "], lacks: ''")), @"
            error 12:58: `lacks` must be text, but is blank
              help: write what an item of the list lacks, as the end of a sentence
        ");
    }
}

mod wake_ups {
    use super::*;

    /// A document with this rule, and an operation with `x-needs` under this path.
    fn rule(rule: &str, path: &str) -> String {
        document(&format!(
            "\
x-wake: {rule}
paths:
  /rooms/{{room}}:
    parameters: [{{name: room, in: path, required: true, schema: {{type: string}}}}]
    get:
      operationId: getRoom
      responses: {{'200': {{description: It., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Room'}}}}}}}}}}
    patch:
      operationId: updateRoom
      requestBody: {{required: true, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Command'}}}}}}}}
      responses: {{'204': {{description: Done.}}}}
  {path}:
    get:
      operationId: listPipes
      x-needs: wake
      parameters: [{{name: room, in: path, required: true, schema: {{type: string}}}}]
      responses: {{'204': {{description: Done.}}}}
components:
  schemas:
    Room: {{type: object, properties: {{state: {{type: string, enum: [idle, awaking, running]}}}}}}
    Command: {{type: object, required: [command], properties: {{command: {{type: string, enum: [awake, stop]}}}}}}
"
        ))
    }

    const RULE: &str = "{status: 424, read: getRoom, field: state, wakeFrom: [idle], wake: {operation: updateRoom, \
                        body: {command: awake}}, waitIn: [awaking], target: [running], within: 10m}";

    #[test]
    fn with_states_and_bodies_that_do_not_fit() {
        assert_eq!(diagnostics(&rule(RULE, "/rooms/{room}/pipes")), "");
        let wrong =
            RULE.replace("[idle]", "[idel]").replace("command: awake", "command: awaken").replace("10m", "soon");
        assert_snapshot!(diagnostics(&rule(&wrong, "/rooms/{room}/pipes")), @"
            error 4:116: this body does not fit its schema: `awaken` is not one of `awake`, `stop`
              help: did you mean `awake`?
            error 4:172: expected a duration longer than zero, but this is the text `soon`
              help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
        ");
        let wrong = RULE.replace("[idle]", "[idel]").replace("command: awake", "comand: awake");
        assert_snapshot!(diagnostics(&rule(&wrong, "/rooms/{room}/pipes")), @"
            error 4:63: `idel` is not in the `enum` of the field
              help: did you mean `idle`?
            error 4:100: this body does not fit its schema: it has no `command`, which is required
              help: correct it, or the schema at #/components/schemas/Command/required
            error 4:107: the request body of `updateRoom` has no `comand`
              help: did you mean `command`?
        ");
    }

    #[test]
    fn for_an_operation_without_the_parameters() {
        let text = rule(RULE, "/pipes")
            .replace("      parameters: [{name: room, in: path, required: true, schema: {type: string}}]\n", "");
        assert_snapshot!(diagnostics(&text), @"
            error 18:7: `getRoom` needs `room`, which this path does not have
              help: name an operation that takes the same parameters in its path, and no other required ones
            error 18:7: `updateRoom` needs `room`, which this path does not have
              help: name an operation that takes the same parameters in its path, and no other required ones
        ");
    }

    #[test]
    fn that_nothing_needs_or_that_is_not_there() {
        let text = rule(RULE, "/rooms/{room}/pipes");
        assert_snapshot!(diagnostics(&text.replace("      x-needs: wake\n", "")), @"
            error 4:1: no operation has `x-needs: wake`
              help: add `x-needs: wake` to the operations that need it, or leave `x-wake` out
        ");
        assert_snapshot!(diagnostics(&text.replace(&format!("x-wake: {RULE}\n"), "")), @"
            error 17:7: `x-needs: wake` has no effect without `x-wake` at the root, which says how
              help: add `x-wake` to the document, or leave it out
        ");
    }
}

mod newtypes {
    use super::*;

    #[test]
    fn of_other_schemas_than_strings_and_integers() {
        let text = document(
            "\
paths: {}
components:
  schemas:
    Thing:
      type: object
      x-newtype: true
      properties:
        id: {type: string, x-newtype: true}
    Things: {type: array, items: {$ref: '#/components/schemas/Thing'}, x-newtype: true}
    Either: {oneOf: [{type: string}, {type: integer}], x-newtype: true}
    Color: {type: string, enum: [red], x-newtype: true}
    Ratio: {type: number, x-newtype: true}
    Key: {type: string, format: password, x-newtype: true}
    Other: {allOf: [{$ref: '#/components/schemas/Ratio'}], x-newtype: true}
    Anything: {x-newtype: true}
    Id: {type: string, x-newtype: false}
",
        );
        assert_snapshot!(diagnostics(&text), @"
            error 9:7: a newtype must be a string or an integer, but `Thing` is an object
              help: leave out `x-newtype`: it has a type of its own already
            error 11:28: `x-newtype` has no meaning on a schema
              help: it belongs on a schema under `components: schemas:`, whose name the type has
            error 12:72: a newtype must be a string or an integer, but `Things` is an array
              help: leave out `x-newtype`: its values cannot be compared and hashed like those of an ID
            error 13:56: a newtype must be a string or an integer, but `Either` is a union
              help: leave out `x-newtype`: it has a type of its own already
            error 14:40: a newtype must be a string or an integer, but `Color` is an enum
              help: leave out `x-newtype`: it has a type of its own already
            error 15:27: a newtype must be a string or an integer, but `Ratio` is a number
              help: leave out `x-newtype`: its values cannot be compared and hashed like those of an ID
            error 16:43: a newtype must be a string or an integer, but `Key` is a secret
              help: leave out `x-newtype`: it has a type of its own already
            error 17:60: a newtype must be a string or an integer, but `Other` is an `allOf`
              help: write its `type` and `format` in place of the `allOf`
            error 18:16: a newtype must be a string or an integer, but `Anything` is of any type
              help: add `type: string` or `type: integer`
            error 19:35: `x-newtype` must be `true`, but is `false`
              help: write `true` if the schema becomes a type of its own, else leave it out
        ");
    }
}

mod rate_limit {
    use super::*;

    fn with_limit(limit: &str) -> String {
        document(&format!("x-rate-limit: {limit}\npaths: {{}}\n"))
    }

    #[test]
    fn windows() {
        for window in ["500ms", "10s", "1.5m", "2h"] {
            assert_eq!(diagnostics(&with_limit(&format!("{{requests: 10, window: {window}}}"))), "", "{window}");
        }
        let windows = ["10", "10 s", "1d", "0s", "0.1ms", "-1s", "1e3s", ".s", "99999999999999999999h", "[]"];
        assert_snapshot!(each(windows, |window| with_limit(&format!("{{requests: 10, window: {window}}}"))), @"
            10
                error 4:38: expected a duration longer than zero, but this is the number 10
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            10 s
                error 4:38: expected a duration longer than zero, but this is the text `10 s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            1d
                error 4:38: expected a duration longer than zero, but this is the text `1d`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            0s
                error 4:38: expected a duration longer than zero, but this is the text `0s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            0.1ms
                error 4:38: expected a duration longer than zero, but this is the text `0.1ms`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            -1s
                error 4:38: expected a duration longer than zero, but this is the text `-1s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            1e3s
                error 4:38: expected a duration longer than zero, but this is the text `1e3s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            .s
                error 4:38: expected a duration longer than zero, but this is the text `.s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            99999999999999999999h
                error 4:38: expected a duration longer than zero, but this is the text `99999999999999999999h`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            []
                error 4:38: expected a duration longer than zero, but this is an empty list
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
        ");
    }

    #[test]
    fn numbers_of_requests() {
        let numbers = ["0", "-1", "1.5", "ten", "4294967296"];
        assert_snapshot!(each(numbers, |number| with_limit(&format!("{{requests: {number}, window: 1s}}"))), @"
            0
                error 4:26: `requests` must be a whole number from 1, but is the number 0
                  help: write a number like `10`
            -1
                error 4:26: `requests` must be a whole number from 1, but is the number -1
                  help: write a number like `10`
            1.5
                error 4:26: `requests` must be a whole number from 1, but is the number 1.5
                  help: write a number like `10`
            ten
                error 4:26: `requests` must be a whole number from 1, but is the text `ten`
                  help: write a number like `10`
            4294967296
                error 4:26: `requests` must be a whole number from 1, but is the number 4294967296
                  help: write a number like `10`
        ");
    }

    #[test]
    fn other_keys() {
        assert_snapshot!(each(["{window: 1s, request: 1}", "10"], with_limit), @"
            {window: 1s, request: 1}
                error 4:1: `requests` is missing
                  help: add `requests`
                error 4:28: unknown key `request`
                  help: did you mean `requests`?
            10
                error 4:15: expected an object with `requests`, `window`, but this is the number 10
                  help: write each on a line of its own, indented
        ");
    }
}

mod lists {
    use super::*;

    /// A document with a rule for all lists in line 4, and one for the list of things in line 10, column 21.
    fn rules(of_document: &str, of_things: &str) -> String {
        document(&format!(
            "\
x-pagination: {of_document}
x-envelope: {{result: data}}
paths:
  /things:
    get:
      operationId: listThings
      x-pagination: {of_things}
      summary: Lists things
      parameters:
        - {{name: cursor, in: query, description: Where the page begins., schema: {{type: integer}}}}
        - {{name: offset, in: query, description: How many items to skip., schema: {{type: integer}}}}
      responses: {{'200': {{$ref: '#/components/responses/Things'}}}}
  /thing:
    get:
      operationId: getThing
      summary: Gets a thing
      parameters: [{{name: next, in: query, description: Where the page begins., schema: {{type: string}}}}]
      responses: {{'200': {{description: It., content: {{application/json: {{schema: {{type: object}}}}}}}}}}
components:
  responses:
    Things:
      description: Things.
      content:
        application/json:
          schema:
            properties: {{data: {{type: array, items: {{type: string}}}}, next: {{type: integer}}, count: {{type: integer}}}}
"
        ))
    }

    #[test]
    fn without_errors() {
        assert_eq!(diagnostics(&rules("{offset: offset, total: count}", "false")), "");
    }

    #[test]
    fn with_mistakes_in_how_they_go_on() {
        let of_things = [
            "5",
            "{}",
            "{cursor: cursor, next: next, offset: offset}",
            "{cursor: cursor, next: next}",
            "{cursor: curser, next: next}",
            "{offset: offset, limit: limit, total: total}",
        ];
        assert_snapshot!(each(of_things, |rule| rules("{offset: offset}", rule)), @r"
            5
                error 10:21: `x-pagination` of an operation must be an object or `false`, but is the number 5
                  help: write how this list goes on, or `false` if it does not
            {}
                error 10:7: `cursor` or `offset` is missing
                  help: add the query parameter that says where a page begins
            {cursor: cursor, next: next, offset: offset}
                error 10:50: a list goes on either at a cursor or at an offset, but this one at both
                  help: remove one of the two
            {cursor: cursor, next: next}
                error 10:30: the cursor `cursor` is not of the type `string`
                  help: write `type: string`, or `offset` in place of `cursor` if it is a number of items
                error 10:44: `next` in the response of `listThings` is not of the type `string`
                  help: write `type: string`
            {cursor: curser, next: next}
                error 10:30: `listThings` has no query parameter `curser`
                  help: did you mean `cursor`?
            {offset: offset, limit: limit, total: total}
                error 10:45: `listThings` has no query parameter `limit`
                  help: add it to the operation
                error 10:59: the response of `listThings` has no `total` beside its list
                  help: add it to the envelope
        ");
        let of_document = ["[]", "{cursor: next, next: next}", "{cursor: cursor, next: nxet}"];
        let without_own = |rule: &str| rules(rule, "false").replace("      x-pagination: false\n", "");
        assert_snapshot!(each(of_document, without_own), @"
            []
                error 4:15: `x-pagination` must be an object, but is an empty list
                  help: write `{cursor: …, next: …}` or `{offset: …}`
            {cursor: next, next: next}
                error 4:24: no GET that returns a list has the query parameter `next`
                  help: add it to the operations whose lists have pages
            {cursor: cursor, next: nxet}
                error 8:5: the cursor `cursor` is not of the type `string`
                  help: write `type: string`, or `offset` in place of `cursor` if it is a number of items (for a list without pages, add `x-pagination: false`)
                error 8:5: the response of `listThings` has no `nxet` beside its list
                  help: did you mean `next`? (for a list without pages, add `x-pagination: false`)
        ");
    }

    #[test]
    fn that_are_none() {
        let text = rules("{offset: offset}", "false");
        let text = text.replace(
            "      operationId: getThing\n",
            "      operationId: getThing\n      x-pagination: {cursor: next, next: next}\n",
        );
        assert_snapshot!(diagnostics(&text), @r"
            error 19:7: `getThing` does not return a list
              help: leave it out: only an array has pages
        ");
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
    fn without_errors() {
        let rest = "description: Waits.\nfailure: [broken]\nevery: 1s\nwithin: 1h";
        assert_eq!(diagnostics(&rule(&format!("operation: getThing\nfield: state\ntarget: [ready]\n{rest}"))), "");
        assert_eq!(diagnostics(&rule("operation: getThing\nfield: state\nnotFound: done")), "");
    }

    #[test]
    fn keys_and_their_values() {
        assert_snapshot!(diagnostics(&document("x-waiters: []\npaths: {}\n")), @"
            error 4:12: `x-waiters` must be an object, but is an empty list
              help: write a rule under the name of each waiter
        ");
        let rules = [
            "traget: [ready]",
            "operation: getThing\nfield: state\nevery: 5\nwithin: soon\nnotFound: true\ndescription: 1\ntarget: ready",
            "operation: getThing\nfield: state\ntarget: []",
            "operation: getThing\nfield: state\nfields: {state: {target: [ready]}}",
            "operation: getThing\nfields: {}\nnotFound: done\nnotYet: []\nwithin: 0s",
            "operation: getThing\nfield: state\ntarget: [ready, ready]\nfailure: [broken, broken]\nnotYet: [400, 400]",
            "operation: getThing\nfield: state\ntarget: [ready]\nevery: 2m\nwithin: 1m",
        ];
        assert_snapshot!(each(rules, rule), @r#"
            traget: [ready]
                error 5:3: `operation` is missing
                  help: add `operation`
                error 5:3: `field` is missing
                  help: add `field`
                error 5:3: this waiter has no target state
                  help: list the values that are waited for under `target`, or write `notFound: done`
                error 6:5: unknown key `traget`
                  help: did you mean `target`?
            operation: getThing\nfield: state\nevery: 5\nwithin: soon\nnotFound: true\ndescription: 1\ntarget: ready
                error 8:12: expected a duration longer than zero, but this is the number 5
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
                error 9:13: expected a duration longer than zero, but this is the text `soon`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
                error 10:15: `notFound` must be `done`, but is `true`
                  help: write `done` if a 404 means success, else leave it out
                error 11:18: `description` must be text, but is the number 1
                  help: describe what is waited for, in a sentence
                error 12:13: `target` must be a list, but is the text `ready`
                  help: list values of the field
            operation: getThing\nfield: state\ntarget: []
                error 5:3: this waiter has no target state
                  help: list the values that are waited for under `target`, or write `notFound: done`
            operation: getThing\nfield: state\nfields: {state: {target: [ready]}}
                error 7:5: `field` and `fields` exclude each other
                  help: move it into `fields`, or leave `fields` out
            operation: getThing\nfields: {}\nnotFound: done\nnotYet: []\nwithin: 0s
                error 7:13: `fields` must be an object with a field at least, but is an empty object
                  help: write `{target: [..], failure: [..]}` under the name of each property
                error 9:13: `notYet` must be a list of statuses, but is an empty list
                  help: list the statuses that mean that the state cannot be read yet: `[400, 404]`
                error 10:13: expected a duration longer than zero, but this is the text `0s`
                  help: write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`
            operation: getThing\nfield: state\ntarget: [ready, ready]\nfailure: [broken, broken]\nnotYet: [400, 400]
                error 8:21: `ready` is in this list twice
                  help: remove one of the two
                error 9:23: `broken` is in this list twice
                  help: remove one of the two
                error 10:19: `400` is in this list twice
                  help: remove one of the two
            operation: getThing\nfield: state\ntarget: [ready]\nevery: 2m\nwithin: 1m
                error 9:12: `every` is longer than `within`
                  help: write a shorter time between two polls, or a longer timeout
        "#);
    }

    #[test]
    fn operations() {
        let with = |id: &str| rule(&format!("operation: {id}\nfield: state\ntarget: [ready]"));
        assert_snapshot!(each(["getThings", "[]", "putThing", "countThings"], with), @"
            getThings
                error 6:16: there is no operation `getThings`
                  help: did you mean `getThing`?
            []
                error 6:16: `operation` must be text, but is an empty list
                  help: write the `operationId` of a GET
            putThing
                error 6:16: `putThing` cannot be polled: it is a PUT
                  help: name a GET that always returns an object
            countThings
                error 6:16: `countThings` does not return an object with properties
                  help: name a GET that always returns an object
        ");
    }

    #[test]
    fn fields() {
        let with = |field: &str| rule(&format!("operation: getThing\nfield: {field}\ntarget: [ready]"));
        assert_snapshot!(each(["stats", "age", "1"], with), @"
            stats
                error 7:12: the result of `getThing` has no `stats`
                  help: did you mean `state`?
            age
                error 7:12: `age` is not plain text
                  help: name a property of the type `string` without a `format`
            1
                error 7:12: `field` must be text, but is the number 1
                  help: write the name of a property
        ");
    }

    /// The rule in a document that has an envelope for errors.
    fn rule_with_envelope(text: &str) -> String {
        let envelope = "x-envelope: {result: result, error: error}\npaths:";
        let text = rule(text).replacen("paths:", envelope, 1);
        let thing =
            "{type: object, properties: {state: {type: string, enum: [new, ready, broken]}, age: {type: integer}}}";
        let text = text.replacen(thing, &format!("{{type: object, properties: {{result: {thing}}}}}"), 1);
        let (without_count, _) = text.split_once("  /count:").unwrap();
        without_count.to_owned()
    }

    #[test]
    fn gone() {
        let rest = [
            "gone: [{status: 400, messageStarts: 'BAD_REQUEST: Invalid'}]",
            "gone: []",
            "gone: true",
            "gone: [{status: 404, messageStarts: ''}, {status: 500}, 400]",
        ];
        let with =
            |rest: &str| rule_with_envelope(&format!("operation: getThing\nfield: state\nnotFound: done\n{rest}"));
        assert_snapshot!(each(rest, with), @"
            gone: [{status: 400, messageStarts: 'BAD_REQUEST: Invalid'}]
                no error, no warning
            gone: []
                error 9:11: `gone` is empty
                  help: write `{status: 400, messageStarts: '…'}` for each refusal that means that it is gone
            gone: true
                error 9:11: `gone` must be a list, but is `true`
                  help: write `{status: 400, messageStarts: '…'}` for each refusal that means that it is gone
            gone: [{status: 404, messageStarts: ''}, {status: 500}, 400]
                error 9:21: `status` must be from 400 to 499, except 404 and 429, but is the number 404
                  help: for 404, write `notFound: done`; 429 is retried anyway
                error 9:41: `messageStarts` must be text, but is blank
                  help: write the start of the API's message
                error 9:46: `messageStarts` is missing
                  help: add `messageStarts`
                error 9:55: `status` must be from 400 to 499, except 404 and 429, but is the number 500
                  help: for 404, write `notFound: done`; 429 is retried anyway
                error 9:61: expected an object with `status`, `messageStarts`, but this is the number 400
                  help: write each on a line of its own, indented
        ");
    }

    #[test]
    fn gone_without_what_it_needs() {
        let gone = "gone: [{status: 400, messageStarts: no}]";
        let text = format!("operation: getThing\nfield: state\ntarget: [ready]\n{gone}");
        assert_snapshot!(diagnostics(&rule_with_envelope(&text)), @"
            error 9:5: `gone` has no effect without `notFound: done`
              help: add `notFound: done`, or leave `gone` out
        ");
        assert_snapshot!(diagnostics(&rule(&text.replace("target: [ready]", "notFound: done"))), @"
            error 9:5: `gone` needs the message of an error, but no `x-envelope` says where that is
              help: add `x-envelope` with `error` to the document
        ");
    }

    #[test]
    fn settle() {
        let with =
            |settle: &str| rule(&format!("operation: getThing\nfield: state\ntarget: [ready]\nsettle: {settle}"));
        assert_snapshot!(each(["3", "0", "1.5", "x", "99999999999999999999"], with), @"
            3
                no error, no warning
            0
                error 9:13: `settle` must be a number from 1 to 100, but is the number 0
                  help: write how many polls in a row must show a target state, else leave it out
            1.5
                error 9:13: `settle` must be a number from 1 to 100, but is the number 1.5
                  help: write how many polls in a row must show a target state, else leave it out
            x
                error 9:13: `settle` must be a number from 1 to 100, but is the text `x`
                  help: write how many polls in a row must show a target state, else leave it out
            99999999999999999999
                error 9:13: `settle` must be a number from 1 to 100, but is the number 1e+20
                  help: write how many polls in a row must show a target state, else leave it out
        ");
    }

    #[test]
    fn of_an_operation_with_several_response_variants() {
        let text = rule("operation: getThing\nfield: state\ntarget: [ready]");
        let text = text.replacen("'200':", "'202': {description: Later.}\n        '200':", 1);
        assert_snapshot!(diagnostics(&text), @"
            error 6:16: `getThing` has several response types
              help: name a GET that always returns an object
        ");
    }

    #[test]
    fn states() {
        let states = [
            "target: [raedy]\nfailure: [old]",
            "target: [ready]\nfailure: [broken, ready]",
            "target: [ready]\nfailure: [1]",
        ];
        assert_snapshot!(each(states, |states| rule(&format!("operation: getThing\nfield: state\n{states}"))), @r"
            target: [raedy]\nfailure: [old]
                error 8:14: `raedy` is not in the `enum` of the field
                  help: did you mean `ready`?
                error 9:15: `old` is not in the `enum` of the field
                  help: write one of its values
            target: [ready]\nfailure: [broken, ready]
                error 9:23: `ready` is also under `target`
                  help: remove one of the two
            target: [ready]\nfailure: [1]
                error 9:15: an element of `failure` must be text, but is the number 1
                  help: write a value of the field, in quotes if need be
        ");
    }

    #[test]
    fn names() {
        let text = rule("operation: getThing\nfield: state\ntarget: [ready]");
        assert_snapshot!(each(["get-thing", "'-'"], |name| text.replace("waitForThing", name)), @"
            get-thing
                error 5:3: `get-thing` and the operation `getThing` would both become the method `get_thing`
                  help: give the waiter another name, like `waitUntilThingReady`
            '-'
                error 5:3: `-` cannot be the name of a method
                  help: write a name, like `waitUntilThingReady`
        ");
        let twice = "  wait_for_thing: {operation: getThing, field: state, target: [new]}\npaths:";
        assert_snapshot!(diagnostics(&text.replacen("paths:", twice, 1)), @"
            error 9:3: `wait_for_thing` and the waiter `waitForThing` would both become the method `wait_for_thing`
              help: give the waiter another name, like `waitUntilThingReady`
        ");
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
        assert_snapshot!(diagnostics(&response("{type: object, properties: {result: {}}}")), @"
            error 14:15: this response has no `requestId`, which `x-envelope` names
              help: describe an object with `requestId` and `result`
        ");
    }

    #[test]
    fn a_response_whose_result_is_elsewhere() {
        let text = response("{type: object, properties: {requestId: {}, data: {type: object}}}");
        assert_snapshot!(diagnostics(&text), @"
            error 14:15: `data` of this response would be lost: `x-envelope` names `result` as the result
              help: call it `result`, or put it inside that
        ");
    }

    #[test]
    fn a_response_without_a_result() {
        let properties = "{requestId: {type: string}, status: {type: integer}}";
        assert_eq!(diagnostics(&response(&format!("{{type: object, properties: {properties}}}"))), "");
    }
}

mod supported {
    use super::*;

    #[test]
    fn negations() {
        assert_snapshot!(diagnostics(&schema("{not: {type: string}}")), @"
            error 8:8: `not` is not supported
              help: describe the values that are possible instead
        ");
    }

    #[test]
    fn other_keys_beside_properties() {
        let schemas = [
            "{type: object, properties: {a: {type: string}}, additionalProperties: true}",
            "{type: object, properties: {a: {type: string}}, additionalProperties: {}}",
            "{type: object, properties: {a: {type: string}}, additionalProperties: false}",
            "{type: object, additionalProperties: {type: string}}",
        ];
        assert_snapshot!(each(schemas, schema), @"
            {type: object, properties: {a: {type: string}}, additionalProperties: true}
                warning 8:55: keys other than those in `properties` are neither sent nor read
                  help: list the keys that are needed, or leave `properties` out: then it becomes a map
            {type: object, properties: {a: {type: string}}, additionalProperties: {}}
                warning 8:55: keys other than those in `properties` are neither sent nor read
                  help: list the keys that are needed, or leave `properties` out: then it becomes a map
            {type: object, properties: {a: {type: string}}, additionalProperties: false}
                no error, no warning
            {type: object, additionalProperties: {type: string}}
                no error, no warning
        ");
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
        assert_snapshot!(diagnostics(&post("{content: {}}", DONE)), @"
            error 8:21: this request body has no media type
              help: describe `application/json`
        ");
    }

    #[test]
    fn in_a_form_without_fields() {
        let text = post("{content: {multipart/form-data: {schema: {type: string, format: binary}}}}", DONE);
        assert_snapshot!(diagnostics(&text), @"
            error 8:53: `multipart/form-data` is a form, but this schema is not an object
              help: describe an object, with a property for each field of the form
        ");
    }

    #[test]
    fn in_more_media_types_than_are_used() {
        let text = post(
            "{content: {application/xml: {schema: {type: integer}}, application/json: {schema: {type: string}}}}",
            "{'200': {description: A thing., content: {text/xml: {}, application/json: {schema: {}}, text/csv: {}}}}",
        );
        assert_snapshot!(diagnostics(&text), @"
            warning 8:31: `application/xml` is not sent: another media type is
              help: no change is needed, unless the service prefers it: then list it first, and leave JSON out
            warning 9:60: `text/xml` is not requested: another media type is
              help: no change is needed, unless the service prefers it: then list it first, and leave JSON out
            warning 9:106: `text/csv` is not requested: another media type is
              help: no change is needed, unless the service prefers it: then list it first, and leave JSON out
        ");
    }

    #[test]
    fn of_no_success() {
        let text = post("{content: {text/plain: {}}}", "{'404': {description: No.}}");
        assert_snapshot!(diagnostics(&text), @"
            warning 9:7: this operation has no success response, so its call returns nothing
              help: add one, under `'200'` or another 2xx status, if it returns something
        ");
    }
}

mod servers {
    use super::*;

    #[test]
    fn with_a_variable_without_a_default() {
        let text = document("paths: {}\n").replace("https://example.com", "'https://{region}.example.com'");
        assert_snapshot!(diagnostics(&text), @"
            warning 3:17: the variable `{region}` has no default, so users have to set it
              help: if there is one, give it a default: `variables: {region: {default: value}}`
        ");
    }

    #[test]
    fn that_are_not_called() {
        let get = "get: {operationId: listThings, responses: {'204': {description: Done.}}}";
        let path = format!("/things: {{servers: [{{url: '<address>'}}], {get}}}");
        let text = document(&format!("paths:\n  {path}\n")).replacen("https://example.com", "/v1", 1);
        assert_snapshot!(diagnostics(&text), @"
            warning 3:17: `/v1` is not a complete URL, so users have to set the base URL
              help: write the complete URL, like `https://api.example.com`, if all users share one
            warning 5:29: `<address>` cannot be called, so calls go to the document's first server
              help: write a URL like `https://api.example.com`
        ");
    }
}

mod security {
    use super::*;

    #[test]
    fn by_schemes_that_no_client_follows() {
        let schemes =
            "components: {securitySchemes: {a: {type: http, scheme: digest}, b: {type: http, scheme: basic}}}";
        let text = document(&format!("security: [{{a: [], b: []}}]\npaths: {{}}\n{schemes}\n"));
        assert_snapshot!(diagnostics(&text), @"
            warning 4:12: the client sends one of these credentials, not all of them
              help: give it an `http_client` whose default headers hold the others
            warning 6:32: the client does not support the scheme `digest`, so it sends no such credentials
              help: give it an `http_client` that does; `basic`, `bearer`, API keys, OAuth 2 and OpenID Connect are supported
        ");
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
        assert_snapshot!(diagnostics(&text), @"
            warning 7:27: this operation requires `token`, `lost`, which the client does not send
              help: give it an `http_client` whose default headers hold them
        ");
    }
}

mod names {
    use super::*;

    #[test]
    fn of_types() {
        let text = document("paths: {}\ncomponents:\n  schemas:\n    FooBar: {}\n    foo_bar: {}\n");
        assert_snapshot!(diagnostics(&text), @"
            error 8:5: `FooBar` and `foo_bar` would both become the type `FooBar`
              help: give them names that differ in more than case and punctuation
        ");
    }

    #[test]
    fn of_fields() {
        assert_snapshot!(diagnostics(&schema("{type: object, properties: {fooBar: {}, foo_bar: {}}}")), @"
            error 8:47: `fooBar` and `foo_bar` would both become the field `foo_bar`
              help: give them names that differ in more than case and punctuation
        ");
    }

    #[test]
    fn of_variants() {
        assert_snapshot!(diagnostics(&schema("{type: string, enum: [us-east-1, us-east1, unknown]}")), @"
            error 8:40: `us-east-1` and `us-east1` would both become the variant `UsEast1`
              help: give it a name of its own: `x-variant-names: {us-east1: OtherName}`, or `variants` in the config
            error 8:50: `unknown` would become the variant `Unknown`, which is for values that are not listed
              help: give it a name of its own: `x-variant-names: {unknown: OtherName}`, or `variants` in the config
        ");
    }
}

/// What is left out or changed in the crate of a document that was not written for this generator. In one that was, it is
/// an error.
mod tolerated {
    use super::*;

    fn generated(text: &str) -> Generated {
        assert!(checked(text).is_err(), "its author would have to correct it");
        let text = text.replace(", x-environment: API_URL", "");
        let document = Document::parse("api.yaml", text).unwrap();
        generate(&document, &Settings::new("tolerated")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn warnings(text: &str) -> String {
        list("warning", &generated(text).warnings)
    }

    #[test]
    fn examples() {
        let text = example("{type: array, items: {type: integer}}", "[misfit]");
        assert!(generated(&text).files.iter().all(|file| !file.text.contains("misfit")));
        assert_snapshot!(warnings(&text), @"
            warning 14:25: this example does not fit its schema: expected a whole number, but this is the text `misfit`: it is left out
              help: correct it, or the schema at #/paths/~1things/get/responses/200/content/application~1json/schema/items/type
        ");
    }

    #[test]
    fn types_that_contradict_themselves() {
        let posted = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}";
        let post = format!("post: {{operationId: makeThing, {posted}, responses: {{'204': {{description: Done.}}}}}}");
        let warnings =
            |schema| warnings(&self::schema(schema).replace("paths: {}", &format!("paths: {{/things: {{{post}}}}}")));
        assert_snapshot!(warnings("{type: array, properties: {a: {type: string}}}"), @"
            warning 8:21: `properties` does not apply to the type `array`: it is left out
              help: leave it out, or write `type: object`
        ");
        assert_snapshot!(warnings("{format: date-time}"), @"
            warning 8:8: `format` has no effect without a `type`: it is taken as `string`
              help: add `type: string`
        ");
        assert_snapshot!(warnings("{required: [a], properties: {a: {$ref: '#/components/schemas/Thing'}}}"), @"
            warning 8:19: no value fits a schema that requires itself: `Thing` -> `Thing`: it is left out
              help: leave this out of `required`, or make it nullable
        ");
        assert_snapshot!(warnings("{type: array, items: {$ref: '#/components/schemas/Thing'}}"), @"
            warning 8:7: this list or map contains only itself: `Thing` -> `Thing`: its contents can be anything
              help: let it contain something else, such as an object with properties
        ");
    }

    #[test]
    fn constraints() {
        let text =
            schema("{type: string, enum: [a, a, 1], pattern: '(?=a)', minLength: 2, maxLength: 1, minLenght: 3}");
        assert_snapshot!(warnings(&text), @r"
            warning 8:32: `a` is in this `enum` twice: it is left out
              help: remove one of the two
            warning 8:35: `1` is not text, but the `type` of this `enum` is `string`: it is left out
              help: put it in quotes: `'1'`
            warning 8:48: the crate cannot check this regular expression: look-around, including look-ahead and look-behind, is not supported: it is left out
              help: fix it; look-around, back-references and classes like `\p{L}` are not supported: see https://docs.rs/regex-lite/latest/regex_lite/#syntax
            warning 8:68: no value is between `minLength: 2` and `maxLength: 1`: it is left out
              help: lower `minLength`, or raise `maxLength`
            warning 8:85: a schema has no `minLenght`: it is ignored
              help: did you mean `minLength`?
        ");
    }

    #[test]
    fn negations() {
        let text = example("{properties: {a: {not: {type: string}}, b: {type: string, not: {enum: [x]}}}}", "{}");
        assert_snapshot!(warnings(&text), @"
            warning 13:41: `not` is not supported: it is left out
              help: describe the values that are possible instead
            warning 13:81: `not` is not supported: it is left out
              help: describe the values that are possible instead
        ");
        let generated = generated(&text);
        let has = |line: &str| generated.files.iter().any(|file| file.text.contains(line));
        assert!(has(" a: serde_json::Value,") && has(" b: String,"), "{:?}", generated.files);
    }

    #[test]
    fn names_in_several_parts() {
        let text = schema("{allOf: [{properties: {fooBar: {}}}, {properties: {foo_bar: {}}}]}");
        assert_snapshot!(warnings(&text), @"
            warning 8:58: `fooBar` and `foo_bar` would both become the field `foo_bar`: `fooBar` is called `foo_bar2`
              help: give them names that differ in more than case and punctuation
        ");
    }

    #[test]
    fn operations() {
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
        assert_snapshot!(warnings(&text), @"
            warning 6:18: a path parameter must be required: it is taken as `true`
              help: write `required: true`
            warning 7:5: this operation has no `operationId`: it is taken as `getThingsById2`
              help: add one, like `operationId: listThings`: it becomes the name of a method
            warning 7:23: a response must have `description`: it is left empty
              help: add `description`
            warning 9:27: `getThingsById` is also the `operationId` of `PUT /things/{id}`: it is taken as `getThingsById3`
              help: give each operation a name of its own
        ");
    }

    #[test]
    fn names() {
        let text = schema("{type: object, properties: {fooBar: {type: string, enum: [a, A, '-']}, foo_bar: {}}}");
        assert_snapshot!(warnings(&text), @"
            warning 8:68: `a` and `A` would both become the variant `A`: `a` is called `A2`
              help: give it a name of its own: `x-variant-names: {A: OtherName}`, or `variants` in the config
            warning 8:71: `-` contains nothing to name a variant after: `-` is called `Minus`
              help: give it a name of its own: `x-variant-names: {-: OtherName}`, or `variants` in the config
            warning 8:78: `fooBar` and `foo_bar` would both become the field `foo_bar`: `fooBar` is called `foo_bar2`
              help: give them names that differ in more than case and punctuation
        ");
    }

    #[test]
    fn references() {
        let text = schema("{properties: {a: {$ref: '#/components/schemas/Thing', minLength: 1}}}");
        assert_snapshot!(warnings(&text), @"
            warning 8:61: `minLength` has no effect beside a `$ref`: it is left out
              help: put the `$ref` into `allOf: [{$ref: ...}]`, and this beside the `allOf`
        ");
    }
}

#[test]
fn bounds_of_a_component_in_a_union_are_not_checked() {
    let one = "{properties: {a: {oneOf: [{type: string, pattern: x}]}}}";
    assert_eq!(diagnostics(&schema(one)), "");
    let several = "\
oneOf: [{$ref: '#/components/schemas/Name'}, {type: object, properties: {a: {maxLength: 3}}}]
minLength: 2
    Name: {type: string, pattern: x, maxLength: 5}";
    let text = schema(several).replace("          Name", "    Name");
    assert_snapshot!(diagnostics(&text), @"
        warning 8:15: the crate does not check `maxLength`, `pattern` in this union
          help: no change is needed: the service checks it
    ");
}

#[test]
fn all_errors_are_listed_in_the_order_of_the_lines() {
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
    assert_snapshot!(diagnostics(&text), @"
        error 5:3: the path has `{id}`, but there is no such parameter
          help: add a parameter with `name: id`, `in: path` and `required: true`
        error 13:30: there is no `#/components/schemas/Thimg`
          help: did you mean `#/components/schemas/Thing`?
        error 15:20: `getThing` is also the `operationId` of `GET /things/{id}`
          help: give each operation a name of its own
        error 19:40: no value is a multiple of 0
          help: write a number greater than 0, or leave `multipleOf` out
        error 19:52: this example does not fit its schema: expected a whole number, but this is the text `one`
          help: correct it, or the schema at #/components/schemas/Thing/type
        error 19:57: a schema has no `minimun`
          help: did you mean `minimum`?
        error 20:1: `x-retry` has no meaning on the document
          help: it belongs on an operation
    ");
}

/// Documents that are made to take forever, or all of the memory.
mod hostile {
    use super::*;

    /// The first of what may be very many.
    fn first(text: &str) -> String {
        let all = diagnostics(text);
        all.lines().take(2).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn alias_bomb() {
        let levels = (1..30).map(|level| format!("a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9)));
        assert_snapshot!(first(&format!("a0: &a0 [x, x, x]\n{}", levels.collect::<Vec<_>>().concat())), @"
            error 7:18: with its aliases expanded, the document has more than 8 MiB or 1000000 keys and values here
              help: use `$ref` instead of aliases of aliases
        ");
    }

    #[test]
    fn million_lines() {
        assert_snapshot!(first(&"a: b\n".repeat(1_000_000)), @"
            error 500000:4: the document has more than 1000000 keys and values: this one exceeds the limit
              help: describe a part of the API: leave out operations, and the schemas that only they use
        ");
        // JSON that is no YAML.
        let json = format!("{{\"x\": \"\\ud83d\\ude00\", \"list\": [{}0]}}", "0,\n".repeat(1_000_000));
        assert_snapshot!(first(&json), @"
            error 1:7: the document has more than 1000000 keys and values: this one exceeds the limit
              help: describe a part of the API: leave out operations, and the schemas that only they use
        ");
    }

    #[test]
    fn depth_bomb() {
        assert_snapshot!(first(&"[".repeat(100_000)), @"
            error 1:256: objects and lists are nested more than 128 levels deep here
              help: move the inner ones to `components`, and refer to them
        ");
        assert_snapshot!(first(&"{\"a\":".repeat(100_000)), @"
            error 1:1276: objects and lists are nested more than 128 levels deep here
              help: move the inner ones to `components`, and refer to them
        ");
        assert_snapshot!(first(&"- ".repeat(100_000)), @"
            error 1:257: objects and lists are nested more than 128 levels deep here
              help: move the inner ones to `components`, and refer to them
        ");
    }

    #[test]
    fn long_line() {
        let long = "x".repeat(1_000_000);
        assert_snapshot!(first(&long), @"
            error 1:1: this is not an OpenAPI document: it is the text `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`
              help: name a document that starts with `openapi: 3.0.3`
        ");
        assert_snapshot!(first(&document(&format!("paths: {{}}\ntags: {long}\n"))), @"
            error 5:7: `tags` must be a list, but is the text `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`
              help: write a list: each entry on a line of its own, after `- `
        ");
    }

    #[test]
    fn control_characters() {
        assert_snapshot!(first("openapi: 3.0.3\u{0}"), @"
            error 1:15: this is not text: it holds the control character U+0000
              help: name a YAML or JSON file in UTF-8, or remove the character
        ");
        assert_snapshot!(first(&"\u{0}".repeat(1_000_000)), @"
            error 1:1: this is not text: it holds the control character U+0000
              help: name a YAML or JSON file in UTF-8, or remove the character
        ");
    }

    #[test]
    fn lists_in_lists_without_end() {
        let lists = |count, item: &str| format!("{}{item}{}", "{type: array, items: ".repeat(count), "}".repeat(count));
        let next = |name: usize| format!("{{$ref: '#/components/schemas/S{}'}}", name + 1);
        let schemas: Vec<_> = (0..9).map(|name| format!("    S{name}: {}\n", lists(50, &next(name)))).collect();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{}    S9: {{}}\n", schemas.concat()));
        assert_snapshot!(first(&text), @"
            error 13:471: more than 128 lists and maps are nested here
              help: let one of them contain an object with properties
        ");
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
        let types = generated.files.iter().find(|file| file.path == "src/types/operations.rs").unwrap();
        assert_eq!(types.text.matches("pub struct ").count(), 60);
        assert!(types.text.contains(" a: Vec<S1Item>,"), "{}", types.text);
    }

    /// The call of an operation that takes `Thing`, as its documentation shows it.
    fn example_of(schemas: &str) -> String {
        let body = "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}";
        let post = format!("post: {{operationId: makeThing, {body}, responses: {{'204': {{description: Done.}}}}}}");
        let text = document(&format!("paths: {{/things: {{{post}}}}}\ncomponents:\n  schemas:\n{schemas}"));
        let generated = generate(&Document::parse("api.yaml", text).unwrap(), &Settings::new("things")).unwrap();
        generated.files.into_iter().find(|file| file.path == "src/operations.rs").unwrap().text
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
    fn long_cycle_of_references() {
        let schemas: Vec<_> = (0..5000)
            .map(|index| format!("    S{index}: {{$ref: '#/components/schemas/S{}'}}\n", (index + 1) % 5000))
            .collect();
        let text = document(&format!("paths: {{}}\ncomponents:\n  schemas:\n{}", schemas.concat()));
        assert_snapshot!(first(&text), @"
            error 1006:18: `#/components/schemas/S1000` consists of more than 1000 schemas
              help: use fewer in its `allOf`, `oneOf` and `anyOf`
        ");
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
        assert_snapshot!(first(&text), @"
            error 13:25: `#/components/schemas/S7` consists of more than 1000 schemas
              help: use fewer in its `allOf`, `oneOf` and `anyOf`
        ");
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
        assert_snapshot!(first(&text), @"
            warning 7:27: the merged schema is too large, so the crate takes any value
              help: move parts of it to `components`, and refer to them
        ");
    }

    #[test]
    fn unions_of_unions() {
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
        assert_snapshot!(first(&text), @"
            warning 7:10: the unions have more than 64 combinations, so the crate takes any value
              help: list the possible variants in one `oneOf`
        ");
    }

    #[test]
    fn examples_that_take_years() {
        let both = "[{$ref: '#/components/schemas/Thing'}, {properties: {a: {$ref: '#/components/schemas/Thing'}}}]";
        let example = format!("{}1{}", "{a: ".repeat(80), "}".repeat(80));
        let text = schema(&format!("properties:\n  a: {{allOf: {both}}}\nexample: {example}"));
        assert_snapshot!(first(&text), @"
            error 10:7: this example and its schema are too deep to be compared
              help: make it less deep, or merge fewer schemas with `allOf`
        ");
    }

    #[test]
    fn too_long() {
        assert_snapshot!(first(&"x".repeat((64 << 20) + 1)), @"
            error 1:1: this text is longer than 64 MiB, which no OpenAPI document is
              help: name the document's own file
        ");
    }
}
