//! A folder to run the program in, and the program's answer.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// Longer than any run may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder of its own, removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("promcheck-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = Self(std::env::temp_dir().join(name));
        // The repository ends here: no configuration from above counts.
        fs::create_dir_all(folder.0.join(".git")).unwrap();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// Writes one more file.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The program, about to run here.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = promcheck(arguments);
        command.current_dir(&self.0);
        command
    }

    /// Runs the program here.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        Answer::to(self.command(arguments))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program with these arguments.
pub fn promcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_promcheck"));
    command.args(arguments);
    command
}

/// What the program answered.
#[derive(PartialEq, Eq, Debug)]
pub struct Answer {
    pub status: Option<i32>,
    pub out: String,
    pub error: String,
}

impl Answer {
    /// The answer to a command; a command that does not end fails the test rather than hanging it.
    pub fn to(mut command: Command) -> Self {
        let (send, receive) = mpsc::channel();
        let shown = format!("{command:?}");
        thread::spawn(move || send.send(command.output()));
        let answer = receive.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{shown} does not end"));
        Self::of(&answer.unwrap())
    }

    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { status: output.status.code(), out: text(&output.stdout), error: text(&output.stderr) }
    }
}
