//! The parts of our document that a new operation refers to, and the file that it belongs to.

use std::{cmp::Reverse, collections::HashMap};

use serde_json::{Map, Value, json};

use crate::{
    compare::{
        drift::{document_node::DocumentNode, resolved_schema::ResolvedSchema},
        without_parameter_names,
    },
    json::{elements, fields, flag, text},
    names::type_name,
    openapi::{
        extensions::{Envelope, NEWTYPE},
        operation::{Operation, operations},
        reference::{self, pointer_to_schema},
        schema::BOUNDS,
    },
    source::{Document, Pointer},
};

/// Our document, for the operations that are added to it.
pub(super) struct Ours<'d> {
    pub(super) document: &'d Document,
    /// The document with its `allOf` merged.
    pub(super) merged: &'d Document,
}

/// Where a new operation belongs.
pub(super) struct Area<'d> {
    /// The file, as it was named.
    pub(super) file: String,
    /// The path, in which the parameters have our names.
    pub(super) path: String,
    /// Whether the file has the path already, with other methods.
    pub(super) has_path: bool,
    /// The tags of its neighbours.
    pub(super) tags: Option<&'d Value>,
}

impl<'d> Ours<'d> {
    fn root(&self) -> &'d Value {
        self.document.root()
    }

    /// Returns where an operation belongs: beside the one whose path has the most steps in common. Of several, it is one
    /// that they have given the same tag, and then the one whose path is nearest to the root.
    pub(super) fn area(&self, path: &str, is_tagged_alike: impl Fn(&Operation<'_, &Value>) -> bool) -> Area<'d> {
        let steps: Vec<_> = path.split('/').collect();
        let nearest = operations(self.root()).enumerate().max_by_key(|(index, operation)| {
            let rest = operation.path.split('/').count() - common_steps(path, operation.path);
            (common_steps(path, operation.path), is_tagged_alike(operation), Reverse(rest), Reverse(*index))
        });
        let Some((_, nearest)) = nearest else {
            let file = self.document.file().to_owned();
            return Area { file, path: path.to_owned(), has_path: false, tags: None };
        };
        let common = common_steps(path, nearest.path);
        let path: Vec<_> = nearest.path.split('/').take(common).chain(steps[common..].iter().copied()).collect();
        Area {
            file: self.document.file_of(&nearest.at).to_owned(),
            path: path.join("/"),
            has_path: common == steps.len() && nearest.path.split('/').count() == common,
            tags: nearest.value.get("tags"),
        }
    }

    /// Returns a reference to a node, for a file.
    pub(super) fn reference(&self, to: &Pointer, from: &str) -> Value {
        let file = self.document.file_of(to);
        let at = self.document.origins().original(to).at;
        let file = if file == from { String::new() } else { relative_path(from, file) };
        json!({"$ref": format!("{file}{at}")})
    }

    pub(super) fn schema_names(&self) -> impl Iterator<Item = &'d str> {
        self.schemas().map(|(name, _)| name.as_str())
    }

    fn schemas(&self) -> impl Iterator<Item = (&'d String, &'d Value)> {
        fields(self.root().pointer(reference::SCHEMAS))
    }

    /// Returns the enum with just these values.
    pub(super) fn enum_of(&self, values: &[&Value]) -> Option<Pointer> {
        let has_values = |schema: &Value| {
            let listed: Vec<_> = elements(schema.get("enum")).collect();
            listed.len() == values.len() && listed.iter().all(|value| values.contains(value))
        };
        let (name, _) = self.schemas().find(|(_, schema)| has_values(schema))?;
        Some(pointer_to_schema(name))
    }

    /// Returns the component for a parameter: one with the same location, name and schema. Ids in the path have few facts
    /// in our document.
    pub(super) fn parameter(&self, location: &str, name: &str, schema: &Value) -> Option<Pointer> {
        let others = ["enum", "default"].into_iter().chain(BOUNDS).filter(|_| location != "path");
        let is_same_schema = |ours: &Value| {
            let ours = reference::resolve(ours, self.root());
            ["type", "format"].into_iter().chain(others.clone()).all(|keyword| ours.get(keyword) == schema.get(keyword))
        };
        let is_same = |parameter: &Value| {
            text(parameter, "in") == Some(location)
                && text(parameter, "name") == Some(name)
                && parameter.get("schema").is_some_and(is_same_schema)
        };
        let at = Pointer::default().key("components").key("parameters");
        let (name, _) = fields(self.root().pointer(at.as_str())).find(|(_, parameter)| is_same(parameter))?;
        Some(at.key(name))
    }

    /// Returns the newtype for values of a name: `ThingId` for `thingId`, if it has the same facts as a schema.
    pub(super) fn newtype(&self, name: &str, schema: &Value) -> Option<Pointer> {
        let at = pointer_to_schema(&type_name(name));
        let ours = self.root().pointer(at.as_str()).filter(|ours| flag(ours, NEWTYPE))?;
        let mut keywords = ["type", "format", "enum"].into_iter().chain(BOUNDS);
        keywords.all(|keyword| ours.get(keyword) == schema.get(keyword)).then_some(at)
    }

    /// Returns the component that most operations have as the response of each status, except successes.
    pub(super) fn errors(&self) -> Map<String, Value> {
        let mut counts: HashMap<(String, String), usize> = HashMap::new();
        for operation in operations(self.root()) {
            for (status, response) in fields(operation.value.get("responses")) {
                if let Some(target) = text(response, "$ref").filter(|_| !status.starts_with('2')) {
                    *counts.entry((status.clone(), target.to_owned())).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|((_, one), first), ((_, other), second)| (first, other).cmp(&(second, one)));
        counts.into_iter().map(|((status, target), _)| (status, Value::String(target))).collect()
    }

    /// Returns the statuses of errors that all operations have.
    pub(super) fn common_errors(&self) -> Vec<&'d str> {
        let mut all = operations(self.root()).map(|operation| {
            let statuses = fields(operation.value.get("responses")).map(|(status, _)| status.as_str());
            statuses.filter(|status| !status.starts_with('2')).collect::<Vec<_>>()
        });
        let first = all.next().unwrap_or_default();
        all.fold(first, |common, statuses| common.into_iter().filter(|status| statuses.contains(status)).collect())
    }

    /// Returns the largest envelope whose properties a response has, and their names.
    pub(super) fn envelope(
        &self,
        response: &ResolvedSchema<'_>,
        envelope: &Envelope,
    ) -> Option<(Pointer, Vec<String>)> {
        let root = DocumentNode::root(self.merged.root());
        let schemas = root.get("components")?.entries("schemas");
        let envelopes = schemas.filter_map(|(name, schema)| {
            let properties: Vec<_> = ResolvedSchema::read(&schema).fields.into_keys().collect();
            let has = |name: &str| properties.contains(&format!(".{name}"));
            let is_envelope = envelope.request_id.as_deref().is_some_and(has) && !has(&envelope.result);
            let is_error = envelope.error.as_deref().is_some_and(has);
            let fits = properties.iter().all(|property| response.fields.contains_key(property));
            (is_envelope && !is_error && fits).then(|| (pointer_to_schema(name), properties))
        });
        envelopes.max_by_key(|(_, properties)| properties.len())
    }
}

fn common_steps(one: &str, other: &str) -> usize {
    let [one, other] = [one, other].map(without_parameter_names);
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
}

/// Returns the path from a file to another one.
pub(super) fn relative_path(from: &str, to: &str) -> String {
    let [from, to] = [from, to].map(|path| path.split('/').collect::<Vec<_>>());
    let folders = from.len() - 1;
    let common = from[..folders].iter().zip(&to[..to.len() - 1]).take_while(|(one, other)| one == other).count();
    let steps = std::iter::repeat_n("..", folders - common).chain(to[common..].iter().copied());
    steps.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_a_file_to_another() {
        assert_eq!(relative_path("spec/a.yaml", "spec/b.yaml"), "b.yaml");
        assert_eq!(relative_path("spec/areas/a.yaml", "spec/b.yaml"), "../b.yaml");
        assert_eq!(relative_path("a.yaml", "areas/b.yaml"), "areas/b.yaml");
    }

    #[test]
    fn paths_have_steps_in_common_whatever_their_parameters_are_called() {
        assert_eq!(common_steps("/a/{id}/b", "/a/{thing}/c"), 3);
    }
}
