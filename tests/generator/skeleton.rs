//! The YAML of an operation that our document lacks.

use std::{collections::BTreeMap, env, fs, io};

use codegen::{Diagnostics, Document, Expectations, SkeletonError, Upstream, drift, skeleton};
use serde_json::Value;

/// A document in files, by their paths. The first is the root.
#[derive(Clone)]
struct Files {
    root: String,
    texts: BTreeMap<String, String>,
}

impl Files {
    fn new(texts: &[(&str, &str)]) -> Self {
        let texts_by_path = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Self { root: texts[0].0.to_owned(), texts: texts_by_path.collect() }
    }

    fn document(&self) -> Result<Document, Diagnostics> {
        let document = Document::parse(format!("spec/{}", self.root), self.texts[&self.root].as_str())?;
        let mut read =
            |path: &str| self.texts.get(path).cloned().ok_or_else(|| io::Error::other("there is no such file"));
        codegen::bundle(document, false, &mut read)
    }

    /// Adds a skeleton to the files that its comments name.
    fn paste(&mut self, skeleton: &str) {
        let comments = skeleton.lines().take_while(|line| line.starts_with('#'));
        for (index, comment) in comments.enumerate() {
            if index == 0 {
                let file = comment.rsplit_once(", for spec/").unwrap().1.trim_end_matches('.');
                self.merge(file, skeleton);
            } else if let Some(line) = comment.strip_prefix("#   ") {
                self.merge(&self.root.clone(), &format!("paths:\n  {line}\n"));
            }
        }
    }

    fn merge(&mut self, file: &str, part: &str) {
        let [mut whole, part] =
            [&self.texts[file], part].map(|text| Document::parse(file, text).unwrap().root().clone());
        merge(&mut whole, part);
        self.texts.insert(file.to_owned(), whole.to_string());
    }

    fn replace(&mut self, old: &str, new: &str) {
        for text in self.texts.values_mut() {
            *text = text.replace(old, new);
        }
    }
}

fn merge(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                match whole.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => drop(whole.insert(key, value)),
                }
            }
        }
        (whole, part) => assert_eq!(*whole, part, "the skeleton has a name that is taken"),
    }
}

/// Checks that a skeleton needs nothing but descriptions, and has all facts. Returns what is wrong.
fn check(ours: &Files, upstream: &Upstream, operation: &str) -> Result<(), String> {
    let skeleton = skeleton(&ours.document().unwrap(), upstream, operation).map_err(|error| error.to_string())?;
    let mut pasted = ours.clone();
    pasted.paste(&skeleton);
    let document = pasted.document().map_err(|errors| format!("{errors}\n{skeleton}"))?;
    let errors = codegen::check(&document).expect_err("the descriptions are not written");
    let placeholders = errors.0.iter().filter(|error| error.message.ends_with("is only a placeholder")).count();
    if placeholders != errors.0.len() || placeholders < skeleton.matches("To be described").count() {
        let others = errors.0.iter().filter(|error| !error.message.ends_with("is only a placeholder"));
        let others: Vec<_> = others.map(ToString::to_string).collect();
        return Err(format!("{}\n{placeholders} placeholders\n{errors}\n{skeleton}", others.join("\n")));
    }

    pasted.replace("To be described", "Described.");
    let document = pasted.document().map_err(|errors| errors.to_string())?;
    let rows = |document: &Document| {
        let drift = drift(document, upstream, Expectations::default()).unwrap();
        drift.unexpected.into_iter().map(|row| format!("{} {} {:?} {:?}", row.kind, row.at, row.ours, row.theirs))
    };
    let before: Vec<_> = rows(&ours.document().unwrap()).collect();
    let new: Vec<_> = rows(&document).filter(|row| !before.contains(row)).collect();
    // Expected differences: a call without a body makes no sense, and ids in the path have few facts in our document.
    let new: Vec<_> = new
        .into_iter()
        .filter(|row| {
            row != r#"required request Some("required") Some("optional")"# && !row.starts_with("pattern path.")
        })
        .collect();
    if new.is_empty() { Ok(()) } else { Err(format!("{}\n{skeleton}", new.join("\n"))) }
}

/// For a copy of the published document of the API, which is not in the repository.
#[test]
fn every_operation_of_a_published_document_has_a_skeleton() {
    let Some(published) = env::var_os("PUBLISHED_DOCUMENT") else { return };
    let upstream = Upstream::parse("published.json", &fs::read_to_string(published).unwrap()).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");
    let mut ours = Files::new(&[("clickhouse-cloud.yaml", "")]);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        ours.texts.insert(name, fs::read_to_string(path).unwrap());
    }
    let lacking = drift(&ours.document().unwrap(), &upstream, Expectations::default()).unwrap().unexpected;
    let lacking = lacking.into_iter().filter(|row| row.kind == "operation ours lacks").flat_map(|row| row.operations);
    let mut wrong = Vec::new();
    // A tenth of them takes a minute.
    for operation in lacking.step_by(env::var("EACH").map_or(10, |each| each.parse().unwrap())) {
        wrong.extend(check(&ours, &upstream, &operation).err().map(|problem| format!("{operation}: {problem}")));
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

const ROOT: &str = "\
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://example.com'}]
x-envelope: {result: result, error: error, requestId: requestId}
paths:
  /shops/{shopId}: {$ref: 'areas/shops.yaml#/paths/~1shops~1{shopId}'}
";

const SHOPS: &str = "\
paths:
  /shops/{shopId}:
    parameters: [{$ref: '../shared.yaml#/components/parameters/shopId'}]
    get:
      operationId: getShop
      tags: [Shops]
      responses:
        '200':
          description: The shop.
          content:
            application/json:
              schema:
                allOf:
                  - {$ref: '../shared.yaml#/components/schemas/Envelope'}
                  - type: object
                    required: [result]
                    properties:
                      result: {$ref: '#/components/schemas/Shop'}
        '206':
          description: A part.
          content: {application/json: {schema: {$ref: '../shared.yaml#/components/schemas/PageEnvelope'}}}
        '401': {$ref: '../shared.yaml#/components/responses/Unauthorized'}
components:
  schemas:
    Shop:
      type: object
      properties:
        name: {type: string}
        country: {$ref: '../shared.yaml#/components/schemas/Country'}
        lastOrder: {$ref: '../shared.yaml#/components/schemas/OrderNumber'}
";

const SHARED: &str = "\
components:
  parameters:
    shopId: {name: shopId, in: path, required: true, schema: {$ref: '#/components/schemas/ShopId'}}
  responses:
    Unauthorized:
      description: The key is wrong.
      content: {application/json: {schema: {$ref: '#/components/schemas/ErrorEnvelope'}}}
  schemas:
    ShopId: {type: string, format: uuid, x-newtype: true}
    OrderNumber: {type: integer, x-newtype: true}
    Country: {type: string, enum: [de, nl]}
    Envelope: {type: object, properties: {requestId: {type: string}}}
    PageEnvelope:
      allOf:
        - {$ref: '#/components/schemas/Envelope'}
        - {type: object, properties: {next: {type: string, nullable: true}}}
    ErrorEnvelope: {type: object, properties: {requestId: {type: string}, error: {type: string}}}
";

/// Has every kind of schema, in OpenAPI 3.1.
const THEIRS: &str = "\
openapi: 3.1.0
paths:
  /shops/{id}:
    get:
      operationId: shopGet
      tags: [Shop]
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      responses:
        '200': {content: {application/json: {schema: {type: object, properties: {requestId: {type: string}, result: {$ref: '#/components/schemas/ShopV2'}}}}}}
    delete:
      operationId: shopDelete
      tags: [Shop]
      deprecated: true
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      responses:
        '200': {content: {application/json: {schema: {type: object, properties: {requestId: {type: string}}}}}}
  /shops/{id}/orders:
    get:
      operationId: orderGetList
      description: Secret sauce. The contract is Evolving.
      tags: [Order]
      x-badges: [{name: New}, {name: Beta}]
      security: [{key: ['orders:view', 'shops:view']}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: limit, in: query, description: Secret sauce, schema: {type: integer, exclusiveMinimum: 0, maximum: 9, default: 5}}
        - {name: status, in: query, schema: {type: array, items: {type: string, enum: [open, done]}}}
      responses:
        '200':
          content:
            application/json:
              schema:
                type: object
                properties:
                  requestId: {type: string}
                  next: {type: [string, 'null']}
                  total: {type: integer}
                  result: {type: array, items: {$ref: '#/components/schemas/Order'}}
        '401': {description: Secret sauce}
        '410': {description: Secret sauce}
    post:
      operationId: orderPost
      tags: [Order]
      x-badges: [{name: Beta}]
      parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/OrderPostRequest'}}}}
      responses:
        '201': {content: {application/json: {schema: {type: object, properties: {requestId: {type: string}, result: {$ref: '#/components/schemas/Order'}}}}}}
  /shops/{id}/orders/{orderNumber}:
    get:
      operationId: orderGet
      description: An evolving order.
      tags: [Order]
      security: [{key: ['orders:view']}, {key: ['shops:manage']}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: orderNumber, in: path, required: true, schema: {type: integer}}
      responses:
        '200': {content: {text/plain: {schema: {type: string}}}, headers: {X-Total: {schema: {type: integer}}}}
components:
  schemas:
    ShopV2: {type: object, properties: {name: {type: string}, country: {type: string, enum: [nl, de]}, lastOrder: {type: integer}}}
    Name: {type: string, maxLength: 9, description: Secret sauce}
    OrderPostRequest:
      description: Secret sauce
      required: [name]
      properties:
        name: {$ref: '#/components/schemas/Name', description: Secret sauce, example: Secret sauce}
        shop: {anyOf: [{$ref: '#/components/schemas/ShopV2'}, {type: 'null'}]}
        country: {type: string, enum: [de, nl]}
    Order:
      title: Secret sauce
      type: object
      required: [state]
      properties:
        state: {type: string, enum: [Unknown, open, done], deprecated: true}
        deliveryState: {type: [string, 'null'], enum: [sent, there, null], default: sent}
        returnState: {type: string, enum: [sent, there]}
        labels: {type: object, additionalProperties: {type: string, pattern: '^a, b$'}, minProperties: 1}
        amount: {type: [integer, string], multipleOf: 5}
        shopId: {type: [string, 'null'], format: uuid}
        orderNumber: {type: integer}
        address: {type: object, properties: {street: {type: string, readOnly: true}}}
        payment:
          oneOf:
            - {type: object, required: [kind], properties: {kind: {const: card}, number: {type: string, writeOnly: true}}}
            - {$ref: '#/components/schemas/Cash'}
        parent: {$ref: '#/components/schemas/Order'}
        lines: {type: array, minItems: 1, uniqueItems: true, items: {type: object, properties: {count: {type: number, minimum: 0.5}}}}
    Cash: {type: object, required: [kind], properties: {kind: {type: string, enum: [cash]}}}
";

fn shop() -> (Files, Upstream) {
    let ours = Files::new(&[("api.yaml", ROOT), ("areas/shops.yaml", SHOPS), ("shared.yaml", SHARED)]);
    (ours, Upstream::parse("published.yaml", THEIRS).unwrap())
}

#[test]
fn a_skeleton_has_all_facts_and_lacks_only_descriptions() {
    let (ours, upstream) = shop();
    for operation in ["orderGetList", "POST /shops/{id}/orders", "orderGet", "DELETE /shops/{shop}"] {
        check(&ours, &upstream, operation).unwrap_or_else(|problem| panic!("{operation}: {problem}"));
    }
}

#[test]
fn a_skeleton_is_in_our_style_and_has_no_sentence_of_theirs() {
    let (ours, upstream) = shop();
    let list = skeleton(&ours.document().unwrap(), &upstream, "orderGetList").unwrap();
    assert!(!list.contains("sauce"), "{list}");
    insta::assert_snapshot!(list);
    let create = skeleton(&ours.document().unwrap(), &upstream, "orderPost").unwrap();
    assert!(!create.contains("sauce"), "{create}");
    insta::assert_snapshot!(create);
}

#[test]
fn another_method_of_a_path_is_added_to_it() {
    let (ours, upstream) = shop();
    let delete = skeleton(&ours.document().unwrap(), &upstream, "shopDelete").unwrap();
    insta::assert_snapshot!(delete, @"
    # DELETE /shops/{shopId}, for spec/areas/shops.yaml.
    # Describe it in your own words, check the names, and add examples of the request and the response.
    # The file has the path already: add the method to it.

    paths:
      /shops/{shopId}:
        delete:
          operationId: deleteShop
          summary: To be described
          description: To be described
          deprecated: true
          tags: [Shops]
          responses:
            '200':
              description: To be described
              content:
                application/json:
                  schema: {$ref: '../shared.yaml#/components/schemas/Envelope'}
            '401': {$ref: '../shared.yaml#/components/responses/Unauthorized'}
    ");
}

#[test]
fn a_parameter_of_the_path_has_the_type_of_its_id() {
    let (ours, upstream) = shop();
    let get = skeleton(&ours.document().unwrap(), &upstream, "orderGet").unwrap();
    insta::assert_snapshot!(get, @"
    # GET /shops/{shopId}/orders/{orderNumber}, for spec/areas/shops.yaml.
    # Describe it in your own words, check the names, and add examples of the request and the response.
    # Add to the paths of spec/api.yaml:
    #   /shops/{shopId}/orders/{orderNumber}: {$ref: 'areas/shops.yaml#/paths/~1shops~1{shopId}~1orders~1{orderNumber}'}

    paths:
      /shops/{shopId}/orders/{orderNumber}:
        parameters:
          - {$ref: '../shared.yaml#/components/parameters/shopId'}
          - {$ref: '#/components/parameters/orderNumber'}
        get:
          operationId: getOrder
          summary: To be described
          description: To be described
          tags: [Shops]
          responses:
            '200':
              description: To be described
              headers:
                X-Total:
                  description: To be described
                  schema:
                    type: integer
              content:
                text/plain:
                  schema:
                    type: string
            '401': {$ref: '../shared.yaml#/components/responses/Unauthorized'}

    components:
      parameters:
        orderNumber:
          name: orderNumber
          in: path
          required: true
          description: To be described
          schema: {$ref: '../shared.yaml#/components/schemas/OrderNumber'}
    ");
}

#[test]
fn an_operation_that_cannot_be_added_is_refused() {
    let (ours, upstream) = shop();
    let problem = |operation: &str| match skeleton(&ours.document().unwrap(), &upstream, operation).unwrap_err() {
        SkeletonError::Drift(error) => panic!("{error}"),
        error => error.to_string(),
    };
    assert_eq!(problem("orderGetLis"), "it has no operation `orderGetLis`; did you mean `orderGetList`?");
    assert_eq!(problem("shopGet"), "GET /shops/{shopId} is already in our document, at spec/areas/shops.yaml:4:5");
    assert_eq!(
        problem("PUT /orders"),
        "it has no operation `PUT /orders`; name it by its `operationId` there, or as in `GET /path`"
    );
}

#[test]
fn one_of_several_operations_with_an_id_is_named_by_its_path() {
    let (ours, _) = shop();
    let theirs = THEIRS.replace("operationId: orderPost", "operationId: orderGetList");
    let upstream = Upstream::parse("published.yaml", &theirs).unwrap();
    let problem = skeleton(&ours.document().unwrap(), &upstream, "orderGetList").unwrap_err();
    assert_eq!(
        problem.to_string(),
        "it has several operations `orderGetList`: `GET /shops/{id}/orders`, `POST /shops/{id}/orders`; \
         name one by its method and path"
    );
    let post = skeleton(&ours.document().unwrap(), &upstream, "POST /shops/{id}/orders").unwrap();
    assert!(post.contains("operationId: createOrder"), "{post}");
}

#[test]
fn a_schema_whose_references_lead_back_to_themselves_is_a_placeholder() {
    let (ours, _) = shop();
    let theirs = THEIRS.replace("    Cash: {", "    Loop: {$ref: '#/components/schemas/Loop'}\n    Cash: {");
    let theirs = theirs.replace("{$ref: '#/components/schemas/Cash'}", "{$ref: '#/components/schemas/Loop'}");
    let upstream = Upstream::parse("published.yaml", &theirs).unwrap();
    let list = skeleton(&ours.document().unwrap(), &upstream, "orderGetList").unwrap();
    assert!(list.contains("        - description: To be described\n"), "{list}");
}
