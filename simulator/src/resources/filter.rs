use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// Selects items of a list by a query parameter.
#[derive(Clone, Copy)]
pub(crate) enum Filter {
    /// The field has the value of the parameter.
    Is(&'static str),
    /// The time in the field is not before the parameter.
    From(&'static str),
    /// The time in the field is not after the parameter.
    To(&'static str),
    /// The list in the field has a tag: `tag:KEY`, or `tag:KEY=VALUE`.
    Tag(&'static str),
}

impl Filter {
    /// Returns whether an item passes. Of a parameter that is repeated, each value has to be passed.
    pub(crate) fn passes(self, item: &Map<String, Value>, parameter: &Value) -> bool {
        match parameter {
            Value::Array(values) => values.iter().all(|value| self.passes(item, value)),
            _ => self.passes_one(item, parameter),
        }
    }

    fn passes_one(self, item: &Map<String, Value>, parameter: &Value) -> bool {
        let text = parameter.as_str().unwrap_or_default();
        match self {
            Self::Is(field) => item.get(field) == Some(parameter),
            Self::From(field) => read_time(text).is_none_or(|from| time_of(item, field).is_some_and(|at| at >= from)),
            Self::To(field) => read_time(text).is_none_or(|to| time_of(item, field).is_some_and(|at| at <= to)),
            Self::Tag(field) => {
                let Some(wanted) = text.strip_prefix("tag:") else { return false };
                let (key, value) = wanted.split_once('=').map_or((wanted, None), |(key, value)| (key, Some(value)));
                let tags = item.get(field).and_then(Value::as_array);
                let mut tags = tags.into_iter().flatten();
                tags.any(|tag| tag["key"] == key && value.is_none_or(|value| tag["value"] == value))
            }
        }
    }
}

fn time_of(item: &Map<String, Value>, field: &str) -> Option<DateTime<Utc>> {
    read_time(item.get(field)?.as_str()?)
}

fn read_time(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_are_selected_by_value_time_and_tag() {
        let item = json!({
            "severity": "critical",
            "createdAt": "2024-05-14T09:26:53Z",
            "tags": [{ "key": "team", "value": "data" }, { "key": "old", "value": null }],
        });
        for (filter, parameter, passes) in [
            (Filter::Is("severity"), json!("critical"), true),
            (Filter::Is("severity"), json!("info"), false),
            (Filter::Is("nothing"), json!("info"), false),
            (Filter::From("createdAt"), json!("2024-05-14T11:26:53+02:00"), true),
            (Filter::From("createdAt"), json!("2024-05-14T09:26:54Z"), false),
            (Filter::To("createdAt"), json!("2024-05-14T09:26:53Z"), true),
            (Filter::To("createdAt"), json!("2024-05-14T09:26:52Z"), false),
            (Filter::To("nothing"), json!("2024-05-14T09:26:52Z"), false),
            (Filter::Tag("tags"), json!(["tag:team", "tag:old"]), true),
            (Filter::Tag("tags"), json!(["tag:team", "tag:new"]), false),
            (Filter::Tag("tags"), json!("tag:team=data"), true),
            (Filter::Tag("tags"), json!("tag:team=sales"), false),
            (Filter::Tag("tags"), json!("team=data"), false),
        ] {
            assert_eq!(filter.passes(item.as_object().unwrap(), &parameter), passes, "{parameter}");
        }
    }
}
