use serde_json::Value;

use super::site::Site;
use crate::openapi::{grammar::Kind, walk::for_each_child_mut};

/// Visits everything in a document that OpenAPI gives a meaning, outer nodes before those in them.
pub(super) fn walk(root: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    enter(Kind::Document, root, site, visit);
}

fn enter(kind: Kind, value: &mut Value, site: &mut Site, visit: &mut impl FnMut(Kind, &mut Value, &mut Site)) {
    visit(kind, value, site);
    for_each_child_mut(kind, value, Kind::form_of_3_1, &mut |kind, step, child| {
        site.enter(step, |site| enter(kind, child, site, visit));
    });
}
