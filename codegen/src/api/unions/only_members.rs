//! The variants that hold one object and little else: a union of requests can be made from that object.

use crate::{
    api::{Api, Direction, Field, TypeDef, TypeKind, UnionVariant},
    progenitor::Type,
};

impl Api {
    /// Returns, for each variant of a union, the only field that its `new` takes, if this is an object that no other
    /// variant is or takes.
    pub(crate) fn only_members(&self, union: &TypeDef, variants: &[UnionVariant]) -> Vec<Option<&Field>> {
        if union.direction != Direction::Request {
            return vec![None; variants.len()];
        }
        let members: Vec<_> = variants.iter().map(|variant| self.only_member(variant)).collect();
        let is_used_once = |ty: &Type| {
            let in_variants = variants.iter().map(|variant| &variant.schema.ty);
            let in_members = members.iter().flatten().map(|member| &member.schema.ty);
            in_variants.chain(in_members).filter(|other| other.unboxed() == ty.unboxed()).count() == 1
        };
        members.iter().map(|member| member.filter(|member| is_used_once(&member.schema.ty))).collect()
    }

    fn only_member(&self, variant: &UnionVariant) -> Option<&Field> {
        let TypeKind::Struct(fields) = &self.type_def_of(variant.schema.ty.unboxed())?.kind else { return None };
        let mut in_new = fields.iter().filter(|field| field.required && field.constant.is_none());
        let member = in_new.next().filter(|field| !field.nullable)?;
        let is_object = matches!(self.type_def_of(member.schema.ty.unboxed())?.kind, TypeKind::Struct(_));
        (is_object && in_new.next().is_none()).then_some(member)
    }
}

#[cfg(test)]
mod tests {
    use crate::api::tests::api;

    #[test]
    fn a_union_is_made_from_the_object_that_one_variant_holds() {
        let api = api("
paths: {/thing: {post: {operationId: postThing, requestBody: {content: {application/json: {schema: {$ref: \
             '#/components/schemas/Thing'}}}}, responses: {'204': {description: Done.}}}}}
components:
  schemas:
    Thing:
      oneOf:
        - {type: object, required: [cat], properties: {cat: {$ref: '#/components/schemas/Cat'}, note: {type: string}}}
        - {type: object, required: [dog, owner], properties: {dog: {$ref: '#/components/schemas/Dog'}, owner: {type: string}}}
        - {type: object, required: [left], properties: {left: {$ref: '#/components/schemas/Shoe'}}}
        - {type: object, required: [right], properties: {right: {$ref: '#/components/schemas/Shoe'}}}
        - {type: object, required: [name], properties: {name: {type: string}}}
    Cat: {type: object, properties: {claws: {type: integer}}}
    Dog: {type: object, properties: {chip: {type: integer}}}
    Shoe: {type: object, properties: {size: {type: integer}}}");
        let (union, variants) = api.unions().find(|(ty, _)| ty.name == "Thing").unwrap();
        let members = api.only_members(union, variants);
        let names: Vec<_> = members.iter().map(|member| member.map(|member| member.name.as_str())).collect();
        assert_eq!(names, [Some("cat"), None, None, None, None]);
    }
}
