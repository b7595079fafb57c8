use serde_json::Value;

use super::{Reader, Schema, prose};
use crate::{
    json::{elements, flag, text},
    names::{Names, value_name},
    normalize::merge::marks,
    openapi::parameter::{IGNORED_HEADERS, Location},
    source::Pointer,
};

#[derive(Debug)]
pub(crate) struct Parameter {
    /// The name over the wire.
    pub(crate) name: String,
    /// What it is called in Rust, where no two of an operation are called alike.
    pub(crate) rust_name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) description: Option<String>,
    pub(crate) style: Style,
    pub(crate) allow_reserved: bool,
    pub(crate) schema: Schema,
}

/// How a value of more than one part is written.
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
    /// Those of an operation, each with a name of its own: the ones in its path choose first.
    pub(super) fn read_all(operation: &Value, path: &str, at: &Pointer, reader: &Reader<'_>) -> Vec<Self> {
        let at = at.key("parameters");
        let mut parameters: Vec<_> = elements(operation.get("parameters"))
            .enumerate()
            .filter_map(|(index, parameter)| Self::read(parameter, &at.index(index), reader))
            .collect();
        let mut taken: Names = operation.get("requestBody").map(|_| "body").into_iter().collect();
        let mut order: Vec<_> = (0..parameters.len()).collect();
        order.sort_by_key(|index| parameters[*index].place_in(path).unwrap_or(usize::MAX));
        for index in order {
            parameters[index].rust_name = taken.unused(&value_name(&parameters[index].name));
        }
        parameters
    }

    fn place_in(&self, path: &str) -> Option<usize> {
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
            description: prose(Some(parameter), "description"),
            style: Style::read(parameter, default),
            allow_reserved: location == Location::Query && flag(parameter, "allowReserved"),
            schema: reader.schema_of(parameter, at),
        })
    }
}

impl Style {
    /// What a parameter or the encoding of a property says.
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
