use serde_json::Value;

use super::site::Site;
use crate::openapi::{grammar::Kind, walk::for_each_child_mut};

/// Visits every object of a document that the grammar of OpenAPI knows, outer ones first.
pub(crate) fn walk(root: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    enter(Kind::Document, root, site, visit);
}

fn enter(kind: Kind, value: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    visit(kind, value, site);
    for_each_child_mut(kind, value, Kind::form_of_3_1, &mut |kind, step, child| {
        site.enter(step, |site| enter(kind, child, site, visit));
    });
}
