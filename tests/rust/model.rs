//! The service beside a plain model of the contract (`model/rules.rs`): random administrator's changes, exchanges,
//! refreshes, retries, revocations and time, with and without proofs of a key, by clients with a secret and public ones, and
//! identity assertions that are issued and redeemed. After each step both must say the same: who gets a token, with which scope
//! and audience, bound to which key and until when, and which tokens are alive.
//!
//! `STS_MODEL_SECONDS` runs it for longer, `STS_MODEL_SEED` from another beginning. A sequence that fails is cut down to
//! the steps that it needs, and these are shown.

mod random;
mod rules;
mod run;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

use self::random::Random;
use self::run::Run;

/// Steps of one sequence.
const STEPS: usize = 120;

/// A sequence that failed: what went wrong, and its steps.
struct Failed {
    fault: String,
    steps: Vec<String>,
}

/// Makes a sequence; gives how many tokens it issued.
fn made(steps: &[u64]) -> Result<usize, Failed> {
    let log = Rc::default();
    let done = catch_unwind(AssertUnwindSafe(|| {
        let mut run = Run::new(Rc::clone(&log));
        log.take();
        for seed in steps {
            run.step(&mut Random(*seed));
        }
        run.compare_all();
        run.model.tokens.len()
    }));
    done.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let fault = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned();
        Failed { fault, steps: log.take() }
    })
}

/// The steps without which it does not fail.
fn shrunk(mut steps: Vec<u64>) -> Vec<u64> {
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            if made(&fewer).is_err() { steps = fewer } else { at += size }
        }
        size /= 2;
    }
    steps
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Contract 3 and 4: the service does what the model says, and nothing else.
#[test]
fn what_the_contract_says_and_nothing_else() {
    let seconds = number("STS_MODEL_SECONDS");
    let mut seeds = Random(number("STS_MODEL_SEED").unwrap_or(1));
    let (begin, mut sequences, mut tokens) = (Instant::now(), 0, 0);
    let is_over = |sequences| match seconds {
        Some(seconds) => begin.elapsed() >= Duration::from_secs(seconds),
        None => sequences >= 60,
    };
    while !is_over(sequences) {
        let steps: Vec<u64> = (0..STEPS).map(|_| seeds.next()).collect();
        match made(&steps) {
            Ok(issued) => tokens += issued,
            Err(_) => {
                let steps = shrunk(steps);
                let Err(Failed { fault, steps }) = made(&steps) else { panic!("it fails now and then") };
                panic!("{fault}\n{}", steps.join("\n"));
            }
        }
        sequences += 1;
    }
    println!("{sequences} sequences of {STEPS} steps, {tokens} tokens");
    assert!(tokens > sequences * 10, "{tokens} tokens: most of it was refused");
}
