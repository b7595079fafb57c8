//! Who may connect.

use serde_json::{Value, json};

use crate::{identity::Identity, ip_range::IpRange, kinds::elements, refusal::Refusal};

/// Returns the list of a service that nobody has given one.
pub(super) fn everybody() -> Value {
    ["5432", "6432"].map(|port| json!({ "source": "0.0.0.0/0", "portRange": port })).into_iter().collect()
}

/// Gives new IDs to the entries of a new list, and writes their addresses as ranges.
pub(super) fn number(list: &mut Value, identity: &mut Identity) {
    for entry in list.as_array_mut().into_iter().flatten() {
        *entry = numbered(entry, &new_id(identity));
    }
}

/// Removes entries, then changes those with an ID, and adds those without one.
pub(super) fn update(list: &mut Value, changes: &Value, identity: &mut Identity) -> Result<(), Refusal> {
    let Some(list) = list.as_array_mut() else { return Ok(()) };
    let is_removed = |entry: &Value| elements(&changes["remove"]).iter().any(|removed| removed["id"] == entry["id"]);
    list.retain(|entry| !is_removed(entry));
    for (index, added) in elements(&changes["add"]).iter().enumerate() {
        let Some(id) = added.get("id") else {
            list.push(numbered(added, &new_id(identity)));
            continue;
        };
        let Some(entry) = list.iter_mut().find(|entry| entry["id"] == *id) else {
            return Err(Refusal::bad_request(format_args!("ipAccessList.add[{index}].id: there is no such entry")));
        };
        *entry = numbered(added, id);
    }
    Ok(())
}

/// Refuses a list with something else than IPv4 addresses and ports.
pub(super) fn check(entries: &Value, field: &str) -> Result<(), Refusal> {
    for (index, entry) in elements(entries).iter().enumerate() {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let problem = if IpRange::parse(text("source")).is_none() {
            "source: neither an IPv4 address nor a CIDR range"
        } else if !are_ports(text("portRange")) {
            "portRange: neither a port nor a range of ports, like 5432..6432"
        } else {
            continue;
        };
        return Err(Refusal::bad_request(format_args!("{field}[{index}].{problem}")));
    }
    Ok(())
}

fn are_ports(text: &str) -> bool {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    matches!((first.parse::<u16>(), last.parse::<u16>()), (Ok(first), Ok(last)) if 0 < first && first <= last)
}

fn new_id(identity: &mut Identity) -> Value {
    format!("fwr-{:.8}", identity.uuid().simple().to_string()).into()
}

fn numbered(entry: &Value, id: &Value) -> Value {
    let source = entry["source"].as_str().unwrap_or_default();
    let source = if source.contains('/') { source.to_owned() } else { format!("{source}/32") };
    let mut numbered = json!({ "id": id, "source": source, "portRange": entry["portRange"] });
    if let Some(description) = entry.get("description") {
        numbered["description"] = description.clone();
    }
    numbered
}
