//! Decodes any bytes as a response: nothing panics or takes long, and the reported mismatches are true.

#![no_main]

use std::collections::HashMap;

use clickhouse_cloud::types::*;
use clickhouse_cloud_runtime::{Decode, Envelope, MismatchKind, Mismatch, internals};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const ENVELOPE: Envelope = Envelope { result: "result", error: Some("error"), request_id: Some("requestId") };

fuzz_target!(|body: &[u8]| {
    decode::<Organization>(body);
    decode::<Vec<Organization>>(body);
    decode::<Service>(body);
    decode::<Vec<Service>>(body);
    decode::<CreatedService>(body);
    decode::<ServicePassword>(body);
    decode::<PrivateEndpointConfig>(body);
    decode::<Backup>(body);
    decode::<Vec<Backup>>(body);
    decode::<BackupConfiguration>(body);
});

fn decode<T: Decode>(body: &[u8]) {
    match internals::decode::<T>(Some(ENVELOPE), body) {
        Ok((_, mismatches, _)) if mismatches.is_empty() => {}
        Ok((_, mismatches, _)) => mismatches_are_in_the_response(&mismatches, body),
        Err((path, _)) => assert!(path.starts_with('$'), "{path}"),
    }
}

fn mismatches_are_in_the_response(mismatches: &[Mismatch], body: &[u8]) {
    // What is beside the result may be what no tree can hold, such as 1e999.
    let Ok(response) = serde_json::from_slice(body) else { return };
    let mut nodes = HashMap::new();
    visit(&response, "$".to_owned(), &mut nodes);
    for mismatch in mismatches {
        let told_once = nodes.remove(mismatch.path());
        assert_eq!(told_once, Some(mismatch.value()), "{mismatch}");
        let is_container = mismatch.value().is_array() || mismatch.value().is_object();
        assert!(mismatch.kind() == MismatchKind::SetAside || !is_container, "{mismatch}");
    }
}

/// Notes each node of the response under its path.
fn visit<'a>(node: &'a Value, path: String, nodes: &mut HashMap<String, &'a Value>) {
    match node {
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| visit(element, format!("{path}[{index}]"), nodes));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| visit(field, format!("{path}{}", step(key)), nodes));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    nodes.insert(path, node);
}

fn step(key: &str) -> String {
    match !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        true => format!(".{key}"),
        false => format!("[{key:?}]"),
    }
}
