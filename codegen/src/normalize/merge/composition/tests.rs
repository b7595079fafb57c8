use serde_json::Value;

use crate::source::Document;

/// A document with a schema, `Thing`, in line 7, and others after it.
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

/// Asserts that a schema says what another one does, and what is noted.
#[track_caller]
fn says(schema: &str, same: &str, notes: &[&str]) {
    says_with(schema, "", same, notes);
}

/// The same, with other schemas to refer to.
#[track_caller]
fn says_with(schema_text: &str, others: &str, same: &str, notes: &[&str]) {
    let document = document(schema_text, others);
    let warnings = crate::check(&document).unwrap_or_else(|errors| panic!("{errors}"));
    let said: Vec<_> =
        warnings.into_iter().map(|warning| format!("{} {}", warning.location.span.line, warning.message)).collect();
    let mut root = document.root().clone();
    super::merge(&mut root);
    let merged = root.pointer("/components/schemas/Thing").unwrap();
    assert_eq!(*merged, schema(same), "{schema_text} is {merged}");
    assert_eq!(said, notes, "{schema_text}");
}

fn open(property: &str) -> String {
    format!("7 the parts of `{property}` cannot be merged into one type: the crate takes any value")
}

#[test]
fn a_property_of_two_parts_is_one() {
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    let same = |property: &str| format!("{{properties: {{a: {property}}}}}");
    says(&parts("{type: string}", "{type: string}"), &same("{type: string}"), &[]);
    says(
        &parts("{type: string, description: x}", "{type: string, description: y}"),
        &same("{type: string, description: y}"),
        &[],
    );
    says(&parts("{type: string, description: x}", "{type: string}"), &same("{type: string, description: x}"), &[]);
    says(&parts("{}", "{type: string}"), &same("{type: string}"), &[]);
    says(&parts("{type: string}", "{}"), &same("{type: string}"), &[]);
    says(&parts("{type: number}", "{type: integer}"), &same("{type: integer}"), &[]);
    says(&parts("{type: string, enum: [a, b]}", "{type: string}"), &same("{type: string, enum: [a, b]}"), &[]);
    says(
        &parts("{type: string, enum: [a, b]}", "{type: string, enum: [b, c]}"),
        &same("{type: string, enum: [b]}"),
        &[],
    );
    says(&parts("{type: string}", "{type: string, format: date}"), &same("{type: string, format: date}"), &[]);
    says(&parts("{type: string, nullable: true}", "{type: string}"), &same("{type: string}"), &[]);
    says(
        &parts("{type: string, nullable: true}", "{description: x}"),
        &same("{type: string, nullable: true, description: x}"),
        &[],
    );
    says(
        &parts(
            "{type: integer, minimum: 1, maximum: 9}",
            "{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 10}",
        ),
        &same("{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 9}"),
        &[],
    );
    says(
        &parts(
            "{type: array, items: {type: string}, maxItems: 3}",
            "{type: array, items: {type: string, maxLength: 2}}",
        ),
        &same("{type: array, items: {type: string, maxLength: 2}, maxItems: 3}"),
        &[],
    );
    says(
        &parts("{properties: {b: {type: string}}}", "{properties: {c: {type: string}}}"),
        &same("{properties: {b: {type: string}, c: {type: string}}}"),
        &[],
    );
}

#[test]
fn a_property_that_no_type_can_hold_is_open() {
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    says(
        &parts("{type: string}", "{type: integer, description: x}"),
        "{properties: {a: {description: x}}}",
        &[&open("a")],
    );
    says(&parts("{type: string, enum: [a]}", "{type: string, enum: [b]}"), "{properties: {a: {}}}", &[&open("a")]);
    says(
        &parts("{properties: {b: {type: string}}}", "{properties: {b: {type: integer}}}"),
        "{properties: {a: {properties: {b: {}}}}}",
        &[&open("a.b")],
    );
    says(
        &parts("{type: array, items: {type: string}}", "{type: array, items: {type: integer}}"),
        "{properties: {a: {type: array, items: {}}}}",
        &[&open("a[]")],
    );
    let whole = "7 the parts cannot be merged into one type: the crate takes any value";
    says("{allOf: [{type: string}, {type: integer}], description: x}", "{description: x}", &[whole]);
}

#[test]
fn a_reference_that_says_all_stays() {
    let others = "Base: {type: object, properties: {id: {type: string}}}
                  More: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {size: {type: integer}}}]}
                  Color: {type: string, enum: [red, green]}
                  Loop: {type: object, properties: {next: {allOf: [{$ref: '#/components/schemas/Loop'}], description: x}}}";
    let parts =
        |one: &str, other: &str| format!("{{allOf: [{{properties: {{a: {one}}}}}, {{properties: {{a: {other}}}}}]}}");
    let of = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let says = |one: &str, other: &str, same: &str| {
        says_with(&parts(one, other), others, &format!("{{properties: {{a: {same}}}}}"), &[]);
        says_with(&parts(other, one), others, &format!("{{properties: {{a: {same}}}}}"), &[]);
    };
    says(&of("Base"), &of("Base"), &of("Base"));
    says(&of("Base"), "{type: object}", &of("Base"));
    says(&of("Base"), &of("More"), &of("More"));
    says(&of("Color"), "{type: string, enum: [red, green, blue]}", &of("Color"));
    says(&of("Loop"), "{properties: {next: {}}}", &of("Loop"));
    let narrower = "{type: string, enum: [red]}";
    says(&of("Color"), narrower, narrower);
}

#[test]
fn what_is_inside_of_a_part_is_put_together_too() {
    says_with(
        "{allOf: [{$ref: '#/components/schemas/Base'}, {required: [b]}]}",
        "Base: {properties: {b: {allOf: [{$ref: '#/components/schemas/Base'}], description: x}}}",
        "{properties: {b: {$ref: '#/components/schemas/Base', description: x}}, required: [b]}",
        &[],
    );
    let again = "{allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {b: {type: string}}}]}";
    says(
        &format!("{{properties: {{a: {again}}}}}"),
        "{properties: {a: {}}}",
        &["7 the merged schema contains itself, so the crate takes any value"],
    );
    says_with(
        "{properties: {a: {$ref: '#/components/schemas/Named'}}}",
        "Named: {allOf: [{$ref: '#/components/schemas/Thing'}, {properties: {a: {$ref: '#/components/schemas/Named'}}}]}",
        "{properties: {a: {$ref: '#/components/schemas/Named'}}}",
        &[],
    );
}

#[test]
fn keywords_of_which_a_type_has_one() {
    let lost = |keyword: &str| format!("7 the crate does not check every `{keyword}`: the merged parts have several");
    says("{allOf: [{type: string, pattern: a}, {pattern: b}]}", "{type: string, pattern: a}", &[&lost("pattern")]);
    says("{allOf: [{type: string, pattern: a}, {pattern: a}]}", "{type: string, pattern: a}", &[]);
    says("{allOf: [{type: string, pattern: a}], pattern: b}", "{pattern: b, type: string}", &[&lost("pattern")]);
    says("{allOf: [{type: integer, multipleOf: 2}, {multipleOf: 6}]}", "{type: integer, multipleOf: 6}", &[]);
    says(
        "{allOf: [{type: integer, multipleOf: 2}, {multipleOf: 3}]}",
        "{type: integer, multipleOf: 2}",
        &[&lost("multipleOf")],
    );
    says("{allOf: [{type: string, format: date}, {format: uuid}]}", "{type: string}", &[&lost("format")]);
    says(
        "{allOf: [{type: string, format: date}, {format: password}]}",
        "{type: string, format: password}",
        &[&lost("format")],
    );
}

#[test]
fn two_choices_at_once() {
    let scalars = "{allOf: [{oneOf: [{type: string}, {type: integer}]}, {anyOf: [{type: number}, {type: boolean}, {type: string}]}]}";
    says(scalars, "{oneOf: [{type: string}, {type: integer}]}", &[]);
    says(
        "{oneOf: [{type: string}, {type: integer}], anyOf: [{type: boolean}, {type: string, maxLength: 5}]}",
        "{oneOf: [{type: string, maxLength: 5}]}",
        &["7 the crate does not check `maxLength` in this union"],
    );
    let goes_together = "{properties: {a: {}, b: {}}, oneOf: [{type: string}, {type: object}], anyOf: [{required: [a]}, {required: [b]}]}";
    let notes =
        ["a", "b"].map(|name| format!("7 `{name}` is required, but is not one of the properties: it is left out"));
    let same = "{properties: {a: {}, b: {}}, oneOf: [{type: string}, {type: object}]}";
    says(goes_together, same, &notes.each_ref().map(String::as_str));

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
    says_with(&format!("{{allOf: [{union}, {small}]}}"), others, &format!("{{oneOf: [{}]}}", pairs.join(", ")), &[]);
}

#[test]
fn choices_that_can_be_made_in_too_many_ways_are_open() {
    let choice = |letter: char| {
        let alternatives: Vec<_> =
            (0..9).map(|number| format!("{{properties: {{{letter}{number}: {{type: string}}}}}}")).collect();
        format!("{{oneOf: [{}]}}", alternatives.join(", "))
    };
    says(
        &format!("{{allOf: [{}, {}], description: x}}", choice('a'), choice('b')),
        "{description: x}",
        &["7 the unions have more than 64 combinations, so the crate takes any value"],
    );
}

#[test]
fn a_property_beside_alternatives_is_told_when_it_clashes_with_theirs() {
    let schema =
        "{properties: {a: {type: string}}, oneOf: [{properties: {a: {type: integer}}}, {properties: {b: {}}}]}";
    says(schema, schema, &[&open("a")]);
}

#[test]
fn what_leads_back_to_itself_in_steps_of_two_is_a_cycle() {
    // What is merged with the reference is never one itself, in any step.
    let other = "Other: {properties: {a: {properties: {a: {$ref: '#/components/schemas/Other'}}}}}";
    let schema =
        "{allOf: [{$ref: '#/components/schemas/Other'}, {properties: {a: {$ref: '#/components/schemas/Other'}}}]}";
    let notes = crate::check(&document(schema, other)).unwrap();
    let cycles: Vec<_> = notes.iter().filter(|note| note.message.contains("contains itself")).collect();
    assert_eq!(cycles.len(), 1, "{notes:?}");
}
