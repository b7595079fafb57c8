//! The YAML of an operation that ours lacks: all facts of the published document, and no sentence of it.

mod names;
mod ours;
mod schemas;
mod yaml;

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use serde_json::{Map, Value, json};

use super::{DriftError, Upstream, document_node::DocumentNode, operations, resolved_schema::ResolvedSchema};
use crate::{
    compare::without_parameter_names,
    diagnostic::{
        Part,
        suggestion::nearest,
        wording::{listed, quoted},
    },
    json::{elements, fields, flag, text},
    names::type_name,
    normalize,
    openapi::{
        PLACEHOLDER,
        extensions::{ENVELOPE, Envelope, PERMISSIONS, STABILITY, Stability},
        media_type::{Format, is_success},
        operation::{Operation, operations},
        reference,
    },
    source::{Document, Pointer},
};
use ours::{Area, Ours};
use schemas::Schemas;

/// Why there is no skeleton of an operation.
#[derive(Debug, thiserror::Error)]
pub enum SkeletonError {
    /// The published document has no such operation.
    #[error("it has no operation {operation}; {help}")]
    Unknown {
        /// The operation, quoted.
        operation: String,
        /// What to write instead.
        help: String,
    },
    /// The published document has several operations with this `operationId`.
    #[error("it has several operations {operation}: {found}; name one by its method and path")]
    Several {
        /// The operation, quoted.
        operation: String,
        /// The methods and paths.
        found: String,
    },
    /// There is nothing to add.
    #[error("{operation} is already in our document, at {location}")]
    InOurs {
        /// The method and the path.
        operation: String,
        /// The file, the line and the column.
        location: String,
    },
    /// The documents have nothing in common.
    #[error(transparent)]
    Drift(#[from] DriftError),
}

/// Returns the skeleton of an operation, which is named by its `operationId`, or as in `GET /path`.
pub(crate) fn skeleton(ours: &Document, upstream: &Upstream, wanted: &str) -> Result<String, SkeletonError> {
    let theirs = normalize::upgrade(&upstream.0);
    let operation = find(theirs.root(), wanted)?;
    let name = name(&operation);
    if let Some(own) = operations(ours.root()).find(|own| self::name(own) == name) {
        let location = ours.locations(&[own.at], Part::Key).remove(0).to_string();
        return Err(SkeletonError::InOurs {
            operation: format!("{} {}", own.method.to_uppercase(), own.path),
            location,
        });
    }
    let [our_merged, their_merged] = [ours, &upstream.0].map(normalize::prepare_for_comparison);
    let our_names = operations::compare([&our_merged, &their_merged])?.our_names;

    let their_tags: HashMap<_, _> =
        operations(theirs.root()).map(|other| (self::name(&other), other.value.get("tags"))).collect();
    let ours = Ours { document: ours, merged: &our_merged };
    let area = ours.area(operation.path, |own| {
        their_tags.get(&self::name(own)).is_some_and(|tags| *tags == operation.value.get("tags"))
    });
    let schemas = Schemas::new(&ours, &area.file, theirs.root(), our_names);
    let skeleton = Skeleton {
        ours: &ours,
        area: &area,
        theirs: &theirs,
        their_merged: &their_merged,
        envelope: Envelope::of(ours.document.root()),
        operation: &operation,
        schemas,
        parameters: Map::new(),
    };
    Ok(skeleton.write())
}

/// Returns the method and the path of an operation, in which no parameter has a name.
fn name<V>(operation: &Operation<'_, V>) -> String {
    format!("{} {}", operation.method.to_uppercase(), without_parameter_names(operation.path))
}

fn find<'d>(root: &'d Value, wanted: &str) -> Result<Operation<'d, &'d Value>, SkeletonError> {
    let is_wanted = |operation: &Operation<'_, &Value>| {
        let by_path = wanted.split_once(' ').is_some_and(|(method, path)| {
            method.eq_ignore_ascii_case(operation.method)
                && without_parameter_names(path.trim()) == without_parameter_names(operation.path)
        });
        by_path || text(operation.value, "operationId") == Some(wanted)
    };
    let mut found: Vec<_> = operations(root).filter(is_wanted).collect();
    if found.len() > 1 {
        let found: Vec<_> = found.iter().map(|it| format!("{} {}", it.method.to_uppercase(), it.path)).collect();
        return Err(SkeletonError::Several {
            operation: quoted(wanted),
            found: listed(found.iter().map(String::as_str)),
        });
    }
    found.pop().ok_or_else(|| {
        let ids: Vec<_> = operations(root).filter_map(|operation| text(operation.value, "operationId")).collect();
        let help = match nearest(wanted, ids) {
            Some(id) => format!("did you mean {}?", quoted(id)),
            None => "name it by its `operationId` there, or as in `GET /path`".to_owned(),
        };
        SkeletonError::Unknown { operation: quoted(wanted), help }
    })
}

/// What is needed to write an operation of theirs in our style.
struct Skeleton<'a> {
    ours: &'a Ours<'a>,
    area: &'a Area<'a>,
    /// Their document, upgraded; and with its `allOf` merged.
    theirs: &'a Document,
    their_merged: &'a Document,
    envelope: Option<Envelope>,
    operation: &'a Operation<'a, &'a Value>,
    schemas: Schemas<'a>,
    /// The new components for parameters.
    parameters: Map<String, Value>,
}

impl<'a> Skeleton<'a> {
    fn write(mut self) -> String {
        let Operation { method, value, .. } = *self.operation;
        let Area { file, path, has_path, tags } = self.area;
        let id = names::operation_id(method, path, self.lists(), self.item());
        let (of_path, others) = self.parameters(&type_name(&id));

        let mut written = Map::new();
        written.insert("operationId".to_owned(), json!(id));
        written.insert("summary".to_owned(), json!(PLACEHOLDER));
        written.insert("description".to_owned(), json!(PLACEHOLDER));
        if flag(value, "deprecated") {
            written.insert("deprecated".to_owned(), json!(true));
        }
        if self.is_unwrapped() {
            written.insert(ENVELOPE.to_owned(), json!(false));
        }
        written.extend(tags.map(|tags| ("tags".to_owned(), tags.clone())));
        written.extend(self.stability().map(|stability| (STABILITY.to_owned(), json!(stability.name()))));
        let permissions = self.permissions();
        if !permissions.is_empty() {
            written.insert(PERMISSIONS.to_owned(), json!(permissions));
        }
        if !others.is_empty() {
            written.insert("parameters".to_owned(), json!(others));
        }
        written.extend(self.request_body(&type_name(&id)).map(|body| ("requestBody".to_owned(), body)));
        let thing = id.trim_start_matches(|letter: char| letter.is_lowercase());
        written.insert("responses".to_owned(), self.responses(thing));

        let mut item = Map::new();
        if !has_path && !of_path.is_empty() {
            item.insert("parameters".to_owned(), json!(of_path));
        }
        item.insert((*method).to_owned(), Value::Object(written));

        let mut text = format!("# {} {path}, for {file}.\n", method.to_uppercase());
        text.push_str(
            "# Describe it in your own words, check the names, and add examples of the request and the response.\n",
        );
        let root = self.ours.document.file();
        if *has_path {
            text.push_str("# The file has the path already: add the method to it.\n");
        } else if file != root {
            let reference = Pointer::default().key("paths").key(path);
            let file = ours::relative_path(root, file);
            let _ = writeln!(text, "# Add to the paths of {root}:\n#   {path}: {{$ref: '{file}{reference}'}}");
        }
        let mut item_by_path = Map::new();
        item_by_path.insert(path.clone(), Value::Object(item));
        text.push_str(&section("\npaths:\n", item_by_path, 2));
        let parameters = section("  parameters:\n", self.parameters, 4);
        let schemas = section("  schemas:\n", self.schemas.into_components(), 4);
        let components: Vec<_> = [parameters, schemas].into_iter().filter(|section| !section.is_empty()).collect();
        if !components.is_empty() {
            text.push_str("\ncomponents:\n");
            text.push_str(&components.join("\n"));
        }
        text
    }

    /// Returns the parameters of the path, and the others.
    fn parameters(&mut self, name: &str) -> (Vec<Value>, Vec<Value>) {
        let root = self.theirs.root();
        let item = root.get("paths").and_then(|paths| paths.get(self.operation.path));
        let all = elements(item.and_then(|item| item.get("parameters")))
            .chain(elements(self.operation.value.get("parameters")));
        let all: Vec<_> = all.map(|parameter| reference::resolve(parameter, root)).collect();
        let (of_path, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|parameter| text(parameter, "in") == Some("path"));
        let mut write =
            |parameters: Vec<&'a Value>| parameters.into_iter().map(|it| self.parameter(it, name)).collect();
        (write(of_path), write(others))
    }

    /// Returns a parameter: a reference to one of ours, or, for one of the path, to a new component.
    fn parameter(&mut self, theirs: &'a Value, of: &str) -> Value {
        let location = text(theirs, "in").unwrap_or_default();
        let their_name = text(theirs, "name").unwrap_or_default();
        let name = if location == "path" { self.our_name(their_name) } else { their_name.to_owned() };
        let schema = theirs.get("schema");
        let resolved = schema.map(|schema| reference::resolve(schema, self.theirs.root()));
        if let Some(at) = resolved.and_then(|schema| self.ours.parameter(location, &name, schema)) {
            return self.ours.reference(&at, &self.area.file);
        }
        let mut written = Map::new();
        written.insert("name".to_owned(), json!(name));
        for keyword in ["in", "required", "deprecated", "style", "explode", "allowReserved"] {
            written.extend(theirs.get(keyword).map(|value| (keyword.to_owned(), value.clone())));
        }
        written.insert("description".to_owned(), json!(PLACEHOLDER));
        let type_name = format!("{of}{}", type_name(&name));
        let schema = schema.map(|schema| {
            let newtype = self.schemas.our_newtype(&name, schema);
            newtype.unwrap_or_else(|| self.schemas.undescribed(schema, &type_name))
        });
        written.extend(schema.map(|schema| ("schema".to_owned(), schema)));
        let contents = contents(theirs.get("content"), |_, schema| self.schemas.undescribed(schema, &type_name));
        if !contents.is_empty() {
            written.insert("content".to_owned(), Value::Object(contents));
        }
        if location != "path" {
            return Value::Object(written);
        }
        self.parameters.insert(name.clone(), Value::Object(written));
        json!({"$ref": Pointer::default().key("components").key("parameters").key(&name).to_string()})
    }

    /// Returns our name of a parameter of the path.
    fn our_name(&self, their_name: &str) -> String {
        let their_steps = self.operation.path.split('/');
        let mut steps = their_steps.zip(self.area.path.split('/'));
        let parameter = format!("{{{their_name}}}");
        let ours = steps.find(|(theirs, _)| *theirs == parameter).map(|(_, ours)| ours.trim_matches(['{', '}']));
        ours.unwrap_or(their_name).to_owned()
    }

    /// Returns how far the contract is settled. Badges say which operations are in beta, and only words which of these
    /// may change.
    fn stability(&self) -> Option<Stability> {
        let value = self.operation.value;
        let mut badges = elements(value.get("x-badges")).filter_map(|badge| text(badge, "name"));
        let is_beta = badges.any(|name| name.eq_ignore_ascii_case(Stability::Beta.name()));
        let description = text(value, "description").unwrap_or_default().to_lowercase();
        let is_evolving = description.contains(Stability::Evolving.name());
        is_beta.then_some(if is_evolving { Stability::Evolving } else { Stability::Beta })
    }

    /// Returns the permissions that a key needs, which are the scopes of the only security requirement.
    fn permissions(&self) -> Vec<&'a Value> {
        let security = self.operation.value.get("security").or_else(|| self.theirs.root().get("security"));
        match security.and_then(Value::as_array).map(Vec::as_slice) {
            Some([requirement]) => fields(Some(requirement)).flat_map(|(_, scopes)| elements(Some(scopes))).collect(),
            _ => Vec::new(),
        }
    }

    fn request_body(&mut self, name: &str) -> Option<Value> {
        let theirs = reference::resolve(self.operation.value.get("requestBody")?, self.theirs.root());
        // Documents that are made by a program often leave `required` out, although there is no call without a body.
        let is_required = theirs.get("required") != Some(&Value::Bool(false));
        let contents = contents(theirs.get("content"), |_, schema| self.schemas.body(schema, name));
        let mut written = Map::new();
        if is_required {
            written.insert("required".to_owned(), json!(true));
        }
        written.insert("content".to_owned(), Value::Object(contents));
        Some(Value::Object(written))
    }

    /// Returns the responses: of errors, those that all our operations have, too.
    fn responses(&mut self, thing: &str) -> Value {
        let Some(Value::Object(all)) = self.operation.value.get("responses") else { return json!({}) };
        let errors = self.ours.errors();
        let common = self.ours.common_errors();
        let statuses: BTreeSet<_> = all.keys().map(String::as_str).chain(common).collect();
        let responses = statuses.into_iter().map(|status| {
            let ours = errors.get(status).and_then(Value::as_str).and_then(Pointer::of_reference);
            let response = match (ours, all.get(status)) {
                (Some(at), _) if !is_success(status, all) => self.ours.reference(&at, &self.area.file),
                (_, response) => self.response(response.unwrap_or(&Value::Null), status, thing),
            };
            (status.to_owned(), response)
        });
        Value::Object(responses.collect())
    }

    fn response(&mut self, theirs: &'a Value, status: &str, thing: &str) -> Value {
        let theirs = reference::resolve(theirs, self.theirs.root());
        let mut written = Map::new();
        written.insert("description".to_owned(), json!(PLACEHOLDER));
        let headers = fields(theirs.get("headers")).map(|(name, header)| {
            let header = reference::resolve(header, self.theirs.root());
            let mut written = Map::new();
            written.insert("description".to_owned(), json!(PLACEHOLDER));
            let name_of_type = format!("{thing}{}", type_name(name));
            let schema = header.get("schema").map(|schema| self.schemas.undescribed(schema, &name_of_type));
            written.extend(schema.map(|schema| ("schema".to_owned(), schema)));
            (name.clone(), Value::Object(written))
        });
        let headers: Map<_, _> = headers.collect();
        if !headers.is_empty() {
            written.insert("headers".to_owned(), Value::Object(headers));
        }
        let contents = contents(theirs.get("content"), |(media_type, content), schema| {
            let is_json = Format::of(media_type, content.get("schema")) == Format::Json;
            let wrapped = if is_json { self.wrapped(status, media_type, thing) } else { None };
            wrapped.unwrap_or_else(|| self.schemas.undescribed(schema, thing))
        });
        if !contents.is_empty() {
            written.insert("content".to_owned(), Value::Object(contents));
        }
        Value::Object(written)
    }

    /// Returns the schema of a JSON response with their properties, merged.
    fn response_schema(&self, status: &str, media_type: &str) -> Option<ResolvedSchema<'a>> {
        let root = DocumentNode::root(self.their_merged.root());
        let operation = root.get("paths")?.get(self.operation.path)?.get(self.operation.method)?;
        let response = operation.get("responses")?.get(status)?.resolved();
        let schema = response.get("content")?.get(media_type)?.get("schema")?;
        Some(ResolvedSchema::read(&schema))
    }

    /// Returns the schema of a response in the envelope: ours, and the result.
    fn wrapped(&mut self, status: &str, media_type: &str, thing: &str) -> Option<Value> {
        let response = self.response_schema(status, media_type)?;
        let envelope = self.envelope.as_ref()?;
        let (at, of_envelope) = self.ours.envelope(&response, envelope)?;
        let shared = self.ours.reference(&at, &self.area.file);
        let result = format!(".{}", envelope.result);
        let own = response.fields.iter().filter(|(step, _)| !of_envelope.contains(step));
        let properties = own.filter_map(|(step, schemas)| Some((step, schemas.first()?))).map(|(step, field)| {
            // `allOf` says more than what is merged.
            let schema = self.theirs.root().pointer(field.at.as_str()).unwrap_or(field.value);
            let name = if *step == result { thing.to_owned() } else { format!("{thing}{}", type_name(step)) };
            (step.trim_start_matches('.').to_owned(), self.schemas.schema(schema, &name))
        });
        let properties: Map<_, _> = properties.collect();
        if properties.is_empty() {
            return Some(shared);
        }
        let mut own = Map::new();
        own.insert("type".to_owned(), json!("object"));
        let is_required = |name: &&String| **name == envelope.result || response.required.contains(&format!(".{name}"));
        let required: Vec<_> = properties.keys().filter(is_required).collect();
        if !required.is_empty() {
            own.insert("required".to_owned(), json!(required));
        }
        own.insert("properties".to_owned(), Value::Object(properties));
        Some(json!({"allOf": [shared, own]}))
    }

    /// Returns the successful JSON responses, each with its status and its media type.
    fn json_successes(&self) -> impl Iterator<Item = ResolvedSchema<'a>> {
        let responses = self.operation.value.get("responses").and_then(Value::as_object);
        let root = self.theirs.root();
        let successes =
            responses.into_iter().flat_map(move |all| all.iter().filter(|(status, _)| is_success(status, all)));
        let contents = successes.flat_map(move |(status, response)| {
            fields(reference::resolve(response, root).get("content")).map(move |content| (status, content))
        });
        contents
            .filter(|(_, (media_type, content))| Format::of(media_type, content.get("schema")) == Format::Json)
            .filter_map(|(status, (media_type, _))| self.response_schema(status, media_type))
    }

    /// Returns the parameter that follows in a longer path.
    fn item(&self) -> Option<&'a str> {
        let start = format!("{}/", self.operation.path);
        let mut rests = fields(self.theirs.root().get("paths")).filter_map(|(path, _)| path.strip_prefix(&start));
        rests.find(|rest| rest.starts_with('{') && !rest.contains('/'))
    }

    /// Returns whether the result is a list.
    fn lists(&self) -> bool {
        let result = |response: ResolvedSchema<'a>| {
            let result =
                self.envelope.as_ref().and_then(|envelope| response.fields.get(&format!(".{}", envelope.result)));
            result.map_or(response.items.is_some(), |result| ResolvedSchema::read_all(result).items.is_some())
        };
        self.json_successes().next().is_some_and(result)
    }

    /// Returns whether the response has no envelope, although the document has one.
    fn is_unwrapped(&self) -> bool {
        let Some(Envelope { result, request_id, .. }) = &self.envelope else { return false };
        let has_envelope = |response: ResolvedSchema<'a>| {
            [Some(result), request_id.as_ref()]
                .into_iter()
                .flatten()
                .any(|name| response.fields.contains_key(&format!(".{name}")))
        };
        self.json_successes().next().is_some_and(|response| !has_envelope(response))
    }
}

/// Returns contents by their media types. `write` returns the schema of ours for one of theirs.
fn contents<'a>(
    theirs: Option<&'a Value>,
    mut write: impl FnMut((&str, &Value), &'a Value) -> Value,
) -> Map<String, Value> {
    let contents = fields(theirs).map(|(media_type, content)| {
        let schema = content.get("schema").map(|schema| write((media_type, content), schema));
        (media_type.clone(), schema.map_or_else(|| json!({}), |schema| json!({ "schema": schema })))
    });
    contents.collect()
}

/// Writes a section of a document, with an empty line between its entries.
fn section(heading: &str, entries: Map<String, Value>, indent: usize) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let entries = entries
        .into_iter()
        .map(|(name, entry)| yaml::write_members(&Value::from(Map::from_iter([(name, entry)])), indent));
    format!("{heading}{}", entries.collect::<Vec<_>>().join("\n"))
}
