//! The common exchange in this process, over and over: for `valgrind --tool=callgrind` (see README.md) and to count
//! allocations. The host is the one of the tests, in memory.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "the host is that of the tests, and the count is what it is for"
)]

use serde_json::json;

use crate::common::{Fixture, form, good, subject_token};

#[path = "../tests/rust/common.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod common;

fn main() {
    let rounds: u32 = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let mut resources = common::resources();
    resources[0]["auth"]["token_exchange"]["refresh_token"] = json!(false);
    let fixture = Fixture::with(&resources, common::OCT_KEYS);
    let subject = subject_token(&json!({}));
    let body = form(&good(&subject));
    let basic = common::basic("c1", "p@ss:w+rd %1");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("authorization", basic.as_str())];
    let exchange = || fixture.send("POST /auth/token", &headers, body.as_bytes());
    exchange().ok();
    measured(rounds, &exchange);
    let counted = allocation_counter::measure(|| drop(exchange()));
    println!("allocations of one exchange: {} ({} bytes)", counted.count_total, counted.bytes_total);
}

#[inline(never)]
fn measured(rounds: u32, exchange: &dyn Fn() -> common::Reply) {
    for _ in 0..rounds {
        assert_eq!(exchange().status(), 200);
    }
}
