use percent_encoding::percent_decode_str;

/// A path with parameters in it, like `/v1/organizations/{organizationId}/services`.
pub(super) struct PathTemplate(Vec<Segment>);

enum Segment {
    Literal(String),
    Parameter(String),
}

impl PathTemplate {
    pub(super) fn read(text: &str) -> Self {
        Self(text.trim_start_matches('/').split('/').map(Segment::read).collect())
    }

    /// Returns the names of the parameters, in their order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// Returns the decoded parameters by name, if a path fits the template.
    pub(super) fn parameters_in(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut parameters = Vec::new();
        let mut rest = path.strip_prefix('/')?.split('/');
        for segment in &self.0 {
            match (segment, rest.next()?) {
                (Segment::Literal(literal), text) if literal == text => {}
                // Decoded only now, so that an encoded slash cannot make a segment.
                (Segment::Parameter(name), text) if !text.is_empty() => {
                    parameters.push((name.as_str(), percent_decode_str(text).decode_utf8_lossy().into_owned()));
                }
                _ => return None,
            }
        }
        rest.next().is_none().then_some(parameters)
    }
}

impl Segment {
    fn read(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}
