//! The sizes of types in memory. A response is decoded on the stack, with everything around it.

use std::collections::HashMap;

use super::{Field, TypeDef, TypeKind};
use crate::{openapi::schema::MAX_NESTED_UNIONS, progenitor::Type};

/// The size of the largest type.
const MAX_BYTES: usize = 4 << 10;

/// The size of the largest struct: there may be unions around it.
const MAX_STRUCT_BYTES: usize = MAX_BYTES - MAX_NESTED_UNIONS * TAG_BYTES;

/// What an `Option` or a `Patch` adds, and what tells the variants of an enum apart.
const TAG_BYTES: usize = 8;

/// A value of this size does not get smaller by a box.
const SMALL_BYTES: usize = 16;

/// Boxes the largest fields of each struct that would be too large with them. Fields of the same size are treated
/// alike.
pub(super) fn box_large_fields(types: &mut [TypeDef]) {
    let indices: HashMap<_, _> = types.iter().enumerate().map(|(index, ty)| (ty.name.as_str(), index)).collect();
    let mut users = vec![Vec::new(); types.len()];
    let mut parts_left = vec![0; types.len()];
    for (user, ty) in types.iter().enumerate() {
        for part in ty.kind.parts().filter_map(|part| indices.get(inline_name(part)?)) {
            users[*part].push(user);
            parts_left[user] += 1;
        }
    }
    let mut sizes = Sizes(HashMap::new());
    let mut measurable: Vec<_> = (0..types.len()).filter(|index| parts_left[*index] == 0).collect();
    while let Some(index) = measurable.pop() {
        let ty = &mut types[index];
        let bytes = sizes.of_kind(&mut ty.kind);
        sizes.0.insert(ty.name.clone(), bytes);
        for user in &users[index] {
            parts_left[*user] -= 1;
            if parts_left[*user] == 0 {
                measurable.push(*user);
            }
        }
    }
}

/// Returns the name of a type of the document, unless its value is on the heap.
fn inline_name(ty: &Type) -> Option<&str> {
    if let Type::Named(name) = ty.non_null() { Some(name) } else { None }
}

/// The upper bounds of the sizes of types, by their names.
struct Sizes(HashMap<String, usize>);

impl Sizes {
    fn of_kind(&self, kind: &mut TypeKind) -> usize {
        match kind {
            TypeKind::Struct(fields) => self.shrink(fields),
            TypeKind::Union(variants) => {
                let variants = variants.iter().map(|variant| self.of(&variant.schema.ty));
                variants.chain([self.of(&Type::Json)]).max().unwrap_or_default() + TAG_BYTES
            }
            // Unlisted values are strings.
            TypeKind::Enum(_) => self.of(&Type::String),
            TypeKind::Newtype(inner) => self.of(inner),
        }
    }

    /// Boxes the largest fields, if there is no room for all of them. Returns the size of the struct.
    fn shrink(&self, fields: &mut [Field]) -> usize {
        let mut total: usize = fields.iter().map(|field| self.of_field(field)).sum();
        let boxable = fields.iter().filter(|field| can_be_boxed(field)).map(|field| self.of_field(field));
        let mut boxable: Vec<_> = boxable.filter(|bytes| *bytes > SMALL_BYTES).collect();
        boxable.sort_unstable();
        let mut least_boxed = usize::MAX;
        while let Some(bytes) = boxable.pop()
            && (total > MAX_STRUCT_BYTES || bytes == least_boxed)
        {
            total -= bytes - SMALL_BYTES;
            least_boxed = bytes;
        }
        for field in fields.iter_mut() {
            if can_be_boxed(field) && self.of_field(field) >= least_boxed {
                field.schema.ty = std::mem::replace(&mut field.schema.ty, Type::Json).into_boxed();
            }
        }
        fields.iter().map(|field| self.of_field(field)).sum()
    }

    fn of_field(&self, field: &Field) -> usize {
        let ty = field.schema.ty.non_null();
        self.of(ty) + if field.patch || !has_niche(ty) { TAG_BYTES } else { 0 }
    }

    fn of(&self, ty: &Type) -> usize {
        match ty {
            Type::Bool | Type::Integer(_) | Type::Float(_) | Type::Date | Type::Boxed(_) => 8,
            Type::Uuid | Type::DateTime | Type::Secret => 16,
            Type::Ip(_) | Type::String | Type::List(_) | Type::Map(_) | Type::JsonObject => 24,
            Type::Json | Type::SecretJson => 32,
            Type::File => 128,
            Type::Nullable(inner) => self.of(inner) + if has_niche(inner) { 0 } else { TAG_BYTES },
            Type::Newtype { inner, .. } => self.of(inner),
            // progenitor boxes what holds itself, so that all parts of a type are measured before it.
            Type::Named(name) => self.0.get(name).copied().unwrap_or(MAX_BYTES),
        }
    }
}

/// Returns whether an `Option` is as large as the value in it.
fn has_niche(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Secret | Type::String | Type::List(_) | Type::Boxed(_))
}

/// Returns whether a box does not change what a setter takes.
fn can_be_boxed(field: &Field) -> bool {
    match field.schema.ty.non_null() {
        Type::Named(_) => field.constant.is_none(),
        Type::String | Type::Json => !field.patch,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tests::api_of_schemas;

    /// Returns the boxed fields of a struct with these properties, beside `Part`, a struct of half the largest size.
    fn boxed_fields(properties: &str) -> Vec<String> {
        let half: Vec<_> = (0..MAX_BYTES / 2 / 24).map(|index| format!("p{index}: {{type: string}}")).collect();
        let api = api_of_schemas(&format!(
            "Thing: {{properties: {{{properties}}}}}\nPart: {{properties: {{{}}}}}",
            half.join(", ")
        ));
        let TypeKind::Struct(fields) = &api.type_def("Thing").unwrap().kind else { panic!("not a struct") };
        let boxed = fields.iter().filter(|field| matches!(field.schema.ty.non_null(), Type::Boxed(_)));
        boxed.map(|field| field.name.clone()).collect()
    }

    const PART: &str = "{$ref: '#/components/schemas/Part'}";

    #[test]
    fn the_largest_fields_are_boxed_all_of_one_size_or_none() {
        assert_eq!(boxed_fields(&format!("a: {PART}, b: {{type: string}}")), [""; 0]);
        assert_eq!(boxed_fields(&format!("a: {PART}, b: {{type: string}}, c: {PART}")), ["a", "c"]);
        let union = format!("{{oneOf: [{PART}, {{type: string}}]}}");
        assert_eq!(boxed_fields(&format!("a: {union}, b: {PART}, c: {{type: string}}")), ["a"]);
    }

    #[test]
    fn what_is_on_the_heap_takes_no_room() {
        assert_eq!(boxed_fields(&format!("a: {PART}, b: {{type: array, items: {PART}}}")), [""; 0]);
    }

    #[test]
    fn many_small_fields_are_boxed_too() {
        let strings: Vec<_> = (0..200).map(|index| format!("p{index}: {{type: string}}")).collect();
        assert_eq!(boxed_fields(&format!("{}, n: {{type: integer}}", strings.join(", "))).len(), 200);
    }
}
