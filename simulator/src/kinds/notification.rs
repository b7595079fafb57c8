use crate::resources::{Action, Filter, Id, Kind, Operation, make};

/// The notifications of an organization.
pub(crate) const KIND: Kind = Kind {
    name: "notification",
    title: "Notifications",
    // No operation has this parameter.
    id: Some(Id { parameter: "notificationId", field: "id" }),
    operations: &[Operation::new("listNotifications", Action::List)],
    made: &[("createdAt", make::now)],
    filters: &[
        ("severity", Filter::Is("severity")),
        ("type", Filter::Is("type")),
        ("resource_id", Filter::Is("resourceId")),
        ("resource_type", Filter::Is("resourceType")),
        ("from_date", Filter::From("createdAt")),
        ("to_date", Filter::To("createdAt")),
    ],
    max_page_size: 250,
    newest_first: true,
    ..Kind::PLAIN
};
