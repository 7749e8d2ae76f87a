//! Public test vectors. Wycheproof and the JOSE cookbook are read from `STS_VECTORS`, by default `../shared/vectors`; the
//! examples of RFCs stand in `tests/data`. `tests/node/vectors.test.mjs` and `tests/workerd/vectors.test.mjs` verify the
//! same signatures with WebCrypto.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use edge_sts::jose::{Compact, KeySet, json as strict};
use edge_sts::resource::{Resource, ResourceType, TokenIntrospector, read};
use edge_sts::verification::verify_signature;
use serde_json::{Value, json};

use crate::common::*;

/// The folder of the vectors, or a loud word about where to get them.
fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors =
        std::env::var_os("STS_VECTORS").map_or_else(|| root.join("../shared/vectors"), |path| root.join(path));
    let folder = vectors.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    // Written past the test's capture of its output.
    let _ = writeln!(
        std::io::stderr(),
        "\n*** SKIPPED: the vectors of {name} are not at {}. Get them from https://github.com/C2SP/wycheproof \
         (testvectors_v1) and https://github.com/ietf-jose/cookbook, and set STS_VECTORS to their folder. ***\n",
        folder.display()
    );
    None
}

fn parsed(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The keys as an administrator would write them down; `None` if they are refused.
fn introspector(keys: &[Value]) -> Option<std::rc::Rc<TokenIntrospector>> {
    let keys: Vec<Value> = keys.iter().map(|jwk| json!({"format": "jwk", "jwk": jwk})).collect();
    let document = json!({"id": "v", "type": "jwt", "jwt": {"iss": "https://v.example", "keys": keys}}).to_string();
    match read(ResourceType::TokenIntrospector, &strict::parse_object(&document).ok()?) {
        Ok(Resource::TokenIntrospector(introspector)) => Some(introspector),
        _ => None,
    }
}

/// Whether the core accepts the JWS with these keys.
fn accepts(keys: &[Value], jws: &str) -> bool {
    let (Some(introspector), Ok(jws)) = (introspector(keys), Compact::parse(jws)) else { return false };
    let host = MemoryHost::default();
    let keys = introspector.keys.iter().map(|key| (key.kid.as_deref(), key.as_key(&introspector.algorithms)));
    run(verify_signature(&host, &jws, keys)).is_ok()
}

/// What a verifier of the group is given: its public keys, or its secrets.
fn keys_of(group: &Value) -> Vec<Value> {
    let given = group.get("public").unwrap_or(&group["private"]);
    given["keys"].as_array().cloned().unwrap_or_else(|| vec![given.clone()])
}

fn exceptions() -> BTreeMap<String, String> {
    let file: Value = serde_json::from_str(include_str!("../data/wycheproof_exceptions.json")).unwrap();
    serde_json::from_value(file["json_web_signature_test"].clone()).unwrap()
}

#[test]
fn wycheproof() {
    let Some(folder) = folder("wycheproof") else { return };
    let mut cases = 0;
    for name in ["json_web_signature_test", "json_web_key_test", "json_web_crypto_test", "json_web_encryption_test"] {
        let mut differing = if name == "json_web_signature_test" { exceptions() } else { BTreeMap::new() };
        for group in parsed(&folder.join(name).with_extension("json"))["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                cases += 1;
                let id = test["tcId"].to_string();
                let comment = format!("{name} {id}: {} {}", group["comment"], test["comment"]);
                if let Some(jwe) = test["jwe"].as_str() {
                    assert!(Compact::parse(jwe).is_err(), "{comment}: a JWE was read as a JWS");
                    continue;
                }
                // Some are in the JSON serialization, which is no JWT.
                let jws = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), str::to_owned);
                let accepted = accepts(&keys_of(group), &jws);
                let valid = test["result"] == "valid";
                match differing.remove(&id) {
                    None => assert_eq!(accepted, valid, "{comment}"),
                    Some(reason) => assert_ne!(accepted, valid, "{comment}: no exception any more ({reason})"),
                }
            }
        }
        assert!(differing.is_empty(), "exceptions for tests that are not there: {differing:?}");
    }
    assert_eq!(cases, 401 + 26 + 83 + 139);
}

/// RFC 7520 and RFC 7797: what is compact and whole is accepted; detached content, `b64` and JSON are not.
#[test]
fn cookbook() {
    let Some(folder) = folder("ietf-jose-cookbook") else { return };
    for (file, accepted) in [
        ("jws/4_1.rsa_v15_signature.json", true),
        ("jws/4_2.rsa-pss_signature.json", true),
        ("jws/4_3.ecdsa_signature.json", true),
        ("jws/4_4.hmac-sha2_integrity_protection.json", true),
        ("curve25519/jws.json", true),
        ("jws/4_5.signature_with_detached_content.json", false),
        ("rfc7797/hmac-sha2_b64_false.json", false),
    ] {
        let example = parsed(&folder.join(file));
        let jws = example["output"]["compact"].as_str().unwrap();
        assert_eq!(accepts(&[public(&example["input"]["key"], &example["input"]["alg"])], jws), accepted, "{file}");
    }
    for file in [
        "jws/4_6.protecting_specific_header_fields.json",
        "jws/4_7.protecting_content_only.json",
        "jws/4_8.multiple_signatures.json",
        "rfc7797/4.2.hmac-sha2_b64_false.json",
    ] {
        assert!(Compact::parse(&parsed(&folder.join(file))["output"]["json"].to_string()).is_err(), "{file}");
    }
    let nested = parsed(&folder.join("6.nesting_signatures_and_encryption.json"));
    for output in
        [&nested["encrypt"]["output"]["compact"], &parsed(&folder.join("curve25519/ecdh-es.json"))["output"]["compact"]]
    {
        assert!(Compact::parse(output.as_str().unwrap()).is_err());
    }
    for (file, usable) in [
        ("3_1.ec_public_key.json", 1),
        ("3_2.ec_private_key.json", 0),
        ("3_3.rsa_public_key.json", 1),
        ("3_4.rsa_private_key.json", 0),
        ("3_5.symmetric_key_mac_computation.json", 0),
        ("3_6.symmetric_key_encryption.json", 0),
    ] {
        let jwk = parsed(&folder.join("jwk").join(file));
        let set = KeySet::parse(&json!({"keys": [jwk]}).to_string()).ok().unwrap();
        assert_eq!((set.keys.len(), set.left_out.len()), (usable, 1 - usable), "{file}");
    }
}

/// The public part of a key of an example, for one algorithm; a secret as it is.
fn public(key: &Value, alg: &Value) -> Value {
    let mut key = key.clone();
    key["alg"] = alg.clone();
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        key.as_object_mut().unwrap().remove(private);
    }
    key
}

#[test]
fn rfc7515_appendix_a_and_rfc8037_appendix_a_4() {
    let files = [include_str!("../data/rfc7515.json"), include_str!("../data/rfc8037_rfc7638.json")];
    let mut valid = 0;
    for file in files {
        let file: Value = serde_json::from_str(file).unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let jws = vector["jws"].as_str().unwrap();
            let accepted = match vector.get("jwk") {
                Some(jwk) if jwk.is_object() => accepts(&[public(jwk, &header(jws)["alg"])], jws),
                _ => Compact::parse(jws).is_ok(), // A.5: `none`, without a key
            };
            assert_eq!(accepted, vector["expect"] == "valid", "{}", vector["id"]);
            valid += usize::from(accepted);
        }
    }
    assert_eq!(valid, 5);
}
