//! Notices through the webhook: signed, told when they fail, and never lost.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use soc_domain::notice::Notice;
use soc_domain::webhook::{Forged, Secrets};
use soc_local::runner::{Progress, RunOptions};
use soc_pipeline::ports::Clock as _;
use soc_testkit::block_on;

use crate::bed::Bed;
use crate::cast::{events, miner};

const NEW: &str = "5f1d3c9a7b2e4f6081a2b3c4d5e6f708";
const OLD: &str = "c0ffee1234567890abcdefdeadbeef42";
const NEXT: &str = "Rk9xT2h2aVlQd3JzTnB6Q0xlbUF0dVhq";
const MINUTE: Duration = Duration::from_secs(60);

/// Who watches and remembers what was told.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Progress for Told {
    fn read(&self, _records: u64, _bytes: u64, _of: u64) {}
    fn driving(&self, _open: u64) {}
    fn notice(&self, _notice: &Notice) {}
    fn problem(&self, what: &str) {
        self.0.lock().unwrap().push(what.to_owned());
    }
}

/// A request as a receiver sees it.
#[derive(Debug, Clone)]
struct Request {
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut values = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        values.next().unwrap_or_default().trim().to_owned()
    }
}

/// Answers as many requests as there are answers, and hands them out.
fn receiver(answers: Vec<&'static str>) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/soc", listener.local_addr().unwrap());
    let serve = move || {
        let taken = answers.into_iter().map(|answer| {
            let (mut stream, _peer) = listener.accept().unwrap();
            let mut bytes = Vec::new();
            let mut piece = [0; 4_096];
            loop {
                let count = stream.read(&mut piece).unwrap();
                bytes.extend_from_slice(&piece[..count]);
                let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
                let request = Request { head, body: bytes[end + 4..].to_vec() };
                if request.body.len() >= request.header("content-length").parse().unwrap() {
                    stream.write_all(answer.as_bytes()).unwrap();
                    return request;
                }
            }
        });
        taken.collect()
    };
    (url, std::thread::spawn(serve))
}

const TAKEN: &str = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
const ELSEWHERE: &str = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
const BROKEN: &str = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

fn secrets(bed: &Bed, text: &str, mode: u32) {
    let path = bed.data().join("webhook.secrets");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A bed whose policy names a webhook at `url`.
fn bed_at(url: &str) -> Bed {
    let mut bed = Bed::new();
    secrets(&bed, &format!("{NEW}\n{OLD}\n"), 0o600);
    reopen(&mut bed, url);
    bed
}

fn reopen(bed: &mut Bed, url: &str) {
    bed.reopen_with(&[("[notice]\n", &format!("[notice]\nwebhook = \"{url}\"\n"))]);
}

fn run(bed: &Bed, records: &[Vec<u8>]) -> Vec<String> {
    let told = Told::default();
    let inputs: Vec<_> = [records].into_iter().filter(|records| !records.is_empty()).collect();
    let inputs: Vec<_> = inputs.into_iter().map(|records| bed.input("records.ndjson", records)).collect();
    block_on(bed.soc().run(&inputs, &RunOptions::default(), &told)).unwrap().unwrap();
    told.0.into_inner().unwrap()
}

fn one_miner() -> Vec<Vec<u8>> {
    events(&[miner("mines", "runner")])
}

fn waiting(bed: &Bed) -> i64 {
    bed.number("SELECT count(*) FROM webhook WHERE doc IS NOT NULL")
}

#[test]
fn a_notice_arrives_once_signed_with_both_secrets() {
    let (url, receiver) = receiver(vec![TAKEN]);
    let bed = bed_at(&url);
    assert_eq!(run(&bed, &one_miner()), [""; 0]);
    assert_eq!(run(&bed, &[]), [""; 0]);
    assert_eq!(waiting(&bed), 0);

    let request = receiver.join().unwrap().remove(0);
    assert!(request.head.starts_with("POST /soc HTTP/1.1"), "{}", request.head);
    assert_eq!(request.header("content-type"), "application/json");
    let notice: Notice = serde_json::from_str(std::str::from_utf8(&request.body).unwrap()).unwrap();
    assert_eq!(request.header("idempotency-key"), notice.key);
    let kept = fs::read_to_string(bed.data().join("notices.jsonl")).unwrap();
    assert_eq!(kept.trim_end().as_bytes(), request.body, "the outbox has it as well");

    let signature = request.header("soc-signature");
    let now = bed.clock.now();
    for secret in [NEW, OLD] {
        let receiver = Secrets::parse(secret).unwrap();
        assert_eq!(receiver.verify(&signature, &request.body, now), Ok(()));
        assert_eq!(receiver.verify(&signature, b"{}", now), Err(Forged::Mismatch), "tampered");
        let later = now.plus(6 * MINUTE);
        assert_eq!(receiver.verify(&signature, &request.body, later), Err(Forged::Stale), "replayed");
    }
    let third = Secrets::parse(NEXT).unwrap();
    assert_eq!(third.verify(&signature, &request.body, now), Err(Forged::Mismatch));
}

#[test]
fn a_dead_endpoint_loses_nothing_and_stops_no_incident_and_a_later_run_sends_it() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut bed = bed_at(&format!("http://{nobody}/"));
    let told = run(&bed, &one_miner());
    assert!(told.len() == 1 && told[0].contains("cannot be reached"), "{told:?}");
    assert_eq!((bed.executions(), bed.applied(), waiting(&bed)), ((1, 1), 1, 1));
    assert_eq!(run(&bed, &[]), [""; 0], "the next try is not due yet");

    let (url, receiver) = receiver(vec![BROKEN, ELSEWHERE, TAKEN]);
    reopen(&mut bed, &url);
    for (wait, problem) in [(1, "answered 503"), (5, "refused it with 302")] {
        bed.clock.forward(wait * MINUTE);
        let told = run(&bed, &[]);
        assert!(told.len() == 1 && told[0].contains(problem), "{told:?}");
    }
    bed.clock.forward(30 * MINUTE);
    assert_eq!((run(&bed, &[]), waiting(&bed)), (Vec::new(), 0));
    let requests = receiver.join().unwrap();
    let keys: Vec<String> = requests.iter().map(|request| request.header("idempotency-key")).collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let verified = Secrets::parse(NEW).unwrap();
    let last = requests.last().unwrap();
    assert_eq!(verified.verify(&last.header("soc-signature"), &last.body, bed.clock.now()), Ok(()));
}

#[test]
fn after_six_tries_a_notice_waits_for_a_person() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bed = bed_at(&format!("http://{nobody}/"));
    let mut told = run(&bed, &one_miner());
    for _later in 0..7 {
        bed.clock.forward(7 * 60 * MINUTE);
        told.extend(run(&bed, &[]));
    }
    assert_eq!(told.len(), 6, "{told:?}");
    assert!(told[5].contains("that was the last try"), "{told:?}");
    let dead = bed.store().webhook_dead(10).unwrap();
    assert_eq!((dead.len(), dead[0].tries, waiting(&bed)), (1, 6, 1));
    assert_eq!(bed.store().redrive_webhook().unwrap(), 1);
    assert_eq!(run(&bed, &[]).len(), 1, "it is tried again");
}

#[test]
fn what_is_not_set_up_is_told_and_costs_no_try() {
    let bed = bed_at("http://127.0.0.1:9/");
    for (text, mode, problem) in [
        (NEW, 0o644, "can be read by others"),
        ("short", 0o600, "not fit for use: a secret needs at least 32 bytes"),
        (&[NEW, OLD, NEXT].join("\n"), 0o600, "there are 3"),
    ] {
        secrets(&bed, text, mode);
        let told = run(&bed, &one_miner());
        assert!(told.len() == 1 && told[0].contains(problem), "{told:?}");
        assert!(!told[0].contains(NEW), "{told:?}");
    }
    fs::remove_file(bed.data().join("webhook.secrets")).unwrap();
    assert!(run(&bed, &[])[0].contains("cannot read the secrets"));
    assert_eq!(bed.number("SELECT sum(tries) FROM webhook"), 0);
}
