//! Makes a JSON value decodable by converting or setting aside the nodes that do not fit.
//!
//! Responses are made of optional fields only, so any part of an answer decodes on its own when it is wrapped in
//! just the objects and arrays that lead to it. That is what keeps this linear: a container with trouble in it is
//! split into its children, each child is mended alone, and what fits is never decoded again for the sake of what
//! does not, beyond once for each container around it.
//!
//! The parts of a union's alternative do not decode alone: without what is beside them, nobody knows which alternative
//! they are of. So it is mended as a whole of its own, by a mender for its type, and put back.

use std::{
    cell::Cell,
    collections::{BTreeMap, HashSet},
};

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::{
    mismatch::Fit,
    path::{Path, Step, node},
    tree::{Marked, Tree},
};

/// So many bad nodes are mended one after the other before the object around them is split: most have one or two.
const FIXES_BEFORE_SPLIT: usize = 4;

/// So many rounds may be needed after that. An answer made of optional fields never comes near.
const ROUNDS: usize = 100;

/// What did not fit, by its path.
pub(super) type Misfits = BTreeMap<Path, Fit>;

/// A value that cannot be mended: what does not fit at this path cannot be done without.
pub(super) struct Unfit(pub(super) Path);

/// Mends a value and decodes what is left of it.
pub(super) fn mend<T: DeserializeOwned>(tree: Tree) -> Result<(T, Misfits), Unfit> {
    let mut decoded = None;
    let (_, misfits) = mend_with(tree.0, &mut |value| decode(value).map(|value| decoded = Some(value)))?;
    // What is decoded last is the whole, after everything in it has been mended.
    decoded.map(|value: T| (value, misfits)).ok_or_else(|| Unfit(Path::default()))
}

/// Mends parts of an answer, and keeps what did not fit.
struct Mender<'a> {
    decode: &'a mut dyn FnMut(&Value) -> Result<(), FirstMisfit>,
    misfits: Misfits,
    /// The unions that were mended as the alternative that they are. If that did not help once, it never does.
    unions: HashSet<Path>,
}

struct FirstMisfit {
    path: Path,
    /// Mends what is there, if it is a union that does not fit because of what is in it.
    within: Option<MendWithin>,
}

/// Gives what is left, and what did not fit in it, with the ways from there.
type MendWithin = fn(Value) -> Option<(Value, Misfits)>;

/// A part of the answer, wrapped in what leads to it.
struct Frame {
    value: Value,
    /// The way through the wrapping to the part, where every array has one element.
    way: Path,
    /// The same way through the whole answer.
    real: Path,
}

impl Mender<'_> {
    /// What is left of a part; nothing, if it was set aside. See [`Frame`] for its ways.
    fn mend(&mut self, part: Value, way: Path, real: Path) -> Result<Option<Value>, Unfit> {
        let mut frame = Frame { value: wrap(part, way.steps()), way, real };
        self.settle(&mut frame)?;
        let Frame { mut value, way, .. } = frame;
        Ok(node(&mut value, way.steps()).map(Value::take))
    }

    fn next_misfit(&mut self, frame: &Frame) -> Option<FirstMisfit> {
        (self.decode)(&frame.value).err()
    }

    /// Converts and sets aside until the frame decodes.
    fn settle(&mut self, frame: &mut Frame) -> Result<(), Unfit> {
        let mut split = Vec::new();
        let mut first_misfit = self.next_misfit(frame);
        for round in 0..ROUNDS {
            let Some(misfit) = first_misfit else { return Ok(()) };
            let container = frame.container_to_split(&misfit.path, round >= FIXES_BEFORE_SPLIT);
            first_misfit = match container.filter(|container| !split.contains(container)) {
                Some(container) => {
                    self.split(frame, &container)?;
                    split.push(container);
                    self.next_misfit(frame)
                }
                None => self.fix(frame, &misfit)?,
            };
        }
        Err(Unfit(frame.real.clone()))
    }

    /// Mends each child of a container alone, and puts together again what is left.
    fn split(&mut self, frame: &mut Frame, container: &Path) -> Result<(), Unfit> {
        let Some(node) = frame.node(container) else { return Err(Unfit(frame.real_path(container))) };
        let settled = match node.take() {
            Value::Array(elements) => {
                let mut kept = Vec::with_capacity(elements.len());
                for (index, element) in elements.into_iter().enumerate() {
                    kept.extend(self.mend_child(frame, container, Step::Index(0), Step::Index(index), element)?);
                }
                Value::Array(kept)
            }
            Value::Object(fields) => {
                let mut kept = Map::new();
                for (key, field) in fields {
                    let step = Step::Key(key.clone());
                    let field = self.mend_child(frame, container, step.clone(), step, field)?;
                    kept.extend(field.map(|field| (key, field)));
                }
                Value::Object(kept)
            }
            scalar => scalar,
        };
        if let Some(node) = frame.node(container) {
            *node = settled;
        }
        Ok(())
    }

    fn mend_child(
        &mut self,
        frame: &Frame,
        container: &Path,
        step: Step,
        real_step: Step,
        child: Value,
    ) -> Result<Option<Value>, Unfit> {
        self.mend(child, container.join(&[step]), frame.real_path(container).join(&[real_step]))
    }

    /// Converts the node at `misfit`, or sets it aside. Returns the next misfit.
    fn fix(&mut self, frame: &mut Frame, misfit: &FirstMisfit) -> Result<Option<FirstMisfit>, Unfit> {
        let FirstMisfit { path: misfit, within } = misfit;
        let Some(found) = frame.node(misfit).map(Value::take) else { return Err(Unfit(frame.real_path(misfit))) };
        if let Some(mended) = within.and_then(|within| self.mend_union(&found, frame.real_path(misfit), within)) {
            frame.put(misfit, mended);
            return Ok(self.next_misfit(frame));
        }
        let is_passed = |next: &Option<FirstMisfit>| next.as_ref().is_none_or(|next| !next.path.starts_with(misfit));
        for converted in conversions(&found) {
            frame.put(misfit, converted);
            let next = self.next_misfit(frame);
            if is_passed(&next) {
                self.misfits.insert(frame.real_path(misfit), Fit::Converted);
                return Ok(next);
            }
        }
        // Where a union is told by its members, the member has to stay.
        if let Some((Step::Key(_), _)) = misfit.split_last() {
            frame.put(misfit, Value::Null);
            let next = self.next_misfit(frame);
            if is_passed(&next) {
                self.misfits.insert(frame.real_path(misfit), Fit::SetAside);
                return Ok(next);
            }
        }
        if !frame.remove(misfit) {
            return Err(Unfit(frame.real_path(misfit)));
        }
        self.misfits.insert(frame.real_path(misfit), Fit::SetAside);
        Ok(self.next_misfit(frame))
    }

    fn mend_union(&mut self, found: &Value, at: Path, within: MendWithin) -> Option<Value> {
        let (mended, misfits) = within(found.clone()).filter(|_| !self.unions.contains(&at))?;
        self.misfits.extend(misfits.into_iter().map(|(path, fit)| (at.join(path.steps()), fit)));
        self.unions.insert(at);
        Some(mended)
    }
}

impl Frame {
    fn node(&mut self, path: &Path) -> Option<&mut Value> {
        node(&mut self.value, path.steps())
    }

    fn put(&mut self, path: &Path, value: Value) {
        if let Some(node) = self.node(path) {
            *node = value;
        }
    }

    /// Takes a node out of the object or array that it is in; false for the root, which is in none.
    fn remove(&mut self, path: &Path) -> bool {
        let Some((last, parent)) = path.split_last() else { return false };
        match (node(&mut self.value, parent), last) {
            (Some(Value::Object(fields)), Step::Key(key)) => fields.remove(key).is_some(),
            (Some(Value::Array(elements)), Step::Index(index)) if *index < elements.len() => {
                elements.remove(*index);
                true
            }
            _ => false,
        }
    }

    /// The outermost container on the way from the part to the misfit that has several children. Arrays are worth
    /// splitting at once; objects, once it has shown that several of their fields do not fit.
    fn container_to_split(&mut self, misfit: &Path, objects_too: bool) -> Option<Path> {
        (self.way.steps().len()..misfit.steps().len()).map(|depth| misfit.start(depth)).find(|path| {
            match self.node(path) {
                Some(Value::Array(elements)) => elements.len() > 1,
                Some(Value::Object(fields)) => objects_too && fields.len() > 1,
                _ => false,
            }
        })
    }

    /// A path in the frame, as it is in the whole answer.
    fn real_path(&self, path: &Path) -> Path {
        let (path, way) = (path.steps(), self.way.steps().len());
        match path.get(way..) {
            Some(inner) => self.real.join(inner),
            None => self.real.start(path.len()),
        }
    }
}

/// Gives what is left of a value after it was mended, and what did not fit in it.
fn mend_with(
    value: Value,
    decode: &mut dyn FnMut(&Value) -> Result<(), FirstMisfit>,
) -> Result<(Option<Value>, Misfits), Unfit> {
    let mut mender = Mender { decode, misfits: Misfits::new(), unions: HashSet::new() };
    let left = mender.mend(value, Path::default(), Path::default())?;
    Ok((left, mender.misfits))
}

fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, FirstMisfit> {
    // Keeping track of the path costs, and most parts of a response fit.
    if let Ok(value) = T::deserialize(Marked(value)) {
        return Ok(value);
    }
    WITHIN.take();
    serde_path_to_error::deserialize(Marked(value))
        .map_err(|error| FirstMisfit { path: Path::of(error.path()), within: WITHIN.take() })
}

thread_local! {
    // An error of serde has no room for it.
    static WITHIN: Cell<Option<MendWithin>> = const { Cell::new(None) };
}

/// Notes why a union does not decode: it is a `T`, and something in that does not fit.
pub(crate) fn misfit_is_within<T: DeserializeOwned>() {
    WITHIN.set(Some(mend_within::<T>));
}

fn mend_within<T: DeserializeOwned>(value: Value) -> Option<(Value, Misfits)> {
    let (left, misfits) = mend_with(value, &mut |value| decode::<T>(value).map(drop)).ok()?;
    Some((left?, misfits))
}

fn wrap(value: Value, way: &[Step]) -> Value {
    way.iter().rev().fold(value, |value, step| match step {
        Step::Key(key) => Value::Object(Map::from_iter([(key.clone(), value)])),
        Step::Index(_) => Value::Array(vec![value]),
    })
}

/// The other ways to write a scalar in JSON that mean the same.
fn conversions(value: &Value) -> Vec<Value> {
    match value {
        Value::Bool(value) => vec![Value::String(value.to_string())],
        Value::Number(number) => {
            let text = is_exact(number).then(|| Value::String(number.to_string()));
            whole(number).into_iter().chain(text).collect()
        }
        Value::String(text) => match text.as_str() {
            "true" => vec![Value::Bool(true)],
            "false" => vec![Value::Bool(false)],
            text => text.parse().map(number_conversions).unwrap_or_default(),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

fn number_conversions(number: Number) -> Vec<Value> {
    let whole = whole(&number);
    [Value::Number(number)].into_iter().chain(whole).collect()
}

/// A float as the integer that it is.
fn whole(number: &Number) -> Option<Value> {
    let float = number.as_f64().filter(|float| number.is_f64() && is_exact(number) && float.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within the range where floats are exact")]
    Some(Value::from(float as i64))
}

/// Whether a number is the one that was sent. A float from 2^53 on may be a neighbor of it.
fn is_exact(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.abs() < 9_007_199_254_740_992.0)
}
