//! Opaque tokens and `jti`: what is read is written as it was, so that nothing has two names.

use edge_sts::token::{Handle, HandleKind, Jti};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(handle) = Handle::parse(text) {
        assert_eq!(handle.expose(), text);
        let prefix = if handle.kind == HandleKind::Access { "sts_at_" } else { "sts_rt_" };
        assert!(text.starts_with(&format!("{prefix}{}", handle.grant)));
        assert_eq!(handle.grant.len(), 22);
        assert!(text.len() == 72 || (text.len() <= 2048 && text[29..].starts_with('.')));
        assert!(!format!("{handle:?}").contains(&text[7..]));
    }
    if let Some(jti) = Jti::parse(text) {
        assert_eq!(jti.to_text(), text);
        assert_eq!(jti.grant.len(), 22);
        assert!(text.len() <= 256 && !jti.provenance.introspectors.is_empty());
    }
}
