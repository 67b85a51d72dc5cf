//! Reopening: at every kind of boundary, after any groups, with what was there before and nothing else.

use std::fs;

use bytes::Bytes;
use proptest::prelude::*;

use super::{extend, generation, ledger, open, small};
use crate::log::conformance::{assert_holds, directory, event, events, reads_700};
use crate::log::sled::{Options, SledLog};
use crate::log::{LogError, LogWriter};

#[test]
fn every_boundary_reopens_with_the_same_head_and_events() {
    for groups in [&[][..], &[1], &[255], &[256], &[257], &[100, 156], &[255, 1], &[256, 256], &[3000], &[511, 1, 1]] {
        let (dir, size) = ledger(groups);
        assert_holds(&*open(dir.path()).unwrap().reader(), size);
        let more = extend(dir.path(), size, &[1, 300]);
        assert_holds(&*open(dir.path()).unwrap().reader(), more);
    }
}

#[test]
fn sealed_blocks_are_read_as_the_tail_is() {
    // Groups that fill a commit file each, so that the last generation holds little.
    let (dir, size) = ledger(&[175, 175, 175, 174, 1]);
    let log = open(dir.path()).unwrap();
    assert!(log.shared.state().tail_first() >= 512, "blocks must be read from the store");
    reads_700(&*log.reader());
    assert_holds(&*log.reader(), size);
}

#[test]
fn many_generations_reopen() {
    let (dir, mut size) = ledger(&[]);
    for _ in 0..6 {
        size = extend(dir.path(), size, &[90; 8]);
        assert_holds(&*open(dir.path()).unwrap().reader(), size);
    }
    let newest = ["commit.0", "commit.1"].iter().filter_map(|name| generation(&dir.path().join(name))).max();
    assert!(newest > Some(3), "the groups must go through several generations: {newest:?}");
}

#[test]
fn a_group_larger_than_a_commit_file_grows_it() {
    let (dir, size) = ledger(&[10, 5000, 10]);
    let lengths = ["commit.0", "commit.1"].map(|name| fs::metadata(dir.path().join(name)).unwrap().len());
    assert!(lengths.iter().any(|length| *length > 300 * 1024), "{lengths:?}");
    assert_holds(&*open(dir.path()).unwrap().reader(), size);
}

#[test]
fn parents_are_made_and_a_file_is_refused() {
    let dir = directory();
    let deep = dir.path().join("a/b/c");
    drop(open(&deep).unwrap());
    assert!(!deep.join("creating").exists());
    let file = dir.path().join("file");
    fs::write(&file, "text").unwrap();
    assert!(matches!(open(&file), Err(LogError::NotADirectory { .. })));
    assert!(open(&file.join("under")).is_err());
}

#[test]
fn a_ledger_whose_making_was_interrupted_is_made() {
    for left in [&["creating"][..], &["creating", "commit.0"], &["creating", "commit.0", "commit.1"]] {
        let dir = directory();
        for name in left {
            fs::write(dir.path().join(name), "").unwrap();
        }
        assert_holds(&*open(dir.path()).unwrap().reader(), 0);
        extend(dir.path(), 0, &[5]);
        assert_holds(&*open(dir.path()).unwrap().reader(), 5);
    }
}

#[test]
fn a_stray_marker_takes_nothing_away() {
    for groups in [&[5][..], &[700]] {
        let (dir, size) = ledger(groups);
        fs::write(dir.path().join("creating"), "").unwrap();
        assert_holds(&*open(dir.path()).unwrap().reader(), size);
    }
}

#[test]
fn a_second_opening_is_told_that_the_ledger_is_in_use() {
    let dir = directory();
    let log = open(dir.path()).unwrap();
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, LogError::InUse { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("in use by another process") && text.contains(dir.path().to_str().unwrap()), "{text}");
    let reader = log.reader();
    drop(log);
    assert!(matches!(open(dir.path()), Err(LogError::InUse { .. })), "a reader keeps the ledger locked");
    drop(reader);
    open(dir.path()).unwrap();
}

/// Bytes that no compression makes smaller.
fn noise(seed: u64, length: usize) -> Bytes {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    Bytes::from((0..=length / 8).flat_map(|_| next()).take(length).collect::<Vec<u8>>())
}

#[test]
fn sled_never_makes_a_file_of_a_value() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = SledLog::open(dir.path(), Options::default()).unwrap();
    for start in (0..10_000).step_by(100) {
        let mut group = events(start..start + 100);
        for (number, record) in (start..).zip(&mut group) {
            let length = if start % 1_000 < 200 { 60_000 } else { 300 };
            record.bytes = noise(number + 1, length);
            // A name of its own for every event makes the index records as large as they get.
            if start >= 8_000 {
                record.stream = format!("{number}/{}", "n".repeat(1_000)).into();
            }
        }
        log.append(&group).unwrap();
    }
    drop(log);
    let blobs: Vec<_> = fs::read_dir(dir.path().join("db/blobs")).unwrap().collect();
    assert!(blobs.is_empty(), "{blobs:?}");
    let log = SledLog::open(dir.path(), Options::default()).unwrap();
    let found = log.reader().verify(&mut |_| {});
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!(log.reader().read_at(&[150]).unwrap()[0].bytes, noise(151, 60_000));
    assert_eq!(fs::read_dir(dir.path().join("db/blobs")).unwrap().count(), 0);
}

#[test]
fn a_ledger_without_store_writes_is_filled_from_the_commit_file() {
    // What a power cut can leave: all of the commit file, of sled only what was synced at its last turn.
    let dir = directory();
    drop(SledLog::open(dir.path(), Options::default()).unwrap());
    let empty = super::copy(dir.path());
    let mut log = SledLog::open(dir.path(), Options::default()).unwrap();
    let size = log.append(&events(0..600)).unwrap().size;
    drop(log);
    for name in ["commit.0", "commit.1"] {
        fs::copy(dir.path().join(name), empty.path().join(name)).unwrap();
    }
    let log = open(empty.path()).unwrap();
    assert_holds(&*log.reader(), size);
    assert_eq!(log.reader().block_roots(0, 9).len(), 2);
    assert!(log.reader().verify(&mut |_| {}).problems.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_groups_and_reopenings_keep_everything(steps in prop::collection::vec((0_u64..400, prop::bool::ANY), 1..14)) {
        let dir = directory();
        let mut log = SledLog::open(dir.path(), small()).unwrap();
        let mut size = 0;
        for (group, reopen) in steps {
            log.append(&events(size..size + group)).unwrap();
            size += group;
            if reopen {
                let head = log.reader().head();
                drop(log);
                log = SledLog::open(dir.path(), small()).unwrap();
                prop_assert_eq!(log.reader().head(), head);
            }
        }
        assert_holds(&*log.reader(), size);
        let last = size.checked_sub(1).map(|last| event(last).recorded_at);
        prop_assert_eq!(log.reader().head().recorded_at, last);
    }
}
