use indexmap::IndexMap;

use super::{
    comparison::{Comparison, requiredness},
    node::Node,
    shape::{Schema, Shape},
};

/// What every answer is wrapped in, by the names of its properties.
pub(super) struct Envelope<'a> {
    result: &'a str,
    request_id: Option<&'a str>,
}

impl<'d> Envelope<'d> {
    /// The envelope that a document declares.
    pub(super) fn of(root: &Node<'d>) -> Option<Self> {
        let declared = root.get("x-envelope")?;
        Some(Self { result: declared.text("result")?, request_id: declared.text("requestId") })
    }

    /// What an answer holds: nothing, if it is an envelope without a result.
    fn open<'a>(&self, schema: Schema<'a>) -> Option<Schema<'a>> {
        let shape = Shape::of(&schema);
        let is_envelope = self.request_id.is_some_and(|name| shape.fields.contains_key(name));
        match shape.fields.get(self.result) {
            Some(result) => Some(result.clone()),
            None => (!is_envelope).then_some(schema),
        }
    }
}

impl Comparison<'_> {
    pub(super) fn requests(&mut self, ours: &Node, theirs: &Node) {
        let (our_body, their_body) = (request(ours), request(theirs));
        if let Some((ours, theirs)) = our_body.as_ref().zip(their_body.as_ref()) {
            self.differs("required", &ours.at, "request", Some(requiredness(ours)), Some(requiredness(theirs)));
        }
        let (our_body, their_body) = (our_body.iter().flat_map(contents), their_body.iter().flat_map(contents));
        self.bodies("request", ours, our_body.collect(), their_body.collect());
    }

    pub(super) fn answers(&mut self, ours: &Node, theirs: &Node, envelope: Option<&Envelope>) {
        self.bodies("answer", ours, answers(ours, envelope), answers(theirs, envelope));
    }

    fn bodies<'a>(&mut self, side: &str, operation: &Node, ours: Bodies<'a>, mut theirs: Bodies<'a>) {
        for (key, ours) in ours {
            match (ours, theirs.shift_remove(&key)) {
                (ours, None) => {
                    let schema = ours.iter().flatten().next();
                    let pointer = schema.map_or_else(|| operation.at.clone(), |schema| schema.at.clone());
                    self.lacks(side, &pointer, side, Some(key), None);
                }
                (Some(ours), Some(Some(theirs))) => self.schemas(side, ours, theirs),
                _ => {}
            }
        }
        for key in theirs.into_keys() {
            self.lacks(side, &operation.at, side, None, Some(key));
        }
    }
}

/// Schemas by the status or the type of what is sent; none where nothing is.
type Bodies<'a> = IndexMap<String, Option<Schema<'a>>>;

fn request<'a>(operation: &Node<'a>) -> Option<Node<'a>> {
    operation.get("requestBody").map(Node::resolved)
}

fn answers<'a>(operation: &Node<'a>, envelope: Option<&Envelope>) -> Bodies<'a> {
    let responses = operation.get("responses");
    let mut bodies = Bodies::new();
    for (status, response) in responses.iter().flat_map(Node::entries).filter(|(status, _)| status.starts_with('2')) {
        let mut is_empty = true;
        for (media_type, schema) in contents(&response.resolved()) {
            let opened = match (envelope, schema) {
                (Some(envelope), Some(schema)) if media_type == "application/json" => envelope.open(schema),
                (_, schema) => schema,
            };
            if opened.is_some() {
                is_empty = false;
                bodies.insert(format!("{status} {media_type}"), opened);
            }
        }
        if is_empty {
            bodies.insert(status.to_owned(), None);
        }
    }
    bodies
}

/// What a body may be, by its media type.
pub(super) fn contents<'a>(body: &Node<'a>) -> Bodies<'a> {
    let contents = body.get("content");
    let typed = contents.iter().flat_map(Node::entries).map(|(media_type, content)| {
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        (media_type, content.get("schema").map(|schema| vec![schema]))
    });
    typed.collect()
}
