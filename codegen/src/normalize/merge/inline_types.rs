use std::collections::{HashMap, HashSet};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::{marks, schemas, variants};
use crate::{
    json::{fields_mut, object_mut, text},
    names::{self, type_name},
    openapi::{
        extensions::{DEPRECATED_VALUES, NEWTYPE, REPLACED_BY},
        grammar::Kind,
        operation::{Operation, operations_mut},
        reference::{pointer_to_schema, reference, reference_to},
        schema::{BOUNDS, is_enum, is_newtype, is_type, is_union},
        walk::for_each_schema_of_mut,
    },
    source::Pointer,
};

/// Makes a component of every object, enum and union that is inline, so that references name all types. Its name is
/// that of the type around it, and of the property or the variant. Equal ones become one component if they belong
/// [together](Bond).
pub(super) fn name(root: &mut Value) {
    let mut names = Names::of_components(root, &|_| true);
    for Operation { at, value, .. } in operations_mut(root) {
        let id = text(value, "operationId").unwrap_or_default().to_upper_camel_case();
        names.name_operation(value, &id, &at);
    }
    root["components"]["schemas"] = Value::Object(names.named);
}

/// Makes components of the inline types of some components.
pub(super) fn name_within(root: &mut Value, is_affected: &dyn Fn(&Value) -> bool) {
    let components = object_mut(root, &["components", "schemas"]);
    if components.is_some_and(|components| components.values().any(is_affected)) {
        root["components"]["schemas"] = Value::Object(Names::of_components(root, is_affected).named);
    }
}

struct Names {
    named: Map<String, Value>,
    /// The number of each shape.
    shapes: HashMap<String, usize>,
    /// The names of types, by their shapes and what binds others to them.
    known: HashMap<(usize, Bond), String>,
    taken: names::Names,
    /// The operation or the component that is read.
    holder: Pointer,
}

/// What two types of the same shape have in common, so that they become one. Otherwise the type of one operation would
/// be called after another one.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Bond {
    /// One of them is a component, or they are unions of scalars, which are named after those.
    Name,
    /// They are parts of the same operation, or of the same component.
    Holder(Pointer),
    Title(String),
    Property(String),
}

impl Names {
    fn of_components(root: &mut Value, is_affected: &dyn Fn(&Value) -> bool) -> Self {
        let components = object_mut(root, &["components", "schemas"]).map(std::mem::take).unwrap_or_default();
        let mut names = Self {
            named: Map::new(),
            shapes: HashMap::new(),
            known: HashMap::new(),
            taken: names::Names::of_types(),
            holder: Pointer::default(),
        };
        for (name, schema) in &components {
            names.remember(name, schema);
        }
        for (name, mut schema) in components {
            names.named.insert(name.clone(), Value::Null);
            if is_affected(&schema) {
                names.holder = pointer_to_schema(&name);
                names.name_children(&mut schema, &name, &pointer_to_schema(&name));
            }
            names.named.insert(name, schema);
        }
        names
    }

    fn remember(&mut self, name: &str, schema: &Value) {
        let shape = self.shape(shape(schema));
        self.known.entry((shape, Bond::Name)).or_insert_with(|| name.to_owned());
        self.taken.take(name);
    }

    fn shape(&mut self, shape: String) -> usize {
        let number = self.shapes.len();
        *self.shapes.entry(shape).or_insert(number)
    }

    fn name_operation(&mut self, operation: &mut Value, id: &str, at: &Pointer) {
        self.holder = at.clone();
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = format!("{id}{}", text(parameter, "name").unwrap_or_default().to_upper_camel_case());
            let at = at.key("parameters");
            parameter.get_mut("schema").into_iter().for_each(|schema| self.name_outermost(schema, &name, &at));
        }
        let bodies = fields_mut(operation, &["requestBody", "content"]);
        for ((_, content), suffix) in bodies.zip(["Body", "MultipartBody"]) {
            let (name, at) = (format!("{id}{suffix}"), at.join("/requestBody/content"));
            for_each_schema_of_mut(Kind::MediaType, content, &mut |schema| {
                self.name_outermost(schema, &name, &at);
            });
        }
        let (name, in_responses) = (format!("{id}Result"), at.key("responses"));
        operation.get_mut("responses").into_iter().for_each(|responses| {
            for_each_schema_of_mut(Kind::Responses, responses, &mut |schema| {
                self.name_outermost(schema, &name, &in_responses);
            });
        });
        for (status, error) in marks::errors_mut(operation) {
            for schema in marks::error_schemas_mut(error) {
                self.name_outermost(schema, &format!("{id}Error"), &at.key("responses").key(status));
            }
        }
    }

    /// Names the schema of a parameter, a body or a response. A component has a name, and is a holder itself.
    fn name_outermost(&mut self, schema: &mut Value, name: &str, at: &Pointer) {
        match marks::take_component(schema) {
            Some(component) => {
                let name = component.last().to_upper_camel_case();
                let operation = std::mem::replace(&mut self.holder, component);
                self.name_schema(schema, &name, at, None);
                self.holder = operation;
            }
            None => self.name_schema(schema, name, at, None),
        }
    }

    fn name_schema(&mut self, schema: &mut Value, name: &str, at: &Pointer, property: Option<&str>) {
        // An `allOf` that fits no newtype any more may have copied it.
        if is_newtype(schema)
            && let Some(schema) = schema.as_object_mut()
        {
            schema.shift_remove(NEWTYPE);
        }
        if !is_type(schema) {
            self.name_children_of(schema, name, at, property);
            return;
        }
        // A Rust type is never null or replaced, only a field or an element.
        let keywords = ["nullable", "deprecated", REPLACED_BY];
        let bounds_of_union = if is_union(schema) { &BOUNDS[..] } else { &[] };
        let of_reference: Vec<_> = schema.as_object_mut().map_or_else(Vec::new, |schema| {
            keywords
                .into_iter()
                .chain(bounds_of_union.iter().copied())
                .filter_map(|keyword| schema.shift_remove_entry(keyword))
                .collect()
        });
        let of_scalars = variants::name_of_scalars(schema);
        // A union of scalars is named after them, and not after a component that happens to be equal.
        let shape = self.shape(of_scalars.clone().unwrap_or_else(|| shape(schema)));
        let bonds = [
            Some(Bond::Name),
            Some(Bond::Holder(self.holder.clone())),
            text(schema, "title").map(|title| Bond::Title(title.to_owned())),
            property.map(|property| Bond::Property(property.to_owned())),
        ];
        let bonds = bonds.into_iter().flatten().map(|bond| (shape, bond));
        let name = match bonds.clone().find_map(|bond| self.known.get(&bond)) {
            Some(known) => known.clone(),
            None => {
                let name = self.taken.unused(&type_name(&type_name(of_scalars.as_deref().unwrap_or(name))));
                let bonds = bonds.filter(|(_, bond)| of_scalars.is_some() || *bond != Bond::Name);
                self.known.extend(bonds.map(|bond| (bond, name.clone())));
                let mut schema = schema.clone();
                if of_scalars.is_some() {
                    schema["description"] = Value::from(variants::description_of_scalars(&schema));
                }
                self.named.insert(name.clone(), Value::Null);
                self.name_children(&mut schema, &name, at);
                marks::set_origin(&mut schema, at);
                self.named.insert(name.clone(), schema);
                name
            }
        };
        let description = schema.get("description").cloned();
        let mut reference = Map::from_iter([("$ref".to_owned(), reference_to(&name))]);
        reference.extend(of_reference);
        reference.extend(description.map(|description| ("description".to_owned(), description)));
        *schema = Value::Object(reference);
    }

    fn name_children(&mut self, schema: &mut Value, name: &str, at: &Pointer) {
        self.name_children_of(schema, name, at, None);
    }

    /// Names the types in a schema. Those of a list or a map are values of the same property as the list or the map.
    fn name_children_of(&mut self, schema: &mut Value, name: &str, at: &Pointer, property: Option<&str>) {
        for (property, schema) in fields_mut(schema, &["properties"]) {
            let at = at.key("properties").key(property);
            let name = format!("{name}{}", property.to_upper_camel_case());
            self.name_schema(schema, &name, &at, Some(property.as_str()));
        }
        for (keyword, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(child @ Value::Object(_)) = schema.get_mut(keyword) {
                self.name_schema(child, &format!("{name}{suffix}"), &at.key(keyword), property);
            }
        }
        let suffixes = variants::names(schema, name);
        let variants = schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        for (index, (variant, suffix)) in variants.zip(suffixes).enumerate() {
            self.name_schema(variant, &format!("{name}{suffix}"), &at.key("oneOf").index(index), None);
        }
        if let Some(variants) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
            let mut seen = HashSet::new();
            variants
                .retain(|variant| seen.insert(reference(variant).map_or_else(|| variant.to_string(), str::to_owned)));
        }
    }
}

/// Returns the part of a schema that equal types have in common, as text.
fn shape(schema: &Value) -> String {
    if is_enum(schema) {
        let deprecated = schema.get(DEPRECATED_VALUES).map(Value::to_string);
        return schema["enum"].to_string() + &deprecated.unwrap_or_default();
    }
    let mut schema = schema.clone();
    if let (true, Some(schema)) = (is_union(&schema), schema.as_object_mut()) {
        schema.retain(|keyword, _| keyword == "oneOf" || keyword == "discriminator");
    }
    let is_description = |keyword: &str| matches!(keyword, "description" | "title" | "example" | "nullable");
    schemas::without_keywords(&schema, is_description).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::{run, run_on_schemas};

    #[test]
    fn inline_types_become_components() {
        let schemas = "Thing: {properties: {size: {properties: {unit: {type: string, enum: [m, km]}}}, tags: {type: array, items: {type: string}}}}";
        insta::assert_snapshot!(run_on_schemas(name, schemas), @"
            Thing: {properties:{size:{$ref:#/components/schemas/ThingSize},tags:{type:array,items:{type:string}}}}
            ThingSize: {properties:{unit:{$ref:#/components/schemas/ThingSizeUnit}},x-merged-origin:/components/schemas/Thing/properties/size}
            ThingSizeUnit: {type:string,enum:[m,km],x-merged-origin:/components/schemas/Thing/properties/size/properties/unit}
        ");
    }

    #[test]
    fn equal_types_become_one_component() {
        let schemas = "
            Color: {type: string, enum: [red, green]}
            Thing: {properties: {color: {type: string, enum: [red, green], description: Its color.}}}
        ";
        insta::assert_snapshot!(run_on_schemas(name, schemas), @"
            Color: {type:string,enum:[red,green]}
            Thing: {properties:{color:{$ref:#/components/schemas/Color,description:Its color.}}}
        ");
    }

    #[test]
    fn equal_types_of_two_operations_are_two_unless_they_have_a_title_or_a_property_in_common() {
        let text = "
            paths:
              /a:
                get: &operation
                  operationId: getA
                  parameters:
                    - {name: kind, in: query, schema: {type: string, enum: [a]}}
                    - {name: other, in: query, schema: {type: string, enum: [a]}}
                  responses: {'200': {content: {application/json: {schema: {properties: {a: {properties: {b: {}}}}}}}}}
                put: {operationId: putA, requestBody: {content: {application/json: {schema: {title: T, properties: {c: {}}}}}}, responses: {}}
              /b:
                get: {<<: *operation, operationId: getB}
                put: {operationId: putB, requestBody: {content: {application/json: {schema: {title: T, properties: {c: {}}}}}}, responses: {}}
            components: {schemas: {}}
        ";
        insta::assert_snapshot!(run(name, text), @"
        get /a: {operationId:getA,parameters:[{name:kind,in:query,schema:{$ref:#/components/schemas/GetAKind}},{name:other,in:query,schema:{$ref:#/components/schemas/GetAKind}}],responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/GetAResult}}}}}}
        put /a: {operationId:putA,requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/PutABody}}}},responses:{}}
        get /b: {operationId:getB,parameters:[{name:kind,in:query,schema:{$ref:#/components/schemas/GetBKind}},{name:other,in:query,schema:{$ref:#/components/schemas/GetBKind}}],responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/GetBResult}}}}}}
        put /b: {operationId:putB,requestBody:{content:{application/json:{schema:{$ref:#/components/schemas/PutABody}}}},responses:{}}
        GetAKind: {type:string,enum:[a],x-merged-origin:/paths/~1a/get/parameters}
        GetAResult: {properties:{a:{$ref:#/components/schemas/GetAResultA}},x-merged-origin:/paths/~1a/get/responses}
        GetAResultA: {properties:{b:{}},x-merged-origin:/paths/~1a/get/responses/properties/a}
        PutABody: {title:T,properties:{c:{}},x-merged-origin:/paths/~1a/put/requestBody/content}
        GetBKind: {type:string,enum:[a],x-merged-origin:/paths/~1b/get/parameters}
        GetBResult: {properties:{a:{$ref:#/components/schemas/GetAResultA}},x-merged-origin:/paths/~1b/get/responses}
        ");
    }

    #[test]
    fn types_of_an_operation_have_its_name() {
        let text = "
            paths:
              /a:
                get:
                  operationId: find
                  parameters: [{name: kind, in: query, schema: {type: string, enum: [a]}}]
                  responses: {'200': {content: {application/json: {schema: {properties: {a: {}}}}}}}
            components: {schemas: {}}
        ";
        insta::assert_snapshot!(run(name, text), @"
            get /a: {operationId:find,parameters:[{name:kind,in:query,schema:{$ref:#/components/schemas/FindKind}}],responses:{200:{content:{application/json:{schema:{$ref:#/components/schemas/FindResult}}}}}}
            FindKind: {type:string,enum:[a],x-merged-origin:/paths/~1a/get/parameters}
            FindResult: {properties:{a:{}},x-merged-origin:/paths/~1a/get/responses}
        ");
    }
}
