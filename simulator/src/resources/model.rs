use std::slice;

use serde_json::{Map, Value};

use super::{Action, Kind, Operation, Scope};
use crate::{
    call::Path,
    document::{Document, DocumentError, Schema},
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
    /// The schema of a resource.
    schema: &'static Schema,
    /// The schema of a resource in a list, which may have fewer fields.
    item: &'static Schema,
    /// An example of a resource.
    example: Map<String, Value>,
    /// The resources in the example of a list, or else the example of one.
    examples: Vec<Map<String, Value>>,
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
        self.models.iter().find(|model| model.kind.id_parameter() == Some(last) && model.is_below(parents))
    }
}

impl Model {
    fn new(kind: &'static Kind, document: &'static Document) -> Result<Self, DocumentError> {
        let missing = |what: String| DocumentError::Missing(what);
        let (mut get, mut list) = (None, None);
        for operation in kind.operations {
            let found =
                document.operation(operation.id).ok_or_else(|| missing(format!("operation {}", operation.id)))?;
            match operation.action {
                Action::Get => get = get.or(Some(found)),
                Action::List => list = list.or(Some(found)),
                _ => {}
            }
        }
        let shown_by = get.or(list).ok_or_else(|| missing(format!("operation that shows a {}", kind.name)))?;
        let schema = shown_by.items().or_else(|| shown_by.result());
        let schema = schema.ok_or_else(|| missing(format!("schema of the result of {}", shown_by.id())))?;
        let item = list.and_then(|list| list.items()).unwrap_or(schema);
        let example = objects(shown_by.example()).next();
        let example = example.ok_or_else(|| missing(format!("example for {}", shown_by.id())))?.clone();
        let examples = objects(list.unwrap_or(shown_by).example()).cloned().collect();
        let names = shown_by.path_parameters().iter().map(|(name, _)| name);
        let parents = names.filter(|name| Some(name.as_str()) != kind.id_parameter()).cloned().collect();
        Ok(Self { kind, parents, schema, item, example, examples })
    }

    pub(crate) fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// Returns whether resources are directly below what some path parameters name.
    pub(super) fn is_below(&self, parents: &[(String, String)]) -> bool {
        self.parents.iter().eq(parents.iter().map(|(name, _)| name))
    }

    /// Returns whether resources have a parent.
    pub(crate) fn is_nested(&self) -> bool {
        !self.parents.is_empty()
    }

    /// Returns the schema of a resource.
    pub(crate) fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// Returns the schema of a resource in a list.
    pub(super) fn item(&self) -> &'static Schema {
        self.item
    }

    /// Returns an example of a resource.
    pub(crate) fn example(&self) -> &Map<String, Value> {
        &self.example
    }

    /// Returns the resources in the example of a list, or else the example of one.
    pub(crate) fn examples(&self) -> &[Map<String, Value>] {
        &self.examples
    }

    /// Returns the scope of the resource that a path is about.
    pub(super) fn scope(&self, path: &Path) -> Scope {
        Scope::new(self.parents.iter().filter_map(|name| Some((name.as_str(), path.get(name)?))))
    }
}

/// Returns the objects in a list, or the object that is none.
fn objects(example: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let items = example.as_array().map_or(slice::from_ref(example), Vec::as_slice);
    items.iter().filter_map(Value::as_object)
}
