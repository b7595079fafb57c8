use crate::resources::{Action, Id, Kind, Operation};

/// The quotas of an organization. Nothing is refused because of them.
pub(crate) const KIND: Kind = Kind {
    name: "quota",
    title: "Quotas",
    id: Some(Id { parameter: "quotaCode", field: "quotaCode" }),
    with_parent: true,
    operations: &[Operation::new("listQuotas", Action::List), Operation::new("getQuota", Action::Get)],
    ..Kind::PLAIN
};
