//! The areas of an API: parts of it whose operations and types have files of their own in the crate.
//!
//! In a document of several files, an area is a file with paths or components. In one file, it is a tag.

use std::collections::HashMap;

use super::{Api, TypeDef};
use crate::{
    diagnostic::Origin,
    source::{Document, Pointer},
};

/// The area of operations without a tag.
const UNTAGGED: &str = "operations";

/// The area of types that operations of several areas use.
const SHARED: &str = "shared";

/// Returns the area of an operation.
pub(super) fn area_of_operation(document: &Document, at: &Pointer, tag: Option<&str>) -> String {
    area_of_file(document, at).or(tag).unwrap_or(UNTAGGED).to_owned()
}

/// Sets the area of each type. A type that no area's file declares has the area of the operations that use it.
pub(super) fn set_areas_of_types(api: &mut Api, document: &Document) {
    let of_users = areas_of_users(api);
    let area_of = |ty: &TypeDef| {
        let of_users = || of_users.get(&*ty.name).copied().flatten();
        area_of_file(document, &ty.at).or_else(of_users).unwrap_or(SHARED).to_owned()
    };
    let areas: Vec<_> = api.types.iter().map(area_of).collect();
    for (ty, area) in api.types.iter_mut().zip(areas) {
        ty.area = area;
    }
}

/// Returns the area of the operations that use each type, or `None` if several areas do. A type changes at most twice,
/// and so is visited in linear time.
fn areas_of_users(api: &Api) -> HashMap<&str, Option<&str>> {
    let mut areas = HashMap::new();
    for operation in &api.operations {
        let mut waiting: Vec<_> =
            operation.schemas().map(|schema| (&schema.ty, Some(operation.area.as_str()))).collect();
        while let Some((ty, area)) = waiting.pop() {
            let Some(TypeDef { name, kind, .. }) = api.type_def_of(ty.leaf()) else { continue };
            let before = areas.get(name.as_str()).copied();
            let area = if before.is_none_or(|before| before == area) { area } else { None };
            if before != Some(area) {
                areas.insert(name.as_str(), area);
                waiting.extend(kind.parts().map(|part| (part, area)));
            }
        }
    }
    areas
}

/// Returns the name of the file that a part of the document is written in, if it is not the root and has paths or
/// components. A file may also hold one node alone, which makes it no area.
fn area_of_file<'d>(document: &'d Document, at: &Pointer) -> Option<&'d str> {
    let Origin { file, at } = document.origins().original(at);
    let has_sections = at.steps().next().is_some_and(|first| first == "paths" || first == "components");
    let path = document.file_name(file).filter(|_| file != 0 && has_sections)?;
    let name = path.rsplit(['/', '\\']).next()?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

#[cfg(test)]
mod tests {
    use crate::api::tests::{api, api_of_files};

    #[test]
    fn a_type_has_the_area_of_its_users_or_is_shared() {
        let api = api("
            paths:
              /cats: {get: {operationId: getCat, tags: [Cats], responses: {'200': {$ref: '#/components/responses/Cat'}}}}
              /dogs:
                get:
                  operationId: getDog
                  tags: [Dogs]
                  responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Dog'}}}}}
            components:
              responses:
                Cat: {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}}
              schemas:
                Size: {type: string, enum: [small]}
                Cat: {type: object, properties: {size: {$ref: '#/components/schemas/Size'}, fur: {type: string, enum: [long]}}}
                Dog: {type: object, properties: {size: {$ref: '#/components/schemas/Size'}}}");
        let areas: Vec<_> = api.types.iter().map(|ty| (&*ty.name, &*ty.area)).collect();
        assert_eq!(areas, [("Size", "shared"), ("Cat", "Cats"), ("CatFur", "Cats"), ("Dog", "Dogs")]);
    }

    #[test]
    fn a_file_with_paths_or_components_is_an_area_and_a_file_with_one_schema_is_none() {
        let api = api_of_files(&[
            ("api.yaml", "paths: {/cats: {$ref: 'pets/house-cats.yaml#/paths/~1cats'}}"),
            (
                "pets/house-cats.yaml",
                "
                paths:
                  /cats: {get: {operationId: getCat, tags: [Cats], responses: {'200': {$ref: '#/components/responses/Cat'}}}}
                components:
                  responses:
                    Cat: {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}}
                  schemas:
                    Cat: {type: object, properties: {home: {$ref: '../homes.yaml#/components/schemas/Home'}, toy: {$ref: toy.yaml}}}",
            ),
            ("homes.yaml", "components: {schemas: {Home: {type: object, properties: {city: {type: string}}}}}"),
            ("pets/toy.yaml", "{type: object, properties: {name: {type: string}}}"),
        ]);
        assert_eq!(api.operations[0].area, "house-cats");
        let areas: Vec<_> = api.types.iter().map(|ty| (&*ty.name, &*ty.area)).collect();
        assert_eq!(areas, [("Cat", "house-cats"), ("Home", "homes"), ("Toy", "house-cats")]);
    }
}
