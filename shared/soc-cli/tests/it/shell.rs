//! The real binary on a folder of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a data folder in it, and commands that run there.
pub(crate) struct Shell {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The last line of standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.out.lines().last().unwrap_or_default())
            .unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Checks the exit code, and that an error says what and why in words.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        if code == 1 || code == 5 {
            assert!(self.err.contains("error: "), "{self:?}");
        }
        for machine in ["panicked", "RUST_BACKTRACE", "Error {", "Err("] {
            assert!(!self.err.contains(machine), "{self:?}");
        }
        self
    }
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder can be made") }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("the file can be written");
        path
    }

    /// The built-in stream as a file.
    pub(crate) fn stream(&self, name: &str) -> PathBuf {
        let mut bytes = soc_samples::builtin().join(&b'\n');
        bytes.push(b'\n');
        self.file(name, &bytes)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_soc"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn soc(&self, args: &[&str]) -> Said {
        Said::of(self.command(args).output().expect("the binary runs"))
    }

    /// The same with something on standard input.
    pub(crate) fn piped(&self, args: &[&str], input: &[u8]) -> Said {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut stdin = child.stdin.take().expect("there is a pipe");
        stdin.write_all(input).expect("it reads");
        drop(stdin);
        Said::of(child.wait_with_output().expect("it ends"))
    }

    /// Takes the built-in stream in.
    pub(crate) fn filled() -> Self {
        let shell = Self::new();
        shell.soc(&["run", "--until-idle", "--output", "json"]).ended(0);
        shell
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path(".soc")
    }
}

/// A count of a summary, by its JSON pointer.
pub(crate) fn count(summary: &Value, pointer: &str) -> u64 {
    summary.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer} in {summary}"))
}

/// Nothing was lost: every record is counted once.
pub(crate) fn assert_balanced(summary: &Value) {
    let parts = ["/recorded", "/updated", "/duplicates", "/events", "/quarantined", "/lost"];
    let sum: u64 = parts.iter().map(|part| count(summary, part)).sum();
    assert_eq!(count(summary, "/received"), sum, "{summary}");
    assert_eq!(count(summary, "/lost"), 0, "{summary}");
}

/// Whether we may do what others may not: then folders cannot be made unwritable.
pub(crate) fn writes_everywhere(folder: &Path) -> bool {
    std::fs::write(folder.join("probe"), b"").is_ok()
}
