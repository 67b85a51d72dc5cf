//! Damage: nothing acknowledged is ever lost without a word, and no wrong byte is ever given out.

use std::error::Error;
use std::fs;
use std::path::Path;

use super::{change, copy, extend, frames, generation, ledger, open};
use crate::log::conformance::{assert_holds, event, events};
use crate::log::sled::frame::MARK_BYTES;
use crate::log::{LogError, LogWriter};

#[test]
fn a_frame_torn_at_any_byte_was_never_acknowledged_and_is_dropped() {
    let (dir, size) = ledger(&[3, 2]);
    let (path, places) = frames(dir.path());
    let (begin, end) = *places.last().unwrap();
    let whole = fs::read(&path).unwrap();
    let log_dir = copy(dir.path());
    for cut in begin..end {
        // The frame's padding is zero already, so a frame without it is whole.
        let kept = if whole[cut..end].iter().all(|byte| *byte == 0) { size } else { size - 2 };
        for name in ["commit.0", "commit.1"] {
            fs::copy(dir.path().join(name), log_dir.path().join(name)).unwrap();
        }
        change(&log_dir.path().join(path.file_name().unwrap()), |bytes| bytes[cut..end + MARK_BYTES].fill(0));
        let log = open(log_dir.path()).unwrap();
        assert_holds(&*log.reader(), kept);
    }
}

#[test]
fn a_ledger_goes_on_after_a_torn_frame() {
    let (dir, _) = ledger(&[300, 20]);
    let (path, places) = frames(dir.path());
    let (begin, end) = *places.last().unwrap();
    change(&path, |bytes| bytes[begin + 400..end + MARK_BYTES].fill(0));
    let before = generation(&path);
    let size = extend(dir.path(), 300, &[10, 300]);
    assert!(generation(&frames(dir.path()).0) > before, "what was torn is not written over");
    assert_holds(&*open(dir.path()).unwrap().reader(), size);
}

#[test]
fn the_last_frame_damaged_after_it_was_acknowledged_is_refused() {
    let (dir, size) = ledger(&[3, 2]);
    let (path, places) = frames(dir.path());
    let (begin, end) = *places.last().unwrap();
    for cut in begin..end {
        let harmed = copy(dir.path());
        change(&harmed.path().join(path.file_name().unwrap()), |bytes| bytes[cut] ^= 0x20);
        match open(harmed.path()) {
            Err(LogError::Damaged { acknowledged, found, .. }) => assert_eq!((acknowledged, found), (size, size - 2)),
            Ok(log) => assert_holds(&*log.reader(), size),
            Err(error) => panic!("at {cut}: {error}"),
        }
    }
}

#[test]
fn a_bad_frame_before_a_good_one_is_refused_and_says_what_is_missing() {
    let (dir, size) = ledger(&[10, 10, 10]);
    let (path, places) = frames(dir.path());
    let (begin, _) = places[2];
    change(&path, |bytes| bytes[begin + 200] ^= 1);
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, LogError::Damaged { acknowledged, found: 10, .. } if acknowledged == size), "{error}");
    let text = error.to_string();
    assert!(text.contains("30 events were acknowledged, 10 are readable") && text.contains("restore"), "{text}");
}

#[test]
fn refusing_changes_no_commit_file() {
    let (dir, _) = ledger(&[300, 10, 10]);
    let (path, places) = frames(dir.path());
    change(&path, |bytes| bytes[places[2].0 + 200] ^= 1);
    let before = ["commit.0", "commit.1"].map(|name| fs::read(dir.path().join(name)).unwrap());
    for _ in 0..2 {
        open(dir.path()).unwrap_err();
        assert_eq!(["commit.0", "commit.1"].map(|name| fs::read(dir.path().join(name)).unwrap()), before);
    }
}

#[test]
fn missing_and_cut_files_are_refused() {
    let (dir, size) = ledger(&[90; 12]);
    for name in ["commit.0", "commit.1", "db/db"] {
        let harmed = copy(dir.path());
        fs::remove_file(harmed.path().join(name)).unwrap();
        let error = open(harmed.path()).unwrap_err();
        assert!(matches!(error, LogError::MissingFile { file, .. } if file == name), "{name}: {error}");
        assert!(!harmed.path().join(name).exists(), "nothing is made in its place");
    }
    for name in ["commit.0", "commit.1"] {
        for keep in [0, 1, 100, 5_000, 15_000] {
            let harmed = copy(dir.path());
            change(&harmed.path().join(name), |bytes| bytes.truncate(keep));
            let error = open(harmed.path()).unwrap_err();
            assert!(matches!(error, LogError::Damaged { acknowledged, .. } if acknowledged <= size), "{name}: {error}");
        }
    }
}

#[test]
fn a_newest_generation_that_was_wiped_is_missed() {
    let (dir, size) = ledger(&[90; 12]);
    let (path, _) = frames(dir.path());
    for fill in [0, 0xff] {
        let harmed = copy(dir.path());
        change(&harmed.path().join(path.file_name().unwrap()), |bytes| bytes.fill(fill));
        let error = open(harmed.path()).unwrap_err();
        assert!(matches!(error, LogError::Damaged { acknowledged, .. } if acknowledged <= size), "{error}");
    }
}

#[test]
fn older_commit_files_beside_a_newer_store_are_refused() {
    let (dir, size) = ledger(&[90; 3]);
    let old = copy(dir.path());
    let newer = extend(dir.path(), size, &[300; 6]);
    for name in ["commit.0", "commit.1"] {
        fs::copy(old.path().join(name), dir.path().join(name)).unwrap();
    }
    let error = open(dir.path()).unwrap_err();
    assert!(
        matches!(error, LogError::Damaged { acknowledged, found, .. } if acknowledged == size && found > size),
        "{error}"
    );
    assert!(newer > size);
}

#[test]
fn an_older_or_foreign_store_is_refused() {
    let (dir, _) = ledger(&[300]);
    let old = copy(dir.path());
    extend(dir.path(), 300, &[300; 6]);
    let (foreign, _) = ledger(&[]);
    let mut log = open(foreign.path()).unwrap();
    for start in (0..3_000).step_by(100) {
        let mut group = events(start..start + 100);
        for event in &mut group {
            event.bytes = format!("another {}", event.id).into();
        }
        log.append(&group).unwrap();
    }
    drop(log);
    for other in [&old, &foreign] {
        let mixed = copy(other.path());
        for name in ["commit.0", "commit.1"] {
            fs::copy(dir.path().join(name), mixed.path().join(name)).unwrap();
        }
        let error = open(mixed.path()).unwrap_err();
        assert!(matches!(error, LogError::Damaged { acknowledged: 2_100, .. }), "{error}");
    }
}

#[test]
fn an_unknown_format_is_refused_by_name() {
    let (dir, _) = ledger(&[3]);
    change(&frames(dir.path()).0, |bytes| bytes[8] = 7);
    let error = open(dir.path()).unwrap_err();
    assert!(matches!(error, LogError::Version { found: 7, known: 1, .. }), "{error}");
}

/// Opens a harmed ledger and asks for everything: right answers or an error, never anything else.
fn assert_right_or_refused(dir: &Path, size: u64, what: &str) -> &'static str {
    let log = match open(dir) {
        Ok(log) => log,
        Err(error) => {
            assert!(
                !error.to_string().is_empty()
                    && error.source().is_none_or(|source| source.to_string() != error.to_string())
            );
            return "refused";
        }
    };
    let reader = log.reader();
    assert_eq!(reader.head().size, size, "{what}");
    let mut seen = "right";
    for position in (0..size).step_by(64) {
        match reader.read(position, 64) {
            Ok(stored) => {
                for stored in &stored {
                    assert_eq!(stored.bytes, event(stored.position).bytes, "{what}");
                }
            }
            Err(error) => {
                let text = error.to_string();
                assert!(text.contains("block"), "{what}: {text}");
                seen = "corrupt";
            }
        }
    }
    let found = reader.verify(&mut |_| {});
    assert_eq!(found.problems.is_empty(), seen == "right", "{what}: {:?}", found.problems);
    seen
}

#[test]
fn flipped_bytes_anywhere_give_right_answers_or_errors() {
    let (dir, size) = ledger(&[90; 30]);
    let mut seen = std::collections::BTreeMap::new();
    for name in ["db/db", "commit.0", "commit.1", "db/conf"] {
        let length = fs::read(dir.path().join(name)).unwrap().len();
        let used = fs::read(dir.path().join(name)).unwrap().iter().rposition(|byte| *byte != 0).unwrap_or(0) + 1;
        let step = (used / 40).max(1);
        for place in (0..used.min(length)).step_by(step) {
            let harmed = copy(dir.path());
            change(&harmed.path().join(name), |bytes| bytes[place] ^= 0x04);
            let outcome = assert_right_or_refused(harmed.path(), size, &format!("{name} at {place}"));
            *seen.entry((name, outcome)).or_insert(0) += 1;
        }
    }
    println!("{seen:?}");
    assert!(seen.iter().any(|((_, outcome), _)| *outcome != "right"), "{seen:?}");
}

#[test]
fn bytes_flipped_under_an_open_log_are_noticed_when_read() {
    let (dir, size) = ledger(&[2_600]);
    let log = open(dir.path()).unwrap();
    let path = dir.path().join("db/db");
    let bytes = fs::read(&path).unwrap();
    let last = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    change(&path, |bytes| {
        for byte in bytes[..last].iter_mut().step_by(97) {
            *byte ^= 0x40;
        }
    });
    let found = log.reader().verify(&mut |_| {});
    for position in (0..size).step_by(256) {
        if let Ok(stored) = log.reader().read(position, 256) {
            {
                for stored in &stored {
                    assert_eq!(stored.bytes, event(stored.position).bytes);
                }
            }
        }
    }
    assert_eq!(found.head.size, size);
}
