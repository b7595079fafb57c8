use std::{fmt, num::NonZeroUsize, ops::Deref};

use bytes::Bytes;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sse_core::{MessageEvent, SseDecoder, SseEvent};

use crate::{
    Call, Decode, DecodeError, Error, Mismatch, StreamedResponse,
    decode::{self, Decoded, Decoding, Undecodable},
};

const MEDIA_TYPE: &str = "text/event-stream";

/// The data with which many services end a stream of JSON. It is no JSON, so it can mean nothing else.
const END: &str = "[DONE]";

type DecodeFn<T> = for<'a> fn(&'a Bytes) -> Decoding<'a, T>;

/// The events of a response of `text/event-stream`, made by the method `events` of a call.
///
/// ```
/// # use clickhouse_cloud_runtime::{Error, Events};
/// # async fn example(mut events: Events<String>) -> Result<(), Error> {
/// while let Some(event) = events.next().await {
///     let event = event?;
///     println!("{}: {}", event.name(), event.data());
/// }
/// # Ok(()) }
/// ```
///
/// Dropping it ends the response. It does not connect again: to go on after an error, make the call again, with the
/// [id](ServerSentEvent::id) of the last event if the service takes one.
#[must_use = "events are read one by one with `next`"]
pub struct Events<T> {
    response: StreamedResponse,
    /// What was received and is not read yet.
    chunk: Bytes,
    decoder: SseDecoder,
    /// The event that is being decoded.
    pending: Option<MessageEvent>,
    format: Format<T>,
    has_ended: bool,
}

/// What is decoded of an event.
struct Format<T> {
    /// Makes the JSON of an event, or its text.
    body: fn(&MessageEvent) -> String,
    decode: DecodeFn<T>,
    /// Whether [`END`] ends the stream.
    has_end: bool,
}

/// An event of a stream, which dereferences to its data.
pub struct ServerSentEvent<T> {
    data: T,
    name: String,
    id: Option<String>,
    mismatches: Vec<Mismatch>,
}

impl<T, L> Call<T, L> {
    /// Makes the call, and returns the data of each event in its response as text.
    ///
    /// A failure before the first event is handled as in any call, with retries. The attempt timeout is for each part
    /// of the response, and so for the time without an event or a comment. The longest event is that of
    /// [`max_body_bytes`](crate::ClientBuilder::max_body_bytes).
    pub async fn text_events(self) -> Result<Events<String>, Error> {
        let decode: DecodeFn<String> = |text| Decoding::of(String::from_utf8_lossy(text).into_owned());
        self.events_as(Format { body: |event| event.data.clone(), decode, has_end: false }).await
    }

    /// Makes the call, and decodes the data of each event in its response from JSON. `[DONE]` ends the stream.
    ///
    /// The rest is as in [`text_events`](Self::text_events).
    pub async fn events<E: Decode>(self) -> Result<Events<E>, Error> {
        let decode: DecodeFn<E> = |json| decode::json(None, json);
        self.events_as(Format { body: |event| event.data.clone(), decode, has_end: true }).await
    }

    /// Makes the call, and decodes each event in its response from an object of its fields: `event`, `data`, `id`.
    ///
    /// The rest is as in [`events`](Self::events).
    pub async fn whole_events<E: Decode>(self) -> Result<Events<E>, Error> {
        let decode: DecodeFn<E> = |json| decode::json(None, json);
        self.events_as(Format { body: fields, decode, has_end: true }).await
    }

    async fn events_as<E>(mut self, format: Format<E>) -> Result<Events<E>, Error> {
        self.request.accept = MEDIA_TYPE;
        let max_bytes = self.request.transport().max_body_bytes();
        let response = self.stream().await?;
        let media_type = response.media_type();
        if !matches!(media_type.as_str(), "" | MEDIA_TYPE) && response.status() != StatusCode::NO_CONTENT {
            let problem = format!("is `{media_type}`, not `{MEDIA_TYPE}`: does the request have to ask for events?");
            return Err(undecodable(&response, Undecodable::whole(problem), Bytes::new()));
        }
        let decoder = SseDecoder::with_limit(NonZeroUsize::new(max_bytes).unwrap_or(NonZeroUsize::MIN));
        Ok(Events { response, chunk: Bytes::new(), decoder, pending: None, format, has_ended: false })
    }
}

/// Writes the fields of an event as JSON. Data that is no JSON is text.
fn fields(event: &MessageEvent) -> String {
    let data = serde_json::from_str(&event.data).unwrap_or_else(|_| Value::from(event.data.as_str()));
    json!({ "event": event.event, "data": data, "id": event.last_event_id.as_deref() }).to_string()
}

fn undecodable(response: &StreamedResponse, undecodable: Undecodable, body: Bytes) -> Error {
    Error::Decode(Box::new(DecodeError {
        operation: response.operation(),
        attempts: response.attempts(),
        status: response.status(),
        request_id: undecodable.request_id,
        path: undecodable.path,
        problem: undecodable.problem,
        body,
    }))
}

impl<T: 'static> Events<T> {
    /// Returns the next event, or `None` at the end of the response. If the future is dropped, no event is lost.
    ///
    /// # Errors
    /// [`Error::Decode`] for an event that does not fit the document or is too long. The one after it can be read.
    /// Else the errors of [`StreamedResponse::chunk`], after which the stream ends.
    pub async fn next(&mut self) -> Option<Result<ServerSentEvent<T>, Error>> {
        while !self.has_ended {
            if let Some(event) = &self.pending {
                let decoded = decode(event, &self.format).await;
                self.pending = None;
                return Some(decoded.map_err(|(problem, body)| undecodable(&self.response, problem, body)));
            }
            match self.decoder.next(&mut self.chunk) {
                Some(Ok(SseEvent::Message(event))) if self.format.has_end && event.data.trim() == END => {
                    self.has_ended = true;
                }
                Some(Ok(SseEvent::Message(event))) => self.pending = Some(event),
                Some(Ok(SseEvent::Retry(_))) => {}
                Some(Err(_)) => {
                    let problem = "has an event that is longer than `max_body_bytes(..)` allows".to_owned();
                    return Some(Err(undecodable(&self.response, Undecodable::whole(problem), Bytes::new())));
                }
                None => match self.response.chunk().await {
                    Ok(Some(chunk)) => self.chunk = chunk,
                    Ok(None) => self.has_ended = true,
                    Err(error) => {
                        self.has_ended = true;
                        return Some(Err(error));
                    }
                },
            }
        }
        None
    }

    /// The response that the events are in, with its status and its headers.
    #[must_use]
    pub fn response(&self) -> &StreamedResponse {
        &self.response
    }
}

/// Decodes an event. An error has the body that does not fit.
async fn decode<T: 'static>(
    event: &MessageEvent,
    format: &Format<T>,
) -> Result<ServerSentEvent<T>, (Undecodable, Bytes)> {
    let body = Bytes::from((format.body)(event));
    let decoded = match (format.decode)(&body) {
        Decoding::Done(decoded) => decoded,
        Decoding::Pending(decoding) => decoding.await,
    };
    let Decoded { value, mismatches, .. } = decoded.map_err(|problem| (problem, body.clone()))?;
    let (name, id) = (event.event.to_string(), event.last_event_id.as_deref().map(ToOwned::to_owned));
    Ok(ServerSentEvent { data: value, name, id, mismatches })
}

impl<T> ServerSentEvent<T> {
    /// The data of the event.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// Returns the data alone.
    pub fn into_inner(self) -> T {
        self.data
    }

    /// The name of the event: `message` unless the service sends another.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of this event, or else of the last one before it that has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The values in the data that did not fit the document, like
    /// [`Response::mismatches`](crate::Response::mismatches).
    #[must_use]
    pub fn mismatches(&self) -> &[Mismatch] {
        &self.mismatches
    }
}

impl<T> Deref for ServerSentEvent<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T: fmt::Debug> fmt::Debug for ServerSentEvent<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServerSentEvent")
            .field("data", &self.data)
            .field("name", &self.name)
            .field("id", &self.id)
            .field("mismatches", &self.mismatches)
            .finish()
    }
}

// Without what was received, which may be a secret.
impl<T> fmt::Debug for Events<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Events").field("response", &self.response).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_can_be_read_in_another_task() {
        fn assert_send<T: Send>(_: fn(Events<String>) -> T) {}
        fn assert_call_is_send<T: Send>(_: fn(Call<String>) -> T) {}
        assert_send(|mut events| async move { events.next().await });
        assert_call_is_send(Call::text_events);
    }

    #[test]
    fn data_that_is_no_json_is_text_among_the_fields() {
        for (data, expected) in [("[1]", json!([1])), ("over", json!("over"))] {
            let event = MessageEvent { event: "end".into(), data: data.to_owned(), last_event_id: None };
            let object: Value = serde_json::from_str(&fields(&event)).unwrap();
            assert_eq!(object, json!({ "event": "end", "data": expected, "id": null }));
        }
    }
}
