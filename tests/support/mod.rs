//! What the whole-binary tests share: a ledger's directory, the program, a running server, questions over HTTP.
#![expect(dead_code, reason = "each test file uses its own part of this")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// A ledger in a directory of its own, gone when dropped.
pub(crate) struct Ledger {
    path: PathBuf,
    _dir: Option<tempfile::TempDir>,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { path: dir.path().join("ledger"), _dir: Some(dir) }
    }

    /// A ledger in a place that is not ours to remove.
    pub(crate) fn at(path: &str) -> Self {
        Self { path: path.into(), _dir: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The program, pointed at this ledger.
    pub(crate) fn tenure(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenure"));
        command.arg("--data").arg(self.path()).args(args).env_remove("TENURE_DATA").env_remove("TENURE_LISTEN");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.tenure(args).stdin(Stdio::null()).output().unwrap())
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Ended {
        let piped = || Stdio::piped();
        let mut child = self.tenure(args).stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeding = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap();
        Ended::of(output)
    }

    /// Starts a server on a free port.
    pub(crate) fn serve(&self) -> Server {
        Server::start(self.tenure(&["serve", "--listen", "127.0.0.1:0"]))
    }
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Ended with 1, and said all of this.
    #[track_caller]
    pub(crate) fn refused(self, words: &[&str]) -> Self {
        assert_eq!(self.code, 1, "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no \"{word}\" in {self:?}");
        }
        self
    }
}

/// A running server, killed when dropped.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) url: String,
}

impl Server {
    /// Starts a command that serves, and waits until it says where.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        let server = Self { child, stdout, url };
        server.wait_until_ready();
        server
    }

    fn wait_until_ready(&self) {
        for _ in 0..600 {
            if ureq::get(format!("{}/readyz", self.url)).call().is_ok() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the server is not ready after a minute");
    }

    /// The rest of what it says on standard output.
    pub(crate) fn rest_of_output(mut self) -> String {
        self.ask_to_stop();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.stdout, &mut rest).unwrap();
        rest
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks a question that has an answer.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Value {
        let mut answer =
            ureq::get(format!("{}{path}", self.url)).call().unwrap_or_else(|error| panic!("{path}: {error}"));
        serde_json::from_str(&answer.body_mut().with_config().limit(u64::MAX).read_to_string().unwrap()).unwrap()
    }

    /// Asks a question, and gives back status and body.
    pub(crate) fn ask(&self, path: &str) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.get(format!("{}{path}", self.url)).call().unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&body).unwrap_or(Value::String(body)))
    }

    /// Every item of a list, page by page.
    #[track_caller]
    pub(crate) fn list(&self, path: &str) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut page = self.get(&format!("{path}{join}limit=1000"));
        loop {
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next"].as_str() else { return items };
            page = self.get(&format!("{path}{join}limit=1000&cursor={cursor}"));
        }
    }

    /// Follows the ledger, from behind the last event that the reader has.
    pub(crate) fn follow(&self, query: &str, last_event_id: Option<&str>) -> Feed {
        let agent: ureq::Agent = ureq::Agent::config_builder().timeout_recv_body(Some(PATIENCE)).build().into();
        let mut request = agent.get(format!("{}/v1/events/stream{query}", self.url));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let body = request.call().unwrap().into_body();
        Feed { lines: BufReader::new(body.into_reader()) }
    }

    /// Asks it to stop, and does not wait.
    pub(crate) fn ask_to_stop(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Asks it to stop and waits; says its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        self.ask_to_stop();
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Kills it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// How long a feed is read at the most.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(2);

/// What a server sends to a reader who follows the ledger.
pub(crate) struct Feed {
    lines: BufReader<ureq::BodyReader<'static>>,
}

/// One message: its fields, empty where it has none.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) event: String,
    pub(crate) data: String,
}

impl Feed {
    /// The next message, marks included; none at the end.
    pub(crate) fn next(&mut self) -> Option<Message> {
        let mut message = Message::default();
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            match line.trim_end().split_once(": ") {
                None => return Some(message),
                Some(("id", id)) => id.clone_into(&mut message.id),
                Some(("event", event)) => event.clone_into(&mut message.event),
                Some(("data", data)) => data.clone_into(&mut message.data),
                Some(_) => {}
            }
            line.clear();
        }
        None
    }

    /// The next message that carries an event; none at the end.
    pub(crate) fn event(&mut self) -> Option<Message> {
        std::iter::from_fn(|| self.next()).find(|message| !message.data.is_empty())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// The folder of real histories.
pub(crate) fn real_data(path: &str) -> String {
    let root = std::env::var("TENURE_REAL_DATA").expect("TENURE_REAL_DATA names the folder of real histories");
    Path::new(&root).join(path).to_str().unwrap().to_owned()
}

/// The rows of a CSV file, by column name.
pub(crate) fn csv_rows(path: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_path(path).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
}
