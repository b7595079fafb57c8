//! How calls wake what they need.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{access, documentation::in_words, start, whole};
use crate::{
    api::{Api, Operation},
    emit::waiters::join_values,
    openapi::{duration, extensions::Wake},
};

/// Returns the expression of the rule, if a call has one.
pub(in crate::emit) fn emit_wake(api: &Api) -> Option<TokenStream> {
    let wake = api.wake.as_ref()?;
    let Wake { status, field, idle, wait_in, target, .. } = wake;
    let (status, within) = (Literal::u16_unsuffixed(*status), duration::expression(wake.within));
    let read = request(api.operation(&wake.read)?);
    let command = request(api.operation(&wake.command.operation)?);
    let body = wake.command.body.iter().map(ToString::to_string);
    Some(quote! {
        Wake {
            status: #status,
            read: |transport| #read,
            field: #field,
            wake_from: &[#(#idle),*],
            command: |transport| #command #(.content("application/json", #body))*,
            wait_in: &[#(#wait_in),*],
            target: &[#(#target),*],
            within: #within,
        }
    })
}

fn request(operation: &Operation) -> TokenStream {
    let (start, access, whole) = (start(operation), access(operation), whole(operation));
    quote!(transport.#start #(#access)* #whole)
}

/// Describes when a call is refused, and what it does about that.
pub(super) fn documentation(operation: &Operation, api: &Api) -> Option<String> {
    let wake = api.wake.as_ref().filter(|_| operation.needs_wake())?;
    let method = |id: &str| {
        let method = api.operation(id)?.method_name();
        Some(format!("[`{method}`](Self::{method})"))
    };
    let (read, command) = (method(&wake.read)?, method(&wake.command.operation)?);
    let (idle, awake) = (join_values(&wake.idle), join_values(&wake.target));
    let Wake { status, field, .. } = wake;
    let waiting = match wake.wait_in.as_slice() {
        [] => String::new(),
        states => format!(" If it is {}, the call only waits.", join_values(states)),
    };
    Some(format!(
        "# Wake-up\nThe call is refused with {status} unless `{field}` in {read} is {awake}. With \
         [`.wake()`](crate::Call::wake), it is sent again as soon as that is so, after {} at most. If it is {idle}, \
         {command} wakes it, which may cost money.{waiting} In any other state, the call ends with the refusal.",
        in_words(wake.within)
    ))
}
