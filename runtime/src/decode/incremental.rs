//! Incremental decoding: decodes a response part by part, so that a long one neither blocks other tasks nor takes much
//! memory.
//!
//! A part that fits is decoded straight from its bytes. A part that does not is read as a small tree, and coerced. A
//! longer array or object is entered, and decoded element by element or field by field. The result is the same as if
//! the whole response were coerced as one tree.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    BoxFuture, Decode, EnvelopeMembers, Next, PageMembers, Undecodable,
    coerce::{MismatchKinds, Uncoercible},
    mismatch::{Mismatch, MismatchKind, json_type_of_bytes},
    not_json,
    parts::{Coerced, Parts, Plan, Slot, Uncoerced},
    path::{Path, Step, locate},
    scan::{Container, Cursor, NotJson, Skip},
    tree::{MAX_DEPTH, Tree, decode_key},
    yield_budget::YieldBudget,
};
use crate::Envelope;

/// The length up to which a part is decoded in one go. To coerce as much takes a few milliseconds.
pub(super) const MAX_PART_BYTES: usize = 32 * 1024;

/// The memory from which on a list does not grow before its elements are counted.
const MIN_BYTES_TO_COUNT: usize = 16 * 1024 * 1024;

/// The largest number of mismatches that are kept. Others are only counted.
pub(crate) const MAX_MISMATCHES: usize = 1_000;

/// The largest number of elements in an outline, which decides what a list is a list of.
const MAX_OUTLINE_ELEMENTS: usize = 100;

/// The length up to which a scalar is coerced. No number is longer, and to coerce a longer text would block other
/// tasks.
const MAX_SCALAR_BYTES: usize = 64 * 1024;

/// The cost of coercing a byte, relative to decoding it.
const COERCION_COST: usize = 64;

pub(super) struct IncrementalDecoder<'a> {
    cursor: Cursor<'a>,
    /// Whether the result is decoded element by element.
    is_list: bool,
    max_part_bytes: usize,
    budget: YieldBudget,
    mismatches: Mismatches,
}

/// The mismatches so far.
#[derive(Default)]
struct Mismatches {
    kept: Vec<(Path, Mismatch)>,
    omitted: usize,
}

/// The result for a value: it is in its slot, or it does not fit.
type Outcome = Result<(), Problem>;

struct Problem {
    path: Path,
    problem: String,
}

/// The result of decoding a value in one go.
enum Strict {
    Decoded,
    Mismatch,
    TooLong,
}

impl<'a> IncrementalDecoder<'a> {
    pub(super) fn new(json: &'a [u8], is_list: bool, max_part_bytes: usize) -> Self {
        let (cursor, budget) = (Cursor::new(json), YieldBudget::new());
        Self { cursor, is_list, max_part_bytes, budget, mismatches: Mismatches::default() }
    }

    /// Returns the kept mismatches in the order of their paths, and the number of the others.
    pub(super) fn into_mismatches(self) -> (Vec<Mismatch>, usize) {
        let Mismatches { mut kept, omitted } = self.mismatches;
        kept.sort_by(|(one, _), (other, _)| one.cmp(other));
        (kept.into_iter().map(|(_, mismatch)| mismatch).collect(), omitted)
    }

    /// Decodes a response without an envelope.
    pub(super) async fn decode_bare(&mut self, slot: &mut dyn Slot) -> Result<(), Undecodable> {
        let outcome = self.decode_root(slot).await.map_err(|error| not_json(self.cursor.whole(), error))?;
        outcome.map_err(|problem| problem.into_undecodable(None))
    }

    async fn decode_root(&mut self, slot: &mut dyn Slot) -> Result<Outcome, NotJson> {
        let outcome = self.decode_result(slot, &Path::default()).await?;
        self.cursor.expect_end()?;
        Ok(outcome)
    }

    /// Decodes the result in an envelope. Returns the members beside it.
    pub(super) async fn decode_envelope(
        &mut self,
        envelope: Envelope,
        page: PageMembers,
        slot: &mut dyn Slot,
    ) -> Result<EnvelopeMembers, Undecodable> {
        let decoded = self.decode_properties(envelope, page, slot).await;
        let (outcome, members) = decoded.map_err(|error| not_json(self.cursor.whole(), error))?;
        let missing = || Err(Problem { path: Path::default(), problem: format!("has no `{}`", envelope.result) });
        match outcome.unwrap_or_else(missing) {
            Ok(()) => Ok(members),
            Err(problem) => Err(problem.into_undecodable(members.request_id)),
        }
    }

    async fn decode_properties(
        &mut self,
        envelope: Envelope,
        page: PageMembers,
        slot: &mut dyn Slot,
    ) -> Result<(Option<Outcome>, EnvelopeMembers), NotJson> {
        let (mut outcome, mut members) = (None, EnvelopeMembers::default());
        let mut omitted_in_result = 0;
        if self.cursor.skip_whitespace()? == b'{' {
            let mut has_next = self.cursor.enter(Container::Object)?;
            while has_next {
                let key = decode_key(self.cursor.skip_key()?);
                if key == envelope.result {
                    let (start, path) = (self.cursor.position(), Step::Key(key).into());
                    self.mismatches.remove(&path, omitted_in_result);
                    let omitted_before = self.mismatches.omitted;
                    outcome = Some(self.decode_result(slot, &path).await?);
                    omitted_in_result = self.mismatches.omitted - omitted_before;
                    self.yield_if_due(start).await;
                } else if Some(key.as_str()) == page.next {
                    members.next = match self.decode_member(key).await? {
                        Ok(cursor) => Next::of(cursor),
                        Err(json_type) => Next::Unreadable(json_type),
                    };
                } else if Some(key.as_str()) == page.total {
                    members.total = self.decode_member(key).await?.ok().flatten();
                } else {
                    let json = self.skip_value().await?;
                    if Some(key.as_str()) == envelope.request_id {
                        members.request_id = serde_json::from_slice(json).ok();
                    }
                }
                has_next = self.cursor.advance_to_next(Container::Object)?;
            }
        } else {
            self.skip_value().await?;
        }
        self.cursor.expect_end()?;
        Ok((outcome, members))
    }

    /// Decodes a member beside the result. Returns its JSON type if it does not fit.
    async fn decode_member<T: Decode>(&mut self, key: String) -> Result<Result<Option<T>, &'static str>, NotJson> {
        self.cursor.skip_whitespace()?;
        let (start, path) = (self.cursor.position(), Step::Key(key).into());
        let mut member = None::<Option<T>>;
        self.mismatches.remove(&path, 0);
        let outcome = self.decode_value(&mut member, &path).await?;
        self.yield_if_due(start).await;
        if outcome.is_ok() {
            return Ok(Ok(member.flatten()));
        }
        let json = self.cursor.slice_from(start);
        self.mismatches.set_aside(json, &path);
        Ok(Err(json_type_of_bytes(json)))
    }

    /// Decodes the result at the cursor.
    async fn decode_result(&mut self, slot: &mut dyn Slot, path: &Path) -> Result<Outcome, NotJson> {
        let is_array = self.cursor.skip_whitespace()? == b'[';
        if self.is_list && is_array { self.decode_long(slot, path).await } else { self.decode_value(slot, path).await }
    }

    /// Decodes the value at the cursor, which is at `path` in the response.
    async fn decode_value(&mut self, slot: &mut dyn Slot, path: &Path) -> Result<Outcome, NotJson> {
        match self.decode_strictly(slot) {
            Strict::Decoded => Ok(Ok(())),
            failed => self.decode_tolerantly(&failed, slot, path).await,
        }
    }

    /// Decodes the value in one go, if it is short and fits.
    fn decode_strictly(&mut self, slot: &mut dyn Slot) -> Strict {
        let rest = self.cursor.rest();
        let part = &rest[..rest.len().min(self.max_part_bytes)];
        let is_cut = part.len() < rest.len();
        match slot.decode(part) {
            // A number at the end of a part that is cut may have more digits.
            Ok(length) if length < part.len() || !is_cut => {
                self.cursor.advance(length);
                Strict::Decoded
            }
            Err(error) if !is_cut || !error.is_eof() => Strict::Mismatch,
            Ok(_) | Err(_) => Strict::TooLong,
        }
    }

    /// Decodes a value that was not decoded in one go.
    async fn decode_tolerantly(
        &mut self,
        failed: &Strict,
        slot: &mut dyn Slot,
        path: &Path,
    ) -> Result<Outcome, NotJson> {
        let start = self.cursor.position();
        let tree = if let Strict::Mismatch = failed { self.read_short_tree()? } else { None };
        let Some(tree) = tree else { return self.decode_long(slot, path).await };
        let outcome = self.coerce(tree, start, slot, path);
        if self.budget.spend(COERCION_COST * (self.cursor.position() - start)) {
            self.budget.yield_now().await;
        }
        Ok(outcome)
    }

    /// Reads the value as a tree, unless it is long.
    fn read_short_tree(&mut self) -> Result<Option<Tree>, NotJson> {
        let start = self.cursor.position();
        let rest = self.cursor.rest();
        let part = &rest[..rest.len().min(self.max_part_bytes)];
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
            if ahead.position() - start > self.max_part_bytes {
                return Ok(None);
            }
        }
        let json = ahead.slice_from(start);
        if json.len() > self.max_part_bytes {
            return Ok(None);
        }
        self.cursor = ahead;
        Ok(Some(Tree::from_json(json)))
    }

    /// Coerces a value that ends at the cursor.
    fn coerce(&mut self, tree: Tree, start: usize, slot: &mut dyn Slot, path: &Path) -> Outcome {
        let json = self.cursor.slice_from(start);
        match slot.coerce(Uncoerced(tree)) {
            Coerced(Ok(mismatches)) => {
                self.mismatches.add(json, path, mismatches);
                Ok(())
            }
            Coerced(Err(Uncoercible(inner))) if inner.steps().is_empty() => Err(Problem::new(path, json)),
            Coerced(Err(Uncoercible(inner))) => {
                Err(Problem { path: path.join(inner.steps()), problem: "does not fit the document".to_owned() })
            }
        }
    }

    /// Decodes a long value: part by part, if its type allows it.
    fn decode_long<'w>(
        &'w mut self,
        slot: &'w mut dyn Slot,
        path: &'w Path,
    ) -> BoxFuture<'w, Result<Outcome, NotJson>> {
        Box::pin(async move {
            let start = self.cursor.position();
            let container = Container::of(self.cursor.skip_whitespace()?);
            let plan = match container {
                Some(_) if path.steps().len() >= MAX_DEPTH => Plan::Mismatch,
                Some(container) => match slot.plan(container) {
                    Plan::ByOutline => slot.plan_by_outline(&self.outline(container).await?),
                    plan => plan,
                },
                None => Plan::Whole,
            };
            match (plan, container) {
                (Plan::Parts(()), Some(container)) => {
                    if let Some(mut parts) = slot.parts() {
                        match container {
                            Container::Array => self.decode_elements(&mut *parts, path).await?,
                            Container::Object => self.decode_members(&mut *parts, path).await?,
                        }
                        return Ok(Ok(()));
                    }
                }
                (Plan::Mismatch, _) => return Ok(Err(Problem::new(path, self.skip_value().await?))),
                _ => {}
            }
            let json = self.skip_value().await?;
            let is_number = json.first().is_some_and(|first| matches!(first, b'-' | b'0'..=b'9'));
            if container.is_none() && is_number && json.len() > MAX_SCALAR_BYTES {
                return Ok(Err(Problem::new(path, json)));
            }
            if slot.decode(json).is_ok_and(|length| length == json.len()) {
                return Ok(Ok(()));
            }
            if container.is_none() && json.len() > MAX_SCALAR_BYTES {
                return Ok(Err(Problem::new(path, json)));
            }
            Ok(self.coerce(Tree::from_json(json), start, slot, path))
        })
    }

    async fn decode_elements(&mut self, list: &mut dyn Parts, path: &Path) -> Result<(), NotJson> {
        let mut index = 0;
        let mut has_next = self.cursor.enter(Container::Array)?;
        while has_next {
            self.cursor.skip_whitespace()?;
            if list.bytes_after_growth().is_some_and(|bytes| bytes > MIN_BYTES_TO_COUNT) {
                let elements = self.count_elements().await;
                list.reserve_exact(elements);
            }
            let start = self.cursor.position();
            let Some(slot) = list.slot("") else { return Ok(()) };
            let outcome = match self.decode_strictly(slot) {
                Strict::Decoded => Ok(()),
                failed => {
                    let path = path.join(&[Step::Index(index)]);
                    let outcome = self.decode_tolerantly(&failed, slot, &path).await?;
                    if outcome.is_err() {
                        self.mismatches.set_aside(self.cursor.slice_from(start), &path);
                    }
                    outcome
                }
            };
            if outcome.is_ok() {
                list.store("");
            }
            self.yield_if_due(start).await;
            index += 1;
            has_next = self.cursor.advance_to_next(Container::Array)?;
        }
        Ok(())
    }

    async fn decode_members(&mut self, object: &mut dyn Parts, path: &Path) -> Result<(), NotJson> {
        let are_fields = object.are_fields();
        // The omitted mismatches by key, for keys with mismatches: of equal keys, the last counts.
        let mut omitted_by_key = HashMap::new();
        let mut has_next = self.cursor.enter(Container::Object)?;
        while has_next {
            let key = decode_key(self.cursor.skip_key()?);
            let start = self.cursor.position();
            let Some(slot) = object.slot(&key) else {
                self.skip_value().await?;
                has_next = self.cursor.advance_to_next(Container::Object)?;
                continue;
            };
            if let Some(omitted) = omitted_by_key.remove(&key) {
                self.mismatches.remove(&path.join(&[Step::Key(key.clone())]), omitted);
            }
            let before = (self.mismatches.kept.len(), self.mismatches.omitted);
            if are_fields && self.cursor.rest().starts_with(b"null") {
                self.cursor.advance("null".len());
                slot.clear();
            } else if let failed @ (Strict::Mismatch | Strict::TooLong) = self.decode_strictly(slot) {
                let path = path.join(&[Step::Key(key.clone())]);
                if self.decode_tolerantly(&failed, slot, &path).await?.is_err() {
                    self.mismatches.set_aside(self.cursor.slice_from(start), &path);
                    if are_fields { slot.clear() } else { slot.set_null() }
                }
            }
            object.store(&key);
            if (self.mismatches.kept.len(), self.mismatches.omitted) != before {
                omitted_by_key.insert(key, self.mismatches.omitted - before.1);
            }
            self.yield_if_due(start).await;
            has_next = self.cursor.advance_to_next(Container::Object)?;
        }
        Ok(())
    }

    /// Reads the container at the cursor without the content of long containers in it.
    async fn outline(&mut self, container: Container) -> Result<Value, NotJson> {
        let start = self.cursor;
        let mut elements = Vec::new();
        let mut fields = Map::new();
        let mut has_next = self.cursor.enter(container)?;
        while has_next && elements.len() < MAX_OUTLINE_ELEMENTS {
            let key = match container {
                Container::Array => String::new(),
                Container::Object => decode_key(self.cursor.skip_key()?),
            };
            let json = self.skip_value().await?;
            let value = match Container::of(json[0]) {
                Some(Container::Array) if json.len() > self.max_part_bytes => Value::Array(Vec::new()),
                Some(Container::Object) if json.len() > self.max_part_bytes => Value::Object(Map::new()),
                _ => Tree::from_json(json).0,
            };
            match container {
                Container::Array => elements.push(value),
                Container::Object => drop(fields.insert(key, value)),
            }
            has_next = self.cursor.advance_to_next(container)?;
        }
        self.cursor = start;
        Ok(match container {
            Container::Array => Value::Array(elements),
            Container::Object => Value::Object(fields),
        })
    }

    /// Skips the value at the cursor, and returns its JSON.
    async fn skip_value(&mut self) -> Result<&'a [u8], NotJson> {
        self.cursor.skip_whitespace()?;
        let start = self.cursor.position();
        let mut step_start = start;
        let mut skip = Skip::default();
        loop {
            let is_end = skip.step(&mut self.cursor)?;
            self.yield_if_due(step_start).await;
            if is_end {
                return Ok(self.cursor.slice_from(start));
            }
            step_start = self.cursor.position();
        }
    }

    /// Counts the elements from the cursor to the end of the array, or to an error in it.
    async fn count_elements(&mut self) -> usize {
        let start = self.cursor;
        let mut elements = 0;
        while self.skip_value().await.is_ok() {
            elements += 1;
            if !self.cursor.advance_to_next(Container::Array).unwrap_or(false) {
                break;
            }
        }
        self.cursor = start;
        elements
    }

    /// Spends the cost of the bytes since `start`, and yields to other tasks if it is time.
    async fn yield_if_due(&mut self, start: usize) {
        if self.budget.spend(self.cursor.position() - start) {
            self.budget.yield_now().await;
        }
    }
}

impl Mismatches {
    /// Adds the mismatches in this JSON, which is at `at` in the response.
    fn add(&mut self, json: &[u8], at: &Path, mismatches: MismatchKinds) {
        let mut outermost: Vec<(Path, MismatchKind)> = Vec::with_capacity(mismatches.len());
        for (path, kind) in mismatches {
            // A mismatch within a value that was set aside in the end does not count.
            if outermost.last().is_none_or(|(outer, _)| !path.starts_with(outer)) {
                outermost.push((path, kind));
            }
        }
        let room = MAX_MISMATCHES - self.kept.len();
        self.omitted += outermost.len().saturating_sub(room);
        outermost.truncate(room);
        let (paths, kinds): (Vec<_>, Vec<_>) = outermost.into_iter().unzip();
        for ((path, kind), json) in paths.iter().zip(kinds).zip(locate(json, &paths)) {
            let path = at.join(path.steps());
            let mismatch = Mismatch::new(path.to_string(), kind, json);
            self.kept.push((path, mismatch));
        }
    }

    fn set_aside(&mut self, json: &[u8], at: &Path) {
        self.add(json, at, MismatchKinds::from([(Path::default(), MismatchKind::SetAside)]));
    }

    /// Removes the mismatches at this path and in it.
    fn remove(&mut self, path: &Path, omitted: usize) {
        self.kept.retain(|(kept, _)| !kept.starts_with(path));
        self.omitted -= omitted;
    }
}

impl Problem {
    /// Makes the problem of JSON of a wrong type.
    fn new(path: &Path, json: &[u8]) -> Self {
        Self { path: path.clone(), problem: format!("is {}, which does not fit", json_type_of_bytes(json)) }
    }

    fn into_undecodable(self, request_id: Option<String>) -> Undecodable {
        Undecodable { request_id, path: self.path.to_string(), problem: self.problem }
    }
}
