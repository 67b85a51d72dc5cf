//! Measures the log on sled: `cargo bench --bench log -- [DIRECTORY [EVENTS [STREAMS]]]`, on the disk of DIRECTORY.
//!
//! Prints a table: append rates by group size with the time of one group, then for EVENTS events of
//! about 300 bytes (one million unless told otherwise) in STREAMS streams (5,000) the scan rate, the time to
//! reopen, disk and memory.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures")]

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use bytes::Bytes;
use tenure::log::sled::{Options, SledLog};
use tenure::log::{LogWriter, Record};
use tenure_schemas::Instant;
use uuid::Uuid;

type Failure = Box<dyn std::error::Error>;

#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let root = arguments.first().cloned().unwrap_or_else(|| std::env::temp_dir().display().to_string());
    let events = arguments.get(1).map_or(Ok(1_000_000), |count| count.parse())?;
    let streams = arguments.get(2).map_or(Ok(5_000), |count| count.parse())?;
    println!("append      group  events/s   p50 µs   p99 µs   max ms");
    for (group, total) in [(1, 20_000), (10, 200_000), (64, 500_000), (256, 1_000_000)] {
        let dir = tempfile::tempdir_in(&root)?;
        let mut times = fill(dir.path(), total.min(events), streams, group)?;
        let seconds = times.iter().sum::<Duration>().as_secs_f64();
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default().as_micros();
        let rate = f64::from(u32::try_from(total.min(events))?) / seconds;
        let most = times.last().copied().unwrap_or_default().as_millis();
        println!("append      {group:>5}  {rate:>8.0}  {:>7}  {:>7}  {most:>7}", at(50), at(99));
    }
    let bare = bare(Path::new(&root))?;
    println!("baseline    a bare 4 KiB write and sync into a preallocated file: p50 {} µs", bare.as_micros());
    large(Path::new(&root), events, streams)
}

/// What the disk takes for one write and its sync, without any log: what the append times stand against.
fn bare(root: &Path) -> Result<Duration, Failure> {
    let file = tempfile::tempfile_in(root)?;
    file.write_all_at(&vec![0; 4_096 * 1_000], 0)?;
    file.sync_all()?;
    let mut times = Vec::new();
    for page in 0..1_000 {
        let begun = Clock::now();
        file.write_all_at(&[1; 4_096], page * 4_096)?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(500).copied().unwrap_or_default())
}

/// Fills one ledger and measures what its size makes slow.
#[expect(clippy::print_stdout, reason = "the table is what a benchmark is for")]
fn large(root: &Path, events: u64, streams: u64) -> Result<(), Failure> {
    let dir = tempfile::tempdir_in(root)?;
    fill(dir.path(), events, streams, 256)?;
    let disk = disk_bytes(dir.path())?;
    println!(
        "disk        {events} events: {} MB, db {} MB",
        disk / 1_000_000,
        disk_bytes(&dir.path().join("db"))? / 1_000_000
    );
    println!(
        "raw         {} MB",
        (0..events).map(|number| event(number, streams).bytes.len() as u64).sum::<u64>() / 1_000_000
    );
    for round in 0..4 {
        let before = resident_bytes()?;
        let start = Clock::now();
        let log = SledLog::open(dir.path(), Options::default())?;
        let opened = start.elapsed();
        let after = resident_bytes()?;
        println!(
            "reopen {round}    {} ms, resident {} -> {} MB",
            opened.as_millis(),
            before / 1_000_000,
            after / 1_000_000
        );
        let reader = log.reader();
        let start = Clock::now();
        let mut position = 0;
        while position < reader.head().size {
            position += reader.read(position, 4_096)?.len() as u64;
        }
        let rate = events * 1_000 / u64::try_from(start.elapsed().as_millis())?.max(1);
        println!("scan        {rate} events/s, resident {} MB", resident_bytes()? / 1_000_000);
        if round == 0 {
            let start = Clock::now();
            let found = reader.verify(&mut |_| {});
            println!("verify      {} ms, {} problems", start.elapsed().as_millis(), found.problems.len());
        }
    }
    Ok(())
}

/// Appends events in groups and gives how long each group took.
fn fill(dir: &Path, total: u64, streams: u64, group: u64) -> Result<Vec<Duration>, Failure> {
    let mut log = SledLog::open(dir, Options::default())?;
    let mut times = Vec::new();
    for start in (0..total).step_by(usize::try_from(group)?) {
        let records: Vec<Record> = (start..(start + group).min(total)).map(|number| event(number, streams)).collect();
        let begun = Clock::now();
        log.append(&records)?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// An event of about 300 bytes that compresses like a real one, in one of so many streams.
fn event(number: u64, streams: u64) -> Record {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let id = Uuid::from_u128(u128::from(number) << 64 | u128::from(mixed));
    let account = mixed % streams.max(1);
    let bytes = format!(
        "{{\"id\":\"{id}\",\"stream\":\"account/{account}\",\"kind\":\"interaction.recorded\",\"occurred_at\":\
         \"2024-03-{:02}T09:{:02}:00Z\",\"actor\":{{\"kind\":\"import\",\"id\":\"crm-{}\"}},\"payload\":{{\"interaction\":\"i{mixed}\",\
         \"channel\":\"email\",\"direction\":\"outbound\",\"contacts\":[\"c{}\"],\"subject\":\"order {} and the terms of {}\"}}}}",
        mixed % 28 + 1,
        mixed / 7 % 60,
        mixed % 97,
        mixed % 1_009,
        mixed / 11 % 100_000,
        mixed / 13 % 1_000,
    );
    let recorded_at = Instant::from_micros(i64::try_from(number * 10).unwrap_or(i64::MAX)).unwrap_or(Instant::EPOCH);
    Record { id, stream: Arc::from(format!("account/{account}")), recorded_at, bytes: Bytes::from(bytes) }
}

fn disk_bytes(path: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { disk_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

fn resident_bytes() -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
}
