//! The changes between two documents, and whether the program that stands for all users uses all of what it names.

use std::{collections::HashSet, fmt::Write, fs};

use codegen::{
    Document, Settings, Surface,
    diff::{self, Diff, DiffError, RustChange},
};
use insta::assert_snapshot;
use syn::visit::{self, Visit};

/// A document with these paths and schemas.
fn document(file: &str, paths: &str, schemas: &str) -> Document {
    let text = format!(
        "\
openapi: 3.0.3
info: {{title: Things, version: '1'}}
servers: [{{url: https://example.com}}]
x-waiters: {{}}
paths:
{paths}
components:
  schemas:
{schemas}
"
    );
    Document::parse(file, text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn between(old: &Document, new: &Document) -> Diff {
    diff::between((old, &Settings::new("things")), (new, &Settings::new("things")))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The changes as a reviewer reads them: the change, what it touches, why, and the line.
fn changes(old: &Document, new: &Document) -> String {
    let mut text = String::new();
    for change in between(old, new).changes {
        let _ = writeln!(text, "{} {change}", change.verdict);
        for RustChange { old, new, .. } in &change.rust {
            let _ = writeln!(text, "  {} => {}", old.as_deref().unwrap_or("-"), new.as_deref().unwrap_or("-"));
        }
        let line = change.span.map_or("-".to_owned(), |span| span.line.to_string());
        let _ = writeln!(text, "  {}, {}:{line}", change.reason, change.file);
    }
    text
}

/// The changes between two versions of one operation.
fn changes_of_operation(old: &str, new: &str) -> String {
    let document = |file, operation: &str| {
        let path = format!("  /things/{{id}}/{{part}}:\n    get: {operation}");
        document(file, &path, "    Thing: {type: object, properties: {name: {type: string}}}")
    };
    changes(&document("old", old), &document("new", new))
}

const PATH: &str = "{name: id, in: path, required: true, schema: {type: string}}, \
                    {name: part, in: path, required: true, schema: {type: string}}";

/// An operation with these parameters beside those of the path.
fn operation(id: &str, parameters: &str) -> String {
    format!("{{operationId: {id}, parameters: [{PATH}{parameters}], responses: {{'204': {{description: Done.}}}}}}")
}

/// The changes between two versions of a schema that is in the request and the response of this method.
fn changes_of_schema(method: &str, old: &str, new: &str) -> String {
    let document = |file, schema: &str| {
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
        let path = format!(
            "  /things:
    {method}:
      operationId: setThing
      requestBody: {{required: true, {content}}}
      responses: {{'200': {{description: The thing., {content}}}}}"
        );
        document(file, &path, &format!("    Thing: {schema}"))
    };
    changes(&document("old", old), &document("new", new))
}

/// A thing with these properties.
fn thing(properties: &str) -> String {
    format!("{{type: object, properties: {{{properties}}}}}")
}

#[test]
fn equal_documents_have_no_changes() {
    assert_eq!(changes_of_operation(&operation("getPart", ""), &operation("getPart", "")), "");
}

#[test]
fn an_operation_with_another_id_at_the_same_path_is_renamed() {
    assert_snapshot!(changes_of_operation(&operation("getPart", ""), &operation("showPart", "")));
}

#[test]
fn the_first_optional_parameter_adds_a_type_for_the_call() {
    let limit = ", {name: limit, in: query, schema: {type: integer}}";
    assert_snapshot!(changes_of_operation(&operation("getPart", ""), &operation("getPart", limit)));
}

#[test]
fn swapped_arguments_of_one_type_are_breaking() {
    let (id, part) = PATH.split_once(", {").unwrap();
    let swapped = operation("getPart", "").replace(PATH, &format!("{{{part}, {id}"));
    assert_snapshot!(changes_of_operation(&operation("getPart", ""), &swapped));
}

#[test]
fn a_parameter_in_another_location_is_invisible() {
    let limit = ", {name: limit, in: query, schema: {type: integer}}";
    let header = limit.replace("query", "header");
    assert_snapshot!(changes_of_operation(&operation("getPart", limit), &operation("getPart", &header)));
}

#[test]
fn the_first_required_property_splits_a_type() {
    let old = thing("name: {type: string}");
    assert_snapshot!(changes_of_schema("post", &old, &old.replace("type: object", "type: object, required: [name]")));
}

#[test]
fn a_property_that_becomes_read_only_leaves_the_request_type() {
    let old = thing("name: {type: string}, size: {type: integer}");
    assert_snapshot!(changes_of_schema("post", &old, &old.replace("integer", "integer, readOnly: true")));
}

#[test]
fn a_property_with_another_wire_name_and_the_same_field_is_invisible() {
    let (old, new) = (thing("maxSize: {type: integer}"), thing("max_size: {type: integer}"));
    assert_snapshot!(changes_of_schema("post", &old, &new));
}

#[test]
fn a_field_can_become_deprecated() {
    let (old, new) = (thing("name: {type: string}"), thing("name: {type: string, deprecated: true}"));
    assert_snapshot!(changes_of_schema("post", &old, &new));
}

#[test]
fn a_constraint_changes_no_type() {
    let (old, new) = (thing("name: {type: string}"), thing("name: {type: string, maxLength: 50}"));
    assert_snapshot!(changes_of_schema("post", &old, &new));
}

#[test]
fn a_property_of_a_patch_can_become_nullable() {
    let (old, new) = (thing("name: {type: string}"), thing("name: {type: string, nullable: true}"));
    assert_snapshot!(changes_of_schema("patch", &old, &new));
}

#[test]
fn a_variant_can_change_its_value_and_not_its_name() {
    let old = thing("color: {type: string, enum: [red, dark-red]}");
    let texts = old.replace("dark-red", "dark_red");
    let swapped = old.replace("type: string", "type: string, x-variant-names: {red: DarkRed, dark-red: Red}");
    assert_snapshot!(changes_of_schema("post", &old, &texts) + &changes_of_schema("post", &old, &swapped));
}

#[test]
fn a_waiter_with_another_name_is_renamed() {
    let document = |file, name: &str| {
        let get = "{operationId: getThing, responses: {'200': {description: It., content: {application/json: {schema: \
                   {$ref: '#/components/schemas/Thing'}}}}}}";
        let schema = "    Thing: {type: object, properties: {state: {type: string}}}";
        let text = document(file, &format!("  /thing:\n    get: {get}"), schema).text().to_owned();
        let waiters = format!("x-waiters: {{{name}: {{operation: getThing, field: state, target: [up]}}}}");
        Document::parse(file, text.replace("x-waiters: {}", &waiters)).unwrap()
    };
    assert_snapshot!(changes(&document("old", "waitForThing"), &document("new", "waitUntilUp")));
}

#[test]
fn an_error_says_which_document_is_wrong() {
    let good = document("good", "  {}", "    {}");
    let bad = document("bad", "  /things: {get: {}}", "    {}");
    let settings = Settings::new("things");
    assert!(matches!(diff::between((&bad, &settings), (&good, &settings)), Err(DiffError::Old(_))));
    assert!(matches!(diff::between((&good, &settings), (&bad, &settings)), Err(DiffError::New(_))));
}

/// What a function of a program names.
#[derive(Default)]
struct Mentions {
    names: HashSet<String>,
    fields: HashSet<String>,
    functions: HashSet<String>,
}

impl<'a> Visit<'a> for Mentions {
    fn visit_ident(&mut self, ident: &'a syn::Ident) {
        self.names.insert(ident.to_string());
    }

    fn visit_expr_field(&mut self, field: &'a syn::ExprField) {
        if let syn::Member::Named(name) = &field.member {
            self.fields.insert(name.to_string());
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        self.functions.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if let (2.., Some(last)) = (path.segments.len(), path.segments.last()) {
            self.functions.insert(last.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}

/// The functions of a program, those of its types too, and the traits that these implement.
#[derive(Default)]
struct Functions(Vec<Mentions>);

impl<'a> Visit<'a> for Functions {
    fn visit_item_impl(&mut self, block: &'a syn::ItemImpl) {
        let mut mentions = Mentions::default();
        block.trait_.iter().for_each(|(path, _)| mentions.visit_path(path));
        self.0.push(mentions);
        visit::visit_item_impl(self, block);
    }

    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        let mut mentions = Mentions::default();
        mentions.visit_item_fn(function);
        self.0.push(mentions);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        let mut mentions = Mentions::default();
        mentions.visit_impl_item_fn(function);
        self.0.push(mentions);
    }
}

impl Functions {
    fn any(&self, is_it: impl Fn(&Mentions) -> bool) -> bool {
        self.0.iter().any(is_it)
    }

    /// Whether the program is about an item: it names its type, or all types in the signature of a method of the client.
    /// A change of the others does nothing to them that it could not do to these.
    fn are_about(&self, item: &str, signature: &str) -> bool {
        let words = |text| str::split(text, |c: char| !c.is_alphanumeric() && c != '_');
        let is_named = |word: &str| !word.starts_with(char::is_uppercase) || self.any(|all| all.names.contains(word));
        match item.strip_prefix("Client::") {
            Some(_) => words(signature).all(is_named),
            None => words(item).next().is_some_and(is_named),
        }
    }

    /// Whether some function uses an item of [`Surface::names`].
    fn mention(&self, item: &str) -> bool {
        let has = |mentions: &Mentions, name: &str| mentions.names.contains(name);
        if let Some(path) = item.strip_prefix("use ") {
            let name = path.rsplit("::").next().unwrap_or(path);
            // A module is named where something of it is imported.
            return self.any(|all| has(all, name)) || name.chars().all(char::is_lowercase);
        }
        if let Some((ty, conversion)) = item.split_once(": TryFrom<") {
            let from = conversion.trim_end_matches('>');
            return self.any(|all| has(all, ty) && has(all, from) && all.functions.contains("try_into"));
        }
        if let Some(ty) = item.strip_suffix(": IntoFuture") {
            // `.await` has no name.
            return self.any(|all| has(all, ty));
        }
        if let Some((ty, name)) = item.split_once("::") {
            return self.any(|all| has(all, ty) && all.functions.contains(name));
        }
        match item.split_once('.') {
            Some((ty, name)) => self.any(|all| has(all, ty) && all.fields.contains(name)),
            None => self.any(|all| has(all, item)),
        }
    }
}

#[test]
fn the_user_program_uses_everything_of_the_types_that_it_names() {
    let read = |path: &str| fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let document = tests::document::document();
    let surface =
        Surface::read(&codegen::generate(document, &Settings::new("clickhouse-cloud")).unwrap().files).unwrap();

    let mut functions = Functions::default();
    functions.visit_file(&syn::parse_file(&read("tests/diff/user.rs")).unwrap());
    let missing: Vec<_> = surface
        .names()
        .zip(surface.signatures())
        .filter(|(item, signature)| functions.are_about(item, signature) && !functions.mention(item))
        .collect();
    assert!(surface.names().count() > 200, "the crate is read");
    assert!(missing.is_empty(), "tests/diff/user.rs uses none of {missing:#?}");
}
