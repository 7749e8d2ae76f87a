//! JWK thumbprints (RFC 7638).

use alloc::string::String;

use super::{ObjectWriter, base64url, sha256};

/// The thumbprint of a key: SHA-256 of `kty` and its required public members, in the order of their names.
///
/// ```
/// use edge_sts::jose::thumbprint;
/// let x = ("x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"); // RFC 8037 appendix A.3
/// assert_eq!(thumbprint("OKP", &[("crv", "Ed25519"), x]), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// ```
#[must_use]
pub fn thumbprint(kty: &str, members: &[(&str, &str)]) -> String {
    // `members` are in that order among themselves; `kty` stands between them.
    let mut required = ObjectWriter::new();
    let mut kty = Some(kty);
    for (name, value) in members {
        if *name > "kty" {
            required.optional("kty", kty.take());
        }
        required.text(name, value);
    }
    required.optional("kty", kty);
    base64url::encode(&sha256(required.finish().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::thumbprint;

    #[test]
    fn rfc7638_3_1() {
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc",
            "_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQ",
            "MicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPks",
            "INHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
        );
        assert_eq!(thumbprint("RSA", &[("e", "AQAB"), ("n", n)]), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
