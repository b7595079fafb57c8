use crate::{
    diagnostic::Complaint,
    source::{
        Finding, Pointer,
        config::{Config, Entry},
    },
};

/// Which parts of a tree come from which entries of a config, or from a guess.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) config: Option<Config>,
    pub(crate) written: Vec<(Pointer, Entry)>,
}

impl Said {
    pub(crate) fn has_written(&self, at: &Pointer) -> bool {
        self.entry(at).is_some()
    }

    /// Whether the config is written for a newer document.
    pub(crate) fn may_be_ahead(&self) -> bool {
        self.config.as_ref().is_some_and(|config| config.may_be_ahead)
    }

    /// The findings about the text, and complaints about the config.
    pub(crate) fn sift(&self, findings: Vec<Finding>) -> (Vec<Finding>, Vec<Complaint>) {
        let (mut of_document, mut of_config) = (Vec::new(), Vec::new());
        for finding in findings {
            match self.entry(&finding.at).zip(self.config.as_ref()) {
                Some((entry, config)) => of_config.push(config.complaint(&entry, &finding.message, &finding.help)),
                None => of_document.push(finding),
            }
        }
        of_config.sort_by_key(|complaint| complaint.place);
        of_config.dedup();
        (of_document, of_config)
    }

    /// The entry that has written a node.
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
