//! A process that dies at any moment, and a disk that takes no more, lose nothing that was acknowledged.
//!
//! The parts that die are this same test binary, started again with `LOG_CHILD_DIR` set.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tenure::log::merkle::{leaf_hash, root_of};
use tenure::log::sled::{Options, SledLog};
use tenure::log::{LogError, LogReader, LogWriter, Record};
use tenure_schemas::Instant;
use uuid::Uuid;

const DIR: &str = "LOG_CHILD_DIR";

fn options() -> Options {
    // Small commit files, so that the child is often killed between two generations.
    Options { commit_capacity: 256 * 1024, ..Options::default() }
}

fn event(number: u64) -> Record {
    let filler = "z".repeat(usize::try_from(number * 7 % 400).unwrap());
    Record {
        id: Uuid::from_u128(u128::from(number) + 1),
        stream: Arc::from(format!("account/{}", number % 40)),
        recorded_at: Instant::from_micros(i64::try_from(number).unwrap()).unwrap(),
        bytes: Bytes::from(format!("{number} {filler}")),
    }
}

/// Checks that the log holds the first events, as many as it says, and gives that number.
fn assert_whole(reader: &dyn LogReader) -> u64 {
    let head = reader.head();
    let stored = reader.read(0, usize::MAX).unwrap();
    assert_eq!(stored.len() as u64, head.size);
    for (number, stored) in (0..).zip(&stored) {
        assert_eq!((stored.position, &stored.bytes), (number, &event(number).bytes));
        assert_eq!(reader.find(event(number).id), Some(number));
    }
    assert_eq!(root_of(stored.iter().map(|stored| leaf_hash(&stored.bytes))), head.root);
    head.size
}

/// Appends for ever and prints each size that was acknowledged, or the error that ended it.
#[test]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let mut log = SledLog::open(Path::new(&dir), options()).unwrap();
    let mut size = log.reader().head().size;
    loop {
        let group: Vec<Record> = (size..size + 1 + size * 13 % 70).map(event).collect();
        match log.append(&group) {
            Ok(head) => size = head.size,
            Err(error) => {
                let again = log.append(&group).unwrap_err();
                assert!(matches!(again, LogError::Stopped { .. }), "{again}");
                assert_eq!(assert_whole(&*log.reader()), size, "reading goes on, and shows nothing of the group");
                println!("failed {error}\nfailed {again}");
                return;
            }
        }
        println!("acked {size}");
    }
}

fn child_command(dir: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command.env(DIR, dir).stdout(Stdio::piped());
    command
}

#[test]
fn a_killed_process_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let program = std::env::current_exe().unwrap();
    let mut held = 0;
    for round in 0..10_u64 {
        let mut command = child_command(dir.path(), program.to_str().unwrap());
        let mut child = command.args(["--exact", "child", "--nocapture"]).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (begun, first_ack) = std::sync::mpsc::channel();
        let killer = std::thread::spawn(move || {
            first_ack.recv().unwrap();
            // The moment is what is tested, so it is left to the clock.
            std::thread::sleep(Duration::from_millis(round * 67 % 300));
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let sizes = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("acked ")?.parse::<u64>().ok());
        let acked = sizes.inspect(|_| begun.send(()).unwrap_or(())).last().unwrap();
        killer.join().unwrap();
        let log = SledLog::open(dir.path(), options()).unwrap();
        let size = assert_whole(&*log.reader());
        assert!(log.reader().verify(&mut |_| {}).problems.is_empty());
        assert!(size >= acked && acked > held, "round {round}: {size} of {acked} acknowledged, {held} before");
        held = size;
    }
}

#[test]
fn a_full_disk_stops_appends_and_loses_nothing() {
    // A limit on the length of files, in blocks of 512 bytes, stands for the full disk; ignored signals are inherited.
    for blocks in [600, 2_048, 4_500] {
        let dir = tempfile::tempdir().unwrap();
        let mut shell = child_command(dir.path(), "sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --exact child --nocapture");
        let output = shell.args(["-c", &script]).arg(std::env::current_exe().unwrap()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let acked =
            text.lines().filter_map(|line| line.strip_prefix("acked ")?.parse::<u64>().ok()).next_back().unwrap_or(0);
        let log = SledLog::open(dir.path(), options()).unwrap();
        let size = assert_whole(&*log.reader());
        assert!(log.reader().verify(&mut |_| {}).problems.is_empty());
        assert!(size >= acked, "{blocks}: {size} of {acked} acknowledged");
        assert!(output.status.success(), "{blocks}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("all acknowledged events are safe"), "{blocks}: {text}");
    }
}
