use crate::resources::{Action, Filter, Id, Kind, Operation, make};

/// What calls and the simulator itself have done in an organization.
pub(crate) const KIND: Kind = Kind {
    name: "activity",
    title: "Activities",
    id: Some(Id { parameter: "activityId", field: "id" }),
    operations: &[Operation::new("listActivities", Action::List), Operation::new("getActivity", Action::Get)],
    made: &[("id", make::uuid), ("createdAt", make::now)],
    filters: &[("from_date", Filter::From("createdAt")), ("to_date", Filter::To("createdAt"))],
    newest_first: true,
    creation_delay: 30,
    ..Kind::PLAIN
};
