//! How the alternatives of a union are told apart.

use std::collections::HashMap;

use indexmap::IndexSet;
use serde_json::Value;

use super::{Direction, Reader, Schema, TypeDef, TypeKind};
use crate::{
    json::{self, elements, fields},
    normalize::merge::{marks, schemas, variants},
    openapi::{
        reference::{self, SCHEMAS, reference, resolve_schema},
        schema::{self, MAX_NESTED_UNIONS, is_enum, is_struct, is_union},
    },
    progenitor::Type,
    source::Pointer,
};

#[derive(Debug)]
pub(crate) struct Alternative {
    /// The name of the variant.
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) pattern: Pattern,
}

/// What the JSON of an alternative looks like, as far as that tells it from the others.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// A kind of JSON, by its name in the macro.
    Kind(&'static str),
    /// A list of what looks like this.
    Items(Box<Self>),
    /// An object.
    Members(Vec<Member>),
    /// A union itself, whose alternatives have these in common.
    Union(Vec<Member>),
}

#[derive(Debug)]
pub(crate) struct Member {
    /// The name over the wire.
    pub(crate) name: String,
    pub(crate) values: Vec<Value>,
    pub(crate) may_be_absent: bool,
    pub(crate) may_be_other: bool,
}

/// An alternative that is an object, or a union of objects.
struct Object<'a> {
    /// Its name in the document, if it has one.
    component: &'a str,
    /// What it can look like: one schema, or that of each alternative.
    schemas: Vec<&'a Value>,
}

struct Components<'a>(&'a Value);

/// The alternatives of a union of this name.
pub(super) fn read(name: &str, schema: &Value, at: &Pointer, reader: &Reader<'_>) -> Vec<Alternative> {
    let components = Components(reader.root.pointer(SCHEMAS).unwrap_or(&Value::Null));
    let names = variants::names(&components.as_received(schema), components.received(name).unwrap_or(name));
    let schemas: Vec<_> = elements(schema.get("oneOf")).collect();
    let objects: Vec<_> = schemas.iter().filter_map(|schema| components.object(schema)).collect();
    let mut members = members(&objects, schema.get("discriminator"), &components).into_iter();
    let are_several_lists = schemas.iter().filter(|schema| schema.get("items").is_some()).count() > 1;
    let at = at.key("oneOf");
    let alternatives = names.into_iter().zip(schemas).enumerate().map(|(index, (name, schema))| {
        let is_union = is_union(components.target(schema));
        let pattern = match components.object(schema).and_then(|_| members.next()) {
            Some(members) if is_union => Pattern::Union(members),
            Some(members) => Pattern::Members(members),
            None => pattern(schema, &components, are_several_lists),
        };
        Alternative { name, schema: reader.schema(schema, &at.index(index)), pattern }
    });
    alternatives.collect()
}

/// Notes which members of what is sent have a single value because they say which alternative it is.
pub(super) fn set_constants(types: &mut [TypeDef]) {
    let mut constants: HashMap<(String, String), Option<Value>> = HashMap::new();
    let mut texts_of_enums = HashMap::new();
    for ty in types.iter() {
        match &ty.kind {
            TypeKind::Enum(variants) => {
                let texts: Vec<_> = variants.iter().map(|variant| variant.text.clone()).collect();
                texts_of_enums.insert(ty.name.clone(), texts);
            }
            TypeKind::Union(alternatives) => {
                for (object, member) in alternatives.iter().flat_map(Alternative::constants) {
                    let value = member.values.first().cloned();
                    let known = constants.entry((object.to_owned(), member.name.clone()));
                    let known = known.or_insert_with(|| value.clone());
                    // Two unions tell it apart by different values.
                    if *known != value {
                        *known = None;
                    }
                }
            }
            TypeKind::Struct(_) => {}
        }
    }
    let is_of_type = |value: &Value, schema: &Schema| match &schema.ty {
        Type::Named(name) => texts_of_enums.get(name).is_some_and(|texts| texts.iter().any(|text| value == text)),
        Type::String => value.is_string() && schema.takes_any_text(),
        Type::Bool => value.is_boolean(),
        Type::Integer(_) => value.is_i64(),
        _ => false,
    };
    for ty in types.iter_mut().filter(|ty| ty.direction == Direction::Request) {
        let TypeKind::Struct(fields) = &mut ty.kind else { continue };
        for field in fields.iter_mut().filter(|field| field.required && !field.nullable) {
            let constant = constants.remove(&(ty.name.clone(), field.name.clone())).flatten();
            field.constant = constant.filter(|value| is_of_type(value, &field.schema));
        }
    }
}

impl Alternative {
    /// The name of its type, and the members that have a single value.
    fn constants(&self) -> impl Iterator<Item = (&str, &Member)> {
        let members = if let Pattern::Members(members) = &self.pattern { members.as_slice() } else { &[] };
        let name = self.schema.ty.name();
        let constants = members.iter().filter(|member| member.values.len() == 1 && !member.may_be_other);
        constants.filter_map(move |member| Some((name?, member)))
    }
}

impl<'a> Components<'a> {
    fn target(&self, schema: &'a Value) -> &'a Value {
        resolve_schema(schema, self.0)
    }

    fn object(&self, schema: &'a Value) -> Option<Object<'a>> {
        let target = self.target(schema);
        let name = reference(schema).unwrap_or_default();
        let is_unnamed = marks::origin(target).is_some();
        let by_reference = if is_unnamed { "" } else { self.received(name).unwrap_or(name) };
        let component = marks::copied_from(target).unwrap_or(by_reference);
        let schemas = self.objects_of(target, MAX_NESTED_UNIONS);
        (!schemas.is_empty()).then_some(Object { component, schemas })
    }

    /// The objects that a schema can be; none if it can be something else, too.
    fn objects_of(&self, schema: &'a Value, depth: usize) -> Vec<&'a Value> {
        let target = self.target(schema);
        if is_struct(target) {
            return vec![target];
        }
        let alternatives = elements(target.get("oneOf")).filter(|_| depth > 0);
        let objects: Vec<_> = alternatives.map(|alternative| self.objects_of(alternative, depth - 1)).collect();
        if objects.iter().any(Vec::is_empty) { Vec::new() } else { objects.concat() }
    }

    /// The name of the type that a type for requests was split off from: it has the same variants.
    fn received(&self, name: &str) -> Option<&'a str> {
        marks::input_of(self.0.get(name)?)
    }

    fn as_received(&self, union: &Value) -> Value {
        let mut union = union.clone();
        schemas::for_each_within(&mut union, &mut |schema| {
            reference::rename(schema, |name| self.received(name));
        });
        union
    }
}

fn pattern(schema: &Value, components: &Components<'_>, with_items: bool) -> Pattern {
    let target = components.target(schema);
    if is_union(target) {
        return Pattern::Union(Vec::new());
    }
    if is_struct(target) {
        return Pattern::Members(Vec::new());
    }
    let items = target.get("items").filter(|_| with_items).map(|items| pattern(items, components, false));
    Pattern::Kind(match json::text(target, "type") {
        _ if is_enum(target) => "string",
        Some("boolean") => "boolean",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("string") => "string",
        Some("object") => "map",
        Some("array") => match items {
            Some(items) if !matches!(items, Pattern::Union(_) | Pattern::Kind("any")) => {
                return Pattern::Items(Box::new(items));
            }
            _ => "array",
        },
        _ => "any",
    })
}

/// The members that tell each of the objects from the others.
fn members(objects: &[Object<'_>], discriminator: Option<&Value>, components: &Components<'_>) -> Vec<Vec<Member>> {
    if let Some((discriminator, name)) = discriminator.and_then(|told| Some((told, json::text(told, "propertyName")?)))
    {
        let told = objects.iter().map(|object| {
            let values = discriminating(discriminator, object.component, object.values(name, components));
            vec![object.member(name, values, true)]
        });
        return told.collect();
    }

    let mut members: Vec<Vec<Member>> = objects.iter().map(|_| Vec::new()).collect();
    for name in objects.iter().flat_map(Object::names).collect::<IndexSet<_>>() {
        let values: Vec<_> = objects.iter().map(|object| object.values(name, components)).collect();
        if !tells_apart(&values) {
            continue;
        }
        let with_values = objects.iter().zip(&values).filter(|(_, values)| !values.is_empty());
        // What has a value of its own for each needs no other word.
        if objects.len() > 1 && values.iter().all(|values| values.len() == 1) && are_disjoint(&values) {
            return with_values.map(|(object, values)| vec![object.member(name, values.clone(), true)]).collect();
        }
        for ((object, members), values) in objects.iter().zip(&mut members).zip(values) {
            if !values.is_empty() {
                let is_constant = values.len() == 1;
                members.push(object.member(name, values, is_constant));
            }
        }
    }
    add_required(objects, &mut members);
    members
}

/// Adds what only some of the objects require.
fn add_required(objects: &[Object<'_>], members: &mut [Vec<Member>]) {
    for (object, members) in objects.iter().zip(members) {
        for name in object.names().filter(|name| object.requires(name)) {
            let is_told = !objects.iter().all(|other| other.requires(name));
            if is_told && !members.iter().any(|member| member.name == name) {
                members.push(object.member(name, Vec::new(), false));
            }
        }
    }
}

/// Whether the values that objects have for a member say something of which one it is.
fn tells_apart(values: &[Vec<Value>]) -> bool {
    let (mut listed, mut differing) = (0, false);
    let first = values.iter().find(|values| !values.is_empty());
    for values in values.iter().filter(|values| !values.is_empty()) {
        listed += 1;
        differing |= Some(values) != first;
    }
    differing || listed < values.len() && first.is_some_and(|values| values.len() == 1)
}

fn are_disjoint(values: &[Vec<Value>]) -> bool {
    let mut seen = IndexSet::new();
    values.iter().flatten().all(|value| seen.insert(value.to_string()))
}

impl<'a> Object<'a> {
    fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let schema = self.schemas.first().copied();
        fields(schema.and_then(|schema| schema.get("properties"))).map(|(name, _)| name.as_str())
    }

    fn requires(&self, name: &str) -> bool {
        self.schemas.iter().all(|schema| elements(schema.get("required")).any(|required| required == name))
    }

    /// The listed values of a member; none if it can be anything.
    fn values(&self, name: &str, components: &Components<'_>) -> Vec<Value> {
        let mut values = Vec::new();
        for schema in &self.schemas {
            let property = schema.get("properties").and_then(|properties| properties.get(name));
            let listed = property.and_then(|property| components.target(property).get("enum"));
            let listed: Vec<_> = elements(listed).filter(|value| !value.is_null()).collect();
            if listed.is_empty() || !listed.iter().all(|value| is_literal(value)) {
                return Vec::new();
            }
            for value in listed {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        values
    }

    /// A member that has one of these values, if there are any. Others exclude the object if it is told by them.
    fn member(&self, name: &str, values: Vec<Value>, is_told_by_them: bool) -> Member {
        let may_be_other = !is_told_by_them || values.is_empty();
        Member { name: name.to_owned(), values, may_be_absent: !self.requires(name), may_be_other }
    }
}

/// Whether a value can stand in a pattern.
fn is_literal(value: &Value) -> bool {
    value.is_string() || value.is_boolean() || value.as_i64().is_some_and(|number| number >= 0)
}

/// The values that stand for a component: those that a discriminator maps to it, or else the one that it lists, or else
/// its name.
fn discriminating(discriminator: &Value, component: &str, listed: Vec<Value>) -> Vec<Value> {
    let mapped = schema::mapping(discriminator).filter(|(_, target)| *target == component);
    let mapped: Vec<_> = mapped.map(|(value, _)| Value::from(value)).collect();
    if !mapped.is_empty() {
        mapped
    } else if listed.len() == 1 || component.is_empty() {
        listed
    } else {
        vec![Value::from(component)]
    }
}
