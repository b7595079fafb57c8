//! Each stage of the generator imports only from the stages before it.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use syn::visit::{self, Visit};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const ARCHITECTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/architecture.md");

/// The order that the diagram at the start of `docs/architecture.md` shows. What stands before `source` knows no
/// document.
const LAYERS: [&str; 15] = [
    "json",
    "names",
    "package",
    "pointer",
    "stack",
    "diagnostic",
    "source",
    "openapi",
    "normalize",
    "check",
    "progenitor",
    "api",
    "emit",
    "compare",
    "pipeline",
];

/// The parts of a stage that is more than one step, in their order.
const STEPS: [(&str, &[&str]); 1] = [("normalize", &["bundle", "upgrade", "infer", "inheritance", "merge"])];

#[test]
fn every_import_leads_to_an_earlier_layer() {
    let mut wrong = String::new();
    for file in sources(Path::new(SOURCES)) {
        let path = file.strip_prefix(SOURCES).unwrap();
        let module: Vec<_> = path.with_extension("").iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        // Tests of a stage may run all stages.
        if module == ["lib"] || module.last().unwrap() == "tests" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let mut imports = Imports { module: module.clone(), found: Vec::new() };
        imports.visit_file(&syn::parse_file(&text).unwrap());
        for import in imports.found {
            if let Some(problem) = problem(&module, &import) {
                writeln!(wrong, "codegen/src/{}:{}: {problem}", path.display(), line_of(&import, &text)).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_module_has_a_layer() {
    let lib = syn::parse_file(&fs::read_to_string(Path::new(SOURCES).join("lib.rs")).unwrap()).unwrap();
    let mut modules: Vec<_> = lib.items.iter().filter_map(module_of_a_file).collect();
    let mut layers = LAYERS.to_vec();
    modules.sort_unstable();
    layers.sort_unstable();
    assert_eq!(modules, layers);
}

#[test]
fn the_diagram_of_the_architecture_shows_the_order() {
    let page = fs::read_to_string(ARCHITECTURE).unwrap();
    let stages = &LAYERS[LAYERS.iter().position(|layer| *layer == "source").unwrap()..];
    let places: Vec<_> = stages[..stages.len() - 1].iter().map(|stage| page.find(&format!("| `{stage}/` |"))).collect();
    assert!(places.iter().all(Option::is_some), "a stage is missing: {stages:?} {places:?}");
    assert!(places.is_sorted(), "the stages stand in another order than {stages:?}");
}

fn module_of_a_file(item: &syn::Item) -> Option<String> {
    match item {
        syn::Item::Mod(module) if module.content.is_none() => Some(module.ident.to_string()),
        _ => None,
    }
}

/// What is wrong with an import, by a module, of a path that starts below the crate's root.
fn problem(module: &[String], import: &[String]) -> Option<String> {
    let (from, to) = (module.first()?, import.first()?);
    if from == to {
        let (_, steps) = STEPS.iter().find(|(stage, _)| stage == from)?;
        let step = |path: &[String]| steps.iter().position(|step| path.get(1).is_some_and(|part| part == step));
        return (step(import)? > step(module)?)
            .then(|| format!("`{}` is a later step than `{}`", import[1], module[1]));
    }
    let layer = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    match layer(to) {
        None => Some(format!("`crate::{to}` is no layer: import it from the layer that it is in")),
        Some(to_layer) => (to_layer > layer(from)?)
            .then(|| format!("`{from}` imports `crate::{}`, and `{to}` comes after it", import.join("::"))),
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The line of an import, from 1: the first that names the last part of its path that stands anywhere.
fn line_of(import: &[String], text: &str) -> usize {
    let names = |line: &str, part: &str| {
        line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == part)
    };
    let line = |part: &String| text.lines().position(|line| names(line, part));
    import.iter().rev().find_map(line).map_or(1, |index| index + 1)
}

/// The paths that a file names of its own crate, from the crate's root on.
struct Imports {
    module: Vec<String>,
    found: Vec<Vec<String>>,
}

impl Imports {
    fn add(&mut self, path: &[String]) {
        let path = match path.first().map(String::as_str) {
            Some("crate") => path[1..].to_vec(),
            Some("super") => {
                let steps = path.iter().take_while(|part| *part == "super").count();
                let Some(parent) = self.module.len().checked_sub(steps) else { return };
                self.module[..parent].iter().chain(&path[steps..]).cloned().collect()
            }
            _ => return,
        };
        self.found.push(path);
    }

    fn add_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) => self.add(&with(&name.ident)),
            syn::UseTree::Rename(rename) => self.add(&with(&rename.ident)),
            syn::UseTree::Glob(_) => self.add(before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, before)),
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.add(&parts);
        visit::visit_path(self, path);
    }

    /// The modules of a file are in the file's module.
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.ident == "tests" {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}
