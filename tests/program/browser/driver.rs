//! A browser that is driven over WebDriver: chromedriver's own little HTTP, and no more of it than is needed here.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Longer than any step may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one window.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts chromedriver and a browser without a window on the screen; nothing when none is installed.
    pub fn start() -> Option<Self> {
        let Some((mut driver, port)) = driver() else {
            let is_required = std::env::var("PROMCHECK_BROWSER").is_ok_and(|value| value == "required");
            assert!(!is_required, "chromium and chromedriver are required here, and chromedriver does not start");
            // Past the capture of the test harness: it is to be seen that this was not tested.
            let _ = writeln!(io::stderr().lock(), "NOT TESTED in a browser: there is no chromedriver on the PATH");
            return None;
        };
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1600,1000", "--force-prefers-reduced-motion"] },
        } } });
        let answer = ask(port, "POST", "/session", Some(&wanted));
        let Some(session) = answer["sessionId"].as_str().map(str::to_owned) else {
            let _ = driver.kill();
            panic!("chromedriver starts no browser: {answer}");
        };
        Some(Self { driver, port, session })
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        ask(self.port, method, &format!("/session/{}{path}", self.session), body.as_ref())
    }

    /// Opens a page from the disk.
    pub fn open(&self, page: &Path) {
        self.ask("POST", "/url", Some(json!({ "url": format!("file://{}", page.display()) })));
    }

    /// Runs a script, the body of a function, and gives what it returns.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.ask("POST", "/execute/sync", Some(json!({ "script": script, "args": arguments })))
    }

    /// Waits until a script returns true; says whether it did.
    pub fn wait_for(&self, script: &str) -> bool {
        let began = Instant::now();
        while self.run(script, json!([])) != true {
            if began.elapsed() > PATIENCE {
                return false;
            }
            thread::sleep(Duration::from_millis(20));
        }
        true
    }

    /// Moves the pointer to a place in the window.
    pub fn point(&self, place: (i64, i64)) {
        self.act(place, json!([]));
    }

    /// Clicks at a place in the window.
    pub fn click(&self, place: (i64, i64)) {
        self.act(place, json!([{ "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 }]));
    }

    fn act(&self, (x, y): (i64, i64), then: Value) {
        let mut steps = vec![json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y })];
        steps.extend(then.as_array().unwrap().iter().cloned());
        self.ask(
            "POST",
            "/actions",
            Some(json!({ "actions": [{ "type": "pointer", "id": "mouse", "actions": steps }] })),
        );
    }

    /// Presses keys, one after the other; others than letters as WebDriver numbers them.
    pub fn press(&self, keys: &str) {
        let steps: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() })))
            .collect();
        self.ask("POST", "/actions", Some(json!({ "actions": [{ "type": "key", "id": "keys", "actions": steps }] })));
    }

    /// Makes the window so large, for people who like it light or dark.
    pub fn look(&self, scheme: &str, width: i64, height: i64) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
    }

    fn devtools(&self, command: &str, parameters: Value) {
        self.ask("POST", "/goog/cdp/execute", Some(json!({ "cmd": command, "params": parameters })));
    }

    /// What the page complained of in the console since it was asked last.
    pub fn complaints(&self) -> Vec<Value> {
        self.ask("POST", "/se/log", Some(json!({ "type": "browser" }))).as_array().unwrap().clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.ask("DELETE", "", None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver at a port of its choice.
fn driver() -> Option<(Child, u16)> {
    let mut command = Command::new("chromedriver");
    let mut driver = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut lines = BufReader::new(driver.stdout.take()?).lines();
    let port = lines.find_map(|line| {
        let line = line.ok()?;
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // It goes on speaking, and would wait for somebody to listen.
    thread::spawn(move || lines.for_each(drop));
    Some((driver, port?))
}

/// Asks chromedriver, and gives the value of its answer.
fn ask(port: u16, method: &str, path: &str, body: Option<&Value>) -> Value {
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        } else if line.is_empty() {
            break;
        }
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    let value = answer["value"].clone();
    assert!(value["error"].is_null(), "{method} {path}: {value}");
    value
}
