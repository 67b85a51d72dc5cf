//! What every log must do, whatever keeps it: one suite, run on each adapter.

use std::sync::Arc;

use bytes::Bytes;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use sha2::Sha256;
use tenure_schemas::Instant;
use uuid::Uuid;

use super::sled::{Options, SledLog};
use super::{Head, LogError, LogReader, LogWriter, MAX_STREAM_BYTES, Record};

/// The event with this number: its stream, its time and its bytes follow from the number alone.
pub(super) fn event(number: u64) -> Record {
    // Three events share each microsecond, so that equal times are met everywhere.
    let recorded_at = Instant::from_micros(i64::try_from(number / 3).unwrap()).unwrap();
    let stream: Arc<str> = format!("account/{}", number % 7 + number / 100).into();
    let filler = "x".repeat(usize::try_from(number % 50).unwrap());
    Record { id: id(number), stream, recorded_at, bytes: Bytes::from(format!("event {number} {filler}")) }
}

pub(super) fn id(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number) << 64 | 0xabc)
}

pub(super) fn events(range: std::ops::Range<u64>) -> Vec<Record> {
    range.map(event).collect()
}

/// A new directory, in memory where that is possible: a test of files does not need a slow disk.
pub(super) fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// What independent code says the root over the first events is.
pub(super) fn oracle_root(size: u64) -> [u8; 32] {
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for number in 0..size {
        tree.push(event(number).bytes.to_vec());
    }
    (*tree.root().as_bytes()).into()
}

/// Checks that the log holds the first `size` events and nothing else, by every way of reading.
pub(super) fn assert_holds(reader: &dyn LogReader, size: u64) {
    let head = reader.head();
    let recorded_at = size.checked_sub(1).map(|last| event(last).recorded_at);
    assert_eq!(head, Head { size, root: oracle_root(size), recorded_at });
    let all = reader.read(0, usize::MAX).unwrap();
    assert_eq!(all.len() as u64, size);
    for (number, stored) in (0..).zip(&all) {
        assert_eq!((stored.position, &stored.bytes), (number, &event(number).bytes));
        assert_eq!(reader.find(id(number)), Some(number));
    }
    assert_eq!(reader.find(id(size)), None);
    let mut streams: Vec<Arc<str>> = Vec::new();
    for stream in (0..size).map(|number| event(number).stream) {
        if !streams.contains(&stream) {
            streams.push(stream);
        }
    }
    assert_eq!(reader.streams("account"), streams);
    for name in streams {
        let positions: Vec<u64> = (0..size).filter(|number| event(*number).stream == name).collect();
        assert_eq!(reader.stream(&name), positions, "{name}");
        assert_eq!(reader.stream_len(&name), positions.len() as u64, "{name}");
    }
}

/// Runs the whole suite; `make` gives an empty log each time.
pub(super) fn suite<L: LogWriter>(mut make: impl FnMut() -> L) {
    an_empty_log_answers(&make());
    groups_are_numbered_and_hashed(&mut make());
    let mut filled = make();
    filled.append(&events(0..700)).unwrap();
    reads_700(&*filled.reader());
    duplicates_are_refused_whole(&mut make());
    disorder_and_size_are_refused_whole(&mut make());
    readers_see_groups_when_they_are_acknowledged(&mut make());
    a_check_finds_nothing_wrong(&mut make());
}

fn an_empty_log_answers(log: &impl LogWriter) {
    let reader = log.reader();
    assert_holds(&*reader, 0);
    assert!(reader.read(5, 10).unwrap().is_empty());
    assert!(reader.stream("account/acme").is_empty());
    assert_eq!(reader.size_at(Instant::MAX).unwrap(), 0);
    assert!(reader.read_at(&[]).unwrap().is_empty());
}

fn groups_are_numbered_and_hashed(log: &mut impl LogWriter) {
    let mut size = 0;
    for group in [1, 1, 2, 0, 7, 244, 1, 255, 256, 257, 513, 3] {
        let head = log.append(&events(size..size + group)).unwrap();
        size += group;
        assert_eq!((head.size, head.root), (size, oracle_root(size)));
        assert_eq!(log.reader().head(), head);
    }
    assert_holds(&*log.reader(), size);
    let roots = log.reader().block_roots(1, 2);
    assert_eq!(log.reader().block_roots(0, usize::MAX).len() as u64, size / 256);
    assert_eq!(log.reader().block_roots(0, 3)[1..], roots[..]);
}

/// What reading must give of a log that holds the first 700 events.
pub(super) fn reads_700(reader: &dyn LogReader) {
    parts_are_read_across_blocks(reader);
    positions_are_checked(reader);
    times_find_sizes(reader);
}

fn parts_are_read_across_blocks(reader: &dyn LogReader) {
    for (from, limit) in
        [(0, 1), (250, 10), (255, 1), (256, 1), (500, 200), (511, 2), (699, 5), (700, 5), (9_999, 1), (3, 0)]
    {
        let positions: Vec<u64> = reader.read(from, limit).unwrap().iter().map(|stored| stored.position).collect();
        let expected: Vec<u64> = (from..700).take(limit).collect();
        assert_eq!(positions, expected, "{limit} from {from}");
    }
    let wanted = [0, 255, 256, 511, 512, 600, 699];
    let read = reader.read_at(&wanted).unwrap();
    let expected: Vec<Bytes> = wanted.iter().map(|number| event(*number).bytes).collect();
    assert_eq!(read.iter().map(|stored| stored.position).collect::<Vec<_>>(), wanted);
    assert_eq!(read.into_iter().map(|stored| stored.bytes).collect::<Vec<_>>(), expected);
    assert!(reader.stream("person/nobody").is_empty());
    assert_eq!(reader.stream_len("person/nobody"), 0);
    assert!(reader.streams("person").is_empty());
}

fn positions_are_checked(reader: &dyn LogReader) {
    assert!(matches!(reader.read_at(&[0, 700]), Err(LogError::OutOfRange { position: 700, size: 700 })));
    assert!(matches!(reader.read_at(&[u64::MAX]), Err(LogError::OutOfRange { .. })));
    assert!(matches!(reader.read_at(&[5, 4]), Err(LogError::NotAscending { position: 4, previous: 5 })));
    assert!(matches!(reader.read_at(&[5, 5]), Err(LogError::NotAscending { .. })));
}

fn times_find_sizes(reader: &dyn LogReader) {
    for micros in [-1, 0, 1, 84, 85, 86, 170, 171, 200, 232, 233, 234, 9_999] {
        let known_at = Instant::from_micros(micros).unwrap();
        let expected = (0..700).filter(|number| event(*number).recorded_at <= known_at).count() as u64;
        assert_eq!(reader.size_at(known_at).unwrap(), expected, "{micros}");
    }
}

fn duplicates_are_refused_whole(log: &mut impl LogWriter) {
    log.append(&events(0..300)).unwrap();
    for (known, place) in [(3, 0), (255, 1), (256, 4), (299, 9)] {
        let mut group = events(300..310);
        group[place].id = id(known);
        let error = log.append(&group).unwrap_err();
        assert!(matches!(error, LogError::DuplicateId { position, .. } if position == known), "{error}");
    }
    let mut twins = events(300..310);
    twins[7].id = id(302);
    assert!(matches!(log.append(&twins), Err(LogError::DuplicateId { position: 302, .. })));
    assert_holds(&*log.reader(), 300);
    log.append(&events(300..310)).unwrap();
    assert_holds(&*log.reader(), 310);
}

fn disorder_and_size_are_refused_whole(log: &mut impl LogWriter) {
    log.append(&events(0..10)).unwrap();
    let change = |change: fn(&mut Record)| {
        let mut group = events(10..14);
        change(&mut group[2]);
        group
    };
    let early = log.append(&change(|event| event.recorded_at = Instant::EPOCH)).unwrap_err();
    assert!(matches!(early, LogError::OutOfOrder { position: 12, .. }), "{early}");
    let wide = log.append(&change(|event| event.bytes = vec![0; 60_001].into())).unwrap_err();
    assert!(matches!(wide, LogError::TooLarge { what: "event", position: 12, bytes: 60_001, .. }), "{wide}");
    let long_name = log.append(&change(|event| event.stream = "s".repeat(MAX_STREAM_BYTES + 1).into())).unwrap_err();
    assert!(matches!(long_name, LogError::TooLarge { what: "stream name", .. }), "{long_name}");
    assert_holds(&*log.reader(), 10);
    log.append(&change(|event| event.bytes = vec![0; 60_000].into())).unwrap();
    assert_eq!(log.reader().head().size, 14);
}

fn readers_see_groups_when_they_are_acknowledged(log: &mut impl LogWriter) {
    let reader = log.reader();
    let seen = std::thread::scope(|scope| {
        let follower = scope.spawn(|| {
            let mut seen = 0;
            while seen < 900 {
                for stored in reader.read(seen, 100).unwrap() {
                    assert_eq!((stored.position, stored.bytes), (seen, event(seen).bytes));
                    seen += 1;
                }
            }
            seen
        });
        for start in (0..900).step_by(30) {
            log.append(&events(start..start + 30)).unwrap();
            assert_eq!(reader.head().size, start + 30);
        }
        follower.join().unwrap()
    });
    assert_eq!(seen, 900);
}

fn a_check_finds_nothing_wrong(log: &mut impl LogWriter) {
    log.append(&events(0..600)).unwrap();
    let mut reached = 0;
    let found = log.reader().verify(&mut |events| reached = events);
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    assert_eq!((found.head.size, reached), (600, 600));
}

#[test]
fn the_log_in_memory_conforms() {
    suite(super::memory::MemoryLog::new);
}

/// Both with everything in one commit file and with many that are changed often.
#[test]
fn the_log_on_sled_conforms() {
    for commit_capacity in [0, 8 * 1024 * 1024] {
        let mut dirs = Vec::new();
        suite(|| {
            dirs.push(directory());
            let options = Options { commit_capacity, ..Options::default() };
            SledLog::open(dirs.last().unwrap().path(), options).unwrap()
        });
    }
}
