use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::{FnArg, parse_quote};

use super::doc_comment::doc;
use crate::{
    api::{Answer, Api, Field, Operation, TypeKind},
    names::{ident, value_name},
    openapi::duration,
    openapi::extensions::{RefusalPattern, Waiter},
};

/// The methods that wait with an operation's own method, one for each rule of `x-waiters` that repeats it.
pub(super) fn of_operation(operation: &Operation, call: &syn::Signature, api: &Api) -> Vec<syn::ImplItemFn> {
    let waiters = api.waiters.iter().filter(|waiter| waiter.operation == operation.id);
    let methods = waiters.filter_map(|waiter| {
        let (result, field) = field(waiter, operation, api)?;
        Some(waiting(waiter, operation, call, &ident(result), field))
    });
    methods.collect()
}

/// The type that the operation returns, and the field in it.
fn field<'a>(waiter: &Waiter, operation: &'a Operation, api: &'a Api) -> Option<(&'a str, &'a Field)> {
    let Answer::Result(schema, _) = &operation.answer else { return None };
    let result = schema.ty.name()?;
    let TypeKind::Struct(fields) = &api.type_def(result)?.kind else { return None };
    Some((result, fields.iter().find(|field| field.name == waiter.field)?))
}

fn waiting(
    waiter: &Waiter,
    operation: &Operation,
    call: &syn::Signature,
    result: &syn::Ident,
    field: &Field,
) -> syn::ImplItemFn {
    let doc = documentation(waiter, operation);
    let deprecated = operation
        .deprecated
        .then(|| quote!(#[deprecated] #[expect(deprecated, reason = "it repeats what is deprecated")]));
    let (name, method, inputs) = (ident(&waiter.method_name()), &call.ident, &call.inputs);
    let arguments = inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&argument.pat),
        FnArg::Receiver(_) => None,
    });
    let with_options = operation.has_call().then(|| quote!(.0));
    let (wait, until) = if waiter.done_when_gone {
        (quote!(Wait<#result, ()>), quote!(wait_until_gone))
    } else {
        (quote!(Wait<#result>), quote!(wait_until))
    };
    let (wire_name, value, target, failure) = (&waiter.field, value(result, field), &waiter.target, &waiter.failure);
    let gone = waiter.gone.iter().map(|RefusalPattern { status, message_starts }| {
        let status = Literal::u16_unsuffixed(*status);
        quote!(RefusalPattern { status: #status, message_starts: #message_starts })
    });
    let gone = (!waiter.gone.is_empty()).then(|| quote!(.gone(&[#(#gone),*])));
    let settle = waiter.settle.map(Literal::u32_unsuffixed).map(|polls| quote!(.settle(#polls)));
    let pace = [("every", waiter.every), ("within", waiter.within)].into_iter().filter_map(|(name, time)| {
        let (name, time) = (ident(name), duration::expression(time?));
        Some(quote!(.#name(#time)))
    });
    parse_quote! {
        #(#doc)*
        #deprecated
        pub fn #name(#inputs) -> #wait {
            self.#method(#(#arguments),*)#with_options
                .#until(WaitStates { field: #wire_name, value: #value, target: &[#(#target),*], failure: &[#(#failure),*] })
                #gone
                #settle
                #(#pace)*
        }
    }
}

/// How the field is read.
fn value(result: &syn::Ident, field: &Field) -> TokenStream {
    let (found, name) = (ident(&value_name(&result.to_string())), ident(&field.rust_name));
    match field.schema.ty.name().map(ident) {
        Some(listed) => quote!(|#found| #found.#name.as_ref().map(#listed::as_str)),
        None => quote!(|#found| #found.#name.as_deref()),
    }
}

fn documentation(waiter: &Waiter, operation: &Operation) -> Vec<syn::Attribute> {
    let paragraphs = [waiter.description.clone(), Some(rule(waiter, operation)), settling(waiter)];
    doc(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

/// What ends the wait.
fn rule(waiter: &Waiter, operation: &Operation) -> String {
    let (method, field) = (operation.method_name(), &waiter.field);
    let target = (!waiter.target.is_empty()).then(|| format!("`{field}` is {}", alternatives(&waiter.target)));
    let not_found = waiter.done_when_gone.then(|| "the response is 404".to_owned());
    let gone = waiter.gone.iter().map(|RefusalPattern { status, message_starts }| {
        format!("{status} with a message that starts with `{message_starts}`")
    });
    let until = target.into_iter().chain(not_found).chain(gone).collect::<Vec<_>>().join(" or ");
    let polls = format!("Polls [`{method}`](Self::{method}) until {until}.");
    if waiter.failure.is_empty() {
        return polls;
    }
    let failure = alternatives(&waiter.failure);
    format!(
        "{polls} Ends with [`Error::Wait`](crate::Error::Wait) once it becomes {failure}, or still is after the \
         [grace](crate::Wait::grace)."
    )
}

/// Why one response is not enough, where it is not.
fn settling(waiter: &Waiter) -> Option<String> {
    let polls = waiter.settle.filter(|polls| *polls > 1)?;
    Some(format!(
        "The responses may show for a while what was before a change, so it takes {polls} polls in a row that show the \
         same (see [`Wait::settle`](crate::Wait::settle))."
    ))
}

/// Values as they stand in a sentence.
fn alternatives(values: &[String]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
