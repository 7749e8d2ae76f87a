//! libFuzzer's program: the target that `FUZZ_TARGET` names, guided by coverage. The input that took longest is kept in
//! the folder `FUZZ_SLOWEST`.
#![no_main]

use std::sync::OnceLock;

use edge_sts_fuzz::{Slowest, Target, target};
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<(Target, Slowest)> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let (target, slowest) = TARGET.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let target = target(&name).unwrap_or_else(|| panic!("FUZZ_TARGET names no target"));
        (target, Slowest::from_environment())
    });
    slowest.run(*target, data);
});
