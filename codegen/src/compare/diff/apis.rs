//! Both APIs, and the types of schemas in words that can be compared.

use super::renames::Renames;
use crate::api::{Api, Documented, Schema, TypeDef};

/// Both APIs, and the types that are the same under other names.
#[derive(Clone, Copy)]
pub(super) struct Apis<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    pub(super) renames: &'a Renames,
}

impl Apis<'_> {
    /// Returns the types of two schemas in words, which are equal if only the names of types changed.
    pub(super) fn types_in_words(self, old: &Schema, new: &Schema) -> (String, String) {
        (self.old_type_in_words(old), self.new_type_in_words(new))
    }

    /// Returns the type of a schema of the older API, with the names that types have in the newer one.
    pub(super) fn old_type_in_words(self, schema: &Schema) -> String {
        in_words(&schema.documented, self.old, self.renames)
    }

    pub(super) fn new_type_in_words(self, schema: &Schema) -> String {
        in_words(&schema.documented, self.new, &Renames::default())
    }
}

fn in_words(documented: &Documented, api: &Api, renames: &Renames) -> String {
    match documented {
        Documented::Named(name) => {
            let name = api.type_def(name).map_or(name.as_str(), TypeDef::name_in_document);
            renames.new_name(name).to_owned()
        }
        Documented::List(element) => format!("list of {}", in_words(element, api, renames)),
        Documented::Map(value) => format!("map of {}", in_words(value, api, renames)),
        Documented::Plain(ty, Some(format)) => format!("{ty} ({format})"),
        Documented::Plain(ty, None) => ty.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api_of_schemas;

    #[test]
    fn a_type_has_the_name_in_the_newer_document() {
        let api = api_of_schemas("Thing: {type: object, properties: {id: {type: string}}}");
        let renames = Renames(vec![("Thing".to_owned(), "Item".to_owned())]);
        let apis = Apis { old: &api, new: &api, renames: &renames };
        let body = &api.operations[0].body.as_ref().unwrap().schema;
        assert_eq!(apis.types_in_words(body, body), ("Item".to_owned(), "Thing".to_owned()));
    }
}
