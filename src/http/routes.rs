//! The routes (contract section 3). Paths match exactly.

use alloc::string::String;

use super::{Request, Response, cors, health, metadata};
use crate::admin;
use crate::apart::apart;
use crate::audit::Event;
use crate::call::Call;
use crate::dpop::{Asked, Proof, Unproved};
use crate::error::Reason;
use crate::grants::{self, ClientRequest};
use crate::host::Host;
use crate::jose::Algorithm;
use crate::parameters::{Parameters, is_form, refuse_credentials_in_query};
use crate::request_id;
use crate::sts::{AUTHORIZATION_PATH, INTROSPECTION_PATH, REVOCATION_PATH, TOKEN_PATH, USERINFO_PATH};

/// The routes that are not the administrator's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    Authorize,
    Token,
    Introspect,
    Revoke,
    Userinfo,
    Metadata,
    Jwks,
    Health,
    Description,
}

impl Route {
    fn of(path: &str) -> Option<Self> {
        Some(match path {
            AUTHORIZATION_PATH => Self::Authorize,
            TOKEN_PATH => Self::Token,
            INTROSPECTION_PATH => Self::Introspect,
            REVOCATION_PATH => Self::Revoke,
            USERINFO_PATH => Self::Userinfo,
            "/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration" => Self::Metadata,
            "/.well-known/jwks.json" => Self::Jwks,
            "/health" => Self::Health,
            "/openapi.json" => Self::Description,
            _ => return None,
        })
    }

    /// The value of `Allow`.
    const fn methods(self) -> &'static str {
        match self {
            Self::Token | Self::Introspect | Self::Revoke => "POST",
            Self::Userinfo => "GET, HEAD, POST",
            Self::Authorize | Self::Metadata | Self::Jwks | Self::Health | Self::Description => "GET, HEAD",
        }
    }

    fn allows(self, method: &str) -> bool {
        self.methods().split(',').any(|allowed| allowed.trim_start_matches(' ') == method)
    }

    /// Whether a page of another origin may call it: of those that a client lists (`allowed_origins`).
    const fn for_listed_origins(self) -> bool {
        matches!(self, Self::Token | Self::Introspect | Self::Revoke | Self::Userinfo)
    }

    /// Whether any page may read it: it is the same for everybody, and asks for no credentials.
    const fn for_any_origin(self) -> bool {
        matches!(self, Self::Metadata | Self::Jwks | Self::Description)
    }
}

/// Answers one request. Where the issuer has a path, everything lies under that path.
pub async fn respond<H: Host>(call: Call<'_, H>, request: &Request<'_>) -> Response {
    let response = match request.under(&call.sts.path) {
        _ if is_inserted_metadata(request.path, &call.sts.path) => route(call, Some(Route::Metadata), request).await,
        Some(request) => route(call, Route::of(request.path), &request).await,
        // Where a platform looks for it.
        None if request.path == "/health" => route(call, Some(Route::Health), request).await,
        None => Response::error(&Reason::Path.wire()),
    };
    let response = if request.method == "HEAD" { response.without_body() } else { response };
    let response = response.secured();
    let response = if call.sts.issuer.starts_with("https:") {
        response.with("strict-transport-security", "max-age=31536000")
    } else {
        response
    };
    // The last one: a host that keeps the heads of answers tells it from the rest.
    if call.request_id.is_empty() { response } else { response.with(request_id::HEADER, call.request_id) }
}

/// RFC 8414 sections 3.1 and 5: `/.well-known/…` goes between the host and the path of the issuer.
fn is_inserted_metadata(path: &str, issuer_path: &str) -> bool {
    !issuer_path.is_empty()
        && path.strip_suffix(issuer_path).is_some_and(|path| Route::of(path) == Some(Route::Metadata))
}

async fn route<H: Host>(call: Call<'_, H>, route: Option<Route>, request: &Request<'_>) -> Response {
    match route {
        Some(route) if request.method == "OPTIONS" && route.for_listed_origins() => {
            apart(cors::preflight(call, request, route.methods())).await
        }
        Some(route) if request.method == "OPTIONS" && route.for_any_origin() => cors::open_preflight(route.methods()),
        Some(route) if !route.allows(request.method) => {
            Response::error(&Reason::Method.wire()).with("allow", route.methods())
        }
        Some(route) => serve(call, route, request).await,
        None => match apart(admin::respond(call, request)).await {
            Some(response) => response,
            None => Response::error(&Reason::Path.wire()),
        },
    }
}

async fn serve<H: Host>(call: Call<'_, H>, route: Route, request: &Request<'_>) -> Response {
    match route {
        Route::Metadata => public(metadata::metadata(call.sts)),
        Route::Jwks => public(Response::json(200, String::from(call.sts.keys.jwks()))),
        Route::Description => public(Response::kept_by_host("openapi.json", "application/json")),
        Route::Health => apart(health::respond(call)).await,
        Route::Authorize => Response::html(400, NOBODY_LOGS_IN_HERE).with("cache-control", "no-store"),
        Route::Token | Route::Introspect | Route::Revoke | Route::Userinfo => decide(call, route, request).await,
    }
}

/// What anyone may read, and keep for a while.
fn public(document: Response) -> Response {
    cors::open(document).with("cache-control", "public, max-age=300")
}

/// The metadata names an authorization endpoint, because there are clients that take none without it; whoever is sent
/// there reads this.
const NOBODY_LOGS_IN_HERE: &str = concat!(
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Nobody logs in here</title>",
    "<p>Nobody logs in here: this service only exchanges tokens that others have issued, at its token endpoint.</p></html>\n",
);

/// The routes that decide something, and so leave an audit event.
async fn decide<H: Host>(call: Call<'_, H>, route: Route, request: &Request<'_>) -> Response {
    let name = match route {
        Route::Introspect => "token.introspect",
        Route::Revoke => "token.revoke",
        Route::Userinfo => "token.userinfo",
        _ => "token.request",
    };
    let mut event = Event { event: name, ..Event::default() };
    // For the next request of a client that proves a key.
    let mut nonce = None;
    let body = match route {
        Route::Userinfo => apart(userinfo(call, request, &mut nonce, &mut event)).await,
        _ => client_request(call, route, request, &mut nonce, &mut event).await,
    };
    let reason = body.as_ref().err().copied();
    event.reason = reason;
    let client_id = request.header("origin").and_then(|_| event.client_id.clone());
    call.audit(event);
    let response = match body {
        Ok(body) => Response::json(200, body).no_store(),
        Err(reason) => refusal(reason),
    };
    let response = match nonce {
        Some(nonce) => response.with("dpop-nonce", &nonce),
        None => response,
    };
    let about_proof = matches!(reason, Some(Reason::Dpop(_) | Reason::DpopOfBearer(_)));
    cors::allow(call, request, client_id.as_deref(), about_proof, response).await
}

async fn client_request<H: Host>(
    call: Call<'_, H>,
    route: Route,
    request: &Request<'_>,
    nonce: &mut Option<String>,
    event: &mut Event,
) -> Result<String, Reason> {
    let parameters = read_body(request).inspect_err(|reason| {
        if *reason == Reason::Body && !is_form(request.header("content-type")) {
            event.claimed.note_json(request.body);
        }
    })?;
    refuse_credentials_in_query(request.query)?;
    let authorization = request.header("authorization");
    // Before the client's credentials: a request that is sent again with a nonce must find its assertion unspent.
    let proof = match route {
        Route::Token => {
            let asked = Asked { method: "POST", path: TOKEN_PATH };
            Proof::of(call, request, asked, nonce).await.map_err(|unproved| match unproved {
                Unproved::Proof(fault) => Reason::Dpop(fault),
                Unproved::Host => Reason::Unavailable,
            })?
        }
        _ => None,
    };
    let answer = granted(call, route, (request.path, authorization, proof.as_ref()), &parameters, event).await;
    if let Err(refused) = &answer {
        apart(grants::note_claimed(call, authorization, &parameters, *refused, event)).await;
    }
    answer
}

async fn granted<H: Host>(
    call: Call<'_, H>,
    route: Route,
    (path, authorization, proof): (&str, Option<&str>, Option<&Proof>),
    parameters: &Parameters<'_>,
    event: &mut Event,
) -> Result<String, Reason> {
    match route {
        Route::Introspect => {
            let request = ClientRequest::read(path, authorization, parameters)?;
            apart(grants::introspect(call, &request, event)).await
        }
        Route::Revoke => {
            let request = ClientRequest::read(path, authorization, parameters)?;
            // RFC 7009 section 2.2 ignores the body; there are clients that parse it.
            apart(grants::revoke(call, &request, event)).await.map(|()| String::from("{}"))
        }
        _ => {
            let answer = grants::token(call, (authorization, proof), parameters, None, event).await?;
            Ok(answer.to_json())
        }
    }
}

/// The token is in the header, or in a form (RFC 6750 sections 2.1 and 2.2), and never in the query.
async fn userinfo<H: Host>(
    call: Call<'_, H>,
    request: &Request<'_>,
    nonce: &mut Option<String>,
    event: &mut Event,
) -> Result<String, Reason> {
    let has_form = request.method == "POST" && is_form(request.header("content-type"));
    let parameters = has_form.then(|| read_body(request)).transpose()?;
    let in_body = parameters.as_ref().and_then(|parameters| parameters.get("access_token"));
    // Two headers, of which a host makes one with a comma, or a list: no token has one.
    let authorization = request.only_header("authorization").transpose().map_err(|_| Reason::BearerTokenRepeated)?;
    let token = grants::AccessTokenOf::read(authorization, in_body)?;
    let proof = if token.by_dpop() {
        let asked = Asked { method: request.method, path: USERINFO_PATH };
        Proof::of(call, request, asked, nonce).await.map_err(grants::unproved)?
    } else {
        None // what comes as a bearer token is one, whatever comes with it
    };
    grants::userinfo(call, token, proof.as_ref(), event).await
}

fn read_body<'a>(request: &Request<'a>) -> Result<Parameters<'a>, Reason> {
    Parameters::read(request.header("content-type"), request.header("content-encoding"), request.body)
}

fn refusal(reason: Reason) -> Response {
    let response = Response::error(&reason.wire());
    match reason {
        // RFC 6750 section 3: without a token there is nothing to say about it.
        Reason::BearerToken { presented: false } => response.with("www-authenticate", r#"Bearer realm="sts""#),
        Reason::BearerToken { presented: true } => {
            response.with("www-authenticate", r#"Bearer realm="sts", error="invalid_token""#)
        }
        Reason::BearerTokenBound => {
            let challenge = [r#"Bearer realm="sts", error="invalid_token", DPoP "#, &algorithms()].concat();
            response.with("www-authenticate", &challenge)
        }
        Reason::DpopToken { .. } | Reason::DpopOfBearer(_) => {
            let challenge = [r#"DPoP error=""#, reason.wire().error, r#"", "#, &algorithms()].concat();
            response.with("www-authenticate", &challenge)
        }
        Reason::BearerTokenRepeated => {
            response.with("www-authenticate", r#"Bearer realm="sts", error="invalid_request""#)
        }
        Reason::InsufficientScope => {
            response.with("www-authenticate", r#"Bearer realm="sts", error="insufficient_scope", scope="openid""#)
        }
        _ => response,
    }
}

/// The algorithms of proofs, as a challenge names them (RFC 9449 section 7.1).
fn algorithms() -> String {
    [r#"algs=""#, &Algorithm::of_public_keys().join(" "), r#"""#].concat()
}
