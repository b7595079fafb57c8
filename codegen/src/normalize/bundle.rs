//! Makes one tree of a document in several files.
//!
//! The paths that the root refers to are copied into it, and the components of other files that are used become
//! components of the root, under their own names. Every node keeps its location in its own file.

mod files;
mod path;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    io, iter,
};

use serde_json::{Map, Value, json};

use crate::{
    diagnostic::{
        Diagnostic, Diagnostics, Level, Origin, Part, SourceDiagnostic, suggestion::did_you_mean, wording::quoted,
    },
    json::{elements, fields, fields_mut, object_mut, text, values},
    openapi::{
        extensions,
        grammar::{Form, Kind},
        reference::{MAX_COPIED_VALUES, MAX_NESTED_COPIES, MAX_REFERENCE_CHAIN},
        walk::{Grammar, for_each_child_mut},
    },
    source::{Dialect, Document, Origins, Pointer},
};

/// How many files a document may have.
const MAX_FILES: usize = 10_000;

/// Reads a file, by its path from the folder of the root.
pub(crate) type ReadFile<'r> = dyn FnMut(&str) -> io::Result<String> + 'r;

/// Reads the files that a document refers to, and makes one document of all.
///
/// # Errors
/// Files that cannot be read, references that lead nowhere or to URLs, and, in a document with extensions of this
/// generator, names that stand for several components, paths that the root lacks and extensions that are not read.
pub(crate) fn bundle(
    document: Document,
    allow_outside: bool,
    read: &mut ReadFile<'_>,
) -> Result<Document, Diagnostics> {
    let grammar: Grammar = if document.dialect() == Dialect::V3_0 { Kind::form } else { Kind::form_of_3_1 };
    let (folder, path) = document.file().rsplit_once('/').unwrap_or(("", document.file()));
    let mut bundle = Bundle {
        folder: folder.to_owned(),
        read_bytes: document.text().len(),
        file_by_path: HashMap::from([(path.to_owned(), 0)]),
        files: vec![File { path: path.to_owned(), tree: None }],
        name_by_origin: HashMap::new(),
        origin_by_name: HashMap::new(),
        queue: VecDeque::new(),
        copied_values: 0,
        nested_copies: 0,
        used_path_items: HashSet::new(),
        own_extensions: HashSet::new(),
        other_extensions: HashSet::new(),
        origins: Origins::default(),
        diagnostics: Vec::new(),
        unreadable: Vec::new(),
        document,
        grammar,
        allow_outside,
        read,
    };
    let root = bundle.run();
    bundle.finish(root)
}

struct File {
    /// The path from the folder of the root.
    path: String,
    /// The content; none for the root, whose content is in the document, and for a file that cannot be read, which has
    /// been reported.
    tree: Option<Value>,
}

struct Bundle<'r> {
    document: Document,
    /// The folder of the root, as it was named.
    folder: String,
    /// The files that were read, the root first.
    files: Vec<File>,
    file_by_path: HashMap<String, usize>,
    /// The length of all files.
    read_bytes: usize,
    /// The names in the bundle of components of other files.
    name_by_origin: HashMap<(Kind, Origin), String>,
    /// The origin of the component of each name.
    origin_by_name: HashMap<(Kind, String), Origin>,
    /// The components that are still to be copied.
    queue: VecDeque<(Kind, String, Origin)>,
    /// How many values were copied so far.
    copied_values: usize,
    /// How many copies the current node is in.
    nested_copies: usize,
    /// The path items of other files that the root refers to.
    used_path_items: HashSet<Origin>,
    /// The extensions of this generator, and those of other tools, that any object has.
    own_extensions: HashSet<&'static str>,
    other_extensions: HashSet<String>,
    origins: Origins,
    diagnostics: Vec<SourceDiagnostic>,
    /// The errors of reading files.
    unreadable: Vec<Diagnostic>,
    grammar: Grammar,
    allow_outside: bool,
    read: &'r mut ReadFile<'r>,
}

impl Bundle<'_> {
    fn run(&mut self) -> Value {
        let mut root = self.document.root().clone();
        for section in Kind::Components.fields() {
            let Form::Map(kind) = section.form else { continue };
            let at = Pointer::default().key("components").key(section.name);
            for (name, _) in fields(root.pointer(at.as_str())) {
                self.origin_by_name.insert((kind, name.clone()), Origin { file: 0, at: at.key(name) });
            }
        }
        self.name_targets_of_root(&root);
        let start = Origin { file: 0, at: Pointer::default() };
        self.rewrite(Kind::Document, &mut root, &start, &Pointer::default());
        while let Some((kind, name, origin)) = self.queue.pop_front() {
            let Some(section) = kind.section() else { continue };
            let at = Pointer::default().key("components").key(section).key(&name);
            let mut component = self.node(&origin).cloned().unwrap_or_default();
            self.rewrite(kind, &mut component, &origin, &at);
            self.origins.came_from(&at, origin);
            insert(&mut root, section, name, component);
        }
        self.sort_components(&mut root);
        root
    }

    /// Sorts components by where they are written: those of the root first, and those of a file in its order.
    fn sort_components(&self, root: &mut Value) {
        let position = |origin: Origin| {
            let siblings = origin.at.parent().and_then(|at| self.node(&Origin { file: origin.file, at }));
            let name = origin.at.last();
            (origin.file, fields(siblings).position(|(sibling, _)| *sibling == name))
        };
        let components = Pointer::default().key("components");
        for (section, named) in fields_mut(root, &["components"]) {
            let at = components.key(section);
            let Value::Object(named) = named else { continue };
            let mut sorted: Vec<_> = std::mem::take(named).into_iter().collect();
            sorted.sort_by_cached_key(|(name, _)| position(self.origins.original(&at.key(name))));
            named.extend(sorted);
        }
    }

    /// Names the target of a root component that is only a reference to another file after that component.
    fn name_targets_of_root(&mut self, root: &Value) {
        for section in Kind::Components.fields() {
            let Form::Map(kind) = section.form else { continue };
            let at = Pointer::default().key("components").key(section.name);
            for (name, component) in fields(root.pointer(at.as_str())) {
                let origin = Origin { file: 0, at: at.key(name).key("$ref") };
                let Some(reference) = text(component, "$ref").filter(|reference| !reference.starts_with('#')) else {
                    continue;
                };
                let Some(target) = self.target(reference, &origin) else { continue };
                let is_named = self.name_by_origin.contains_key(&(kind, target.clone()));
                if target.file != 0 && !is_named && self.problem(kind, &target).is_none() {
                    self.register(kind, name, &target);
                }
            }
        }
    }

    fn finish(mut self, root: Value) -> Result<Document, Diagnostics> {
        self.report_unused_path_items();
        self.report_unread_extensions();
        let is_strict = self.is_for_this_generator();
        let fix = |diagnostic: SourceDiagnostic| if is_strict { diagnostic } else { diagnostic.fixed() };
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.diagnostics.into_iter().map(fix).partition(|diagnostic| diagnostic.level == Level::Error);
        if errors.is_empty() && self.unreadable.is_empty() {
            return Ok(self.document.with_bundle(root, self.origins, warnings));
        }
        let mut all = self.document.located(errors);
        all.append(&mut self.unreadable);
        Err(Diagnostics(all))
    }

    fn count_extension(&mut self, key: &str) {
        if let Some(own) = extensions::ALL.into_iter().find(|own| *own == key) {
            self.own_extensions.insert(own);
        } else if !self.other_extensions.contains(key) && extensions::is_of_another_tool(key) {
            self.other_extensions.insert(key.to_owned());
        }
    }

    /// Returns whether the author of the document can correct every mistake.
    fn is_for_this_generator(&self) -> bool {
        extensions::is_for_this_generator(self.own_extensions.len(), self.other_extensions.len())
    }

    /// Replaces the references in a node by references into the bundle. `origin` is where it is written, `at` where it
    /// is in the bundle.
    fn rewrite(&mut self, kind: Kind, value: &mut Value, origin: &Origin, at: &Pointer) {
        fields(Some(value)).for_each(|(key, _)| self.count_extension(key));
        if let Some(reference) = text(value, "$ref").filter(|_| kind.may_be_reference()).map(ToOwned::to_owned) {
            self.rewrite_reference(kind, value, &reference, origin, at);
            return;
        }
        if kind == Kind::Discriminator {
            for (name, mapped) in fields_mut(value, &["mapping"]) {
                let origin = origin.key("mapping").key(name);
                let Some(reference) = mapped.as_str().and_then(|name| self.reference_of_mapping(name, &origin)) else {
                    continue;
                };
                self.rewrite_mapping(mapped, &reference, &origin);
            }
        }
        let variants = variant_references(value);
        let grammar = self.grammar;
        let mut copied = HashMap::new();
        for (key, child) in fields_mut(value, &[]) {
            let mut origin = origin.key(key);
            let is_group = matches!(
                grammar(kind, key),
                Some(Form::Map(_) | Form::List(_) | Form::Texts | Form::Values | Form::Requirements)
            );
            if is_group && self.copy(child, &mut origin, &at.key(key)) {
                copied.insert(key.clone(), origin);
            }
        }
        for_each_child_mut(kind, value, grammar, &mut |kind, step, child| {
            let mut child_origin = match copied.get(step.field()) {
                Some(group) => step.within(group),
                None => Origin { file: origin.file, at: step.from(&origin.at) },
            };
            let at = step.from(at);
            let has_no_name = kind.section().is_none() && kind != Kind::PathItem;
            let is_copied =
                has_no_name && self.copy(child, &mut child_origin, &at) || copied.contains_key(step.field());
            self.nested_copies += usize::from(is_copied);
            self.rewrite(kind, child, &child_origin, &at);
            self.nested_copies -= usize::from(is_copied);
        });
        keep_discriminator_values(value, variants);
    }

    fn rewrite_reference(&mut self, kind: Kind, value: &mut Value, reference: &str, origin: &Origin, at: &Pointer) {
        let Some(target) = self.follow(reference, &origin.key("$ref")) else { return };
        if target.file == 0 && origin.file == 0 {
            if kind == Kind::PathItem && self.leads_to_itself(&target) {
                self.report_path_cycle(origin);
            }
            if !reference.starts_with('#') {
                value["$ref"] = json!(target.at.to_string());
            }
        } else if kind == Kind::PathItem {
            self.copy_path_item(value, target, origin, at);
        } else if let Some(problem) = self.problem(kind, &target) {
            self.report(problem, &target, &origin.key("$ref"));
            *value = json!({});
        } else {
            let name = self.name(kind, &target, &origin.key("$ref"));
            value["$ref"] = json!(reference_to(kind, &name));
        }
    }

    /// Returns the reference for a value of a mapping, which is the name of a schema, or a reference to one.
    fn reference_of_mapping(&self, mapped: &str, origin: &Origin) -> Option<String> {
        let at = Pointer::default().key("components").key("schemas").key(mapped);
        let named = Origin { file: origin.file, at };
        if self.node(&named).is_some() {
            return Some(named.at.to_string());
        }
        mapped.contains(['/', '.', '#']).then(|| mapped.to_owned())
    }

    fn rewrite_mapping(&mut self, mapped: &mut Value, reference: &str, origin: &Origin) {
        let known = self.diagnostics.len();
        let Some(target) = self.target(reference, origin) else {
            let name = path::name_of(reference);
            if self.origin_by_name.contains_key(&(Kind::Schema, name.clone())) {
                let missing = self.diagnostics.split_off(known).into_iter();
                self.diagnostics.extend(missing.map(|missing| missing.accepted(format!("it is taken as `{name}`"))));
                *mapped = json!(reference_to(Kind::Schema, &name));
            }
            return;
        };
        if target.file == 0 && origin.file == 0 {
            return;
        }
        if let Some(problem) = self.problem(Kind::Schema, &target) {
            self.report(problem, &target, origin);
        } else {
            *mapped = json!(reference_to(Kind::Schema, &self.name(Kind::Schema, &target, origin)));
        }
    }

    /// Replaces a reference to a node of another file, or in one, which can have no name, by a copy of that.
    fn copy(&mut self, value: &mut Value, origin: &mut Origin, at: &Pointer) -> bool {
        let mut is_copied = false;
        if self.copied_values > MAX_COPIED_VALUES {
            return false;
        }
        for _ in 0..MAX_REFERENCE_CHAIN {
            let reference = text(value, "$ref").filter(|reference| origin.file != 0 || !reference.starts_with('#'));
            let Some(reference) = reference.filter(|_| self.nested_copies < MAX_NESTED_COPIES) else { break };
            let Some(target) = self.follow(reference, &origin.key("$ref")) else { break };
            let Some(found) = self.node(&target).filter(|found| found.is_object() || found.is_array()).cloned() else {
                self.report(format!("there is no `{}`", target.at), &target, &origin.key("$ref"));
                break;
            };
            self.copied_values += values(&found).count();
            if self.copied_values > MAX_COPIED_VALUES {
                self.report_too_many_copies(origin);
                break;
            }
            *value = found;
            *origin = target;
            is_copied = true;
        }
        if is_copied {
            self.origins.came_from(at, origin.clone());
        }
        is_copied
    }

    fn report_too_many_copies(&mut self, origin: &Origin) {
        let message = "the parts that are referred to are too large to be copied";
        self.diagnostics.push(SourceDiagnostic::source_key(origin.clone(), message, "refer to each of them once"));
    }

    /// Replaces a reference to a path by the path. The fields beside the reference have precedence.
    fn copy_path_item(&mut self, value: &mut Value, target: Origin, origin: &Origin, at: &Pointer) {
        let mut item = value.as_object_mut().map(std::mem::take).unwrap_or_default();
        item.shift_remove("$ref");
        let mut item = Value::Object(item);
        self.rewrite(Kind::PathItem, &mut item, origin, at);
        let mut target = target;
        let mut seen = HashSet::new();
        loop {
            let is_cycle = !seen.insert(target.clone());
            if is_cycle {
                if item.as_object().is_some_and(Map::is_empty) {
                    self.report_path_cycle(origin);
                }
                break;
            }
            if let Some(problem) = self.problem(Kind::PathItem, &target) {
                self.report(problem, &target, &origin.key("$ref"));
                break;
            }
            if self.copied_values > MAX_COPIED_VALUES {
                break;
            }
            let Some(Value::Object(mut found)) = self.node(&target).cloned() else { break };
            self.used_path_items.insert(target.clone());
            self.copied_values += found.values().flat_map(values).count();
            if self.copied_values > MAX_COPIED_VALUES {
                self.report_too_many_copies(origin);
                break;
            }
            let next = found.shift_remove("$ref");
            let mut found = Value::Object(found);
            self.rewrite(Kind::PathItem, &mut found, &target, at);
            for (key, child) in fields_mut(&mut found, &[]) {
                if item.get(key).is_none() {
                    item[key] = child.take();
                    self.origins.came_from(&at.key(key), target.key(key));
                }
            }
            let next = next.as_ref().and_then(Value::as_str);
            match next.and_then(|reference| self.follow(reference, &target.key("$ref"))) {
                Some(further) => target = further,
                None => break,
            }
        }
        *value = item;
    }

    /// Returns whether a path item of the root refers to itself, through others of the root.
    fn leads_to_itself(&self, start: &Origin) -> bool {
        let next = |item: &Origin| match path::target(text(self.node(item)?, "$ref")?, &self.files[0].path) {
            path::Target::Here(at) => Some(Origin { file: 0, at }),
            _ => None,
        };
        iter::successors(next(start), next).take(MAX_REFERENCE_CHAIN).any(|item| item == *start)
    }

    fn report_path_cycle(&mut self, origin: &Origin) {
        let (message, help) = ("this path leads only back to itself", "write its operations out in one file");
        self.diagnostics.push(SourceDiagnostic::source_value(origin.key("$ref"), message, help));
    }

    /// Returns the name of a component in the bundle, and queues the component for copying if it comes from another
    /// file.
    fn name(&mut self, kind: Kind, target: &Origin, origin: &Origin) -> String {
        if let Some(name) = self.name_by_origin.get(&(kind, target.clone())) {
            return name.clone();
        }
        let wanted = self.wanted_name(target);
        let names = iter::once(wanted.clone()).chain((2..).map(|number| format!("{wanted}{number}")));
        let is_free =
            |name: &String| self.origin_by_name.get(&(kind, name.clone())).is_none_or(|other| other == target);
        let Some(name) = names.into_iter().find(is_free) else { return wanted };
        if self.origin_by_name.contains_key(&(kind, name.clone())) {
            return name;
        }
        if let Some(other) = self.origin_by_name.get(&(kind, wanted.clone())) {
            let location = self.document.location_of(other, Part::Key);
            let message = format!("{} is also {} at {location}", quoted(&wanted), kind.name());
            let clash = SourceDiagnostic::source_value(origin.clone(), message, "give one of them another name");
            self.diagnostics.push(clash.accepted(format!("this one is called `{name}`")));
        }
        self.register(kind, &name, target);
        name
    }

    /// Makes a node of another file a component of the bundle, to be copied later.
    fn register(&mut self, kind: Kind, name: &str, target: &Origin) {
        self.name_by_origin.insert((kind, target.clone()), name.to_owned());
        self.origin_by_name.insert((kind, name.to_owned()), target.clone());
        self.queue.push_back((kind, name.to_owned(), target.clone()));
    }

    /// Returns the last step of the pointer to a node, or the name of its file for a root.
    fn wanted_name(&self, target: &Origin) -> String {
        let path = self.files.get(target.file).map(|file| file.path.as_str()).unwrap_or_default();
        let name = path::name(path, &target.at);
        let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        name.replace(|letter| !is_allowed(letter), "_")
    }

    fn tree(&self, file: usize) -> Option<&Value> {
        if file == 0 { Some(self.document.root()) } else { self.files.get(file)?.tree.as_ref() }
    }

    fn node(&self, origin: &Origin) -> Option<&Value> {
        self.tree(origin.file)?.pointer(origin.at.as_str())
    }

    /// Returns why a node cannot be used as an object of this kind.
    fn problem(&self, kind: Kind, target: &Origin) -> Option<String> {
        let tree = self.tree(target.file)?;
        let node = format!("`{}` in {}", target.at, quoted(&self.files.get(target.file)?.path));
        let steps: Vec<_> = target.at.steps().collect();
        let section = steps.get(1).filter(|_| steps.len() == 3 && steps[0] == "components");
        if section.is_some_and(|section| kind.section().is_some_and(|other| other != section)) {
            return Some(format!("{node} is not {}", kind.name()));
        }
        match tree.pointer(target.at.as_str()) {
            None | Some(Value::Null) => Some(format!("there is no {node}")),
            Some(Value::Bool(_)) if kind == Kind::Schema => None,
            Some(Value::Object(object)) if kind == Kind::PathItem => {
                let is_field = |key: &String| key == "$ref" || key.starts_with("x-") || kind.field(key).is_some();
                (!object.keys().all(is_field)).then(|| format!("{node} is not a path item"))
            }
            Some(Value::Object(_)) => None,
            Some(_) => Some(format!("{node} is not {}", kind.name())),
        }
    }

    fn report(&mut self, problem: String, target: &Origin, origin: &Origin) {
        let parent = target.at.parent().map(|at| Origin { file: target.file, at });
        let names = fields(parent.and_then(|parent| self.node(&parent))).map(|(name, _)| name.as_str());
        let help = did_you_mean(&target.at.last(), names, "write the path to a node of that file");
        self.diagnostics.push(SourceDiagnostic::source_value(origin.clone(), problem, help));
    }

    /// Reports the paths of other files that the root does not refer to.
    fn report_unused_path_items(&mut self) {
        let paths = Pointer::default().key("paths");
        let root = &self.files[0].path;
        for (file, File { path: name, tree }) in self.files.iter().enumerate().skip(1) {
            for (path, _) in fields(tree.as_ref().and_then(|tree| tree.get("paths"))) {
                let origin = Origin { file, at: paths.key(path) };
                if self.used_path_items.contains(&origin) {
                    continue;
                }
                let (message, help) = match self.used_path_items.iter().find(|used| used.at == origin.at) {
                    Some(used) => {
                        let location = self.document.location_of(used, Part::Key);
                        let message = format!("{} is also a path at {location}", quoted(path));
                        (message, "move its operations there".to_owned())
                    }
                    None => (
                        format!("{} is not among the paths of {}", quoted(path), quoted(root)),
                        format!("add `{path}: {{$ref: '{name}{}'}}` there", origin.at),
                    ),
                };
                let diagnostic = SourceDiagnostic::source_key(origin, message, help);
                self.diagnostics.push(diagnostic.accepted("it is left out"));
            }
        }
    }

    /// Reports extensions at the root of a file, in a document for this generator: only those at the root of the
    /// document are read.
    fn report_unread_extensions(&mut self) {
        let components: HashSet<_> = self.origin_by_name.values().collect();
        let root = |file| Origin { file, at: Pointer::default() };
        let is_used = |file| components.contains(&root(file)) || self.used_path_items.contains(&root(file));
        let unused = self.files.iter().enumerate().skip(1).filter(|(file, _)| !is_used(*file));
        let keys = unused.flat_map(|(file, File { tree, .. })| {
            fields(tree.as_ref()).map(|(key, _)| key).filter(|key| key.starts_with("x-")).map(move |key| (file, key))
        });
        let keys: Vec<_> = keys.map(|(file, key)| (file, key.clone())).collect();
        for (_, key) in &keys {
            self.count_extension(key);
        }
        if !self.is_for_this_generator() {
            return;
        }
        let help = format!("move it to the root of {}, or to the object that it is for", quoted(&self.files[0].path));
        self.diagnostics.extend(keys.into_iter().map(|(file, key)| {
            let message = format!("{} has no effect at the root of this file", quoted(&key));
            SourceDiagnostic::source_key(root(file).key(&key), message, &*help)
        }));
    }
}

fn insert(root: &mut Value, section: &str, name: String, component: Value) {
    if !root["components"].is_object() {
        root["components"] = json!({});
    }
    if !root["components"][section].is_object() {
        root["components"][section] = json!({});
    }
    object_mut(root, &["components", section]).map(|components| components.insert(name, component));
}

fn reference_to(kind: Kind, name: &str) -> String {
    let section = Pointer::default().key("components").key(kind.section().unwrap_or_default());
    section.key(name).to_string()
}

/// Returns the references to the variants of a union with a discriminator; none for a variant that is written out.
fn variant_references(schema: &Value) -> Vec<Option<String>> {
    let variants = schema.get("discriminator").and_then(|_| schema.get("oneOf").or_else(|| schema.get("anyOf")));
    elements(variants).map(|variant| text(variant, "$ref").map(ToOwned::to_owned)).collect()
}

/// Adds a `mapping` entry for each variant that was renamed, so that its old name stays its discriminator value.
fn keep_discriminator_values(schema: &mut Value, old_references: Vec<Option<String>>) {
    let references = variant_references(schema);
    let Some(discriminator) = schema.get_mut("discriminator").and_then(Value::as_object_mut) else { return };
    for (old, reference) in old_references.into_iter().zip(references) {
        let (Some(old), Some(reference)) = (old, reference) else { continue };
        if old == reference {
            continue;
        }
        let name = path::name_of(&old);
        let mapping = discriminator.get_mut("mapping").and_then(Value::as_object_mut);
        let mut is_mapped = false;
        for (_, mapped) in mapping.into_iter().flatten() {
            if *mapped == *name {
                *mapped = json!(reference);
            }
            is_mapped |= *mapped == *reference;
        }
        if !is_mapped && path::name_of(&reference) != name {
            discriminator.entry("mapping").or_insert_with(|| json!({}))[name] = json!(reference);
        }
    }
}
