//! Makes a union of each base that other schemas inherit from.
//!
//! A base has a `discriminator`, and its subtypes have it in their `allOf`. A reference to it stands for any of them,
//! so it becomes the union of its subtypes and of a component with its own properties, for values that are none of
//! them. The subtypes are merged with that component: the later stages know only unions.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use crate::{
    diagnostic::{NodeDiagnostic, wording::quoted},
    json::{elements, fields, flag, object_mut, text},
    names::Names,
    openapi::{
        reference::{self, SCHEMAS, pointer_to_schema, reference_to},
        schema::{DEFAULT_MAPPING, is_description},
    },
    source::{Document, Pointer},
};

/// How many schemas are visited to find subtypes. Bases that inherit from each other may have more subtypes together
/// than a document has schemas.
const MAX_VISITED: usize = 100_000;

/// How many parts of a base are searched for its discriminator.
const MAX_PARTS: usize = 1000;

/// How many subtypes of a base become a union. The check bounds the schemas that one consists of.
const MAX_SUBTYPES: usize = 128;

/// Replaces each base by a union, and returns warnings of those that are too many.
pub(super) fn replace(document: &mut Cow<'_, Document>) -> Vec<NodeDiagnostic> {
    move_discriminators(document);
    let Some(schemas) = document.root().pointer(SCHEMAS).and_then(Value::as_object) else { return Vec::new() };
    if !schemas.values().any(|schema| discriminator(schema).is_some() || listed(schema).is_some()) {
        return Vec::new();
    }
    let Bases { found: bases, warnings, .. } = Bases::of(schemas);
    if !bases.is_empty() {
        let document = document.to_mut();
        if let Some(schemas) = object_mut(document.root_mut(), &["components", "schemas"]) {
            let replaced = std::mem::take(schemas).into_iter();
            schemas.extend(replaced.flat_map(|(name, schema)| replace_one(name, schema, &bases)).collect::<Vec<_>>());
            complete_subtypes(schemas, &bases);
        }
        move_locations(document, &bases);
    }
    warnings
}

/// Moves the discriminators of bases that stand in a part of their `allOf` beside it.
fn move_discriminators(document: &mut Cow<'_, Document>) {
    let Some(schemas) = document.root().pointer(SCHEMAS).and_then(Value::as_object) else { return };
    let bases: HashSet<_> = schemas.values().flat_map(parents).collect();
    let found = schemas.iter().filter_map(|(name, schema)| {
        let index = elements(schema.get("allOf")).position(|part| discriminator(part).is_some())?;
        (discriminator(schema).is_none() && bases.contains(name)).then(|| (name.clone(), index))
    });
    for (name, index) in found.collect::<Vec<_>>() {
        let document = document.to_mut();
        let Some(schemas) = object_mut(document.root_mut(), &["components", "schemas"]) else { return };
        let discriminator =
            schemas[&name]["allOf"][index].as_object_mut().and_then(|part| part.shift_remove("discriminator"));
        schemas[&name]["discriminator"] = discriminator.unwrap_or_default();
        let at = pointer_to_schema(&name);
        document.moved(&at.key("discriminator"), &at.key("allOf").index(index).key("discriminator"));
    }
}

/// Records where the properties of the bases are written.
fn move_locations(document: &mut Document, bases: &IndexMap<String, Base>) {
    for (name, Base { own_name, .. }) in bases {
        document.moved(&pointer_to_schema(own_name), &pointer_to_schema(name));
    }
    for (at, _) in &mut document.overrides_mut().written {
        let steps = at.as_str().strip_prefix(SCHEMAS).and_then(|steps| steps.strip_prefix('/'));
        let Some((name, rest)) = steps.and_then(|steps| steps.split_once('/')) else { continue };
        let name = Pointer::default().join("/").join(name).last();
        if let Some(base) = bases.get(&name).filter(|_| rest.starts_with("properties/") || rest.starts_with("allOf/")) {
            *at = pointer_to_schema(&base.own_name).join("/").join(rest);
        }
    }
}

/// A schema that others inherit from.
#[derive(Default)]
struct Base {
    /// The name of the component with its own properties.
    own_name: String,
    /// The components that have it in their `allOf` and inherit from it; none if all do.
    heirs: Option<HashSet<String>>,
    subtypes: IndexSet<String>,
    /// The subtypes that are bases with the same discriminator: their subtypes are those of this base, too.
    levels: HashSet<String>,
    /// The mapping of the discriminator, and those of the levels.
    mapping: Map<String, Value>,
}

/// Replaces the bases in the `allOf` of a component by their own properties, and a base by its union.
fn replace_one(name: String, mut schema: Value, bases: &IndexMap<String, Base>) -> Vec<(String, Value)> {
    replace_parts(&mut schema, &|base| {
        let base = bases.get(base)?;
        base.heirs.as_ref().is_none_or(|heirs| heirs.contains(&name)).then_some(&base.own_name)
    });
    let (Some(base), Value::Object(schema)) = (bases.get(&name), &mut schema) else { return vec![(name, schema)] };
    let (mut union, mut own) = (Map::new(), Map::new());
    for (keyword, value) in std::mem::take(schema) {
        if matches!(keyword.as_str(), "description" | "externalDocs") {
            own.insert(keyword.clone(), value.clone());
        }
        let is_of_union = matches!(keyword.as_str(), "nullable" | "discriminator" | "oneOf" | "anyOf");
        let keywords = if is_of_union || is_description(&keyword) { &mut union } else { &mut own };
        keywords.insert(keyword, value);
    }
    let is_readable = own.contains_key("properties") || own.contains_key("allOf");
    base.complete(&mut union, &name, is_readable, bases);
    vec![(name, Value::Object(union)), (base.own_name.clone(), Value::Object(own))]
}

/// Replaces references to bases in the `allOf` of a component.
fn replace_parts<'n>(schema: &mut Value, own_name: &dyn Fn(&str) -> Option<&'n String>) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        match component(part).as_deref().and_then(own_name) {
            Some(own_name) => part["$ref"] = reference_to(own_name),
            None => replace_parts(part, own_name),
        }
    }
}

impl Base {
    /// Adds the variants and the mapping to the union that replaces a base.
    fn complete(&self, union: &mut Map<String, Value>, name: &str, is_readable: bool, bases: &IndexMap<String, Self>) {
        let own_name = |of: &str| {
            let base = bases.get(of).filter(|_| of == name || self.levels.contains(of));
            base.map(|base| &base.own_name)
        };
        let reference = |of: &str| json!({ "$ref": reference_to(own_name(of).map_or(of, String::as_str)) });
        let written = ["oneOf", "anyOf"].into_iter().find_map(|keyword| union.shift_remove(keyword));
        let mut variants = match written {
            Some(Value::Array(variants)) => variants,
            _ => self.subtypes.iter().map(|subtype| reference(subtype)).collect(),
        };
        if let Some(discriminator) = union.get_mut("discriminator").and_then(Value::as_object_mut) {
            let mut mapping = self.mapping.clone();
            // Without a mapping, the name of a schema is its value.
            for level in self.subtypes.iter().filter(|subtype| own_name(subtype).is_some()) {
                if !self.mapping.values().any(|target| mapped_name(target) == Some(level)) {
                    mapping.insert(level.clone(), Value::from(level.as_str()));
                }
            }
            for target in mapping.values_mut() {
                if let Some(own_name) = mapped_name(target).and_then(own_name) {
                    *target = reference_to(own_name);
                }
            }
            if !mapping.is_empty() {
                discriminator.insert("mapping".to_owned(), Value::Object(mapping));
            }
            if is_readable {
                variants.push(reference(name));
                discriminator.insert(DEFAULT_MAPPING.to_owned(), reference_to(&self.own_name));
            }
        }
        union.insert("anyOf".to_owned(), Value::Array(variants));
    }
}

/// Requires the discriminator of the subtypes, without which nothing tells them apart, and makes types of those that
/// add nothing to their base.
fn complete_subtypes(schemas: &mut Map<String, Value>, bases: &IndexMap<String, Base>) {
    for (name, base) in bases {
        let property = schemas.get(name).and_then(discriminator).map(ToOwned::to_owned);
        let property = property.filter(|property| has_property(&base.own_name, property, schemas));
        for subtype in &base.subtypes {
            let subtype = bases.get(subtype).map_or(subtype, |base| &base.own_name);
            let Some(subtype) = schemas.get_mut(subtype).and_then(Value::as_object_mut) else { continue };
            // An `allOf` of one reference is another name for its target.
            if let Some(Value::Array(parts)) =
                subtype.get_mut("allOf").filter(|parts| elements(Some(parts)).count() == 1)
            {
                parts.push(json!({}));
            }
            let Some(property) = &property else { continue };
            let required = subtype.entry("required").or_insert_with(|| json!([]));
            if let Some(required) = required.as_array_mut().filter(|all| !all.iter().any(|name| name == property)) {
                required.push(Value::from(property.as_str()));
            }
        }
    }
}

/// Returns whether a component has a property, by itself or in its `allOf`.
fn has_property(name: &str, property: &str, schemas: &Map<String, Value>) -> bool {
    let (mut seen, mut left) = (HashSet::new(), MAX_PARTS);
    let mut open: Vec<_> = schemas.get(name).into_iter().collect();
    while let Some(schema) = open.pop().filter(|_| left > 0) {
        left -= 1;
        if schema.get("properties").is_some_and(|properties| properties.get(property).is_some()) {
            return true;
        }
        let target = component(schema).filter(|name| seen.insert(name.clone())).and_then(|name| schemas.get(&name));
        open.extend(elements(schema.get("allOf")).chain(target));
    }
    false
}

/// Finds the bases of a document.
struct Bases<'a> {
    schemas: &'a Map<String, Value>,
    /// The components in the `allOf` of each one.
    parents: HashMap<&'a str, Vec<String>>,
    /// The components that have each one in their `allOf`.
    children: HashMap<String, Vec<&'a str>>,
    found: IndexMap<String, Base>,
    visited: usize,
    warnings: Vec<NodeDiagnostic>,
}

impl<'a> Bases<'a> {
    fn of(schemas: &'a Map<String, Value>) -> Self {
        let mut children: HashMap<_, Vec<_>> = HashMap::new();
        let parents: HashMap<_, _> = schemas.iter().map(|(name, schema)| (name.as_str(), parents(schema))).collect();
        for name in schemas.keys().map(String::as_str) {
            for parent in &parents[name] {
                children.entry(parent.clone()).or_default().push(name);
            }
        }
        let mut bases = Self { schemas, parents, children, found: IndexMap::new(), visited: 0, warnings: Vec::new() };
        let mut taken: Names = schemas.keys().map(String::as_str).collect();
        for (name, schema) in schemas {
            let base = match (discriminator(schema), listed(schema)) {
                (_, Some(listed)) if bases.children.contains_key(name) => bases.listed(name, listed),
                (Some(property), None) => bases.derived(name, property),
                _ => None,
            };
            let may_be_base = discriminator(schema).is_some() || listed(schema).is_some();
            let is_spent = bases.visited > MAX_VISITED && may_be_base && bases.children.contains_key(name);
            let has_too_many =
                base.as_ref().is_some_and(|base| base.heirs.is_none() && base.subtypes.len() > MAX_SUBTYPES);
            if is_spent || has_too_many {
                let message =
                    format!("{} has too many subtypes, so the crate has only its own properties", quoted(name));
                let help = format!("list up to {MAX_SUBTYPES} in a `oneOf`");
                bases.warnings.push(NodeDiagnostic::key(pointer_to_schema(name), message, help).warning());
            } else if let Some(base) = base {
                let own_name = taken.unused(&format!("{name}Base"));
                bases.found.insert(name.clone(), Base { own_name, ..base });
            }
        }
        bases
    }

    /// Returns a base whose subtypes are those that have it in their `allOf`, and those of its mapping.
    fn derived(&mut self, name: &str, property: &str) -> Option<Base> {
        let mut base = Base::default();
        let mut open = vec![name];
        while let Some(next) = open.pop().filter(|_| self.may_visit()) {
            let is_base = next == name;
            if !is_base && !base.subtypes.insert(next.to_owned()) {
                continue;
            }
            let Some(schema) = self.schemas.get(next) else { continue };
            let (own_property, is_union) = (discriminator(schema), listed(schema).is_some());
            if own_property == Some(property) && !is_union {
                let mapping =
                    fields(schema.get("discriminator").and_then(|discriminator| discriminator.get("mapping")));
                for (value, target) in mapping.take_while(|_| self.may_visit()) {
                    base.mapping.entry(value).or_insert_with(|| target.clone());
                }
                base.levels.extend((!is_base).then(|| next.to_owned()));
            } else if own_property.is_some() || is_union {
                // It becomes a union of its own.
                continue;
            }
            open.extend(self.children.get(next).into_iter().flatten().rev());
        }
        let is_plain = |name: &str| self.schemas.get(name).is_some_and(|schema| discriminator(schema).is_none());
        let mapped: Vec<_> = base.mapping.values().filter_map(mapped_name).filter(|name| is_plain(name)).collect();
        base.subtypes.extend(mapped.into_iter().map(ToOwned::to_owned));
        base.subtypes.shift_remove(name);
        (!base.subtypes.is_empty()).then_some(base)
    }

    /// Returns a base whose subtypes are the variants that it lists; none if these do not inherit from it.
    fn listed(&mut self, name: &str, variants: &[Value]) -> Option<Base> {
        let (mut heirs, mut subtypes, mut others) = (HashSet::new(), IndexSet::new(), Vec::new());
        for (index, variant) in variants.iter().enumerate() {
            let of_variant = component(variant).map(|variant| (self.heirs(name, &variant), variant));
            match of_variant.filter(|(heirs, _)| !heirs.is_empty()) {
                Some((more, subtype)) => {
                    heirs.extend(more);
                    subtypes.insert(subtype);
                }
                None => others.push(index),
            }
        }
        if heirs.is_empty() {
            return None;
        }
        let schema = self.schemas.get(name)?;
        if schema.get("properties").is_some() {
            let keyword = if schema.get("oneOf").is_some() { "oneOf" } else { "anyOf" };
            self.warnings.extend(others.into_iter().map(|index| {
                let at = pointer_to_schema(name).key(keyword).index(index);
                let message = format!("the crate has no properties of {} in this variant", quoted(name));
                let help = "make it a component, and refer to the union in its `allOf`, as the other variants do";
                NodeDiagnostic::value(at, message, help).warning()
            }));
        }
        let mapping = schema.get("discriminator").and_then(|discriminator| discriminator.get("mapping")?.as_object());
        let mapping = mapping.cloned().unwrap_or_default();
        Some(Base { heirs: Some(heirs), subtypes, mapping, ..Base::default() })
    }

    /// Returns the schemas by which a component inherits from a base.
    fn heirs(&mut self, base: &str, component: &str) -> HashSet<String> {
        let (mut heirs, mut seen, mut open) = (HashSet::new(), HashSet::new(), vec![component.to_owned()]);
        while let Some(next) = open.pop().filter(|_| self.may_visit()) {
            let parents = self.parents.get(next.as_str()).map(Vec::as_slice).unwrap_or_default();
            if seen.contains(&next) {
                continue;
            }
            if parents.iter().any(|parent| parent == base) {
                heirs.insert(next.clone());
            }
            open.extend(parents.iter().filter(|parent| *parent != base).cloned());
            seen.insert(next);
        }
        heirs
    }

    fn may_visit(&mut self) -> bool {
        self.visited += 1;
        self.visited <= MAX_VISITED
    }
}

/// Returns the property of a schema's discriminator.
fn discriminator(schema: &Value) -> Option<&str> {
    text(schema.get("discriminator")?, "propertyName")
}

/// Returns the variants that a schema lists.
fn listed(schema: &Value) -> Option<&[Value]> {
    let mut unions = ["oneOf", "anyOf"].iter().filter_map(|keyword| schema.get(*keyword)?.as_array());
    unions.next().filter(|_| unions.next().is_none()).map(Vec::as_slice)
}

/// Returns the components in the `allOf` of another one. A nullable one of a single reference stands for its target.
fn parents(schema: &Value) -> Vec<String> {
    let parts: Vec<_> = elements(schema.get("allOf")).collect();
    let is_alias = parts.len() == 1 && flag(schema, "nullable") && schema.get("properties").is_none();
    let parts = parts.into_iter().filter(|_| !is_alias);
    parts.flat_map(|part| component(part).map_or_else(|| parents(part), |name| vec![name])).collect()
}

/// Returns the name of the component that a schema refers to.
fn component(schema: &Value) -> Option<String> {
    let target = reference::pointer(schema)?;
    (target.parent()?.as_str() == SCHEMAS).then(|| target.last())
}

/// Returns the name in an entry of a mapping, which may be a reference.
fn mapped_name(target: &Value) -> Option<&str> {
    target.as_str()?.rsplit('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the schemas of a document after the replacement, a component on each line.
    fn replaced(schemas: &str) -> String {
        let (replaced, warnings) = replaced_with_warnings(schemas);
        assert_eq!(warnings, []);
        replaced
    }

    fn replaced_with_warnings(schemas: &str) -> (String, Vec<NodeDiagnostic>) {
        let schemas = textwrap::indent(textwrap::dedent(schemas).trim(), "    ");
        let text = format!("openapi: 3.0.3\ncomponents:\n  schemas:\n{schemas}");
        let mut document = Cow::Owned(Document::parse("api.yaml", text).unwrap());
        let warnings = replace(&mut document);
        let schemas = fields(document.root().pointer(SCHEMAS)).map(|(name, schema)| format!("{name}: {schema}"));
        (schemas.collect::<Vec<_>>().join("\n").replace('"', "").replace("#/components/schemas/", ""), warnings)
    }

    const PET: &str = "
        Pet: {description: A pet., properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
        Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {claws: {type: integer}}}]}
    ";

    #[test]
    fn a_base_becomes_the_union_of_its_subtypes() {
        insta::assert_snapshot!(replaced(PET), @"
        Pet: {description:A pet.,discriminator:{propertyName:kind,defaultMapping:PetBase},anyOf:[{$ref:Cat},{$ref:PetBase}]}
        PetBase: {description:A pet.,properties:{kind:{type:string}}}
        Cat: {allOf:[{$ref:PetBase},{properties:{claws:{type:integer}}}],required:[kind]}
        ");
    }

    #[test]
    fn a_discriminator_may_stand_in_a_part_of_all_of() {
        let beside = PET.replace("properties: {kind: {type: string}}", "allOf: [{properties: {kind: {type: string}}}]");
        let within = "properties: {kind: {type: string}}, discriminator: {propertyName: kind}";
        let within = PET.replace(within, &format!("allOf: [{{{within}}}]"));
        assert_eq!(replaced(&within), replaced(&beside));
    }

    #[test]
    fn a_subtype_that_adds_nothing_is_a_type() {
        let pets = PET.replace(", {properties: {claws: {type: integer}}}", "");
        insta::assert_snapshot!(replaced(&pets), @"
        Pet: {description:A pet.,discriminator:{propertyName:kind,defaultMapping:PetBase},anyOf:[{$ref:Cat},{$ref:PetBase}]}
        PetBase: {description:A pet.,properties:{kind:{type:string}}}
        Cat: {allOf:[{$ref:PetBase},{}],required:[kind]}
        ");
    }

    #[test]
    fn a_base_may_list_its_subtypes() {
        let listed = PET.replace("Pet: {", "Pet: {oneOf: [{$ref: '#/components/schemas/Cat'}], ");
        assert_eq!(replaced(&listed), replaced(PET));

        let other = listed.replace("oneOf: [", "oneOf: [{type: object}, ");
        let (_, warnings) = replaced_with_warnings(&other);
        assert_eq!(warnings[0].message, "the crate has no properties of `Pet` in this variant");
    }

    #[test]
    fn a_level_with_the_same_discriminator_adds_its_subtypes() {
        let lion = "
        Lion: {allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {mane: {type: string}}}]}";
        let levels = PET.replace("Cat: {", "Cat: {discriminator: {propertyName: kind, mapping: {leo: Lion}}, ") + lion;
        insta::assert_snapshot!(replaced(&levels), @"
        Pet: {description:A pet.,discriminator:{propertyName:kind,mapping:{leo:Lion,Cat:CatBase},defaultMapping:PetBase},anyOf:[{$ref:CatBase},{$ref:Lion},{$ref:PetBase}]}
        PetBase: {description:A pet.,properties:{kind:{type:string}}}
        Cat: {discriminator:{propertyName:kind,mapping:{leo:Lion},defaultMapping:CatBase},anyOf:[{$ref:Lion},{$ref:CatBase}]}
        CatBase: {allOf:[{$ref:PetBase},{properties:{claws:{type:integer}}}],required:[kind]}
        Lion: {allOf:[{$ref:CatBase},{properties:{mane:{type:string}}}],required:[kind]}
        ");
    }

    #[test]
    fn a_level_with_another_discriminator_is_a_union_in_the_union() {
        let lion = "
        Lion: {allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {mane: {type: string}}}]}";
        let levels = PET.replace("Cat: {", "Cat: {discriminator: {propertyName: claws}, ") + lion;
        insta::assert_snapshot!(replaced(&levels), @"
        Pet: {description:A pet.,discriminator:{propertyName:kind,defaultMapping:PetBase},anyOf:[{$ref:Cat},{$ref:PetBase}]}
        PetBase: {description:A pet.,properties:{kind:{type:string}}}
        Cat: {discriminator:{propertyName:claws,defaultMapping:CatBase},anyOf:[{$ref:Lion},{$ref:CatBase}]}
        CatBase: {allOf:[{$ref:PetBase},{properties:{claws:{type:integer}}}],required:[kind]}
        Lion: {allOf:[{$ref:CatBase},{properties:{mane:{type:string}}}],required:[claws]}
        ");
    }

    #[test]
    fn a_base_with_too_many_subtypes_stays_with_a_warning() {
        let cat = |number| format!("\n        Cat{number}: {{allOf: [{{$ref: '#/components/schemas/Pet'}}]}}");
        let pets = PET.trim_end().to_owned() + &(1..=MAX_SUBTYPES).map(cat).collect::<String>();
        let (replaced, warnings) = replaced_with_warnings(&pets);
        assert!(replaced.contains("Cat1: {allOf:[{$ref:Pet}]}"), "{replaced}");
        assert_eq!(warnings[0].message, "`Pet` has too many subtypes, so the crate has only its own properties");
    }

    #[test]
    fn schemas_without_subtypes_and_unions_of_others_stay() {
        let schemas = "
            Pet: {properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
            Thing: {oneOf: [{$ref: '#/components/schemas/Pet'}], discriminator: {propertyName: kind}}
            MaybePet: {nullable: true, allOf: [{$ref: '#/components/schemas/Pet'}]}
        ";
        insta::assert_snapshot!(replaced(schemas), @"
        Pet: {properties:{kind:{type:string}},discriminator:{propertyName:kind}}
        Thing: {oneOf:[{$ref:Pet}],discriminator:{propertyName:kind}}
        MaybePet: {nullable:true,allOf:[{$ref:Pet}]}
        ");
    }
}
