// A token endpoint with the standard library of Go and nothing else: the one exchange of benches/servers.mjs, written by hand with
// the checks of benches/peers. A stand-in for the servers in Go that cannot be had from the registries here, not one of them: it
// knows no other grant, client, format or store. Its users are an argument; what it trusts stands below it.
//
// Arguments: issuer of this service, users (commas between them). Says on stderr where it listens.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

const (
	tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"
	jwt           = "urn:ietf:params:oauth:token-type:jwt"
	accessToken   = "urn:ietf:params:oauth:token-type:access_token"
	bodyLimit     = 65536 // bytes
	leeway        = 60    // seconds
	longestLife   = 86400
	lifetime      = 300
)

// What is trusted and allowed, as JSON in the environment variable TRUST.
type trust struct {
	ClientID, ClientSecret string
	Issuer, Secret         string
	Audiences, Scopes      []string
}

type server struct {
	trust
	issuer string
	secret [sha256.Size]byte
	users  map[string]bool
	key    *ecdsa.PrivateKey
	header string
}

var encoding = base64.RawURLEncoding
var errRefused = errors.New("refused")

func main() {
	s := server{issuer: os.Args[1], users: map[string]bool{}}
	must(json.Unmarshal([]byte(os.Getenv("TRUST")), &s.trust))
	for _, user := range strings.Split(os.Args[2], ",") {
		s.users[user] = true
	}
	s.secret = sha256.Sum256([]byte(s.ClientSecret))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	s.key = key
	s.header = encoding.EncodeToString([]byte(`{"typ":"at+jwt","alg":"ES256","kid":"1"}`))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Fprintf(os.Stderr, "token endpoint: http://%s/token\n", listener.Addr())
	http.HandleFunc("POST /token", s.token)
	must(http.Serve(listener, nil))
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	answer, err := s.exchange(r)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error":"invalid_request"}`)
		return
	}
	w.Write(answer)
}

type subject struct {
	Iss, Sub      string
	Aud           json.RawMessage
	Exp, Iat, Nbf *int64
}

type issued struct {
	Iss      string `json:"iss"`
	Sub      string `json:"sub"`
	Aud      string `json:"aud"`
	ClientID string `json:"client_id"`
	Iat      int64  `json:"iat"`
	Exp      int64  `json:"exp"`
	Jti      string `json:"jti"`
	Scope    string `json:"scope"`
}

func (s *server) exchange(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil || len(body) > bodyLimit || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		return nil, errRefused
	}
	form, err := url.ParseQuery(string(body))
	id, secret, basic := r.BasicAuth()
	digest := sha256.Sum256([]byte(unescaped(secret)))
	if err != nil || !basic || unescaped(id) != s.ClientID || subtle.ConstantTimeCompare(digest[:], s.secret[:]) != 1 {
		return nil, errRefused
	}
	if form.Get("grant_type") != tokenExchange || form.Get("subject_token_type") != jwt || form.Has("actor_token") {
		return nil, errRefused
	}
	now := time.Now().Unix()
	from, err := s.verified(form.Get("subject_token"), now)
	if err != nil || !s.users[from.Sub] || !slices.Contains(s.Audiences, form.Get("audience")) {
		return nil, errRefused
	}
	for _, scope := range strings.Split(form.Get("scope"), " ") {
		if !slices.Contains(s.Scopes, scope) {
			return nil, errRefused
		}
	}
	var random [16]byte
	rand.Read(random[:])
	claims := issued{s.issuer, from.Sub, form.Get("audience"), id, now, min(now+lifetime, *from.Exp),
		hex.EncodeToString(random[:]), form.Get("scope")}
	token, err := s.signed(claims)
	if err != nil {
		return nil, err
	}
	event, err := json.Marshal(map[string]any{"time": now, "event": "token.exchange", "outcome": "success",
		"client_id": id, "subject": map[string]string{"iss": from.Iss, "sub": from.Sub}, "aud": claims.Aud,
		"scope": claims.Scope, "jti": claims.Jti, "issued_token_type": accessToken})
	if err != nil {
		return nil, err
	}
	os.Stdout.Write(append(event, '\n'))
	return json.Marshal(map[string]any{"access_token": token, "issued_token_type": accessToken, "token_type": "Bearer",
		"expires_in": claims.Exp - now, "scope": claims.Scope})
}

func (s *server) verified(token string, now int64) (subject, error) {
	var claims subject
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims, errRefused
	}
	var header struct{ Alg, Typ string }
	if decoded(parts[0], &header) != nil || header.Alg != "HS256" || header.Typ != "JWT" {
		return claims, errRefused
	}
	mac := hmac.New(sha256.New, []byte(s.Secret))
	io.WriteString(mac, token[:len(parts[0])+1+len(parts[1])])
	signature, err := encoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) || decoded(parts[1], &claims) != nil {
		return claims, errRefused
	}
	late := claims.Exp == nil || *claims.Exp <= now-leeway || *claims.Exp > now+longestLife+leeway
	early := claims.Nbf != nil && *claims.Nbf > now+leeway || claims.Iat != nil && *claims.Iat > now+leeway
	var aud string
	if late || early || claims.Iss != s.Issuer || json.Unmarshal(claims.Aud, &aud) != nil || aud != s.issuer {
		return claims, errRefused
	}
	return claims, nil
}

func (s *server) signed(claims issued) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	input := s.header + "." + encoding.EncodeToString(payload)
	digest := sha256.Sum256([]byte(input))
	x, y, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		return "", err
	}
	var signature [64]byte
	x.FillBytes(signature[:32])
	y.FillBytes(signature[32:])
	return input + "." + encoding.EncodeToString(signature[:]), nil
}

func decoded(part string, into any) error {
	text, err := encoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func unescaped(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return ""
	}
	return plain
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
