//! IDs for tests in which they only have to be some.

use clickhouse_cloud::{types::*, uuid::Uuid};

/// The ID of an organization.
pub const ORGANIZATION: OrganizationId = OrganizationId(Uuid::nil());

/// The ID of a service.
pub const SERVICE: ServiceId = ServiceId(Uuid::nil());

/// The ID of a backup.
pub const BACKUP: BackupId = BackupId(Uuid::nil());
