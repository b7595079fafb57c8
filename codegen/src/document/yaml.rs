use serde_json::{Map, Value};
use serde_yaml::Value as Yaml;

/// Why a text is not a document. Lines and columns are counted from 1.
pub(super) struct YamlError {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
    pub(super) help: String,
}

/// The tree that a YAML text describes. The parser bounds its depth, and how often an alias repeats.
pub(super) fn parse(text: &str) -> Result<Value, YamlError> {
    let mut yaml: Yaml = serde_yaml::from_str(text).map_err(|error| syntax_error(&error))?;
    yaml.apply_merge().map_err(|error| syntax_error(&error))?;
    convert(yaml)
}

fn syntax_error(error: &serde_yaml::Error) -> YamlError {
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    YamlError {
        line,
        column,
        message: format!("this is not YAML: {message}"),
        help: "mend the syntax here, or just above: look at quotes and indentation".to_owned(),
    }
}

fn convert(yaml: Yaml) -> Result<Value, YamlError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => serde_json::to_value(&number).unwrap_or_default(),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(elements) => Value::Array(elements.into_iter().map(convert).collect::<Result<_, _>>()?),
        Yaml::Mapping(fields) => {
            let mut object = Map::with_capacity(fields.len());
            for (key, value) in fields {
                object.insert(convert_key(key)?, convert(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tagged) => return Err(unusable(&format!("the tag `{}`", tagged.tag), "leave the tag out")),
    })
}

/// Response codes and enum-like keys are often written without quotes.
fn convert_key(key: Yaml) -> Result<String, YamlError> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        _ => Err(unusable("a key that is not a string", "write the key as a string, in quotes")),
    }
}

fn unusable(what: &str, help: &str) -> YamlError {
    YamlError {
        line: 1,
        column: 1,
        message: format!("{what} has no meaning in an OpenAPI document"),
        help: help.to_owned(),
    }
}
