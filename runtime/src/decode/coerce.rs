//! Coercion: decodes a JSON value whose nodes do not all fit, by coercing them or setting them aside.
//!
//! Response types have optional fields only, so any part of a response decodes alone if it is wrapped in the objects
//! and arrays that lead to it. That makes coercion linear: a container with several mismatches is split, each child is
//! coerced alone, and a child that fits is not decoded again except for once with each container around it.
//!
//! The parts of a union do not decode alone, because its variant depends on all of them. So a union with a mismatch is
//! coerced as a root of its own, with the type of its variant.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashSet},
};

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::{
    mismatch::MismatchKind,
    path::{Path, Step, find_node},
    tree::{Tree, TreeDeserializer},
};

/// The number of mismatches that are handled one by one before the object around them is split. Most have one or two.
const MISMATCHES_BEFORE_SPLIT: usize = 4;

/// The largest number of rounds for a part. A response of optional fields never needs as many.
const MAX_ROUNDS: usize = 100;

/// The mismatches by their paths.
pub(super) type MismatchKinds = BTreeMap<Path, MismatchKind>;

/// The error for a required value, at this path, that does not fit.
pub(super) struct Uncoercible(pub(super) Path);

/// Decodes a tree, and coerces or sets aside what does not fit.
pub(super) fn decode_coerced<T: DeserializeOwned>(tree: Tree) -> Result<(T, MismatchKinds), Uncoercible> {
    let mut decoded = None;
    let (_, mismatches) = coerce_with(tree.0, &mut |value| decode(value).map(|value| decoded = Some(value)))?;
    // The last value that decodes is the whole.
    decoded.map(|value: T| (value, mismatches)).ok_or_else(|| Uncoercible(Path::default()))
}

/// Coerces the parts of a response, and collects the mismatches.
struct Coercer<'a> {
    decode: &'a mut dyn FnMut(&Value) -> Result<(), FirstMismatch>,
    mismatches: MismatchKinds,
    /// The unions that were coerced as their variants. If one still does not decode then, it never will.
    coerced_unions: HashSet<Path>,
}

struct FirstMismatch {
    path: Path,
    /// Coerces the value at the path, if it is a union with a mismatch in it.
    coerce_union: Option<CoerceUnion>,
}

/// Returns the coerced value, and the mismatches with their paths in it.
type CoerceUnion = fn(Value) -> Option<(Value, MismatchKinds)>;

/// A part of the response, wrapped in the containers that lead to it.
struct Frame {
    value: Value,
    /// The path of the part in the frame, where every array has one element.
    path: Path,
    /// The path of the part in the response.
    response_path: Path,
}

impl Coercer<'_> {
    /// Returns the coerced part, or `None` if it was set aside. The paths are those of [`Frame`].
    fn coerce(&mut self, part: Value, path: Path, response_path: Path) -> Result<Option<Value>, Uncoercible> {
        let mut frame = Frame { value: wrap(part, path.steps()), path, response_path };
        self.coerce_frame(&mut frame)?;
        let Frame { mut value, path, .. } = frame;
        Ok(find_node(&mut value, path.steps()).map(Value::take))
    }

    fn next_mismatch(&mut self, frame: &Frame) -> Option<FirstMismatch> {
        (self.decode)(&frame.value).err()
    }

    /// Coerces and sets aside until the frame decodes.
    fn coerce_frame(&mut self, frame: &mut Frame) -> Result<(), Uncoercible> {
        let mut split = Vec::new();
        let mut mismatch = self.next_mismatch(frame);
        for round in 0..MAX_ROUNDS {
            let Some(first) = mismatch else { return Ok(()) };
            let container = frame.container_to_split(&first.path, round >= MISMATCHES_BEFORE_SPLIT);
            mismatch = match container.filter(|container| !split.contains(container)) {
                Some(container) => {
                    self.split(frame, &container)?;
                    split.push(container);
                    self.next_mismatch(frame)
                }
                None => self.coerce_node(frame, &first)?,
            };
        }
        Err(Uncoercible(frame.response_path.clone()))
    }

    /// Coerces each child of a container alone, and puts the coerced children back.
    fn split(&mut self, frame: &mut Frame, container: &Path) -> Result<(), Uncoercible> {
        let Some(node) = frame.find_node(container) else {
            return Err(Uncoercible(frame.to_response_path(container)));
        };
        let coerced = match node.take() {
            Value::Array(elements) => {
                let mut kept = Vec::with_capacity(elements.len());
                for (index, element) in elements.into_iter().enumerate() {
                    kept.extend(self.coerce_child(frame, container, Step::Index(0), Step::Index(index), element)?);
                }
                Value::Array(kept)
            }
            Value::Object(fields) => {
                let mut kept = Map::new();
                for (key, field) in fields {
                    let step = Step::Key(key.clone());
                    let field = self.coerce_child(frame, container, step.clone(), step, field)?;
                    kept.extend(field.map(|field| (key, field)));
                }
                Value::Object(kept)
            }
            scalar => scalar,
        };
        frame.replace(container, coerced);
        Ok(())
    }

    fn coerce_child(
        &mut self,
        frame: &Frame,
        container: &Path,
        step: Step,
        response_step: Step,
        child: Value,
    ) -> Result<Option<Value>, Uncoercible> {
        self.coerce(child, container.join(&[step]), frame.to_response_path(container).join(&[response_step]))
    }

    /// Coerces the node of a mismatch, or sets it aside. Returns the next mismatch.
    fn coerce_node(
        &mut self,
        frame: &mut Frame,
        mismatch: &FirstMismatch,
    ) -> Result<Option<FirstMismatch>, Uncoercible> {
        let FirstMismatch { path, coerce_union } = mismatch;
        let response_path = frame.to_response_path(path);
        let Some(found) = frame.find_node(path).map(Value::take) else { return Err(Uncoercible(response_path)) };
        if let Some(coerced) = coerce_union.and_then(|coerce| self.coerce_union(&found, &response_path, coerce)) {
            frame.replace(path, coerced);
            return Ok(self.next_mismatch(frame));
        }
        let is_resolved = |next: &Option<FirstMismatch>| next.as_ref().is_none_or(|next| !next.path.starts_with(path));
        for coercion in coercions(&found) {
            frame.replace(path, coercion);
            let next = self.next_mismatch(frame);
            if is_resolved(&next) {
                self.mismatches.insert(response_path, MismatchKind::Coerced);
                return Ok(next);
            }
        }
        // A member becomes `null` if possible, because the variant of a union may depend on its presence.
        if let Some((Step::Key(_), _)) = path.split_last() {
            frame.replace(path, Value::Null);
            let next = self.next_mismatch(frame);
            if is_resolved(&next) {
                self.mismatches.insert(response_path, MismatchKind::SetAside);
                return Ok(next);
            }
        }
        if !frame.remove(path) {
            return Err(Uncoercible(response_path));
        }
        self.mismatches.insert(response_path, MismatchKind::SetAside);
        Ok(self.next_mismatch(frame))
    }

    fn coerce_union(&mut self, found: &Value, at: &Path, coerce: CoerceUnion) -> Option<Value> {
        let (coerced, mismatches) = coerce(found.clone()).filter(|_| !self.coerced_unions.contains(at))?;
        self.mismatches.extend(mismatches.into_iter().map(|(path, kind)| (at.join(path.steps()), kind)));
        self.coerced_unions.insert(at.clone());
        Some(coerced)
    }
}

impl Frame {
    fn find_node(&mut self, path: &Path) -> Option<&mut Value> {
        find_node(&mut self.value, path.steps())
    }

    fn replace(&mut self, path: &Path, value: Value) {
        if let Some(node) = self.find_node(path) {
            *node = value;
        }
    }

    /// Removes a node from its object or array. Returns `false` for the root, which is in none.
    fn remove(&mut self, path: &Path) -> bool {
        let Some((last, parent)) = path.split_last() else { return false };
        match (find_node(&mut self.value, parent), last) {
            (Some(Value::Object(fields)), Step::Key(key)) => fields.remove(key).is_some(),
            (Some(Value::Array(elements)), Step::Index(index)) if *index < elements.len() => {
                elements.remove(*index);
                true
            }
            _ => false,
        }
    }

    /// Returns the outermost container between the part and a mismatch that has several children. An array is always
    /// worth a split, and an object once several of its fields do not fit.
    fn container_to_split(&mut self, mismatch: &Path, includes_objects: bool) -> Option<Path> {
        (self.path.steps().len()..mismatch.steps().len()).map(|depth| mismatch.prefix(depth)).find(|path| {
            match self.find_node(path) {
                Some(Value::Array(elements)) => elements.len() > 1,
                Some(Value::Object(fields)) => includes_objects && fields.len() > 1,
                _ => false,
            }
        })
    }

    /// Returns the path in the response of a path in the frame.
    fn to_response_path(&self, path: &Path) -> Path {
        let (path, depth) = (path.steps(), self.path.steps().len());
        match path.get(depth..) {
            Some(inner) => self.response_path.join(inner),
            None => self.response_path.prefix(path.len()),
        }
    }
}

/// Returns the coerced value, or `None` if it was set aside, and the mismatches in it.
fn coerce_with(
    value: Value,
    decode: &mut dyn FnMut(&Value) -> Result<(), FirstMismatch>,
) -> Result<(Option<Value>, MismatchKinds), Uncoercible> {
    let mut coercer = Coercer { decode, mismatches: MismatchKinds::new(), coerced_unions: HashSet::new() };
    let left = coercer.coerce(value, Path::default(), Path::default())?;
    Ok((left, coercer.mismatches))
}

fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, FirstMismatch> {
    // First without keeping track of the path, which takes time: most parts of a response fit.
    if let Ok(value) = T::deserialize(TreeDeserializer(value)) {
        return Ok(value);
    }
    UNION_WITH_MISMATCH.take();
    serde_path_to_error::deserialize(TreeDeserializer(value))
        .map_err(|error| FirstMismatch { path: Path::of(error.path()), coerce_union: UNION_WITH_MISMATCH.take() })
}

thread_local! {
    // An error of serde has no room for it.
    static UNION_WITH_MISMATCH: Cell<Option<CoerceUnion>> = const { Cell::new(None) };
}

/// Notes that a union does not decode because of a mismatch in its variant, which is a `T`.
pub(crate) fn note_mismatch_within<T: DeserializeOwned>() {
    UNION_WITH_MISMATCH.set(Some(coerce_as::<T>));
}

fn coerce_as<T: DeserializeOwned>(value: Value) -> Option<(Value, MismatchKinds)> {
    let (coerced, mismatches) = coerce_with(value, &mut |value| decode::<T>(value).map(drop)).ok()?;
    Some((coerced?, mismatches))
}

fn wrap(value: Value, path: &[Step]) -> Value {
    path.iter().rev().fold(value, |value, step| match step {
        Step::Key(key) => Value::Object(Map::from_iter([(key.clone(), value)])),
        Step::Index(_) => Value::Array(vec![value]),
    })
}

/// Returns the other ways to write a scalar in JSON with the same meaning.
fn coercions(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![Value::String(value.to_string())],
        Value::Number(number) => {
            let text = is_exact(number).then(|| Value::String(number.to_string()));
            to_integer(number).into_iter().chain(text).collect()
        }
        Value::String(text) => match text.as_str() {
            "true" => vec![Value::Bool(true)],
            "false" => vec![Value::Bool(false)],
            text => text.parse().map(number_coercions).unwrap_or_default(),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

fn number_coercions(number: Number) -> Vec<Value> {
    let integer = to_integer(&number);
    [Value::Number(number)].into_iter().chain(integer).collect()
}

/// Returns the integer that a float without a fraction is equal to.
fn to_integer(number: &Number) -> Option<Value> {
    let float = number.as_f64().filter(|float| number.is_f64() && is_exact(number) && float.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within the range where floats are exact")]
    Some(Value::from(float as i64))
}

/// Whether a number is exactly the one that was sent. A float from 2^53 on may be rounded.
fn is_exact(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.abs() < 9_007_199_254_740_992.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scalar_is_coerced_only_to_values_of_the_same_meaning() {
        assert_eq!(coercions(&json!(48.0)), [json!(48), json!("48.0")]);
        assert_eq!(coercions(&json!(48)), [json!("48")]);
        assert_eq!(coercions(&json!("48.0")), [json!(48.0), json!(48)]);
        assert_eq!(coercions(&json!("true")), [json!(true)]);
        assert_eq!(coercions(&json!(false)), [json!("false")]);
        for none in [json!(1e300), json!("yes"), json!(null), json!([1]), json!({})] {
            assert!(coercions(&none).is_empty(), "{none}");
        }
    }
}
