use serde::{Deserialize, Deserializer};

use super::parts::{Container, Decode, Parts, Plan, Slot};

/// A list, and the number of its elements in the response, those that were set aside included.
#[derive(Debug)]
pub(crate) struct CountedList<T> {
    pub(crate) items: Vec<T>,
    pub(crate) received: usize,
}

impl<T> From<Vec<T>> for CountedList<T> {
    fn from(items: Vec<T>) -> Self {
        Self { received: items.len(), items }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for CountedList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

impl<T: Decode> Decode for CountedList<T> {
    fn empty() -> Option<Self> {
        Some(Vec::new().into())
    }

    fn plan(container: Container) -> Plan<Self> {
        Vec::plan(container).map(Self::from)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        Some(Box::new(CountedElements { elements: self.items.parts()?, received: &mut self.received }))
    }
}

struct CountedElements<'a> {
    elements: Box<dyn Parts + 'a>,
    received: &'a mut usize,
}

impl Parts for CountedElements<'_> {
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        *self.received += 1;
        self.elements.slot(key)
    }

    fn store(&mut self, key: &str) {
        self.elements.store(key);
    }

    fn bytes_after_growth(&self) -> Option<usize> {
        self.elements.bytes_after_growth()
    }

    fn reserve_exact(&mut self, elements: usize) {
        self.elements.reserve_exact(elements);
    }
}
