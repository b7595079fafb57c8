//! The lists in which calls find what they created.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    api::{Api, Operation},
    diagnostic::wording::listed,
    names::ident,
    progenitor::Type,
};

/// The list of an operation with `x-find`.
pub(super) struct List<'a> {
    creation: &'a Operation,
    listing: &'a Operation,
    /// The type of its items.
    pub(super) item: &'a Type,
    by: &'a [String],
    lacks: Option<&'a str>,
}

impl<'a> List<'a> {
    /// Returns the list in which an operation finds what it created, if it has one.
    pub(super) fn of(creation: &'a Operation, api: &'a Api) -> Option<Self> {
        let find = creation.find.as_ref()?;
        let listing = api.operation(&find.operation)?;
        Some(Self { creation, listing, item: listing.items()?, by: &find.by, lacks: find.lacks.as_deref() })
    }

    /// Returns the type of the list, which is a part of the type of the call.
    pub(super) fn ty(&self) -> TokenStream {
        let item = self.item;
        quote!(FindIn<#item>)
    }

    /// Returns the step that adds the list to the call, with the same parameters of the path.
    pub(super) fn step(&self) -> TokenStream {
        let (method, by) = (ident(&self.listing.method_name()), self.by);
        let arguments = self.listing.parameters.iter().filter(|parameter| parameter.required).map(|parameter| {
            let same = self.creation.parameters.iter().find(|given| given.name == parameter.name);
            ident(&same.unwrap_or(parameter).rust_name)
        });
        quote!(.find_in(self.#method(#(#arguments),*), &[#(#by),*]))
    }

    /// Returns whether the call lists with a deprecated operation.
    pub(super) fn is_deprecated(&self) -> bool {
        self.listing.deprecation.is_some()
    }

    /// Describes the search, what it finds, and what nobody can know.
    pub(super) fn documentation(&self, api: &Api) -> String {
        let (method, by) = (self.listing.method_name(), listed(self.by.iter().map(String::as_str)));
        // In one line, and without the fence of a code block, which would swallow the rest.
        let lacks = self.lacks.map(|lacks| lacks.split_whitespace().collect::<Vec<_>>().join(" ").replace("```", "`"));
        let lacks =
            lacks.map_or_else(String::new, |lacks| format!(" The item lacks {}.", api.methods.for_rustdoc(&lacks)));
        format!(
            "# Unknown outcomes\nWith [`.or_find()`](crate::Call::or_find), the call looks for what it created if its \
             outcome is unknown: in [`{method}`](Self::{method}), for an item that was not there before and has the \
             same {by}.{lacks} If two callers create the same at the same time, one may find what the other created."
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted, from_line};

    #[test]
    fn a_call_that_creates_names_the_list_and_the_properties() {
        let document = "paths:
  /shelves/{shelf}/things:
    parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
    get:
      operationId: listThings
      summary: Lists them
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses: {'200': {description: They., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}
    post:
      operationId: createThing
      summary: Creates one
      x-find: {operation: listThings, by: [name, size], lacks: its key}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewThing'}}}}
      responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing: {type: object, properties: {name: {type: string}, size: {type: integer}}}
    NewThing: {type: object, required: [name], properties: {name: {type: string}, size: {type: integer}}}";
        let file = emitted("src/operations.rs", document);
        let (_, creation) = file.split_once("/// Creates one.").unwrap();
        let (documentation, _) = creation.split_once("    /// # Example").unwrap();
        insta::assert_snapshot!(documentation, @r"
        ///
        /// `POST /shelves/{shelf}/things`
        /// # Unknown outcomes
        /// With [`.or_find()`](crate::Call::or_find), the call looks for what it created if its outcome
        /// is unknown: in [`list_things`](Self::list_things), for an item that was not there before and
        /// has the same `name`, `size`. The item lacks its key. If two callers create the same at the
        /// same time, one may find what the other created.
        ");
        let method = from_line(&file, "pub fn create_thing");
        insta::assert_snapshot!(method.split_once("\n\n").unwrap().0, @r#"
                pub fn create_thing(
                    &self,
                    shelf: &str,
                    body: &NewThing,
                ) -> Call<Thing, FindIn<Thing>> {
                    self.transport
                        .post("createThing", "/shelves/{shelf}/things")
                        .path("shelf", shelf)
                        .body(body)
                        .result()
                        .find_in(self.list_things(shelf), &["name", "size"])
                }
            }
        "#);
    }
}
