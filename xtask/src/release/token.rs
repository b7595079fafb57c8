use std::{env, fs, path::PathBuf};

use anyhow::{Result, bail};

/// The environment variables in which cargo looks for the token.
pub(super) const VARIABLES: [&str; 2] = ["CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_CRATES_IO_TOKEN"];

/// Refuses to go on if cargo would find no token.
pub(super) fn check() -> Result<()> {
    if is_in_environment() || is_in_credentials() {
        return Ok(());
    }
    bail!("there is no token to publish with; run `cargo login`, or set {}", VARIABLES[0])
}

fn is_in_environment() -> bool {
    VARIABLES.iter().any(|variable| env::var_os(variable).is_some_and(|token| !token.is_empty()))
}

fn is_in_credentials() -> bool {
    let files = ["credentials.toml", "credentials"].map(|file| cargo_home().join(file));
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).any(|text| has_token(&text))
}

fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).unwrap_or_default());
    env::var_os("CARGO_HOME").map_or_else(|| home().join(".cargo"), PathBuf::from)
}

fn has_token(credentials: &str) -> bool {
    let Ok(credentials) = toml::from_str::<toml::Table>(credentials) else { return false };
    let registries = credentials.get("registries").and_then(|registries| registries.get("crates-io"));
    let tokens = [credentials.get("registry"), registries].into_iter().flatten().filter_map(|table| table.get("token"));
    tokens.filter_map(toml::Value::as_str).any(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_where_cargo_login_puts_it() {
        assert!(has_token("[registry]\ntoken = 'x'\n"));
        assert!(has_token("[registries.crates-io]\ntoken = 'x'\n"));
        for text in ["", "[registry]\n", "[registry]\ntoken = ''\n", "[registries.mine]\ntoken = 'x'\n", "token"] {
            assert!(!has_token(text), "{text}");
        }
    }
}
