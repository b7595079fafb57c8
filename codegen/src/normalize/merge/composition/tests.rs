use serde_json::Value;

use crate::source::Document;

/// Returns a document with a schema, `Thing`, in line 7, and others after it.
fn document(schema: &str, others: &str) -> Document {
    let others: Vec<_> = others.lines().map(|line| format!("    {}\n", line.trim())).collect();
    let others = others.concat();
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: Things, version: '1'}}\nservers: [{{url: 'https://example.com'}}]\npaths: {{}}\ncomponents:\n  schemas:\n    Thing: {schema}\n{others}"
    );
    Document::parse("api.yaml", text).unwrap()
}

fn schema(text: &str) -> Value {
    document(text, "").root().pointer("/components/schemas/Thing").unwrap().clone()
}

/// Asserts what a schema is merged to, and the warnings.
#[track_caller]
fn check(text: &str, expected: &str, warnings: &[&str]) {
    check_with(text, "", expected, warnings);
}

/// Asserts what a schema with others beside it is merged to, and the warnings.
#[track_caller]
fn check_with(text: &str, others: &str, expected: &str, warnings: &[&str]) {
    let document = document(text, others);
    let found = crate::check(&document).unwrap_or_else(|errors| panic!("{errors}"));
    let found: Vec<_> =
        found.into_iter().map(|warning| format!("{} {}", warning.location.span.line, warning.message)).collect();
    let mut root = document.root().clone();
    super::merge(&mut root);
    let merged = root.pointer("/components/schemas/Thing").unwrap();
    assert_eq!(*merged, schema(expected), "{text} is {merged}");
    assert_eq!(found, warnings, "{text}");
}

fn open(property: &str) -> String {
    format!("7 the parts of `{property}` cannot be merged into one type: the crate takes any value")
}

#[test]
fn a_property_of_two_parts_is_one() {
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    let same = |property: &str| format!("{{properties: {{a: {property}}}}}");
    check(&parts("{type: string}", "{type: string}"), &same("{type: string}"), &[]);
    check(
        &parts("{type: string, description: x}", "{type: string, description: y}"),
        &same("{type: string, description: y}"),
        &[],
    );
    check(&parts("{type: string, description: x}", "{type: string}"), &same("{type: string, description: x}"), &[]);
    check(&parts("{}", "{type: string}"), &same("{type: string}"), &[]);
    check(&parts("{type: string}", "{}"), &same("{type: string}"), &[]);
    check(&parts("{type: number}", "{type: integer}"), &same("{type: integer}"), &[]);
    check(&parts("{type: string, enum: [a, b]}", "{type: string}"), &same("{type: string, enum: [a, b]}"), &[]);
    check(
        &parts("{type: string, enum: [a, b]}", "{type: string, enum: [b, c]}"),
        &same("{type: string, enum: [b]}"),
        &[],
    );
    check(&parts("{type: string}", "{type: string, format: date}"), &same("{type: string, format: date}"), &[]);
    check(&parts("{type: string, nullable: true}", "{type: string}"), &same("{type: string}"), &[]);
    check(
        &parts("{type: string, nullable: true}", "{description: x}"),
        &same("{type: string, nullable: true, description: x}"),
        &[],
    );
    check(
        &parts(
            "{type: integer, minimum: 1, maximum: 9}",
            "{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 10}",
        ),
        &same("{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 9}"),
        &[],
    );
    check(
        &parts(
            "{type: array, items: {type: string}, maxItems: 3}",
            "{type: array, items: {type: string, maxLength: 2}}",
        ),
        &same("{type: array, items: {type: string, maxLength: 2}, maxItems: 3}"),
        &[],
    );
    check(
        &parts("{properties: {b: {type: string}}}", "{properties: {c: {type: string}}}"),
        &same("{properties: {b: {type: string}, c: {type: string}}}"),
        &[],
    );
}

#[test]
fn a_property_of_different_types_becomes_any_value() {
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    check(
        &parts("{type: string}", "{type: integer, description: x}"),
        "{properties: {a: {description: x}}}",
        &[&open("a")],
    );
    check(&parts("{type: string, enum: [a]}", "{type: string, enum: [b]}"), "{properties: {a: {}}}", &[&open("a")]);
    check(
        &parts("{properties: {b: {type: string}}}", "{properties: {b: {type: integer}}}"),
        "{properties: {a: {properties: {b: {}}}}}",
        &[&open("a.b")],
    );
    check(
        &parts("{type: array, items: {type: string}}", "{type: array, items: {type: integer}}"),
        "{properties: {a: {type: array, items: {}}}}",
        &[&open("a[]")],
    );
    let whole = "7 the parts cannot be merged into one type: the crate takes any value";
    check("{allOf: [{type: string}, {type: integer}], description: x}", "{description: x}", &[whole]);
}

#[test]
fn a_reference_stays_if_the_other_parts_add_nothing() {
    let others = "Base: {type: object, properties: {id: {type: string}}}
                  More: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {size: {type: integer}}}]}
                  Color: {type: string, enum: [red, green]}
                  Loop: {type: object, properties: {next: {allOf: [{$ref: '#/components/schemas/Loop'}], description: x}}}";
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    let of = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let check = |one: &str, other: &str, same: &str| {
        check_with(&parts(one, other), others, &format!("{{properties: {{a: {same}}}}}"), &[]);
        check_with(&parts(other, one), others, &format!("{{properties: {{a: {same}}}}}"), &[]);
    };
    check(&of("Base"), &of("Base"), &of("Base"));
    check(&of("Base"), "{type: object}", &of("Base"));
    check(&of("Base"), &of("More"), &of("More"));
    check(&of("Color"), "{type: string, enum: [red, green, blue]}", &of("Color"));
    check(&of("Loop"), "{properties: {next: {}}}", &of("Loop"));
    let narrower = "{type: string, enum: [red]}";
    check(&of("Color"), narrower, narrower);
}

#[test]
fn schemas_in_a_part_are_merged_too() {
    check_with(
        "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [b]}]}",
        "Base: {properties: {b: {allOf: [{$ref: '#/components/schemas/Base'}], description: x}}}",
        "{properties: {b: {$ref: '#/components/schemas/Base', description: x}}, required: [b]}",
        &[],
    );
    let again = "{allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {b: {type: string}}}]}";
    check(
        &format!("{{properties: {{a: {again}}}}}"),
        "{properties: {a: {}}}",
        &["7 the merged schema contains itself, so the crate takes any value"],
    );
    check_with(
        "{properties: {a: {$ref: '#/components/schemas/Named'}}}",
        "Named: {allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {a: {$ref: '#/components/schemas/Named'}}}]}",
        "{properties: {a: {$ref: '#/components/schemas/Named'}}}",
        &[],
    );
}

#[test]
fn keywords_that_a_type_has_once() {
    let lost = |keyword: &str| format!("7 the crate does not check every `{keyword}`: the merged parts have several");
    check("{allOf: [{type: string, pattern: a}, {pattern: b}]}", "{type: string, pattern: a}", &[&lost("pattern")]);
    check("{allOf: [{type: string, pattern: a}, {pattern: a}]}", "{type: string, pattern: a}", &[]);
    check("{allOf: [{type: string, pattern: a}], pattern: b}", "{pattern: b, type: string}", &[&lost("pattern")]);
    check("{allOf: [{type: integer, multipleOf: 2}, {multipleOf: 6}]}", "{type: integer, multipleOf: 6}", &[]);
    check(
        "{allOf: [{type: integer, multipleOf: 2}, {multipleOf: 3}]}",
        "{type: integer, multipleOf: 2}",
        &[&lost("multipleOf")],
    );
    check("{allOf: [{type: string, format: date}, {format: uuid}]}", "{type: string}", &[&lost("format")]);
    check(
        "{allOf: [{type: string, format: date}, {format: password}]}",
        "{type: string, format: password}",
        &[&lost("format")],
    );
}

#[test]
fn two_unions() {
    let scalars = "{allOf: [{oneOf: [{type: string}, {type: integer}]}, {anyOf: [{type: number}, {type: boolean}, {type: string}]}]}";
    check(scalars, "{oneOf: [{type: string}, {type: integer}]}", &[]);
    check(
        "{oneOf: [{type: string}, {type: integer}], anyOf: [{type: boolean}, {type: string, maxLength: 5}]}",
        "{oneOf: [{type: string, maxLength: 5}]}",
        &["7 the crate does not check `maxLength` in this union"],
    );
    let only_required = "{properties: {a: {}, b: {}}, oneOf: [{type: string}, {type: object}], anyOf: [{required: [a]}, {required: [b]}]}";
    let warnings = ["a", "b"]
        .map(|name| format!("7 the crate does not check that this variant requires `{name}`: it is left out"));
    let same = "{properties: {a: {}, b: {}}, oneOf: [{type: string}, {type: object}]}";
    check(only_required, same, &warnings.each_ref().map(String::as_str));

    let others = "A: {type: object, required: [kind, a], properties: {kind: {type: string}, a: {type: string}}}
                  B: {type: object, required: [kind, b], properties: {kind: {type: string}, b: {type: string}}}";
    let union = "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], \
                 discriminator: {propertyName: kind, mapping: {x: A}}}";
    let small =
        "{oneOf: [{title: Small, properties: {c: {type: string}}}, {title: Large, properties: {d: {type: string}}}]}";
    let pair = |title: &str, value: &str, one: &str, other: &str| {
        let kind = format!("kind: {{type: string, enum: [{value}]}}");
        format!(
            "{{type: object, required: [kind, {one}], properties: {{{kind}, {one}: {{type: string}}, {other}: {{type: string}}}}, title: {title}}}"
        )
    };
    let pairs = [
        pair("A Small", "x", "a", "c"),
        pair("A Large", "x", "a", "d"),
        pair("B Small", "B", "b", "c"),
        pair("B Large", "B", "b", "d"),
    ];
    check_with(&format!("{{allOf: [{union}, {small}]}}"), others, &format!("{{oneOf: [{}]}}", pairs.join(", ")), &[]);
}

#[test]
fn unions_with_too_many_combinations_become_any_value() {
    let union = |letter: char| {
        let variants: Vec<_> =
            (0..9).map(|number| format!("{{properties: {{{letter}{number}: {{type: string}}}}}}")).collect();
        format!("{{oneOf: [{}]}}", variants.join(", "))
    };
    check(
        &format!("{{allOf: [{}, {}], description: x}}", union('a'), union('b')),
        "{description: x}",
        &["7 the unions have more than 64 combinations, so the crate takes any value"],
    );
}

#[test]
fn a_property_beside_a_union_is_reported_if_a_variant_has_another_type_for_it() {
    let schema =
        "{properties: {a: {type: string}}, oneOf: [{properties: {a: {type: integer}}}, {properties: {b: {}}}]}";
    check(schema, schema, &[&open("a")]);
}

#[test]
fn a_reference_that_leads_back_to_itself_in_two_steps_is_a_cycle() {
    // The schema that is merged with the reference is never a reference itself.
    let other = "Other: {properties: {a: {properties: {a: {$ref: '#/components/schemas/Other'}}}}}";
    let schema =
        "{allOf: [{$ref: '#/components/schemas/Other'}, {properties: {a: {$ref: '#/components/schemas/Other'}}}]}";
    let warnings = crate::check(&document(schema, other)).unwrap();
    let cycles: Vec<_> = warnings.iter().filter(|warning| warning.message.contains("contains itself")).collect();
    assert_eq!(cycles.len(), 1, "{warnings:?}");
}
