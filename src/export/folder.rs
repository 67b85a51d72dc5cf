//! The directory of an export: written beside its place under another name, and moved there once it is whole.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::ExportError;

/// The name of the manifest.
const MANIFEST: &str = "manifest.json";

/// Whether an export may go to a place: nothing is there yet but an empty directory, and the one that it is in is there.
///
/// # Errors
/// Where it may not.
pub fn check(out: &Path) -> Result<(), ExportError> {
    let look = |source| ExportError::Look { path: out.to_owned(), source };
    match fs::read_dir(out) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(ExportError::Taken { path: out.to_owned() }),
        },
        Err(error) if error.kind() == ErrorKind::NotADirectory => Err(ExportError::Taken { path: out.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let parent = parent(out);
            if parent.is_dir() { Ok(()) } else { Err(ExportError::NoParent { path: parent.to_owned() }) }
        }
        Err(error) => Err(look(error)),
    }
}

fn parent(out: &Path) -> &Path {
    match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    }
}

/// The directory while it is written. Dropped before it is moved, it is gone with all that is in it.
pub(super) struct Folder {
    /// Where it is written.
    part: PathBuf,
    out: PathBuf,
    moved: bool,
}

impl Folder {
    /// Begins an export that is to go to a place.
    pub(super) fn begin(out: &Path) -> Result<Self, ExportError> {
        check(out)?;
        let name = out.file_name().unwrap_or_default().to_string_lossy();
        // Two exports to one place must not write to one directory.
        let part = parent(out).join(format!(".{name}.part-{}", std::process::id()));
        fs::create_dir(&part).map_err(|source| ExportError::MakeDirectory { path: part.clone(), source })?;
        Ok(Self { part, out: out.to_owned(), moved: false })
    }

    /// Where the files are to be written.
    pub(super) fn path(&self) -> &Path {
        &self.part
    }

    /// Writes the manifest, and moves the whole to its place.
    pub(super) fn finish(mut self, manifest: &[u8]) -> Result<(), ExportError> {
        let path = self.part.join(MANIFEST);
        let written = fs::File::create_new(&path).and_then(|mut file| {
            file.write_all(manifest)?;
            file.sync_all()
        });
        written.map_err(|error| ExportError::writing(&path)(error.into()))?;
        sync(&self.part)?;
        // An empty directory gives way to another one; one that was filled meanwhile does not.
        fs::rename(&self.part, &self.out).map_err(|source| ExportError::Move {
            from: self.part.clone(),
            to: self.out.clone(),
            source,
        })?;
        self.moved = true;
        sync(parent(&self.out))
    }
}

/// Makes the names in a directory durable.
fn sync(dir: &Path) -> Result<(), ExportError> {
    let synced = fs::File::open(dir).and_then(|dir| dir.sync_all());
    synced.map_err(|error| ExportError::writing(dir)(error.into()))
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.moved {
            // It is of no use; that it cannot be removed is no news after what went wrong before.
            let _left = fs::remove_dir_all(&self.part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn it_is_there_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        let folder = Folder::begin(&out).unwrap();
        fs::write(folder.path().join("a.csv"), "a").unwrap();
        assert!(!out.exists());
        drop(folder);
        assert_eq!(names(dir.path()), [""; 0]);
        // An empty directory is as good as none.
        fs::create_dir(&out).unwrap();
        Folder::begin(&out).unwrap().finish(b"{}").unwrap();
        assert_eq!((names(dir.path()), names(&out)), (vec!["out".to_owned()], vec![MANIFEST.to_owned()]));
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "mine").unwrap();
        for (place, says) in [
            (dir.path().to_owned(), "is there already"),
            (file.clone(), "is there already"),
            (file.join("out"), "is there already"),
            (dir.path().join("no/out"), "there is no directory"),
        ] {
            let said = Folder::begin(&place).map(|_| ()).unwrap_err().to_string();
            assert!(said.contains(says), "{said}");
        }
        let out = dir.path().join("out");
        let folder = Folder::begin(&out).unwrap();
        fs::create_dir(&out).unwrap();
        fs::write(out.join("theirs"), "").unwrap();
        let said = folder.finish(b"{}").unwrap_err().to_string();
        assert!(said.starts_with("could not move the finished export from "), "{said}");
        assert_eq!(
            (names(dir.path()), names(&out)),
            (vec!["file".to_owned(), "out".to_owned()], vec!["theirs".to_owned()])
        );
    }
}
