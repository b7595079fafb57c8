//! Decodes a response part by part, so that a long one neither holds up others nor takes much memory.
//!
//! Each part is decoded straight from its bytes if it fits, and is mended as a small tree if it does not. What is too
//! long for that is entered: an array or object is decoded element by element, field by field. The result is the same
//! as if the whole were mended at once.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    Boxed, Undecodable,
    mend::{Misfits, Unfit},
    mismatch::{Fit, Mismatch, kind_of_json},
    not_json,
    pace::Pace,
    path::{Path, Step, locate},
    pieces::{Begin, Mended, Parts, Slot, ToMend},
    scan::{Container, Cursor, NotJson, Skip},
    tree::{MAX_DEPTH, Tree, text},
};
use crate::Envelope;

/// The most bytes that are decoded in one go, where there is a choice. To mend this much takes a few milliseconds.
pub(super) const PART: usize = 32 * 1024;

/// A list that takes more bytes does not grow before its elements are counted.
const BYTES_TO_COUNT: usize = 16 * 1024 * 1024;

/// So many mismatches are kept; the others are counted.
pub(crate) const MAX_MISMATCHES: usize = 1_000;

/// So many elements tell what a list is one of, where there is a choice.
const ELEMENTS_OF_OUTLINE: usize = 100;

/// No number has more digits, and no longer text is coerced. To look at it more than once would hold up others.
const LONGEST_SCALAR: usize = 64 * 1024;

/// The time that it takes to mend a byte, against one that fits.
const MENDING: usize = 64;

pub(super) struct Walk<'a> {
    cursor: Cursor<'a>,
    part: usize,
    pace: Pace,
    mismatches: Mismatches,
}

/// What did not fit so far.
#[derive(Default)]
struct Mismatches {
    kept: Vec<(Path, Mismatch)>,
    omitted: usize,
}

/// What became of a value: it is in its slot, or nothing can be made of it.
type Outcome = Result<(), Problem>;

struct Problem {
    path: Path,
    problem: String,
}

/// What a first glance at a value shows.
enum Glance {
    Fits,
    DoesNotFit,
    IsLong,
}

impl<'a> Walk<'a> {
    /// A value of more bytes than `part` is entered.
    pub(super) fn new(json: &'a [u8], part: usize) -> Self {
        Self { cursor: Cursor::new(json), part, pace: Pace::new(), mismatches: Mismatches::default() }
    }

    /// The mismatches that were kept, in the order of their paths, and how many others there are.
    pub(super) fn mismatches(self) -> (Vec<Mismatch>, usize) {
        let Mismatches { mut kept, omitted } = self.mismatches;
        kept.sort_by(|(one, _), (other, _)| one.cmp(other));
        (kept.into_iter().map(|(_, mismatch)| mismatch).collect(), omitted)
    }

    /// Decodes a response that is in no envelope.
    pub(super) async fn bare(&mut self, slot: &mut dyn Slot) -> Result<(), Undecodable> {
        let outcome = self.document(slot).await.map_err(|error| not_json(self.cursor.whole(), error))?;
        outcome.map_err(|problem| problem.into_undecodable(None))
    }

    async fn document(&mut self, slot: &mut dyn Slot) -> Result<Outcome, NotJson> {
        self.cursor.next()?;
        let outcome = self.value(slot, &Path::default()).await?;
        self.cursor.end()?;
        Ok(outcome)
    }

    /// Decodes what an envelope holds. Returns the request id.
    pub(super) async fn envelope(
        &mut self,
        envelope: Envelope,
        slot: &mut dyn Slot,
    ) -> Result<Option<String>, Undecodable> {
        let read = self.properties(envelope, slot).await;
        let (outcome, request_id) = read.map_err(|error| not_json(self.cursor.whole(), error))?;
        let missing = || Err(Problem { path: Path::default(), problem: format!("has no `{}`", envelope.result) });
        match outcome.unwrap_or_else(missing) {
            Ok(()) => Ok(request_id),
            Err(problem) => Err(problem.into_undecodable(request_id)),
        }
    }

    async fn properties(
        &mut self,
        envelope: Envelope,
        slot: &mut dyn Slot,
    ) -> Result<(Option<Outcome>, Option<String>), NotJson> {
        let (mut outcome, mut request_id) = (None, None);
        if self.cursor.next()? == b'{' {
            let mut goes_on = self.cursor.enter(Container::Object)?;
            while goes_on {
                let key = text(self.cursor.key()?);
                if key == envelope.result {
                    let start = self.cursor.at();
                    self.mismatches = Mismatches::default();
                    outcome = Some(self.value(slot, &Step::Key(key).into()).await?);
                    self.breathe(start).await;
                } else {
                    let json = self.skip().await?;
                    if Some(key.as_str()) == envelope.request_id {
                        request_id = serde_json::from_slice(json).ok();
                    }
                }
                goes_on = self.cursor.goes_on(Container::Object)?;
            }
        } else {
            self.skip().await?;
        }
        self.cursor.end()?;
        Ok((outcome, request_id))
    }

    /// Decodes the value at the cursor, which stands at `path` in the response.
    async fn value(&mut self, slot: &mut dyn Slot, path: &Path) -> Result<Outcome, NotJson> {
        match self.glance(slot) {
            Glance::Fits => Ok(Ok(())),
            seen => self.second_glance(seen, slot, path).await,
        }
    }

    /// Decodes the value if it is short and fits.
    fn glance(&mut self, slot: &mut dyn Slot) -> Glance {
        let rest = self.cursor.rest();
        let part = &rest[..rest.len().min(self.part)];
        let is_cut = part.len() < rest.len();
        match slot.decode(part) {
            // The digits of a number may go on behind the cut.
            Ok(length) if length < part.len() || !is_cut => {
                self.cursor.advance(length);
                Glance::Fits
            }
            Err(error) if !is_cut || !error.is_eof() => Glance::DoesNotFit,
            Ok(_) | Err(_) => Glance::IsLong,
        }
    }

    async fn second_glance(&mut self, seen: Glance, slot: &mut dyn Slot, path: &Path) -> Result<Outcome, NotJson> {
        let start = self.cursor.at();
        let tree = if let Glance::DoesNotFit = seen { self.short_tree()? } else { None };
        let Some(tree) = tree else { return self.long(slot, path).await };
        let outcome = self.mend(tree, start, slot, path);
        if self.pace.spend(MENDING * (self.cursor.at() - start)) {
            self.pace.pause().await;
        }
        Ok(outcome)
    }

    /// Reads the value as a tree, unless it is long.
    fn short_tree(&mut self) -> Result<Option<Tree>, NotJson> {
        let start = self.cursor.at();
        let rest = self.cursor.rest();
        let part = &rest[..rest.len().min(self.part)];
        let mut values = serde_json::Deserializer::from_slice(part).into_iter::<Value>();
        if let Some(Ok(value)) = values.next()
            && (values.byte_offset() < part.len() || part.len() == rest.len())
        {
            self.cursor.advance(values.byte_offset());
            return Ok(Some(Tree(value)));
        }
        let mut ahead = self.cursor;
        let mut skip = Skip::default();
        while !skip.step(&mut ahead)? {
            if ahead.at() - start > self.part {
                return Ok(None);
            }
        }
        let json = ahead.since(start);
        if json.len() > self.part {
            return Ok(None);
        }
        self.cursor = ahead;
        Ok(Some(Tree::of(json)))
    }

    /// Decodes what fits in a value that has been read.
    fn mend(&mut self, tree: Tree, start: usize, slot: &mut dyn Slot, path: &Path) -> Outcome {
        let json = self.cursor.since(start);
        match slot.mend(ToMend(tree)) {
            Mended(Ok(misfits)) => {
                self.mismatches.add(json, path, misfits);
                Ok(())
            }
            Mended(Err(Unfit(inner))) if inner.steps().is_empty() => Err(Problem::of(path, json)),
            Mended(Err(Unfit(inner))) => {
                Err(Problem { path: path.join(inner.steps()), problem: "does not fit the document".to_owned() })
            }
        }
    }

    /// Decodes a value that is long: in parts, if it can be.
    fn long<'w>(&'w mut self, slot: &'w mut dyn Slot, path: &'w Path) -> Boxed<'w, Result<Outcome, NotJson>> {
        Box::pin(async move {
            let start = self.cursor.at();
            let container = Container::of(self.cursor.next()?);
            let begun = match container {
                Some(_) if path.steps().len() >= MAX_DEPTH => Begin::Misfit,
                Some(container) => match slot.begin(container) {
                    Begin::Depends => slot.begin_like(&self.outline(container).await?),
                    begun => begun,
                },
                None => Begin::Whole,
            };
            match (begun, container) {
                (Begin::Parts(()), Some(container)) => {
                    if let Some(mut parts) = slot.parts() {
                        match container {
                            Container::Array => self.elements(&mut *parts, path).await?,
                            Container::Object => self.fields(&mut *parts, path).await?,
                        }
                        return Ok(Ok(()));
                    }
                }
                (Begin::Misfit, _) => return Ok(Err(Problem::of(path, self.skip().await?))),
                _ => {}
            }
            let json = self.skip().await?;
            let is_number = json.first().is_some_and(|first| matches!(first, b'-' | b'0'..=b'9'));
            if container.is_none() && is_number && json.len() > LONGEST_SCALAR {
                return Ok(Err(Problem::of(path, json)));
            }
            if slot.decode(json).is_ok_and(|length| length == json.len()) {
                return Ok(Ok(()));
            }
            if container.is_none() && json.len() > LONGEST_SCALAR {
                return Ok(Err(Problem::of(path, json)));
            }
            Ok(self.mend(Tree::of(json), start, slot, path))
        })
    }

    async fn elements(&mut self, list: &mut dyn Parts, path: &Path) -> Result<(), NotJson> {
        let mut index = 0;
        let mut goes_on = self.cursor.enter(Container::Array)?;
        while goes_on {
            self.cursor.next()?;
            if list.bytes_when_grown().is_some_and(|bytes| bytes > BYTES_TO_COUNT) {
                let elements = self.count_elements().await;
                list.reserve(elements);
            }
            let start = self.cursor.at();
            let Some(slot) = list.slot("") else { return Ok(()) };
            let outcome = match self.glance(slot) {
                Glance::Fits => Ok(()),
                seen => {
                    let path = path.join(&[Step::Index(index)]);
                    let outcome = self.second_glance(seen, slot, &path).await?;
                    if outcome.is_err() {
                        self.mismatches.set_aside(self.cursor.since(start), &path);
                    }
                    outcome
                }
            };
            if outcome.is_ok() {
                list.keep("");
            }
            self.breathe(start).await;
            index += 1;
            goes_on = self.cursor.goes_on(Container::Array)?;
        }
        Ok(())
    }

    async fn fields(&mut self, object: &mut dyn Parts, path: &Path) -> Result<(), NotJson> {
        let are_fields = object.are_fields();
        // The keys of what did not fit, with how much of it was only counted: of equal keys, the last counts.
        let mut told = HashMap::new();
        let mut goes_on = self.cursor.enter(Container::Object)?;
        while goes_on {
            let key = text(self.cursor.key()?);
            let start = self.cursor.at();
            let Some(slot) = object.slot(&key) else {
                self.skip().await?;
                goes_on = self.cursor.goes_on(Container::Object)?;
                continue;
            };
            if let Some(omitted) = told.remove(&key) {
                self.mismatches.forget(&path.join(&[Step::Key(key.clone())]), omitted);
            }
            let before = (self.mismatches.kept.len(), self.mismatches.omitted);
            if are_fields && self.cursor.rest().starts_with(b"null") {
                self.cursor.advance("null".len());
                slot.clear();
            } else if let seen @ (Glance::DoesNotFit | Glance::IsLong) = self.glance(slot) {
                let path = path.join(&[Step::Key(key.clone())]);
                if self.second_glance(seen, slot, &path).await?.is_err() {
                    self.mismatches.set_aside(self.cursor.since(start), &path);
                    if are_fields { slot.clear() } else { slot.put_null() }
                }
            }
            object.keep(&key);
            if (self.mismatches.kept.len(), self.mismatches.omitted) != before {
                told.insert(key, self.mismatches.omitted - before.1);
            }
            self.breathe(start).await;
            goes_on = self.cursor.goes_on(Container::Object)?;
        }
        Ok(())
    }

    /// The container at the cursor, where all that is long in it is empty.
    async fn outline(&mut self, container: Container) -> Result<Value, NotJson> {
        let here = self.cursor;
        let mut elements = Vec::new();
        let mut fields = Map::new();
        let mut goes_on = self.cursor.enter(container)?;
        while goes_on && elements.len() < ELEMENTS_OF_OUTLINE {
            let key = if container == Container::Object { text(self.cursor.key()?) } else { String::new() };
            let json = self.skip().await?;
            let value = match Container::of(json[0]) {
                Some(Container::Array) if json.len() > self.part => Value::Array(Vec::new()),
                Some(Container::Object) if json.len() > self.part => Value::Object(Map::new()),
                _ => Tree::of(json).0,
            };
            match container {
                Container::Array => elements.push(value),
                Container::Object => drop(fields.insert(key, value)),
            }
            goes_on = self.cursor.goes_on(container)?;
        }
        self.cursor = here;
        Ok(match container {
            Container::Array => Value::Array(elements),
            Container::Object => Value::Object(fields),
        })
    }

    /// Passes over the value at the cursor, and returns it.
    async fn skip(&mut self) -> Result<&'a [u8], NotJson> {
        self.cursor.next()?;
        let first = self.cursor.at();
        let mut start = first;
        let mut skip = Skip::default();
        loop {
            let is_over = skip.step(&mut self.cursor)?;
            self.breathe(start).await;
            if is_over {
                return Ok(self.cursor.since(first));
            }
            start = self.cursor.at();
        }
    }

    /// How many elements there are from the cursor on, if all is well until then.
    async fn count_elements(&mut self) -> usize {
        let here = self.cursor;
        let mut elements = 0;
        while self.skip().await.is_ok() {
            elements += 1;
            if !self.cursor.goes_on(Container::Array).unwrap_or(false) {
                break;
            }
        }
        self.cursor = here;
        elements
    }

    /// Lets others have their turn, if it is time. `start` is where the cursor was the last time.
    async fn breathe(&mut self, start: usize) {
        if self.pace.spend(self.cursor.at() - start) {
            self.pace.pause().await;
        }
    }
}

impl Mismatches {
    /// What did not fit in this JSON, which stands at `at`.
    fn add(&mut self, json: &[u8], at: &Path, misfits: Misfits) {
        let mut told: Vec<(Path, Fit)> = Vec::with_capacity(misfits.len());
        for (path, fit) in misfits {
            // What was done inside of something that was set aside in the end is not worth telling.
            if told.last().is_none_or(|(outer, _)| !path.starts_with(outer)) {
                told.push((path, fit));
            }
        }
        let room = MAX_MISMATCHES - self.kept.len();
        self.omitted += told.len().saturating_sub(room);
        told.truncate(room);
        let (paths, fits): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        for ((path, fit), json) in paths.iter().zip(fits).zip(locate(json, &paths)) {
            let path = at.join(path.steps());
            let mismatch = Mismatch::new(path.to_string(), fit, json);
            self.kept.push((path, mismatch));
        }
    }

    fn set_aside(&mut self, json: &[u8], at: &Path) {
        self.add(json, at, Misfits::from([(Path::default(), Fit::SetAside)]));
    }

    /// Takes back what was told of this path and what is in it.
    fn forget(&mut self, path: &Path, omitted: usize) {
        self.kept.retain(|(told, _)| !told.starts_with(path));
        self.omitted -= omitted;
    }
}

impl Problem {
    fn of(path: &Path, json: &[u8]) -> Self {
        Self { path: path.clone(), problem: format!("is {}, which does not fit", kind_of_json(json)) }
    }

    fn into_undecodable(self, request_id: Option<String>) -> Undecodable {
        Undecodable { request_id, path: self.path.to_string(), problem: self.problem }
    }
}
