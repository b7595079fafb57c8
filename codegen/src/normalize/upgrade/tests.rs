use super::*;

/// A document of this version with a schema, which starts in line 5 and column 12, and more after it.
fn document(version: &str, schema: &str, rest: &str) -> Document {
    let text = format!(
        "openapi: {version}\ninfo: {{title: Things, version: '1'}}\ncomponents:\n  schemas:\n    Thing: {schema}\n{rest}"
    );
    Document::parse("api.yaml", text).unwrap()
}

fn lowered(document: &Document) -> (Value, Vec<String>) {
    let (lowered, notes) = upgrade(document);
    let notes = document.located(notes);
    let said = notes.into_iter().map(|note| {
        let place = note.location.span;
        format!("{}:{} {}", place.line, place.column, note.message)
    });
    (lowered.root().clone(), said.collect())
}

/// Asserts that a schema of 3.1 says what one of 3.0 does, and what is noted on the way.
fn says(schema: &str, same: &str, notes: &[&str]) {
    says_with(schema, "", same, "", notes);
}

/// The same, with other schemas beside it.
fn says_with(schema: &str, rest: &str, same: &str, same_rest: &str, notes: &[&str]) {
    let (root, said) = lowered(&document("3.1.1", schema, rest));
    let same = document("3.0.3", same, &format!("{same_rest}paths: {{}}\n"));
    assert_eq!(root, *same.root(), "{schema}");
    assert_eq!(said, notes, "{schema}");
}

#[test]
fn null_among_types() {
    says("{type: [string, 'null']}", "{type: string, nullable: true}", &[]);
    says("{type: ['null', string]}", "{type: string, nullable: true}", &[]);
    says("{type: [string, null]}", "{type: string, nullable: true}", &[]);
    says("{type: [string]}", "{type: string}", &[]);
    says("{enum: [a, null]}", "{enum: [a, null], nullable: true}", &[]);
    let note = "only `null` fits this schema, and the crate takes anything here";
    says("{type: 'null'}", "{nullable: true}", &[&format!("5:13 {note}")]);
    says("{type: ['null'], description: x}", "{nullable: true, description: x}", &[&format!("5:13 {note}")]);
}

#[test]
fn several_types() {
    says("{type: [string, boolean]}", "{anyOf: [{type: string}, {type: boolean}]}", &[]);
    says("{type: [integer, number]}", "{type: number}", &[]);
    says(
        "{type: [string, integer, 'null'], description: x, minLength: 1, maximum: 2, format: int64}",
        "{anyOf: [{type: string, minLength: 1}, {type: integer, maximum: 2, format: int64}], nullable: true, \
         description: x}",
        &[],
    );
    says(
        "{type: [object, array], properties: {a: {type: [string, 'null']}}, items: {type: string}}",
        "{anyOf: [{type: object, properties: {a: {type: string, nullable: true}}}, \
         {type: array, items: {type: string}}]}",
        &[],
    );
    says(
        "{type: [string, integer], enum: [a, 1]}",
        "{anyOf: [{type: string, enum: [a]}, {type: integer, enum: [1]}]}",
        &[],
    );
    says("{type: [string, integer, 'null'], enum: [a, null]}", "{type: string, nullable: true, enum: [a, null]}", &[]);
    says(
        "{type: [object, string], oneOf: [{type: object}, {type: string}]}",
        "{oneOf: [{type: object}, {type: string}]}",
        &["5:13 these types are not told apart beside a choice of schemas"],
    );
}

#[test]
fn null_among_alternatives() {
    let one = "{allOf: [{type: string, minLength: 1}], nullable: true, description: x}";
    says("{oneOf: [{type: string, minLength: 1}, {type: 'null'}], description: x}", one, &[]);
    says("{anyOf: [{type: 'null'}, {type: string, minLength: 1}], description: x}", one, &[]);
    says("{anyOf: [{enum: [null]}, {type: [string, 'null'], minLength: 1}], description: x}", one, &[]);
    says(
        "{oneOf: [{type: string}, {const: null}, {type: object}]}",
        "{oneOf: [{type: string}, {type: object}], nullable: true}",
        &[],
    );
    says("{oneOf: [{type: string}, {type: object}]}", "{oneOf: [{type: string}, {type: object}]}", &[]);
    says(
        "{oneOf: [{$ref: '#/components/schemas/Thing'}, {type: 'null'}]}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}], nullable: true}",
        &[],
    );
    says(
        "{oneOf: [{type: 'null'}]}",
        "{nullable: true}",
        &["5:13 only `null` fits this schema, and the crate takes anything here"],
    );
}

#[test]
fn constants() {
    says("{const: a}", "{type: string, enum: [a]}", &[]);
    says("{type: string, const: a}", "{type: string, enum: [a]}", &[]);
    says("{const: 1}", "{type: integer, enum: [1]}", &[]);
    says("{type: [string, 'null'], const: a}", "{type: string, enum: [a], nullable: true}", &[]);
}

#[test]
fn excluded_bounds() {
    says("{exclusiveMinimum: 1}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    says("{exclusiveMaximum: 1.5, minimum: 0}", "{maximum: 1.5, exclusiveMaximum: true, minimum: 0}", &[]);
    says("{exclusiveMinimum: 1, minimum: 0}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    says("{exclusiveMinimum: 1, minimum: 1}", "{minimum: 1, exclusiveMinimum: true}", &[]);
    says("{exclusiveMinimum: 1, minimum: 2}", "{minimum: 2}", &[]);
    says("{exclusiveMaximum: 9, maximum: 8}", "{maximum: 8}", &[]);
}

#[test]
fn examples() {
    says("{type: string, examples: [a, b]}", "{type: string, example: a}", &[]);
    says("{type: string, example: c, examples: [a, b]}", "{type: string, example: c}", &[]);
    says("{type: string, examples: []}", "{type: string}", &[]);
}

#[test]
fn beside_a_reference() {
    let reference = "{$ref: '#/components/schemas/Thing'}";
    says(reference, reference, &[]);
    says(
        "{$ref: '#/components/schemas/Thing', description: x, deprecated: true}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}], description: x, deprecated: true}",
        &[],
    );
    says(
        "{allOf: [{const: a}], $ref: '#/components/schemas/Thing'}",
        "{allOf: [{$ref: '#/components/schemas/Thing'}, {type: string, enum: [a]}]}",
        &[],
    );
}

#[test]
fn tuples() {
    says("{prefixItems: [{const: a}, {const: a}], items: false}", "{items: {type: string, enum: [a]}}", &[]);
    says("{prefixItems: [{type: string}], items: {type: string}}", "{items: {type: string}}", &[]);
    says(
        "{type: array, prefixItems: [{type: string}, {type: integer}]}",
        "{type: array, items: {}}",
        &["5:26 the places of this list have types of their own, and the crate takes any values in it"],
    );
}

#[test]
fn content_in_text() {
    says("{type: string, contentEncoding: base64}", "{type: string, format: byte}", &[]);
    says("{type: string, contentMediaType: image/png, contentEncoding: base64}", "{type: string, format: byte}", &[]);
    says("{type: string, contentMediaType: application/octet-stream}", "{type: string, format: binary}", &[]);
    says("{type: string, contentMediaType: application/vnd.x+json}", "{type: string}", &[]);
    says(
        "{type: string, contentEncoding: quoted-printable}",
        "{type: string}",
        &["5:27 this encoding is not undone: the field is plain text"],
    );
}

#[test]
fn schemas_that_are_true_or_false() {
    let object = "{properties: {a: {}}, additionalProperties: false}";
    says("{properties: {a: true}, additionalProperties: false}", object, &[]);
    let note = "5:26 nothing fits the schema `false`, and the crate takes anything here";
    says("{properties: {a: false}, additionalProperties: false}", object, &[note]);
    says("{items: true}", "{items: {}}", &[]);
}

#[test]
fn keywords_without_a_counterpart() {
    says("{$id: 'https://example.com/a', $comment: b, $anchor: c, $schema: d}", "{}", &[]);
    says("{propertyNames: {pattern: x}}", "{}", &["5:13 `propertyNames` is not checked by the crate"]);
    says("{unevaluatedProperties: true}", "{}", &[]);
    says(
        "{if: {}, then: {}, else: {}}",
        "{}",
        &[
            "5:13 `if` is not checked by the crate",
            "5:21 what only `then` describes is not in the crate's types",
            "5:31 what only `else` describes is not in the crate's types",
        ],
    );
    says("{$dynamicRef: '#a'}", "{}", &["5:13 `$dynamicRef` is not followed, and the crate takes anything here"]);
    says(
        "{patternProperties: {'^x': {type: [string, 'null']}}, additionalProperties: false}",
        "{additionalProperties: {type: string, nullable: true}}",
        &["5:13 the crate takes any keys where there are `patternProperties`"],
    );
    says(
        "{patternProperties: {'^x': {type: string}, '^y': {type: object}}}",
        "{additionalProperties: {}}",
        &["5:13 the crate takes any keys and values where there are `patternProperties`"],
    );
}

#[test]
fn schemas_inside_others_are_named_if_they_are_referred_to() {
    says_with(
        "{$defs: {Size: {type: [string, 'null']}, Unused: true}, $ref: '#/components/schemas/Thing/$defs/Size'}",
        "",
        "{$ref: '#/components/schemas/Size'}",
        "    Size: {type: string, nullable: true}\n",
        &[],
    );
    let same = "{properties: {a: {$ref: '#/components/schemas/ThingA'}, b: {$ref: '#/components/schemas/ThingA'}}}";
    says_with(
        "{properties: {a: {type: object}, b: {$ref: '#/components/schemas/Thing/properties/a'}}}",
        "",
        same,
        "    ThingA: {type: object}\n",
        &[],
    );
}

#[test]
fn references_of_schemas_that_were_written_for_themselves() {
    let same = "{items: {$ref: '#/components/schemas/Size2'}}";
    let rest = "    Size: {type: object}\n";
    let same_rest = &format!("{rest}    Size2: {{type: string}}\n");
    says_with("{$defs: {Size: {type: string}}, items: {$ref: '#/$defs/Size'}}", rest, same, same_rest, &[]);
    says_with("{$defs: {Size: {$anchor: s, type: string}}, items: {$ref: '#s'}}", rest, same, same_rest, &[]);
}

#[test]
fn inner_ones_of_those_that_are_named_are_named_too() {
    says_with(
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
fn what_is_no_operation_is_passed_over() {
    let text = "openapi: 3.1.0\ninfo: {title: A, version: '1', summary: x, license: {name: MIT, identifier: MIT}}\n\
                webhooks: {a: {post: {}}}\njsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n\
                components: {securitySchemes: {a: {type: mutualTLS}}}\n";
    let (root, notes) = lowered(&Document::parse("api.yaml", text).unwrap());
    let info = "info: {title: A, version: '1', license: {name: MIT}}";
    let same = format!("openapi: 3.0.3\n{info}\npaths: {{}}\ncomponents: {{securitySchemes: {{}}}}\n");
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
    let notes: Vec<_> = notes.iter().map(String::as_str).collect();
    assert_eq!(
        notes,
        [
            "3:1 webhooks are passed over: it is the service that calls them",
            "5:32 certificates of the client's are not set up by the crate"
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
    let (root, _) = lowered(&Document::parse("api.yaml", text).unwrap());
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
}

#[test]
fn operations_without_responses() {
    let head = "info: {title: A, version: '1'}\npaths:\n";
    let text = format!("openapi: 3.1.0\n{head}  /a:\n    get: {{operationId: a}}\n");
    let same =
        format!("openapi: 3.0.3\n{head}  /a: {{get: {{operationId: a, responses: {{2XX: {{description: ''}}}}}}}}\n");
    let (root, notes) = lowered(&Document::parse("api.yaml", text).unwrap());
    assert_eq!(root, *Document::parse("api.yaml", same).unwrap().root());
    assert_eq!(notes, ["5:5 nothing is said of what this operation answers, and the crate passes it over"]);
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
    let is_lowered = |text: String| upgrade(&Document::parse("api.yaml", text).unwrap()).0.root().is_object();
    let nested = "paths: {/a: {get: {parameters: [{schema: {items: {}}}, {schema: {$ref: \
                  '#/paths/~1a/get/parameters/0/schema/items'}}]}}}";
    for value in values {
        for (one, other) in keywords.iter().zip(keywords.iter().cycle().skip(5)) {
            let schema = format!("{{{one}: {value}, {other}: {value}}}");
            assert!(upgrade(&document("3.1.0", &schema, "")).0.root().is_object(), "{schema}");
        }
        for place in ["paths", "webhooks", "info", "components"] {
            assert!(is_lowered(format!("openapi: 3.1.0\n{place}: {value}\n")), "{place}: {value}");
        }
        assert!(is_lowered(format!("openapi: 3.1.0\n{nested}\ncomponents: {value}\n")), "{value}");
        let components = format!("components: {{schemas: {value}, pathItems: {value}}}");
        assert!(is_lowered(format!("openapi: 3.1.0\n{nested}\n{components}\n")), "{value}");
    }
}

/// Asserts where a diagnostic about a node of the upgraded document points.
#[track_caller]
fn points(schema: &str, rest: &str, steps: &str, place: &str) {
    let document = document("3.1.1", schema, rest);
    let (lowered, _) = upgrade(&document);
    let at = crate::Pointer::default().join("/components/schemas").join(steps);
    assert!(lowered.root().pointer(at.as_str()).is_some(), "{at} in {}", lowered.root());
    let located = lowered.diagnostics(vec![crate::diagnostic::NodeDiagnostic::value(at, "", "")]);
    let found = located.0[0].location.span;
    let shown = &document.text()[found.offset..found.offset + found.length];
    assert_eq!(format!("{}:{} {shown}", found.line, found.column), place);
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
