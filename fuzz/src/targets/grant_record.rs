//! A record of a grant: what is read is written and read back as it was; and whatever the store holds, a request that
//! meets it is answered, never with a token when the record is revoked or not one.

use edge_sts::token::GrantRecord;

use crate::common::{Fixture, ISSUER, NOW};
use crate::oracle;

/// Its digest stands in the seeds: SHA-256 of this text.
const REFRESH: &str = "sts_rt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const GRANT: &str = "AAAAAAAAAAAAAAAAAAAAAA";

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let record = GrantRecord::from_json(text).ok();
    if let Some(record) = &record {
        let written = record.to_json("nonce");
        assert_eq!(GrantRecord::from_json(&written).unwrap().to_json("nonce"), written);
    }
    let fixture = Fixture::new();
    fixture.host.grants.borrow_mut().insert(format!("{ISSUER} {GRANT}"), (1, text.to_owned(), NOW + 1000));
    let revoked = record.as_ref().is_none_or(|record| matches!(record, GrantRecord::Revoked { .. }));
    let requests: [(&str, &[(&str, &str)]); 3] = [
        ("/auth/introspect", &[("token", REFRESH)]),
        ("/auth/token", &[("grant_type", "refresh_token"), ("refresh_token", REFRESH)]),
        ("/auth/revoke", &[("token", REFRESH)]),
    ];
    for (path, parameters) in requests {
        let reply = fixture.form(path, parameters);
        oracle::hides(&fixture, &reply, &[REFRESH], "");
        if reply.status() == 503 {
            assert!(record.is_none(), "a record that can be read is no fault of the store");
            continue;
        }
        let body = oracle::well_formed(&reply);
        let gives = body.is_some_and(|body| body["active"] == true || body.get("access_token").is_some());
        assert!(!gives || !revoked, "a token out of a revoked grant");
    }
    oracle::still_works(&fixture);
}
