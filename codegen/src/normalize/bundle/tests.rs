use std::{collections::HashMap, io};

use super::*;

/// Bundles files, of which the first is the root.
fn bundle_of(files: &[(&str, &str)]) -> Result<Document, Vec<String>> {
    let texts: HashMap<_, _> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let root = Document::parse(files[0].0, files[0].1).unwrap();
    let mut read = |path: &str| texts.get(path).cloned().ok_or_else(|| io::Error::other("there is no such file"));
    bundle(root, false, &mut read).map_err(|errors| errors.0.iter().map(ToString::to_string).collect())
}

fn json(document: &Document, at: &str) -> String {
    document.root().pointer(at).map(ToString::to_string).unwrap_or_default()
}

const ROOT: &str = "\
openapi: 3.0.3
info: {title: Things, version: '1'}
paths:
  /things: {$ref: 'things.yaml#/paths/~1things'}
";

const THINGS: &str = "\
paths:
  /things:
    get:
      responses:
        '200':
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        '404': {$ref: 'shared.yaml#/components/responses/NotFound'}
components:
  schemas:
    Thing: {type: object, properties: {owner: {$ref: 'people.json#/Person'}}}
";

const SHARED: &str = "components: {responses: {NotFound: {description: None.}}}\n";
const PEOPLE: &str = r##"{"Person": {"type": "object", "properties": {"boss": {"$ref": "#/Person"}}}}"##;

#[test]
fn paths_and_components_are_copied() {
    let files = [("api.yaml", ROOT), ("things.yaml", THINGS), ("shared.yaml", SHARED), ("people.json", PEOPLE)];
    let document = bundle_of(&files).unwrap();
    let responses = "/paths/~1things/get/responses";
    assert_eq!(json(&document, &format!("{responses}/404/$ref")), r##""#/components/responses/NotFound""##);
    assert_eq!(json(&document, "/components/responses/NotFound"), r#"{"description":"None."}"#);
    assert_eq!(
        json(&document, "/components/schemas/Thing/properties/owner/$ref"),
        r##""#/components/schemas/Person""##
    );
    assert_eq!(
        json(&document, "/components/schemas/Person/properties/boss/$ref"),
        r##""#/components/schemas/Person""##
    );
}

#[test]
fn nodes_keep_their_locations() {
    let files = [("api.yaml", ROOT), ("things.yaml", THINGS), ("shared.yaml", SHARED), ("people.json", PEOPLE)];
    let document = bundle_of(&files).unwrap();
    let at = |at: &str| document.locations(&[Pointer::default().join(at)], Part::Key).remove(0).to_string();
    assert_eq!(at("/paths/~1things/get/responses/200"), "things.yaml:5:9");
    assert_eq!(at("/components/responses/NotFound/description"), "shared.yaml:1:37");
    assert_eq!(at("/components/schemas/Person/properties"), "people.json:1:31");
    assert_eq!(at("/info/title"), "api.yaml:2:8");
}

#[test]
fn a_missing_file_and_a_missing_node_are_reported_at_the_reference() {
    let files = [("api.yaml", ROOT), ("things.yaml", THINGS), ("shared.yaml", "components: {}")];
    assert_eq!(
        bundle_of(&files).unwrap_err(),
        [
            "things.yaml:7:23: there is no `#/components/responses/NotFound` in `shared.yaml`; write the path to a node of \
         that file",
            "things.yaml:10:54: `people.json` cannot be read: there is no such file; write a path from this file",
        ]
    );
}

#[test]
fn a_file_outside_the_folder_is_not_read() {
    let root = "openapi: 3.0.3\npaths: {/a: {$ref: '../secret.yaml#/a'}}\n";
    assert_eq!(
        bundle_of(&[("api.yaml", root)]).unwrap_err(),
        [
            "api.yaml:2:20: `../secret.yaml` is outside the folder of the document; move the file into the folder, or allow \
         others with `--allow-outside`",
        ]
    );
}

const TWO_ERRORS: [(&str, &str); 3] = [
    (
        "api.yaml",
        "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n    A: {items: {$ref: 'a.yaml#/Error'}}\n    B: {items: {$ref: 'b.yaml#/Error'}}\n",
    ),
    ("a.yaml", "Error: {type: string}\n"),
    ("b.yaml", "Error: {type: integer}\n"),
];

#[test]
fn a_second_component_of_a_name_is_numbered() {
    let document = bundle_of(&TWO_ERRORS).unwrap();
    assert_eq!(json(&document, "/components/schemas/Error2"), r#"{"type":"integer"}"#);
    let warnings = document.located(document.warnings().to_vec());
    assert_eq!(
        warnings[0].to_string(),
        "api.yaml:6:23: `Error` is also a schema at a.yaml:1:1: this one is called `Error2`; give one of them another name"
    );
}

#[test]
fn a_second_component_of_a_name_is_an_error_in_a_document_for_this_generator() {
    let mut files = TWO_ERRORS;
    let root = format!("{}x-retry: never\n", files[0].1);
    files[0].1 = &root;
    assert_eq!(
        bundle_of(&files).unwrap_err(),
        ["api.yaml:6:23: `Error` is also a schema at a.yaml:1:1; give one of them another name",]
    );
}

#[test]
fn a_path_that_the_root_lacks_is_an_error_in_a_document_for_this_generator() {
    let root = format!("{ROOT}x-rate-limit: {{}}\n");
    let things = THINGS.replace("components:", "  /others: {}\ncomponents:");
    let files = [("api.yaml", &*root), ("things.yaml", &*things), ("shared.yaml", SHARED), ("people.json", PEOPLE)];
    assert_eq!(
        bundle_of(&files).unwrap_err(),
        ["things.yaml:8:3: `/others` is not among the paths of `api.yaml`; add `/others: {$ref: \
         'things.yaml#/paths/~1others'}` there",]
    );
}

#[test]
fn a_path_in_two_files_is_an_error_in_a_document_for_this_generator() {
    let root = "\
openapi: 3.0.3
x-rate-limit: {}
paths:
  /a: {$ref: 'a.yaml#/paths/~1a'}
  /b: {$ref: 'b.yaml#/paths/~1b'}
";
    let (a, b) = ("paths:\n  /a: {}\n", "paths:\n  /b: {}\n  /a: {}\n");
    assert_eq!(
        bundle_of(&[("api.yaml", root), ("a.yaml", a), ("b.yaml", b)]).unwrap_err(),
        ["b.yaml:3:3: `/a` is also a path at a.yaml:2:3; move its operations there"]
    );
}

#[test]
fn cycles_between_files_come_to_an_end() {
    let root = "openapi: 3.0.3\npaths: {/a: {$ref: 'a.yaml#/paths/~1a'}}\n";
    let a = "paths: {/a: {$ref: 'b.yaml#/paths/~1a'}}\n";
    let b = "paths: {/a: {$ref: 'a.yaml#/paths/~1a', get: {responses: {}}}}\n";
    let document = bundle_of(&[("api.yaml", root), ("a.yaml", a), ("b.yaml", b)]).unwrap();
    assert_eq!(json(&document, "/paths/~1a/get"), r#"{"responses":{}}"#);
}

#[test]
fn the_mapping_of_a_discriminator_leads_into_the_bundle() {
    let root = "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {Pet: {$ref: 'pets.yaml#/components/schemas/Pet'}}}\n";
    let pets = "\
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}]
      discriminator: {propertyName: kind, mapping: {cat: Cat, dog: 'dog.yaml'}}
    Cat: {type: object}
";
    let document = bundle_of(&[("api.yaml", root), ("pets.yaml", pets), ("dog.yaml", "type: object\n")]).unwrap();
    let mapping = json(&document, "/components/schemas/Pet/discriminator/mapping");
    assert_eq!(mapping, r##"{"cat":"#/components/schemas/Cat","dog":"#/components/schemas/dog"}"##);
}

#[test]
fn a_deep_schema_fits_the_stack_of_a_thread() {
    let depth = 120;
    let schema =
        format!("{}{{type: string}}{}", "{items: ".repeat(depth), "}".repeat(depth)).replacen("{items: ", "items: ", 1);
    let schema = schema.strip_suffix('}').unwrap();
    let root = "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {Deep: {$ref: 'deep.yaml'}}}\n";
    assert!(bundle_of(&[("api.yaml", root), ("deep.yaml", schema)]).is_ok());
}

/// A root with one operation, which returns what a reference leads to.
fn root_with(reference: &str) -> String {
    let content = format!("{{application/json: {{schema: {{$ref: '{reference}'}}}}}}");
    format!("openapi: 3.0.3\npaths: {{/a: {{get: {{responses: {{'200': {{content: {content}}}}}}}}}}}\n")
}

#[test]
fn a_renamed_variant_keeps_the_value_of_its_discriminator() {
    let root = format!("{}components: {{schemas: {{Dog: {{type: string}}}}}}\n", root_with("pets.yaml#/Pet"));
    let pets = "\
Pet: {oneOf: [{$ref: '#/Cat'}, {$ref: '#/Dog'}], discriminator: {propertyName: kind}}
Cat: {type: object}
Dog: {type: object}
";
    let document = bundle_of(&[("api.yaml", &root), ("pets.yaml", pets)]).unwrap();
    let discriminator = json(&document, "/components/schemas/Pet/discriminator");
    assert_eq!(discriminator, r##"{"propertyName":"kind","mapping":{"Dog":"#/components/schemas/Dog2"}}"##);
}

#[test]
fn a_mapping_may_name_a_variant_of_another_file() {
    let pets = "Pet: {oneOf: [{$ref: 'dog.yaml#/Dog'}], discriminator: {propertyName: kind, mapping: {d: Dog}}}\n";
    let files =
        [("api.yaml", &*root_with("pets.yaml#/Pet")), ("pets.yaml", pets), ("dog.yaml", "Dog: {type: object}\n")];
    let mapping = json(&bundle_of(&files).unwrap(), "/components/schemas/Pet/discriminator/mapping");
    assert_eq!(mapping, r##"{"d":"#/components/schemas/Dog"}"##);
}

#[test]
fn a_root_may_name_its_own_file() {
    let root = format!("{}components: {{schemas: {{A: {{}}}}}}\n", root_with("api.yaml#/components/schemas/A"));
    let document = bundle_of(&[("api.yaml", &root)]).unwrap();
    let schema = "/paths/~1a/get/responses/200/content/application~1json/schema/$ref";
    assert_eq!(json(&document, schema), r##""#/components/schemas/A""##);
}

#[test]
fn a_component_of_the_root_gives_its_name_to_what_it_refers_to() {
    let root = "\
openapi: 3.0.3
paths: {}
components: {schemas: {Order: {$ref: 'order.yaml'}, Item: {$ref: 'item.yaml'}}}
";
    let order = "properties: {item: {$ref: 'item.yaml'}}\n";
    let document = bundle_of(&[("api.yaml", root), ("order.yaml", order), ("item.yaml", "type: string\n")]).unwrap();
    let schemas =
        r##"{"Order":{"properties":{"item":{"$ref":"#/components/schemas/Item"}}},"Item":{"type":"string"}}"##;
    assert_eq!(json(&document, "/components/schemas"), schemas);
}

#[test]
fn a_target_is_there_and_of_the_right_kind() {
    for (reference, other, problem) in [
        ("b.yaml#/A", "", "there is no `#/A` in `b.yaml`"),
        ("b.yaml#/A", "A: [1]", "`#/A` in `b.yaml` is not a schema"),
        ("b.yaml#/components/responses/R", "components: {responses: {R: {}}}", "is not a schema"),
    ] {
        let errors = bundle_of(&[("api.yaml", &root_with(reference)), ("b.yaml", other)]).unwrap_err();
        assert!(errors.len() == 1 && errors[0].contains(problem), "{errors:?}");
    }
}

#[test]
fn a_path_leads_to_a_path() {
    for (reference, other, problem) in [
        ("p.yaml", "", "there is no `#` in `p.yaml`"),
        ("p.yaml#/get", "get: {responses: {}}", "`#/get` in `p.yaml` is not a path item"),
        ("p.yaml#/A", "A: {$ref: '#/B'}\nB: {$ref: '#/A'}", "this path leads only back to itself"),
    ] {
        let root = format!("openapi: 3.0.3\npaths: {{/a: {{$ref: '{reference}'}}}}\n");
        let errors = bundle_of(&[("api.yaml", &root), ("p.yaml", other)]).unwrap_err();
        assert!(errors.len() == 1 && errors[0].contains(problem), "{errors:?}");
    }
}

#[test]
fn a_misspelt_target_gets_a_suggestion() {
    let other = "components: {schemas: {Thing: {}}}\n";
    let files = [("api.yaml", &*root_with("b.yaml#/components/schemas/Thign")), ("b.yaml", other)];
    let errors = bundle_of(&files).unwrap_err();
    assert!(errors[0].ends_with("; did you mean `Thing`?"), "{errors:?}");
}

#[test]
fn a_document_in_one_file_stays_as_it_is() {
    let schemas = "{Pet: {oneOf: [{$ref: '#/components/schemas/v1.Cat'}, {$ref: '#/components/schemas/v1.Dog'}], \
                   discriminator: {propertyName: kind}}, v1.Cat: {}, v1.Dog: {}}";
    let text = format!("openapi: 3.0.3\npaths: {{}}\ncomponents: {{schemas: {schemas}}}\n");
    assert_eq!(bundle_of(&[("api.yaml", &text)]).unwrap().root(), Document::parse("api.yaml", &*text).unwrap().root());
}

#[test]
fn an_extension_in_an_example_is_only_data() {
    let mut files = TWO_ERRORS;
    let root = format!("{}    C: {{example: {{x-retry: never}}}}\n", files[0].1);
    files[0].1 = &root;
    assert_eq!(bundle_of(&files).unwrap().warnings().len(), 1);
}

#[test]
fn a_reference_without_its_hash_is_refused_with_the_right_one() {
    let text = "openapi: 3.0.3\ncomponents: {schemas: {A: {$ref: '/components/schemas/B'}}}";
    let errors = bundle_of(&[("api.yaml", text)]).unwrap_err();
    assert!(errors[0].ends_with("write `#/components/schemas/B`"), "{}", errors[0]);
}

#[test]
fn a_url_and_an_absolute_path_are_refused_with_the_name_of_a_bundler() {
    let urls = "\
openapi: 3.0.3
paths:
  /a: {$ref: 'https://x/a.yaml#/paths/~1a'}
  /b: {$ref: '/a.yaml#/paths/~1b'}
  /c: {get: {responses: {default: {$ref: 'https://x/a.yaml#/R'}}}}
components: {schemas: {A: {$ref: '//x/a.yaml#/A'}}}
";
    let errors = bundle_of(&[("api.yaml", urls)]).unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.split_once(": ").unwrap().0).collect();
    assert_eq!(places, ["api.yaml:3:14", "api.yaml:4:14", "api.yaml:5:42", "api.yaml:6:34"]);
    for error in errors {
        assert!(error.contains("` is a URL or an absolute path, which is not followed; "), "{error}");
        assert!(error.contains("`npx @redocly/cli bundle`"), "{error}");
    }
}

#[test]
fn paths_of_the_root_that_refer_to_each_other_are_an_error() {
    let root = "\
openapi: 3.0.3
paths:
  /a: {$ref: '#/paths/~1a'}
  /b: {$ref: 'api.yaml#/paths/~1c'}
  /c: {$ref: '#/paths/~1b'}
  /d: {$ref: '#/paths/~1e'}
  /e: {get: {}}
";
    let error = |line: usize| {
        format!("api.yaml:{line}:14: this path leads only back to itself; write its operations out in one file")
    };
    assert_eq!(bundle_of(&[("api.yaml", root)]).unwrap_err(), [3, 4, 5].map(error));
}

/// A root with a path, and the file of its area, to which these lines are added.
fn root_and_area(root: &str, area: &str) -> Result<Document, Vec<String>> {
    let root = format!("openapi: 3.0.3\n{root}paths: {{/a: {{$ref: 'a.yaml#/paths/~1a'}}}}\n");
    bundle_of(&[("api.yaml", &root), ("a.yaml", &format!("{area}paths: {{/a: {{}}}}\n"))])
}

#[test]
fn an_extension_at_the_root_of_another_file_is_an_error_in_a_document_for_this_generator() {
    let help = "move it to the root of `api.yaml`, or to the object that it is for";
    let error =
        |line: usize, key: &str| format!("a.yaml:{line}:1: `{key}` has no effect at the root of this file; {help}");
    assert_eq!(
        root_and_area("x-rate-limit: {}\n", "x-waiters: {}\nx-other: 1\n").unwrap_err(),
        [error(1, "x-waiters"), error(2, "x-other")]
    );
    assert_eq!(root_and_area("", "openapi: 3.0.3\nx-retry: never\n").unwrap_err(), [error(2, "x-retry")]);
    assert!(root_and_area("x-other: 1\n", "x-others: 1\n").unwrap().warnings().is_empty());
}

#[test]
fn an_extension_of_a_file_that_is_a_schema_is_read() {
    let root = root_with("id.yaml");
    let document = bundle_of(&[("api.yaml", &root), ("id.yaml", "{type: string, x-newtype: true}\n")]).unwrap();
    assert_eq!(json(&document, "/components/schemas/id/x-newtype"), "true");
}
