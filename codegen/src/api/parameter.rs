//! The parameters of operations.

use serde_json::Value;

use super::{Deprecation, Reader, Schema};
use crate::{
    json::{elements, fields, flag, text},
    names::{Names, value_name},
    normalize::merge::marks,
    openapi::{
        media_type::is_incomplete,
        parameter::{IGNORED_HEADERS, Location},
    },
    source::Pointer,
};

#[derive(Debug)]
pub(crate) struct Parameter {
    /// The wire name.
    pub(crate) name: String,
    /// The name of the argument or the setter, which no other parameter of the operation has.
    pub(crate) rust_name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    pub(crate) deprecation: Option<Deprecation>,
    pub(crate) style: Style,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Schema,
}

/// The serialization of lists and objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Simple { explode: bool },
    Label { explode: bool },
    Matrix { explode: bool },
    Form { explode: bool },
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
}

impl Parameter {
    /// Reads the parameters of an operation. Those in the path choose their names in Rust first.
    pub(super) fn read_all(operation: &Value, path: &str, at: &Pointer, reader: &Reader<'_>) -> Vec<Self> {
        let at = at.key("parameters");
        let mut parameters: Vec<_> = elements(operation.get("parameters"))
            .enumerate()
            .filter_map(|(index, parameter)| Self::read(parameter, &at.index(index), reader))
            .collect();
        let takes_media_type = fields(operation.pointer("/requestBody/content")).any(|(name, _)| is_incomplete(name));
        let body = operation.get("requestBody").map(|_| "body");
        let mut taken: Names = body.into_iter().chain(takes_media_type.then_some("content_type")).collect();
        let mut order: Vec<_> = (0..parameters.len()).collect();
        order.sort_by_key(|index| parameters[*index].position_in(path).unwrap_or(usize::MAX));
        for index in order {
            parameters[index].rust_name = taken.unused(&value_name(&parameters[index].name));
        }
        parameters
    }

    fn position_in(&self, path: &str) -> Option<usize> {
        path.find(&format!("{{{}}}", self.name)).filter(|_| self.location == Location::Path)
    }

    fn read(parameter: &Value, at: &Pointer, reader: &Reader<'_>) -> Option<Self> {
        let location = Location::of(parameter.get("in")?.as_str()?)?;
        let name = parameter.get("name")?.as_str()?.to_owned();
        if location == Location::Header && IGNORED_HEADERS.contains(&&*name.to_ascii_lowercase()) {
            return None;
        }
        let default = match location {
            Location::Path | Location::Header => "simple",
            Location::Query | Location::Cookie => "form",
        };
        Some(Self {
            name,
            rust_name: String::new(),
            location,
            required: flag(parameter, "required"),
            description: reader.prose(parameter, "description"),
            deprecation: Deprecation::read(parameter),
            style: Style::read(parameter, default),
            allow_reserved: location == Location::Query && flag(parameter, "allowReserved"),
            schema: reader.schema_of(parameter, at),
        })
    }
}

impl Style {
    /// Reads the `style` and `explode` of a parameter or of the encoding of a property.
    pub(super) fn read(holder: &Value, default: &str) -> Self {
        let style = text(holder, "style").unwrap_or(default);
        let explode = holder.get("explode").map_or(style == "form", |explode| explode == true);
        match style {
            "label" => Self::Label { explode },
            "matrix" => Self::Matrix { explode },
            "spaceDelimited" if !explode => Self::SpaceDelimited,
            "pipeDelimited" if !explode => Self::PipeDelimited,
            "form" | "spaceDelimited" | "pipeDelimited" => Self::Form { explode },
            "deepObject" => Self::DeepObject,
            _ if marks::is_json(holder) => Self::Json,
            _ => Self::Simple { explode },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::tests::api;

    #[test]
    fn parameters_in_the_path_choose_their_names_first() {
        let api = api("
            paths:
              /things/{thing-id}:
                get:
                  operationId: getThing
                  parameters:
                    - {name: thing_id, in: query, schema: {type: string}}
                    - {name: thing-id, in: path, required: true, schema: {type: string}}
                    - {name: Accept, in: header, schema: {type: string}}
                  responses: {'204': {description: Done.}}
        ");
        let parameters = api.operations[0].parameters.iter();
        let names: Vec<_> = parameters.map(|parameter| (&*parameter.name, &*parameter.rust_name)).collect();
        assert_eq!(names, [("thing_id", "thing_id2"), ("thing-id", "thing_id")]);
    }

    #[test]
    fn a_form_is_exploded_unless_it_says_otherwise() {
        assert_eq!(Style::read(&json!({}), "form"), Style::Form { explode: true });
        assert_eq!(Style::read(&json!({"explode": false}), "form"), Style::Form { explode: false });
        assert_eq!(Style::read(&json!({}), "simple"), Style::Simple { explode: false });
        assert_eq!(
            Style::read(&json!({"style": "pipeDelimited", "explode": true}), "form"),
            Style::Form { explode: true }
        );
    }
}
