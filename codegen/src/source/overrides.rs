use crate::{
    diagnostic::{Diagnostic, NodeDiagnostic},
    source::{
        Pointer,
        config::{Config, Entry},
    },
};

/// The nodes of a tree that are not written in its text, but are overrides or inferred.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) config: Option<Config>,
    /// The nodes, each with the entry that it comes from or that would override it.
    pub(crate) written: Vec<(Pointer, Entry)>,
}

impl Overrides {
    pub(crate) fn has_written(&self, at: &Pointer) -> bool {
        self.entry(at).is_some()
    }

    /// Returns whether the config is written for a newer document.
    pub(crate) fn may_be_ahead(&self) -> bool {
        self.config.as_ref().is_some_and(|config| config.may_be_ahead)
    }

    /// Splits diagnostics into those of the text and those of the config, which are located already.
    pub(crate) fn split(&self, diagnostics: Vec<NodeDiagnostic>) -> (Vec<NodeDiagnostic>, Vec<Diagnostic>) {
        let (mut of_document, mut of_config) = (Vec::new(), Vec::new());
        for diagnostic in diagnostics {
            match self.entry(&diagnostic.location.at).zip(self.config.as_ref()) {
                Some((entry, config)) => {
                    of_config.push(config.diagnostic(&entry, diagnostic.message, diagnostic.help));
                }
                None => of_document.push(diagnostic),
            }
        }
        of_config.sort_by_key(|diagnostic| diagnostic.location.span);
        of_config.dedup();
        (of_document, of_config)
    }

    /// Returns the entry that a node comes from.
    fn entry(&self, at: &Pointer) -> Option<Entry> {
        let below = |written: &Pointer| {
            let rest = at.as_str().strip_prefix(written.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        };
        let found = self.written.iter().filter_map(|(written, entry)| Some((entry, below(written)?)));
        let (entry, rest) = found.min_by_key(|(_, rest)| rest.len())?;
        Some(entry.iter().cloned().chain(Pointer::default().join(&rest).steps()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overrides() -> Overrides {
        let config = Config::parse("api.toml", "base-url = 'x'\nenvelope = {result = 'data'}\n").unwrap();
        let written = vec![(Pointer::default().key("x-envelope"), vec!["envelope".to_owned()])];
        Overrides { config: Some(config), written }
    }

    #[test]
    fn nodes_in_a_written_node_are_written() {
        let pointer = |steps: &str| Pointer::default().join(steps);
        assert!(overrides().has_written(&pointer("/x-envelope/result")));
        assert!(!overrides().has_written(&pointer("/x-envelopes")));
    }

    #[test]
    fn diagnostics_of_overrides_are_located_in_the_config() {
        let at = |key: &str| NodeDiagnostic::key(Pointer::default().join(key), "message", "help");
        let (of_document, of_config) = overrides().split(vec![at("/paths"), at("/x-envelope/result")]);
        assert_eq!(of_document.len(), 1);
        assert_eq!(of_config[0].location.to_string(), "api.toml:2:13");
    }
}
