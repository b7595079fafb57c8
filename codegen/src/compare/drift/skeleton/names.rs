//! Names for what the published document calls otherwise, by the rule of ours.

use crate::names::{
    plurals::{plural, singular},
    type_name, value_name,
};

/// Returns a name for an operation: a verb for the method, and what the path leads to. `item` is the parameter that
/// follows in a longer path.
pub(super) fn operation_id(method: &str, path: &str, lists: bool, item: Option<&str>) -> String {
    let verb = match method {
        "get" if lists => "list",
        "post" => "create",
        "patch" => "update",
        "put" => "replace",
        method => method,
    };
    let mut steps: Vec<_> = path.split('/').filter(|step| !step.is_empty()).collect();
    let last = steps.pop_if(|step| step.starts_with('{'));
    let Some(noun) = steps.pop() else { return verb.to_owned() };
    let noun = match (last.or(item), verb) {
        (None, _) => noun.to_owned(),
        (Some(item), "list") => things(noun, item),
        (Some(item), _) => thing(noun, item),
    };
    let owner = match *steps {
        [.., owner, of] if of.starts_with('{') && last.or(item).is_none() && !lists => type_name(&thing(owner, of)),
        _ => String::new(),
    };
    format!("{verb}{owner}{}", type_name(&noun))
}

/// Returns the name of one of the things of a path, which may be spelled better in the parameter that follows.
fn thing(things: &str, parameter: &str) -> String {
    let parameter = parameter.trim_matches(['{', '}']);
    let parameter = parameter.strip_suffix("Id").unwrap_or(parameter);
    let is_same = |name: &str| name.replace(['-', '_'], "").eq_ignore_ascii_case(parameter);
    let one = singular(things);
    if is_same(things) || is_same(&one) { parameter.to_owned() } else { one }
}

/// Returns the name of the things of a path, spelled as one of them.
fn things(things: &str, parameter: &str) -> String {
    let many = plural(&thing(things, parameter));
    if many.eq_ignore_ascii_case(things) { many } else { things.to_owned() }
}

/// Returns a name for a component: what is sent to create a thing is called `CreateThing`, and the thing `Thing`.
pub(super) fn component(theirs: &str) -> String {
    let name = value_name(theirs);
    let mut words: Vec<_> = name.split('_').collect();
    words.pop_if(|word| *word == "v1" && name != "v1");
    let is_response = words.last() == Some(&"response");
    if matches!(words.last(), Some(&("request" | "response"))) {
        words.pop();
    }
    let verb =
        words.iter().position(|word| matches!(*word, "post" | "patch" | "put" | "get")).filter(|index| *index > 0);
    let verb = verb.map(|index| words.remove(index));
    let verb = match verb {
        Some("post") if is_response => "created",
        Some("post") => "create",
        Some("patch") if !is_response => "update",
        Some("put") if !is_response => "replace",
        _ => "",
    };
    words.insert(0, verb);
    type_name(&words.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_by_a_verb_and_what_it_works_on() {
        for (method, path, lists, item, name) in [
            ("get", "/v1/savedqueries", true, Some("{savedQueryId}"), "listSavedQueries"),
            ("get", "/v1/clickpipes", true, Some("{clickPipeId}"), "listClickPipes"),
            ("post", "/v1/clickpipes", false, Some("{clickPipeId}"), "createClickPipe"),
            ("get", "/v1/postgres/{postgresId}", false, None, "getPostgres"),
            ("patch", "/v1/postgres/{postgresId}/replicaScaling", false, None, "updatePostgresReplicaScaling"),
            ("get", "/v1/shops/{shopId}/saved-queries", true, Some("{queryId}"), "listSavedQueries"),
            ("put", "/v1/shops/{shopId}/saved-queries/{queryId}", false, None, "replaceSavedQuery"),
            ("delete", "/v1/shops/{shopId}/address", false, None, "deleteShopAddress"),
            ("get", "/v1/whoami", false, None, "getWhoami"),
        ] {
            assert_eq!(operation_id(method, path, lists, item), name);
        }
    }

    #[test]
    fn a_component_is_named_by_what_is_done_with_it() {
        for (theirs, ours) in [
            ("Shop", "Shop"),
            ("ShopPostRequest", "CreateShop"),
            ("ShopPatchRequest", "UpdateShop"),
            ("ShopPostKafkaSource", "CreateShopKafkaSource"),
            ("ShopPostResponse", "CreatedShop"),
            ("ShopScalingPatchResponse", "ShopScaling"),
            ("pgConfig", "PgConfig"),
            ("ShopTagsV1", "ShopTags"),
        ] {
            assert_eq!(component(theirs), ours);
        }
    }
}
