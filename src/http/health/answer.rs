//! `/health`: that the service can serve, and what is degraded: what the directory has not published yet, what did not
//! answer when a request needed it last, and whether a key is missing. None of it makes the service unhealthy, since another
//! instance would fare no better; but an operator wants to see it.
//!
//! Anybody may ask: nothing is tried for it, but the directory once in some seconds, and no issuer is named.

use alloc::string::String;

use super::Answer;
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::http::Response;
use crate::jose::ObjectWriter;
use crate::sts::Sts;

pub(in crate::http) async fn respond<H: Host>(call: Call<'_, H>) -> Response {
    let remembered = if call.sts.replicated { call.sts.health.remembered(call.now) } else { Some(Ok(None)) };
    let waiting = match remembered {
        Some(answer) => answer,
        None => {
            let answer = call.host.waiting().await;
            call.sts.health.directory.set(Some((answer, call.now)));
            answer
        }
    };
    let mut health = ObjectWriter::new();
    health.text("status", "ok");
    if let Some(directory) = described(waiting) {
        health.json("directory", &directory);
    }
    let Sts { health: known, directory, key_sets, .. } = call.sts;
    let asked = [
        ("resources", &directory.answering),
        ("grants", &known.grants),
        ("signing", &known.signing),
        ("rate_limit", &known.rate_limit),
    ];
    for (name, answering) in asked {
        let Some(since) = answering.silent_since() else { continue };
        let mut silent = ObjectWriter::new();
        silent.text("status", "unavailable");
        silent.integer("since", since);
        health.json(name, &silent.finish());
    }
    let failing = key_sets.failing();
    if failing > 0 {
        let mut sources = ObjectWriter::new();
        sources.integer("failing", failing as u64);
        health.json("key_sources", &sources.finish());
    }
    if call.sts.health.id_jag_key_missing.get() {
        health.text("id_jag", &Reason::IdJagKeyMissing.code());
    }
    Response::json(200, health.finish()).with("cache-control", "no-store")
}

/// Nothing where all is published.
fn described(waiting: Answer) -> Option<String> {
    let mut directory = ObjectWriter::new();
    match waiting {
        Ok(waiting) => {
            let waiting = waiting.filter(|waiting| waiting.keys > 0)?;
            directory.integer("waiting", waiting.keys);
            if let Some(since) = waiting.since {
                directory.integer("since", since);
            }
        }
        // What is published serves on.
        Err(_) => directory.text("status", "unavailable"),
    }
    Some(directory.finish())
}
