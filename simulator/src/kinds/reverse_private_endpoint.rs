use serde_json::{Value, json};

use super::elements;
use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Completion, Id, Kind, Operation, Resource, States, Transition, make},
};

const NULL: make::Make = |_| Value::Null;

/// The endpoints through which ClickPipes of a service reach private networks. Nobody accepts one by itself.
pub(crate) const KIND: Kind = Kind {
    name: "reverse private endpoint",
    title: "Reverse private endpoints",
    id: Some(Id { parameter: "reversePrivateEndpointId", field: "id" }),
    operations: &[
        Operation::new("listReversePrivateEndpoints", Action::List),
        Operation::new("createReversePrivateEndpoint", Action::Create),
        Operation::new("getReversePrivateEndpoint", Action::Get),
        Operation::new("updateReversePrivateEndpoint", Action::Update),
        Operation::new("deleteReversePrivateEndpoint", Action::Delete),
    ],
    made: &[("id", make::uuid), ("serviceId", |making| making.path.get("serviceId").into())],
    defaults: &[
        ("vpcEndpointServiceName", NULL),
        ("vpcResourceConfigurationId", NULL),
        ("vpcResourceShareArn", NULL),
        ("mskClusterArn", NULL),
        ("mskAuthentication", NULL),
        ("gcpServiceAttachment", NULL),
        ("customPrivateDnsMappings", make::empty_list),
    ],
    states: Some(States {
        field: "status",
        first: "Provisioning",
        transitions: &[
            Transition::new("Provisioning", 60, "PendingAcceptance").of(needs_acceptance),
            Transition::new("Provisioning", 60, "Ready"),
            Transition::end("Deleting", 60),
        ],
        deletion: Some("Deleting"),
    }),
    check,
    complete,
    shown: |fields, _, _| {
        if fields["status"] == "Provisioning" {
            fields.extend(FOUND_LATER.map(|name| (name.to_owned(), json!([]))));
        }
    },
    ..Kind::PLAIN
};

/// The names that are known once the endpoint is there.
const FOUND_LATER: [&str; 4] = ["dnsNames", "privateDnsNames", "privateDnsMappings", "dnsTargets"];

/// The properties that each type needs.
const NEEDED: [(&str, &[&str]); 4] = [
    ("VPC_ENDPOINT_SERVICE", &["vpcEndpointServiceName"]),
    ("VPC_RESOURCE", &["vpcResourceConfigurationId", "vpcResourceShareArn"]),
    ("MSK_MULTI_VPC", &["mskClusterArn", "mskAuthentication"]),
    ("GCP_PSC_SERVICE_ATTACHMENT", &["gcpServiceAttachment"]),
];

/// Returns whether the owner of the source has to accept the connection. What is shared with ClickHouse Cloud is accepted
/// already.
fn needs_acceptance(endpoint: &Resource) -> bool {
    ["VPC_ENDPOINT_SERVICE", "GCP_PSC_SERVICE_ATTACHMENT"].iter().any(|name| endpoint.fields["type"] == *name)
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let body = attempt.call.body;
    let kind = if matches!(attempt.action, Action::Create) { &body["type"] } else { attempt.field("type") };
    if matches!(attempt.action, Action::Create) {
        for (other, needed) in NEEDED {
            for name in needed {
                let is_there = body.get(*name).is_some_and(|value| !value.is_null());
                if is_there != (kind == other) {
                    let problem = if is_there { "does not take it" } else { "needs it" };
                    let kind = kind.as_str().unwrap_or_default();
                    return Err(Refusal::bad_request(format_args!("{name}: {kind} {problem}")));
                }
            }
        }
    }
    let mappings = elements(&body["customPrivateDnsMappings"]);
    if kind == "MSK_MULTI_VPC" && !mappings.is_empty() {
        return Err(Refusal::bad_request("customPrivateDnsMappings: MSK_MULTI_VPC does not take them"));
    }
    let targets = elements(attempt.field("dnsTargets"));
    let before = elements(attempt.field("customPrivateDnsMappings"));
    for (index, mapping) in mappings.iter().enumerate() {
        let refuse = |field: &str, problem: &str| {
            Err(Refusal::bad_request(format_args!("customPrivateDnsMappings[{index}].{field}: {problem}")))
        };
        let name = &mapping["privateDnsName"];
        let has_it = |mapping: &Value| mapping["privateDnsName"] == *name;
        let of_others = |other: &Resource| elements(&other.fields["customPrivateDnsMappings"]).iter().any(has_it);
        if mappings[..index].iter().any(has_it) || attempt.siblings(&KIND).any(|other| of_others(&other)) {
            return refuse("privateDnsName", "the service has this name already");
        }
        let Some(target) = mapping.get("targetId").filter(|target| !target.is_null()) else { continue };
        if kind != "VPC_RESOURCE" {
            return refuse("targetId", "this is for VPC_RESOURCE alone");
        }
        let is_known = targets.iter().any(|one| one["id"] == *target);
        if !is_known && !targets.is_empty() && !before.contains(mapping) {
            return refuse("targetId", "this is not among the dnsTargets");
        }
    }
    Ok(())
}

/// Gives a new endpoint its names.
fn complete(endpoint: &mut Resource, completion: &mut Completion<'_, '_>) {
    if !matches!(completion.action, Action::Create) {
        return;
    }
    let number = completion.making.identity.uuid().simple().to_string();
    let kind = endpoint.fields["type"].as_str().unwrap_or_default();
    let id =
        if kind == "GCP_PSC_SERVICE_ATTACHMENT" { format!("psc-{number:.17}") } else { format!("vpce-{number:.17}") };
    let internal = format!("{id}.pipes.clickhouse.cloud");
    let (private, targets) = match kind {
        "VPC_RESOURCE" => {
            let id = &endpoint.fields["vpcResourceConfigurationId"];
            (None, json!([{ "id": id, "kind": "RESOURCE_CONFIGURATION", "internalDnsName": internal }]))
        }
        _ => (Some(format!("source-{number:.8}.example.com")), json!([])),
    };
    let mappings = private.iter().map(|name| json!({ "privateDnsName": name, "internalDnsName": internal }));
    let mappings = mappings.collect::<Value>();
    for (name, value) in [
        ("endpointId", json!(id)),
        ("dnsNames", json!([internal])),
        ("privateDnsNames", json!(private.as_slice())),
        ("privateDnsMappings", mappings),
        ("dnsTargets", targets),
    ] {
        endpoint.fields.insert(name.to_owned(), value);
    }
}
