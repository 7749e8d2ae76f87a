//! `/health`: that the service can serve, what the directory has not published yet, and whether a key is missing. The last
//! two do not make the service unhealthy, but an operator wants to see them.

use alloc::string::String;

use super::Answer;
use crate::call::Call;
use crate::error::Reason;
use crate::host::Host;
use crate::http::Response;
use crate::jose::ObjectWriter;

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
