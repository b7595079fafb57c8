use serde_json::Value;

use super::{
    Bundle, File, MAX_FILES,
    path::{Target, target},
};
use crate::{
    diagnostic::{Origin, SourceDiagnostic, wording::quoted},
    openapi::reference::ELSEWHERE_HELP,
    source::Document,
};

impl Bundle<'_> {
    /// Returns the target of a `$ref`, or reports that it leads out of the files.
    pub(super) fn follow(&mut self, reference: &str, origin: &Origin) -> Option<Origin> {
        if target(reference, &self.files.get(origin.file)?.path) == Target::Elsewhere {
            let message = format!("{} is a URL or an absolute path, which is not followed", quoted(reference));
            let in_document = reference.starts_with("/components/").then(|| format!("write `#{reference}`"));
            let help = in_document.unwrap_or_else(|| ELSEWHERE_HELP.to_owned());
            self.diagnostics.push(SourceDiagnostic::source_value(origin.clone(), message, help));
        }
        self.target(reference, origin)
    }

    /// Returns the target of a reference, and reads its file.
    pub(super) fn target(&mut self, reference: &str, origin: &Origin) -> Option<Origin> {
        match target(reference, &self.files.get(origin.file)?.path) {
            Target::Here(at) => Some(Origin { file: origin.file, at }),
            Target::File(path, at) => {
                let file = self.file(path, origin);
                self.tree(file).map(|_| Origin { file, at })
            }
            Target::Elsewhere | Target::Anchor => None,
        }
    }

    /// Returns the index of a file, which is read the first time.
    fn file(&mut self, path: String, origin: &Origin) -> usize {
        if let Some(index) = self.file_by_path.get(&path) {
            return *index;
        }
        let name = if self.folder.is_empty() { path.clone() } else { format!("{}/{path}", self.folder) };
        let tree = self.read_file(&path, &name, origin);
        if tree.is_none() {
            self.document.add_unread_file(&name);
        }
        let index = self.files.len();
        self.file_by_path.insert(path.clone(), index);
        self.files.push(File { path, tree });
        index
    }

    /// Reads a file, or reports why it cannot be read.
    fn read_file(&mut self, path: &str, name: &str, origin: &Origin) -> Option<Value> {
        let refusal = if path.starts_with("../") && !self.allow_outside {
            let message = format!("{} is outside the folder of the document", quoted(path));
            (message, "move the file into the folder, or allow others with `--allow-outside`")
        } else if self.files.len() == MAX_FILES || self.read_bytes > Document::MAX_LENGTH {
            let message = format!("the document has more than {MAX_FILES} files, or is too long");
            (message, "put its parts into fewer files")
        } else {
            match (self.read)(path) {
                Ok(text) => {
                    self.read_bytes += text.len();
                    let tree = self.document.add_file(name, text);
                    return tree.map_err(|mut errors| self.unreadable.append(&mut errors.0)).ok();
                }
                Err(error) => (format!("{} cannot be read: {error}", quoted(name)), "write a path from this file"),
            }
        };
        self.diagnostics.push(SourceDiagnostic::source_value(origin.clone(), refusal.0, refusal.1));
        None
    }
}
