//! `soc run` as a person has it: it prints a link, serves until Ctrl-C, and does what is decided meanwhile.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::shell::Shell;

/// A run that serves; killed if a test ends early.
struct Serving {
    child: Child,
    host: String,
    code: String,
    cookie: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        self.child.wait().expect("the child ends");
    }
}

impl Serving {
    fn start(shell: &Shell, args: &[&str]) -> Self {
        let mut command = shell.command(args);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let mut words = BufReader::new(child.stderr.take().expect("there is a pipe"));
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            assert!(words.read_line(&mut line).expect("it speaks") > 0, "it ended without a link");
        }
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut words, &mut std::io::sink()));
        let link = line.split("http://").nth(1).expect("a link").trim();
        let (host, code) = link.split_once("/?code=").expect("a code");
        let (host, code) = (host.to_owned(), code.to_owned());
        Self { child, host, code, cookie: String::new() }
    }

    /// One request as a browser's page sends it; answers status, headers and body.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String, String) {
        let Self { host, cookie, .. } = self;
        let mut stream = TcpStream::connect(host).expect("it listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head.to_owned(), body.to_owned())
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, _, text) = self.ask(method, &format!("/api/v1{path}"), &body.to_string());
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn get(&self, path: &str) -> Value {
        self.json("GET", path, &json!({}))
    }

    fn sign_in(&mut self) {
        let body = json!({ "code": self.code }).to_string();
        let (status, head, _) = self.ask("POST", "/api/v1/session", &body);
        assert_eq!(status, 204, "{head}");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        self.cookie = cookie.split(';').next().expect("a value").to_owned();
    }

    /// Waits until `path` answers something of which `is_it` holds.
    fn until(&self, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let seen = self.get(path);
            if is_it(&seen) {
                return seen;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{path} stays {seen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ctrl-C; answers how it ended.
    fn interrupt(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().expect("a signal can be sent");
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn a_newcomer_sees_incidents_arrive_signs_in_once_and_ends_with_ctrl_c() {
    let shell = Shell::new();
    let mut serving = Serving::start(&shell, &["--quiet"]);
    assert_eq!(serving.ask("GET", "/api/v1/incidents", "").0, 401);
    serving.sign_in();
    serving.until("/incidents", |page| page["total"].as_u64().unwrap_or(0) > 0);
    let body = json!({ "code": serving.code }).to_string();
    assert_eq!(serving.ask("POST", "/api/v1/session", &body).0, 401, "a link is good once");
    let (status, head, _) = serving.ask("GET", "/?code=anything", "");
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: default-src 'none'; script-src 'self'"), "{head}");
    let (status, _, metrics) = serving.ask("GET", "/metrics", "");
    assert_eq!(status, 200);
    assert!(metrics.contains("soc_up{part=\"runner\"} 1"), "{metrics}");
    assert_eq!(serving.interrupt(), Some(0));
    shell.soc(&["audit", "verify"]).ended(0);
}

#[test]
fn what_is_approved_in_the_dashboard_is_done_at_once_and_undone_on_request() {
    let shell = Shell::filled();
    let mut serving = Serving::start(&shell, &["run", "--quiet", "--listen", "127.0.0.1:0"]);
    serving.sign_in();
    let me = serving.get("/config")["me"]["name"].clone();
    let pages = serving.get("/approvals?state=Pending&limit=200");
    let questions = pages["items"].as_array().expect("a list");
    let of = |question: &Value| question["incident"]["id"].clone();
    let alone = |question: &&Value| {
        question["persons"] == 1 && questions.iter().filter(|other| of(other) == of(question)).count() == 1
    };
    let question = questions.iter().find(alone).expect("one person is enough for one of them");
    let action = question["action"]["id"].as_str().expect("an id");
    let consent = json!({ "plan_sha256": question["plan_sha256"] });
    let approved = serving.json("POST", &format!("/approvals/{action}/approve"), &consent);
    assert_eq!((&approved["state"], &approved["decisions"][0]["person"]), (&json!("Approved"), &me));
    let path = format!("/actions/{action}");
    let done = serving.until(&path, |action| action["state"] == "Done");
    assert_eq!(done["reversible"], true);
    let undone = serving.json("POST", &format!("{path}/reverse"), &json!({ "reason": "a test" }));
    assert_eq!((&undone["state"], &undone["action"]["state"]), (&json!("Reversed"), &json!("Reversed")));
    assert_eq!(serving.get(&path)["state"], "Reversed");
    assert_eq!(serving.interrupt(), Some(0));
}

#[test]
fn an_address_that_others_can_reach_is_refused() {
    let shell = Shell::new();
    for address in ["0.0.0.0:8787", "192.0.2.1:8787", "[::]:0"] {
        let said = shell.soc(&["run", "--listen", address]).ended(2);
        assert!(said.err.contains("can be reached from other machines"), "{said:?}");
    }
}
