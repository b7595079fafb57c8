use serde_json::{Map, Value};

use super::{Kind, Operation, Scope};
use crate::{
    call::Path,
    document::{self, Document, DocumentError, Schema, Shape},
};

/// The kinds of a document.
pub(crate) struct Models {
    document: &'static Document,
    models: Vec<Model>,
}

/// A kind, with what the document says of it.
pub(crate) struct Model {
    kind: &'static Kind,
    /// The path parameters that name the parents, from the outermost on.
    parents: Vec<String>,
    /// The operation that shows a resource, or lists resources if none does.
    shown_by: &'static document::Operation,
    /// An example of a resource.
    example: Map<String, Value>,
}

impl Models {
    /// Reads what a document says of kinds.
    pub(crate) fn new(kinds: &'static [Kind], document: &'static Document) -> Result<Self, DocumentError> {
        let models = kinds.iter().map(|kind| Model::new(kind, document)).collect::<Result<_, _>>()?;
        Ok(Self { document, models })
    }

    pub(crate) fn document(&self) -> &'static Document {
        self.document
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Model> {
        self.models.iter()
    }

    /// Returns the kind of a name.
    pub(crate) fn named(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.kind.name == name)
    }

    /// Returns the kind that an operation is about, and what the operation does.
    pub(crate) fn operation(&self, id: &str) -> Option<(&Model, &'static Operation)> {
        self.models.iter().find_map(|model| {
            let operation = model.kind.operations.iter().find(|operation| operation.id == id)?;
            Some((model, operation))
        })
    }

    /// Returns the kind whose id is the last one of some path parameters.
    pub(crate) fn identified_by(&self, parameters: &[(String, String)]) -> Option<&Model> {
        let ((last, _), parents) = parameters.split_last()?;
        let is_below = |model: &Model| model.parents.iter().eq(parents.iter().map(|(name, _)| name));
        self.models.iter().find(|model| model.kind.id_parameter() == Some(last) && is_below(model))
    }
}

impl Model {
    fn new(kind: &'static Kind, document: &'static Document) -> Result<Self, DocumentError> {
        let missing = |what: String| DocumentError::Missing(what);
        let mut shown_by: Option<&document::Operation> = None;
        let mut parents = Vec::new();
        for operation in kind.operations {
            let found =
                document.operation(operation.id).ok_or_else(|| missing(format!("operation {}", operation.id)))?;
            let is_better = shown_by.is_none_or(|before| before.items().is_some());
            if matches!(operation.action, super::Action::Get | super::Action::List) && is_better {
                let names = found.path_parameters().iter().map(|(name, _)| name);
                parents = names.filter(|name| Some(name.as_str()) != kind.id_parameter()).cloned().collect();
                shown_by = Some(found);
            }
        }
        let shown_by = shown_by.ok_or_else(|| missing(format!("operation that shows a {}", kind.name)))?;
        let example = shown_by.example();
        let example = example.get(0).unwrap_or(example).as_object();
        let example = example.ok_or_else(|| missing(format!("example for {}", shown_by.id())))?.clone();
        Ok(Self { kind, parents, shown_by, example })
    }

    pub(crate) fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Returns whether resources have a parent.
    pub(crate) fn is_nested(&self) -> bool {
        !self.parents.is_empty()
    }

    /// Returns the schema of a resource.
    pub(crate) fn schema(&self) -> Option<&'static Schema> {
        self.shown_by.items().or_else(|| self.shown_by.result())
    }

    /// Returns the fields that a resource may have.
    pub(super) fn shape(&self) -> Option<Shape<'static>> {
        self.schema().map(Schema::shape)
    }

    pub(super) fn example(&self) -> &Map<String, Value> {
        &self.example
    }

    /// Returns the scope of the resource that a path is about.
    pub(super) fn scope(&self, path: &Path) -> Scope {
        Scope::new(self.parents.iter().filter_map(|name| Some((name.as_str(), path.get(name)?))))
    }
}
