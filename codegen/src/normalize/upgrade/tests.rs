use super::*;

/// Returns a document with a schema, which starts in line 5 and column 12, and others after it.
fn document(version: &str, schema: &str, rest: &str) -> Document {
    let text = format!(
        "openapi: {version}\ninfo: {{title: Things, version: '1'}}\ncomponents:\n  schemas:\n    Thing: {schema}\n{rest}"
    );
    Document::parse("api.yaml", text).unwrap()
}

/// Returns the upgraded document, and its warnings as `line:column message`.
fn upgraded(document: &Document) -> (Value, Vec<String>) {
    let (upgraded, warnings) = upgrade(document);
    let warnings = document.located(warnings).into_iter().map(|warning| {
        let span = warning.location.span;
        format!("{}:{} {}", span.line, span.column, warning.message)
    });
    (upgraded.root().clone(), warnings.collect())
}

/// Asserts what a schema becomes in 3.0, and the warnings.
fn check(schema: &str, upgraded: &str, warnings: &[&str]) {
    check_with(schema, "", upgraded, "", warnings);
}

/// Asserts what a schema with others after it becomes in 3.0, and the warnings.
fn check_with(schema: &str, rest: &str, expected: &str, expected_rest: &str, warnings: &[&str]) {
    let (root, found) = upgraded(&document("3.1.1", schema, rest));
    let expected = document("3.0.3", expected, &format!("{expected_rest}paths: {{}}\n"));
    assert_eq!(root, *expected.root(), "{schema}");
    assert_eq!(found, warnings, "{schema}");
}

#[test]
fn null_among_types() {
    check("{type: [string, 'null']}", "{type: string, nullable: true}", &[]);
    check("{type: ['null', string]}", "{type: string, nullable: true}", &[]);
    check("{type: [string, null]}", "{type: string, nullable: true}", &[]);
    check("{type: [string]}", "{type: string}", &[]);
    check("{enum: [a, null]}", "{enum: [a, null], nullable: true}", &[]);
    let warning = "only `null` fits this schema, so the crate takes any value";
    check("{type: 'null'}", "{nullable: true}", &[&format!("5:13 {warning}")]);
    check("{type: ['null'], description: x}", "{nullable: true, description: x}", &[&format!("5:13 {warning}")]);
}

#[test]
fn several_types() {
    check("{type: [string, boolean]}", "{anyOf: [{type: string}, {type: boolean}]}", &[]);
    check("{type: [integer, number]}", "{type: number}", &[]);
    check(
        "{type: [string, integer, 'null'], description: x, minLength: 1, maximum: 2, format: int64}",
        "{anyOf: [{type: string, minLength: 1}, {type: integer, maximum: 2, format: int64}], nullable: true, \
         description: x}",
        &[],
    );
    check(
        "{type: [object, array], properties: {a: {type: [string, 'null']}}, items: {type: string}}",
        "{anyOf: [{type: object, properties: {a: {type: string, nullable: true}}}, \
         {type: array, items: {type: string}}]}",
        &[],
    );
    check(
        "{type: [string, integer], enum: [a, 1]}",
        "{anyOf: [{type: string, enum: [a]}, {type: integer, enum: [1]}]}",
        &[],
    );
    check("{type: [string, integer, 'null'], enum: [a, null]}", "{type: string, nullable: true, enum: [a, null]}", &[]);
    check(
        "{type: [object, string], oneOf: [{type: object}, {type: string}]}",
        "{oneOf: [{type: object}, {type: string}]}",
        &["5:13 the crate ignores several types beside `oneOf`, `anyOf` or `allOf`"],
    );
}

#[test]
fn null_among_variants() {
    let one = "{allOf: [{type: string, minLength: 1}], nullable: true, description: x}";
    check("{oneOf: [{type: string, minLength: 1}, {type: 'null'}], description: x}", one, &[]);
    check("{anyOf: [{type: 'null'}, {type: string, minLength: 1}], description: x}", one, &[]);
    check("{anyOf: [{enum: [null]}, {type: [string, 'null'], minLength: 1}], description: x}", one, &[]);
    check(
        "{oneOf: [{type: string}, {const: null}, {type: object}]}",
        "{oneOf: [{type: string}, {type: object}], nullable: true}",
        &[],
    );
    check("{oneOf: [{type: string}, {type: object}]}", "{oneOf: [{type: string}, {type: object}]}", &[]);
    check(
        "{oneOf: [{$ref: '#/components/schemas/Thing'}, {type: 'null'}]}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}], nullable: true}",
        &[],
    );
    check(
        "{oneOf: [{type: 'null'}]}",
        "{nullable: true}",
        &["5:13 only `null` fits this schema, so the crate takes any value"],
    );
}

#[test]
fn constants() {
    check("{const: a}", "{type: string, enum: [a]}", &[]);
    check("{type: string, const: a}", "{type: string, enum: [a]}", &[]);
    check("{const: 1}", "{type: integer, enum: [1]}", &[]);
    check("{type: [string, 'null'], const: a}", "{type: string, enum: [a], nullable: true}", &[]);
}

#[test]
fn excluded_bounds() {
    check("{exclusiveMinimum: 1}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    check("{exclusiveMaximum: 1.5, minimum: 0}", "{maximum: 1.5, exclusiveMaximum: true, minimum: 0}", &[]);
    check("{exclusiveMinimum: 1, minimum: 0}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    check("{exclusiveMinimum: 1, minimum: 1}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    check("{exclusiveMinimum: 1, minimum: 2}", "{minimum: 2}", &[]);
    check("{exclusiveMaximum: 9, maximum: 8}", "{maximum: 8}", &[]);
}

#[test]
fn examples() {
    check("{type: string, examples: [a, b]}", "{type: string, example: a}", &[]);
    check("{type: string, example: c, examples: [a, b]}", "{type: string, example: c}", &[]);
    check("{type: string, examples: []}", "{type: string}", &[]);
}

#[test]
fn keywords_beside_a_reference() {
    let reference = "{$ref: '#/components/schemas/Thing'}";
    check(reference, reference, &[]);
    check(
        "{$ref: '#/components/schemas/Thing', description: x, deprecated: true}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}], description: x, deprecated: true}",
        &[],
    );
    check(
        "{allOf: [{const: a}], $ref: '#/components/schemas/Thing'}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}, {type: string, enum: [a]}]}",
        &[],
    );
}

#[test]
fn tuples() {
    check("{prefixItems: [{const: a}, {const: a}], items: false}", "{items: {type: string, enum: [a]}}", &[]);
    check("{prefixItems: [{type: string}], items: {type: string}}", "{items: {type: string}}", &[]);
    check(
        "{type: array, prefixItems: [{type: string}, {type: integer}]}",
        "{type: array, items: {anyOf: [{type: string}, {type: integer}]}}",
        &["5:26 the elements of this list have different types, and the crate takes each of them at any place"],
    );
    check(
        "{prefixItems: [{type: string}, false]}",
        "{items: {}}",
        &["5:13 the elements of this list have different types, and the crate takes any values"],
    );
}

#[test]
fn content_of_strings() {
    check("{type: string, contentEncoding: base64}", "{type: string, format: byte}", &[]);
    check("{type: string, contentMediaType: image/png, contentEncoding: base64}", "{type: string, format: byte}", &[]);
    check("{type: string, contentMediaType: application/octet-stream}", "{type: string, format: binary}", &[]);
    check("{contentMediaType: application/pdf}", "{format: binary, type: string}", &[]);
    check("{type: string, contentMediaType: application/vnd.x+json}", "{type: string}", &[]);
    check(
        "{type: string, contentEncoding: quoted-printable}",
        "{type: string}",
        &["5:27 the crate does not decode this encoding: the field is a string"],
    );
}

#[test]
fn schemas_that_are_true_or_false() {
    let object = "{properties: {a: {}}, additionalProperties: false}";
    check("{properties: {a: true}, additionalProperties: false}", object, &[]);
    let warning = "5:26 no value fits the schema `false`, so the crate takes any value";
    check("{properties: {a: false}, additionalProperties: false}", object, &[warning]);
    check("{items: true}", "{items: {}}", &[]);
}

#[test]
fn keywords_without_a_counterpart() {
    check("{$id: 'https://example.com/a', $comment: b, $anchor: c, $schema: d}", "{}", &[]);
    check("{propertyNames: {pattern: x}}", "{}", &["5:13 the crate does not check `propertyNames`"]);
    check("{dependencies: {a: {properties: {b: {}}}}}", "{}", &["5:13 the crate does not check `dependencies`"]);
    check("{unevaluatedProperties: true}", "{}", &[]);
    check(
        "{if: {}, then: {}, else: {}}",
        "{}",
        &["5:13 the crate does not check `if`", "5:21 the crate ignores `then`", "5:31 the crate ignores `else`"],
    );
    check("{$dynamicRef: '#a'}", "{}", &["5:13 the crate does not follow `$dynamicRef`, and takes any value"]);
    check(
        "{patternProperties: {'^x': {type: [string, 'null']}}, additionalProperties: false}",
        "{additionalProperties: {type: string, nullable: true}}",
        &["5:13 the crate takes any keys in place of `patternProperties`"],
    );
    check(
        "{patternProperties: {'^x': {type: string}, '^y': {type: object}}}",
        "{additionalProperties: {anyOf: [{type: string}, {type: object}]}}",
        &["5:13 the crate takes any keys in place of `patternProperties`"],
    );
}

#[test]
fn nested_schemas_are_named_if_they_are_referred_to() {
    check_with(
        "{$defs: {Size: {type: [string, 'null']}, Unused: true}, $ref: '#/components/schemas/Thing/$defs/Size'}",
        "",
        "{$ref: '#/components/schemas/Size'}",
        "    Size: {type: string, nullable: true}\n",
        &[],
    );
    let same = "{properties: {a: {$ref: '#/components/schemas/ThingA'}, b: {$ref: '#/components/schemas/ThingA'}}}";
    check_with(
        "{properties: {a: {type: object}, b: {$ref: '#/components/schemas/Thing/properties/a'}}}",
        "",
        same,
        "    ThingA: {type: object}\n",
        &[],
    );
}

#[test]
fn a_schema_may_refer_to_its_own_definitions() {
    let same = "{items: {$ref: '#/components/schemas/Size2'}}";
    let rest = "    Size: {type: object}\n";
    let same_rest = &format!("{rest}    Size2: {{type: string}}\n");
    check_with("{$defs: {Size: {type: string}}, items: {$ref: '#/$defs/Size'}}", rest, same, same_rest, &[]);
    check_with("{$defs: {Size: {$anchor: s, type: string}}, items: {$ref: '#s'}}", rest, same, same_rest, &[]);
}

#[test]
fn nested_schemas_in_each_other_are_named() {
    check_with(
        "{properties: {a: {properties: {b: {type: string}}}}}",
        "    Other: {properties: {a: {$ref: '#/components/schemas/Thing/properties/a'}, \
         b: {$ref: '#/components/schemas/Thing/properties/a/properties/b'}}}\n",
        "{properties: {a: {$ref: '#/components/schemas/ThingA'}}}",
        "    Other: {properties: {a: {$ref: '#/components/schemas/ThingA'}, b: {$ref: '#/components/schemas/ThingAB'}}}\n    \
             ThingA: {properties: {b: {$ref: '#/components/schemas/ThingAB'}}}\n    ThingAB: {type: string}\n",
        &[],
    );
}

#[test]
fn the_rest_of_the_root_is_left_out() {
    let text = "openapi: 3.1.0\ninfo: {title: A, version: '1', summary: x, license: {name: MIT, identifier: MIT}}\n\
                webhooks: {a: {post: {}}}\njsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n\
                components: {securitySchemes: {a: {type: mutualTLS}}}\n";
    let (root, warnings) = upgraded(&Document::parse("api.yaml", text).unwrap());
    let info = "info: {title: A, version: '1', license: {name: MIT}}";
    let same = format!("openapi: 3.0.3\n{info}\npaths: {{}}\ncomponents: {{securitySchemes: {{}}}}\n");
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
    let warnings: Vec<_> = warnings.iter().map(String::as_str).collect();
    assert_eq!(
        warnings,
        [
            "3:1 the crate leaves out webhooks: the service calls them",
            "5:32 the crate does not set up client certificates"
        ]
    );
}

#[test]
fn shared_path_items() {
    let head = "info: {title: A, version: '1'}";
    let text = format!(
        "openapi: 3.1.0\n{head}\npaths: {{/a: {{$ref: '#/components/pathItems/A', summary: x}}}}\n\
         components: {{pathItems: {{A: {{summary: y, get: {{responses: {{}}}}}}}}}}\n"
    );
    let same =
        format!("openapi: 3.0.3\n{head}\npaths: {{/a: {{summary: x, get: {{responses: {{}}}}}}}}\ncomponents: {{}}\n");
    let (root, _) = upgraded(&Document::parse("api.yaml", text).unwrap());
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
}

#[test]
fn references_into_path_items() {
    let text = "\
openapi: 3.1.0
info: {title: A, version: '1'}
paths: {/a: {get: {parameters: [{$ref: '#/components/pathItems/A/get/parameters/0'}], responses: {}}}}
components: {pathItems: {A: {get: {parameters: [{name: b, in: query}]}}}}
";
    let (root, warnings) = upgraded(&Document::parse("api.yaml", text).unwrap());
    let parameter = &root["paths"]["/a"]["get"]["parameters"][0];
    assert_eq!(crate::openapi::reference::resolve(parameter, &root)["name"], "b");
    assert_eq!((root["components"].get("pathItems"), warnings), (None, vec![]));
}

#[test]
fn operations_without_responses() {
    let head = "info: {title: A, version: '1'}\npaths:\n";
    let text = format!("openapi: 3.1.0\n{head}  /a:\n    get: {{operationId: a}}\n");
    let same =
        format!("openapi: 3.0.3\n{head}  /a: {{get: {{operationId: a, responses: {{2XX: {{description: ''}}}}}}}}\n");
    let (root, warnings) = upgraded(&Document::parse("api.yaml", text).unwrap());
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
    assert_eq!(warnings, ["5:5 this operation has no `responses`, so the crate ignores the body of its response"]);
}

#[test]
fn malformed_nodes_are_left_for_the_rules() {
    let values = ["5", "null", "[]", "{}", "text", "[5]", "{a: 5}", "true", "[[]]", "{$ref: 5}", "{$ref: '#/a'}"];
    let keywords = [
        "$ref",
        "$defs",
        "type",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "allOf",
        "prefixItems",
        "items",
        "examples",
        "patternProperties",
        "properties",
        "exclusiveMinimum",
        "contentEncoding",
        "discriminator",
        "if",
    ];
    let is_upgraded = |text: String| upgrade(&Document::parse("api.yaml", text).unwrap()).0.root().is_object();
    let nested = "paths: {/a: {get: {parameters: [{schema: {items: {}}}, {schema: {$ref: \
                  '#/paths/~1a/get/parameters/0/schema/items'}}]}}}";
    for value in values {
        for (one, other) in keywords.iter().zip(keywords.iter().cycle().skip(5)) {
            let schema = format!("{{{one}: {value}, {other}: {value}}}");
            assert!(upgrade(&document("3.1.0", &schema, "")).0.root().is_object(), "{schema}");
        }
        for place in ["paths", "webhooks", "info", "components"] {
            assert!(is_upgraded(format!("openapi: 3.1.0\n{place}: {value}\n")), "{place}: {value}");
        }
        assert!(is_upgraded(format!("openapi: 3.1.0\n{nested}\ncomponents: {value}\n")), "{value}");
        let components = format!("components: {{schemas: {value}, pathItems: {value}}}");
        assert!(is_upgraded(format!("openapi: 3.1.0\n{nested}\n{components}\n")), "{value}");
    }
}

/// Asserts where a diagnostic about a node of the upgraded document points.
#[track_caller]
fn points(schema: &str, rest: &str, steps: &str, location: &str) {
    let document = document("3.1.1", schema, rest);
    let (upgraded, _) = upgrade(&document);
    let at = crate::Pointer::default().join("/components/schemas").join(steps);
    assert!(upgraded.root().pointer(at.as_str()).is_some(), "{at} in {}", upgraded.root());
    let located = upgraded.diagnostics(vec![crate::diagnostic::NodeDiagnostic::value(at, "", "")]);
    let found = located.0[0].location.span;
    let text = &document.text()[found.offset..found.offset + found.length];
    assert_eq!(format!("{}:{} {text}", found.line, found.column), location);
}

#[test]
fn diagnostics_point_into_the_text() {
    points("{oneOf: [{type: 'null'}, {type: string, format: x}]}", "", "/Thing/allOf/0/format", "5:60 x");
    points("{oneOf: [{type: 'null'}, {type: string}, {type: object}]}", "", "/Thing/oneOf/1/type", "5:60 object");
    points("{type: [string, integer], maximum: 7}", "", "/Thing/anyOf/1/maximum", "5:47 7");
    points("{type: [string, integer], maximum: 7}", "", "/Thing/anyOf/0", "5:20 string");
    points("{const: a}", "", "/Thing/enum/0", "5:20 a");
    points("{type: ['null', strin]}", "", "/Thing/type", "5:28 strin");
    points("{type: [string, 5]}", "", "/Thing/type", "5:28 5");
    points("{exclusiveMinimum: 2}", "", "/Thing/minimum", "5:31 2");
    points("{examples: [8, 9]}", "", "/Thing/example", "5:24 8");
    points("{$ref: '#a', title: b}", "", "/Thing/allOf/0/$ref", "5:19 '#a'");
    points("{prefixItems: [{title: a}]}", "", "/Thing/items/title", "5:35 a");
    points("{contentEncoding: base64}", "", "/Thing/format", "5:30 base64");
    let rest = "    A: {$ref: '#/components/schemas/Thing/$defs/Size'}\n";
    points("{$defs: {Size: {type: [string, 'null'], enum: [a]}}}", rest, "/Size/enum/0", "5:59 a");
}

/// Upgrades a 3.0 document, and returns its tree.
fn upgraded_3_0(text: &str) -> Value {
    let text = format!("openapi: 3.0.3\ninfo: {{title: A, version: '1'}}\n{}", textwrap::dedent(text).trim());
    let document = Document::parse("api.yaml", text).unwrap();
    upgrade(&document).0.root().clone()
}

#[test]
fn objects_of_every_kind_are_named_if_they_are_referred_to() {
    let root = upgraded_3_0(
        "
        paths:
          /a:
            get:
              operationId: getA
              responses: {'200': {$ref: '#/components/responses/A'}}
            put:
              parameters: [{name: a, in: query}]
              responses: {'200': {headers: {b: {$ref: '#/paths/~1a/get/responses/200/headers/a'}}}}
            post:
              parameters: [{$ref: '#/paths/~1a/put/parameters/0'}]
              requestBody: {content: {a/b: {schema: {$ref: '#/x-types/A'}}}}
        x-types: {A: {items: {$ref: '#/x-types/B'}}, B: {type: string}}
        components: {responses: {A: {headers: {a: {schema: {}}}}}}
        ",
    );
    insta::assert_snapshot!(root["components"], @r##"{"responses":{"A":{"headers":{"a":{"$ref":"#/components/headers/AHeadersA"}}}},"headers":{"AHeadersA":{"schema":{}}},"parameters":{"PutAParameters0":{"name":"a","in":"query"}},"schemas":{"XTypesA":{"items":{"$ref":"#/components/schemas/XTypesB"}},"XTypesB":{"type":"string"}}}"##);
    insta::assert_snapshot!(root["paths"]["/a"], @r##"{"get":{"operationId":"getA","responses":{"200":{"$ref":"#/components/responses/A"}}},"put":{"parameters":[{"$ref":"#/components/parameters/PutAParameters0"}],"responses":{"200":{"headers":{"b":{"$ref":"#/components/headers/AHeadersA"}}}}},"post":{"parameters":[{"$ref":"#/components/parameters/PutAParameters0"}],"requestBody":{"content":{"a/b":{"schema":{"$ref":"#/components/schemas/XTypesA"}}}}}}"##);
}

#[test]
fn references_to_what_has_no_name_are_replaced_by_copies() {
    let root = upgraded_3_0(
        "
        paths:
          /a: {get: {responses: {'200': {content: {$ref: '#/components/mediaTypes/A'}}}}}
          /b: {$ref: '#/paths/~1a', summary: b}
          /c: {$ref: '#/paths/~1c'}
        components:
          mediaTypes: {A: {a/b: {$ref: '#/x-media-type'}}}
        x-media-type: {schema: {type: object, properties: {$ref: '#/x-properties'}, required: {$ref: '#/x-required'}}}
        x-properties: {a: {}}
        x-required: [a]
        ",
    );
    insta::assert_snapshot!(root["paths"], @r##"{"/a":{"get":{"responses":{"200":{"content":{"a/b":{"schema":{"type":"object","properties":{"a":{}},"required":["a"]}}}}}}},"/b":{"summary":"b","get":{"responses":{"200":{"content":{"a/b":{"schema":{"type":"object","properties":{"a":{}},"required":["a"]}}}}}}},"/c":{"$ref":"#/paths/~1c"}}"##);
}

#[test]
fn copies_in_each_other_are_bounded() {
    let copies = "x-a: {a/b: {$ref: '#/x-b'}}\nx-b: {encoding: {a: {headers: {b: {content: {$ref: '#/x-a'}}}}}}\n";
    let root =
        upgraded_3_0(&format!("paths: {{/a: {{get: {{requestBody: {{content: {{$ref: '#/x-a'}}}}}}}}}}\n{copies}"));
    assert!(root.to_string().len() < 2000);
}

#[test]
fn a_3_0_document_may_have_keywords_of_3_1() {
    let root = upgraded_3_0(
        "
        components:
          schemas:
            A: {type: [string, 'null']}
            B: {type: number, exclusiveMinimum: 5}
            C: {anyOf: [{type: string}, {type: 'null'}]}
            D: {type: array, items: [{type: string}, {type: string}]}
        ",
    );
    insta::assert_snapshot!(root["components"]["schemas"], @r#"{"A":{"type":"string","nullable":true},"B":{"type":"number","minimum":5,"exclusiveMinimum":true},"C":{"allOf":[{"type":"string"}],"nullable":true},"D":{"type":"array","items":{"type":"string"}}}"#);
}
