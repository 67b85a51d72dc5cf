//! Tests of the log on sled from the inside: where frames are, what damage does, what reopening finds.

mod damage;
mod reopen;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::frame::{HEADER_BYTES, Header, MARK_BYTES};
use super::{Options, SledLog};
use crate::log::conformance::{directory, events};
use crate::log::{LogError, LogWriter};

/// Commit files so small that a test goes through many generations.
fn small() -> Options {
    Options { commit_capacity: 16 * 1024, ..Options::default() }
}

fn open(dir: &Path) -> Result<SledLog, LogError> {
    SledLog::open(dir, small())
}

/// A closed ledger that was filled by groups of these sizes.
fn ledger(groups: &[u64]) -> (TempDir, u64) {
    let dir = directory();
    let size = extend(dir.path(), 0, groups);
    (dir, size)
}

/// Opens the ledger, adds groups of these sizes after the first `size` events, and closes it.
fn extend(dir: &Path, mut size: u64, groups: &[u64]) -> u64 {
    let mut log = open(dir).unwrap();
    for group in groups {
        log.append(&events(size..size + group)).unwrap();
        size += group;
    }
    size
}

/// A copy of a closed ledger, to do harm to.
fn copy(from: &Path) -> TempDir {
    let to = directory();
    copy_into(from, to.path());
    to
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The commit file of the newest generation, and where its frames begin and end (without marks).
fn frames(dir: &Path) -> (PathBuf, Vec<(usize, usize)>) {
    let newest = ["commit.0", "commit.1"].map(|name| dir.join(name)).into_iter().max_by_key(|path| generation(path));
    let path = newest.unwrap();
    let bytes = fs::read(&path).unwrap();
    let generation = generation(&path);
    let mut frames = Vec::new();
    let mut at = 0;
    while let Ok((header, _)) = Header::decode(&bytes[at..]) {
        if Some(header.generation) != generation {
            break;
        }
        let end = at + header.frame_bytes().unwrap();
        frames.push((at, end));
        at = end + MARK_BYTES;
    }
    (path, frames)
}

fn generation(path: &Path) -> Option<u64> {
    let bytes = fs::read(path).unwrap();
    Header::decode(&bytes[..HEADER_BYTES]).ok().map(|(header, _)| header.generation)
}

/// Changes a file in place.
fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}
