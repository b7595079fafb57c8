//! Methods that poll an operation until a field has a target state, or until the response is that there is nothing.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use syn::{Attribute, FnArg, ImplItemFn, Signature, parse_quote};

use super::doc_comment::doc_attributes;
use crate::{
    api::{Api, Field, Operation, Response, TypeKind},
    names::{ident, value_name},
    openapi::{
        duration,
        extensions::{RefusalPattern, Waiter, WaiterField},
    },
};

/// Emits a method for each rule of `x-waiters` that polls an operation. `poll` is the operation's own method.
pub(super) fn emit_waiters(operation: &Operation, poll: &Signature, api: &Api) -> Vec<ImplItemFn> {
    let waiters = api.waiters.iter().filter(|waiter| waiter.operation == operation.id);
    let methods = waiters.filter_map(|waiter| {
        let (response, fields) = polled_fields(waiter, operation, api)?;
        Some(emit_waiter(waiter, operation, poll, &ident(response), &fields))
    });
    methods.collect()
}

/// Returns the type that the operation returns, and the fields with the state.
fn polled_fields<'a>(
    waiter: &'a Waiter,
    operation: &'a Operation,
    api: &'a Api,
) -> Option<(&'a str, Vec<(&'a WaiterField, &'a Field)>)> {
    let Response::Json(schema, _) = &operation.response else { return None };
    let response = schema.ty.name()?;
    let TypeKind::Struct(fields) = &api.type_def(response)?.kind else { return None };
    let polled =
        waiter.fields.iter().map(|polled| Some((polled, fields.iter().find(|field| field.name == polled.name)?)));
    Some((response, polled.collect::<Option<_>>()?))
}

fn emit_waiter(
    waiter: &Waiter,
    operation: &Operation,
    poll: &Signature,
    response: &Ident,
    fields: &[(&WaiterField, &Field)],
) -> ImplItemFn {
    let doc = documentation(waiter, operation);
    let deprecated = operation.deprecation.is_some().then(|| quote!(#[deprecated]));
    let reads_deprecated = fields.iter().any(|(_, field)| field.deprecation.is_some());
    let expected = match (&operation.deprecation, reads_deprecated) {
        (Some(_), _) => Some("it polls a deprecated operation"),
        (None, true) => Some("it reads a deprecated field"),
        (None, false) => None,
    };
    let expected = expected.map(|reason| quote!(#[expect(deprecated, reason = #reason)]));
    let (name, method, parameters) = (ident(&waiter.method_name()), &poll.ident, &poll.inputs);
    let arguments = parameters.iter().filter_map(|parameter| match parameter {
        FnArg::Typed(parameter) => Some(&parameter.pat),
        FnArg::Receiver(_) => None,
    });
    let inner_call = operation.has_call().then(|| quote!(.0));
    let (wait, wait_until) = if waiter.done_when_gone {
        (quote!(Wait<#response, ()>), quote!(wait_until_gone))
    } else {
        (quote!(Wait<#response>), quote!(wait_until))
    };
    let polled = fields.iter().map(|(WaiterField { name, target, failure, .. }, field)| {
        let value = state(response, field);
        quote!(WaitStates { field: #name, value: #value, target: &[#(#target),*], failure: &[#(#failure),*] })
    });
    let gone = waiter.gone.iter().map(|RefusalPattern { status, message_starts }| {
        let status = Literal::u16_unsuffixed(*status);
        quote!(RefusalPattern { status: #status, message_starts: #message_starts })
    });
    let gone = (!waiter.gone.is_empty()).then(|| quote!(.gone(&[#(#gone),*])));
    let not_yet = waiter.not_yet.iter().copied().map(Literal::u16_unsuffixed);
    let not_yet = (!waiter.not_yet.is_empty()).then(|| quote!(.not_yet(&[#(#not_yet),*])));
    let settle = waiter.settle.map(Literal::u32_unsuffixed).map(|polls| quote!(.settle(#polls)));
    let times = [("every", waiter.every), ("within", waiter.within)].into_iter().filter_map(|(name, time)| {
        let (name, time) = (ident(name), duration::expression(time?));
        Some(quote!(.#name(#time)))
    });
    parse_quote! {
        #(#doc)*
        #deprecated
        #expected
        pub fn #name(#parameters) -> #wait {
            self.#method(#(#arguments),*)#inner_call
                .#wait_until([#(#polled),*])
                #gone
                #not_yet
                #settle
                #(#times)*
        }
    }
}

/// Returns the closure that reads the state in a response.
fn state(response: &Ident, field: &Field) -> TokenStream {
    let (value, name) = (ident(&value_name(&response.to_string())), ident(&field.rust_name));
    match field.schema.ty.name().map(ident) {
        Some(states) => quote!(|#value| #value.#name.as_ref().map(#states::as_str)),
        None => quote!(|#value| #value.#name.as_deref()),
    }
}

fn documentation(waiter: &Waiter, operation: &Operation) -> Vec<Attribute> {
    let paragraphs = [
        waiter.description.clone(),
        Some(describe_end(waiter, operation)),
        describe_not_yet(waiter),
        describe_settling(waiter),
    ];
    doc_attributes(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

fn describe_end(waiter: &Waiter, operation: &Operation) -> String {
    let method = operation.method_name();
    let targets = waiter.fields.iter().filter(|field| !field.target.is_empty());
    let targets: Vec<_> = targets.map(|field| format!("`{}` is {}", field.name, join_values(&field.target))).collect();
    let target = (!targets.is_empty()).then(|| targets.join(" and "));
    let not_found = waiter.done_when_gone.then(|| "the response is 404".to_owned());
    let gone = waiter.gone.iter().map(|RefusalPattern { status, message_starts }| {
        format!("{status} with a message that starts with `{message_starts}`")
    });
    let until = target.into_iter().chain(not_found).chain(gone).collect::<Vec<_>>().join(", or ");
    let polls = format!("Polls [`{method}`](Self::{method}) until {until}.");
    let failures = waiter.fields.iter().filter(|field| !field.failure.is_empty());
    let failures: Vec<_> =
        failures.map(|field| format!("`{}` becomes {}", field.name, join_values(&field.failure))).collect();
    if failures.is_empty() {
        return polls;
    }
    let failures = failures.join(" or ");
    format!(
        "{polls} Ends with [`Error::Wait`](crate::Error::Wait) if {failures}. In the first response, such \
         a state may be stale: it ends the wait only if it is still there after the [grace](crate::Wait::grace) period."
    )
}

fn describe_not_yet(waiter: &Waiter) -> Option<String> {
    let statuses: Vec<_> = waiter.not_yet.iter().map(ToString::to_string).collect();
    (!statuses.is_empty()).then(|| {
        format!("A response of {} means \"not yet\" (see [`Wait::not_yet`](crate::Wait::not_yet)).", join(&statuses))
    })
}

fn describe_settling(waiter: &Waiter) -> Option<String> {
    let polls = waiter.settle.filter(|polls| *polls > 1)?;
    Some(format!(
        "Responses can lag behind a change, so {polls} polls in a row have to show the same (see \
         [`Wait::settle`](crate::Wait::settle))."
    ))
}

/// Joins values as in a sentence: "`a`, `b` or `c`".
pub(super) fn join_values(values: &[String]) -> String {
    join(&values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>())
}

fn join(texts: &[String]) -> String {
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted;

    #[test]
    fn a_waiter_polls_with_the_method_of_its_operation() {
        let document = "x-waiters:
  waitUntilThingReady: {operation: getThing, field: state, target: [ready, used], failure: [lost], settle: 2, every: 2s}
paths:
  /thing/{id}:
    get:
      operationId: getThing
      summary: Gets it
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, properties: {state: {type: string, enum: [new, ready, used, lost]}}}";
        let file = emitted("src/operations.rs", document);
        let (_, waiter) = file.split_once("    }\n\n").unwrap();
        insta::assert_snapshot!(waiter, @r#"
            /// Polls [`get_thing`](Self::get_thing) until `state` is `ready` or `used`. Ends with
            /// [`Error::Wait`](crate::Error::Wait) if `state` becomes `lost`. In the first response, such a
            /// state may be stale: it ends the wait only if it is still there after the
            /// [grace](crate::Wait::grace) period.
            ///
            /// Responses can lag behind a change, so 2 polls in a row have to show the same (see
            /// [`Wait::settle`](crate::Wait::settle)).
            pub fn wait_until_thing_ready(&self, id: &str) -> Wait<Thing> {
                self.get_thing(id)
                    .wait_until([
                        WaitStates {
                            field: "state",
                            value: |thing| thing.state.as_ref().map(ThingState::as_str),
                            target: &["ready", "used"],
                            failure: &["lost"],
                        },
                    ])
                    .settle(2)
                    .every(Duration::from_secs(2))
            }
        }
        "#);
    }
}
