use serde::Serialize;

/// The size of a replica.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    #[serde(rename = "profile")]
    pub(crate) name: &'static str,
    cpu_cores: u32,
    memory_gi: u32,
}

/// The profiles outside of own cloud accounts, which are the same in all regions.
pub(crate) const PROFILES: [Profile; 6] = [
    Profile { name: "v1-default", cpu_cores: 4, memory_gi: 16 },
    Profile { name: "v1-highmem-xs", cpu_cores: 4, memory_gi: 32 },
    Profile { name: "v1-highmem-s", cpu_cores: 8, memory_gi: 64 },
    Profile { name: "v1-highmem-m", cpu_cores: 16, memory_gi: 128 },
    Profile { name: "v1-highmem-l", cpu_cores: 24, memory_gi: 192 },
    Profile { name: "v1-highmem-xl", cpu_cores: 32, memory_gi: 256 },
];
