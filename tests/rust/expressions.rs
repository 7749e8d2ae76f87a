//! The policy language: what an expression means, what is refused and where.

use edge_sts::expression::{Expression, FailureKind, Unmet, Value, Variable, Variables};
use edge_sts::jose::json::{self, Object};
use edge_sts::limits;

const TOKEN: &str = r#"{"iss":"i","sub":"repo:acme/shop:ref:refs/heads/main","repository":"acme/shop","ref":"refs/heads/main",
    "n":3,"d":3.0,"ok":true,"s":"true","groups":["a","b"],"o":{"k.x":"v"},"nul":null,"exp":2000,"iat":1000,
    "big":9007199254740993,"huge":18446744073709551616,"tiny":1e-400,"mixed":[1,2.0,"x",null,[true]],"email":"A@Example.Com"}"#;

/// What comes of `text` with the token, without an actor, as JSON; or how it fails, with the place.
fn value(text: &str) -> String {
    of(text, &json::parse_object(TOKEN).ok().unwrap())
}

fn of(text: &str, claims: &Object<'_>) -> String {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(fault) => return fault.text(),
    };
    let targets = ["orders".to_owned()];
    let attribute = Object::new();
    let variables = Variables { claims, actor: None, attribute: &attribute, client_id: "c1", target: &targets };
    match expression.evaluate(&variables) {
        Ok(value) => value.to_json().map_or_else(|| "computed".into(), |value| value.to_json()),
        Err(failure) => format!("{:?} at {}", failure.kind, failure.at).to_lowercase(),
    }
}

fn fault(text: &str) -> String {
    Expression::parse(text).err().unwrap_or_else(|| panic!("{text}")).text()
}

#[test]
fn the_table_of_the_language() {
    for (text, expected) in [
        // rows 1 to 16 of section 5.4
        ("assertion.repository == 'acme/shop'", "true"),
        (r#"claims.repository == "acme/shop" && claims.ref == "refs/heads/main""#, "true"),
        ("claims.ref.startsWith('refs/heads/')", "true"),
        ("claims.repository in ['acme/shop','x']", "true"),
        ("'a' in claims.groups", "true"),
        ("'c' in claims.groups", "false"),
        ("'sub' in claims", "true"),
        ("!('act' in claims)", "true"),
        ("claims['o']['k.x'] == 'v'", "true"),
        ("claims.o.k == 'v'", "error at 10"),
        ("claims.missing == 'x'", "error at 8"),
        ("claims.missing == 'x' || true", "true"),
        ("true || claims.missing == 'x'", "true"),
        ("false && claims.missing", "false"),
        ("claims.missing && false", "false"),
        ("claims.missing && true", "error at 8"),
        ("claims.missing || false", "error at 8"),
        ("has(claims.missing)", "false"),
        ("has(claims.o)", "true"),
        ("has(claims.o.z)", "false"),
        ("has(claims.nul)", "true"),
        ("has(claims.missing.z)", "error at 12"),
        ("has(claims.n.z)", "error at 1"),
        // rows 18 to 22
        ("claims.n == 3", "true"),
        ("claims.d == 3", "true"),
        ("claims.n == 3.0", "true"),
        ("claims.n == '3'", "false"),
        ("claims.s == true", "false"),
        ("claims.ok", "true"),
        ("claims.s", r#""true""#),
        ("claims.exp - claims.iat < 3600", "true"),
        ("-9223372036854775808 - claims.n", "error at 22"),
        ("9223372036854775807 + claims.n", "error at 21"),
        ("--9223372036854775808", "error at 1"),
        // rows 23 to 33
        ("claims.sub.extract('/heads/{branch}')", r#""main""#),
        ("'x' + claims.n", "error at 5"),
        ("claims.groups.join(',')", r#""a,b""#),
        ("claims.ref.split('/')[2] == 'main'", "true"),
        ("claims.groups[5] == 'x'", "error at 14"),
        ("claims.groups[-1]", "error at 14"),
        ("claims.ok ? 'a' : 'b'", r#""a""#),
        ("claims.s ? 'a' : 'b'", "error at 8"),
        ("glob(claims.sub, 'repo:acme/*:ref:refs/heads/main')", "true"),
        ("glob(claims.sub, 'repo:acme/*')", "false"),
        ("glob(claims.sub, 'repo:acme/**')", "true"),
        ("glob(claims.n, '*')", "error at 1"),
        // rows 37 to 40
        (r#""é" < "f""#, "false"),
        ("size('é')", "1"),
        ("'a' == 'A'.lowerAscii()", "true"),
        ("'É'.lowerAscii()", r#""É""#),
        ("1 < 2 < 3", "error at 7"),
        ("true || false && false", "true"),
        ("(true || false) && false", "false"),
        ("false && true || true", "true"),
        ("!claims.ok == false", "true"),
        ("true ? false : true ? true : false", "false"),
        ("1 - 2 - 3", "-4"),
        // row 55
        ("actor.sub == 'x'", "error at 7"),
        ("actor == null", "true"),
        ("actor != null && actor.sub == 'x'", "false"),
        // numbers
        ("claims.big == 9007199254740992.0", "false"),
        ("claims.big > 9007199254740992.0", "true"),
        ("claims.huge > 9223372036854775807", "true"),
        ("claims.huge == 18446744073709551616.0", "true"),
        ("claims.tiny == 0", "true"),
        ("-1 < -0.5 && -0.5 < 0", "true"),
        ("1 < 1.5 && 1.5 < 2", "true"),
        ("-9223372036854775808 == -9223372036854775808.0", "true"),
        ("-9223372036854775808 > -9223372036854777856.0", "true"),
        ("1 + 1.0", "error at 3"),
        ("1.5 + 1.5 == 3", "true"),
        ("1.5 + 1.5", "computed"),
        ("claims.d", "3.0"),
        ("1e3 == 1000", "true"),
        // equality and order
        ("claims.mixed == [1.0, 2, 'x', null, [true]]", "true"),
        ("claims.o == claims.o", "true"),
        ("claims.o == claims.groups", "false"),
        ("claims.nul == null", "true"),
        ("null == false", "false"),
        ("false < true", "true"),
        ("'a' < 1", "error at 5"),
        ("null < null", "error at 6"),
        ("[1] < [2]", "error at 5"),
        ("2 in claims.mixed && null in claims.mixed && [true] in claims.mixed", "true"),
        ("1 in claims", "false"),
        ("'r' in claims.ref", "error at 5"),
        ("claims.groups + ['c'] == ['a', 'b', 'c']", "true"),
        // functions
        ("size(claims.groups) == 2 && claims.o.size() == 1 && claims.sub.size() == 34", "true"),
        ("claims.n.size()", "error at 10"),
        ("claims.email.lowerAscii().endsWith('@example.com')", "true"),
        ("claims.sub.contains('acme')", "true"),
        ("claims.groups.contains('a')", "error at 15"),
        ("'a,b,,c'.split(',')", r#"["a","b","","c"]"#),
        ("''.split(',')", r#"[""]"#),
        ("''.split('')", "[]"),
        ("'aé'.split('')", r#"["a","é"]"#),
        ("[].join('-')", r#""""#),
        ("claims.mixed.join('-')", "error at 14"),
        ("claims.sub.extract('nowhere{x}')", r#""""#),
        ("claims.n.extract('{x}')", "error at 10"),
        ("(claims.repository + '@x').extract('{a}@')", r#""acme/shop""#),
        ("client.id == 'c1' && has(client.id) && 'orders' in target && target[0] == 'orders'", "true"),
        ("has(attribute.x)", "false"),
        // texts
        (r#"'\\\'\"\n\r\té'"#, r#""\\'\"\n\u000d\u0009é""#),
        (r"r'\d' + R'\'", r#""\\d\\""#),
        (r"'\u00e9\u20AC' == 'é€'", "true"),
        ("[1, 2,]", "[1,2]"),
        ("claims.ok // a comment\n&& true", "true"),
        ("has(claims.package)", "false"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_supported_is_named_with_its_place() {
    for (text, expected) in [
        // rows 17, 24, 34 to 36
        ("has(claims)", "at 5: has() asks for a member: has(claims.name)."),
        ("has('x')", "at 5: has() asks for a member: has(claims.name)."),
        ("has(claims['x'])", "at 11: has() asks for a member: has(claims.name)."),
        ("claims.sub.extract('{a}:{b}')", "at 20: The template must be written here: text, one {name}, text."),
        ("claims.sub.extract(claims.x)", "at 27: The template must be written here: text, one {name}, text."),
        ("glob(claims.sub, claims.x)", "at 25: The pattern must be written here, in quotes."),
        ("claims.sub.matches('.*')", "at 12: \"matches\" is not supported."),
        ("claims.groups.exists(g, g == 'a')", "at 15: \"exists\" is not supported."),
        ("type(claims.n) == int", "at 1: \"type\" is not supported."),
        ("{'a': 1}", "at 1: \"{}\", a map or a message, is not supported."),
        ("claims.n * 2", "at 10: \"*\" is not supported."),
        ("(claims.n % 2)", "at 11: \"%\" is not supported."),
        ("b'x'", "at 1: \"b\", a literal of bytes, is not supported."),
        ("'''x'''", "at 1: Three quotes are not supported: use one, with \\n for the end of a line."),
        ("\"\"\"x\"\"\"", "at 1: Three quotes are not supported: use one, with \\n for the end of a line."),
        ("1u", "at 1: \"u\", an unsigned number, is not supported."),
        ("0x1F", "at 1: \"0x\", a hexadecimal number, is not supported."),
        ("1x", "at 1: A letter follows this number."),
        ("1a", "at 1: A letter follows this number."),
        ("1_", "at 1: A letter follows this number."),
        ("rb'x'", "at 1: \"b\", a literal of bytes, is not supported."),
        ("x'a'", "at 2: A quote does not follow a name."),
        ("abc'a'", "at 4: A quote does not follow a name."),
        ("claims.", "at 8: The expression ends too soon."),
        ("", "at 1: The expression ends too soon."),
        ("==", "at 1: This is not expected here."),
        ("'open", "at 1: This text is not closed."),
        ("'a\nb'", "at 1: This text is not closed."),
        ("claims.ok claims.ok", "at 11: This is not expected here."),
        ("claims.ok )", "at 11: This is not expected here."),
        ("[1 / 2]", "at 4: \"/\" is not supported."),
        ("true ? 1 * 2 : 3", "at 10: \"*\" is not supported."),
        ("claims.n % 2 == 0", "at 10: \"%\" is not supported."),
        ("claims.ok = true", "at 11: Write == to compare."),
        ("claims.ok & true", "at 11: Write && or ||."),
        ("claims.in", "at 8: This is not expected here."),
        ("!-1", "at 2: This is not expected here."),
        ("(1", "at 3: \")\" is expected here."),
        ("size()", "at 1: This function has another number of arguments."),
        ("'a'.size(1)", "at 5: This function has another number of arguments."),
        ("9223372036854775808", "at 1: This number has more than 64 bits."),
        ("'\\x41'", "at 2: This escape is not supported; there are \\\\ \\' \\\" \\n \\r \\t and \\u0000."),
        ("'\\ud800'", "at 2: This escape is not supported; there are \\\\ \\' \\\" \\n \\r \\t and \\u0000."),
        ("while", "at 1: CEL keeps this word for itself."),
        ("client.secret", "at 1: Of client there is client.id and nothing else."),
        (
            "request.time",
            "at 1: This name is not known; there are claims, assertion, actor, attribute, client.id and target.",
        ),
        ("claims.a == 'é' && 1 @ 2", "at 22: This character does not belong into an expression."),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
}

#[test]
fn no_message_repeats_the_text() {
    for text in
        ["planted", "planted(1)", "claims.planted(1)", "claims planted", "'planted", "'\\planted'", "planted'x'"]
    {
        assert!(!fault(text).contains("planted"), "{text}");
    }
}

#[test]
fn debug_shows_no_expression() {
    assert_eq!(format!("{:?}", Expression::parse("claims.planted == 'x'").unwrap()), "Expression");
}

#[test]
fn limits_of_the_text() {
    let deep = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(value(&deep(limits::EXPRESSION_DEPTH)), "1");
    assert_eq!(fault(&deep(limits::EXPRESSION_DEPTH + 1)), "at 33: Brackets are more than 32 deep.");
    let long = |bytes: usize| format!("'{}'", "x".repeat(bytes - 2));
    assert!(Expression::parse(&long(limits::EXPRESSION)).is_ok());
    assert_eq!(fault(&long(limits::EXPRESSION + 1)), "at 1: The expression is longer than 4096 bytes.");
    let list = |members: usize| format!("1 in [{}]", ["1"; 65][..members].join(","));
    assert_eq!(value(&list(limits::EXPRESSION_MEMBERS)), "true");
    assert!(fault(&list(limits::EXPRESSION_MEMBERS + 1)).contains("more than 64 members"));
    // n literals and n - 1 operators
    let chain = |literals: usize| vec!["true"; literals].join("&&");
    assert_eq!(value(&chain(128)), "true");
    assert!(fault(&chain(129)).contains("more than 256 parts"));
    assert!(fault(&format!("{}true", "!".repeat(300))).contains("more than 256 parts"));
    let alternatives = "true?true:".repeat(85);
    assert_eq!(value(&format!("{alternatives}true")), "true");
    assert!(fault(&format!("{alternatives}true?true:true")).contains("more than 256 parts"));
}

#[test]
fn evaluation_counts_its_steps() {
    let text = format!(r#"{{"a":"{}","l":[{}]}}"#, "a".repeat(16_000), ["1"; 6_000].join(","));
    let claims = json::parse_object(&text).ok().unwrap();
    let started = std::time::Instant::now();
    for (expression, expected) in [
        (format!("glob(claims.a, '{}')", "*a".repeat(64)), "steps at 1".to_owned()),
        (format!("glob(claims.a, '{}b')", "**a".repeat(64)), "steps at 1".to_owned()),
        ("glob(claims.a, 'a**')".into(), "true".into()),
        ("2 in claims.l".into(), "false".into()),
        ("2 in claims.l || 3 in claims.l".into(), "steps at 20".into()),
        // what has run out is not absorbed
        ("2 in claims.l || 3 in claims.l || true".into(), "steps at 20".into()),
        ("(2 in claims.l || 3 in claims.l) && false".into(), "steps at 21".into()),
        ("size(claims.a + claims.a)".into(), "steps at 15".into()),
        ("claims.a.split('').size()".into(), "steps at 10".into()),
        ("size(claims.l + claims.l)".into(), "steps at 15".into()),
    ] {
        assert_eq!(of(&expression, &claims), expected, "{expression}");
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(10));
}

#[test]
fn only_true_is_met() {
    let claims = json::parse_object(TOKEN).ok().unwrap();
    let attribute = Object::new();
    let variables = Variables { claims: &claims, actor: None, attribute: &attribute, client_id: "c", target: &[] };
    let holds = |text: &str| Unmet::unless_true(Expression::parse(text).ok().unwrap().evaluate(&variables));
    assert_eq!(holds("claims.ok"), Ok(()));
    assert_eq!(holds("claims.n == 4"), Err(Unmet::False));
    for text in ["claims.s", "claims.n", "claims.nul", "claims.groups", "claims"] {
        assert_eq!(holds(text), Err(Unmet::Type), "{text}");
    }
    let Err(Unmet::Failed(failure)) = holds("claims.missing") else { panic!("it is missing") };
    assert_eq!((failure.kind, failure.at), (FailureKind::Error, 8));
}

#[test]
fn which_claims_are_read() {
    let names = |text: &str| {
        let names = Expression::parse(text).ok().unwrap().names(Variable::Claims);
        if names.all { "all".to_owned() } else { names.names.join(" ") }
    };
    for (text, expected) in [
        ("claims.a == 'x' && has(assertion.b) || claims['c'].d == 1 || 'e' in claims || claims.a.f", "a b c e"),
        ("true", ""),
        ("actor.a == attribute.b", ""),
        ("claims[claims.a]", "all"),
        ("claims.a in claims", "all"),
        ("size(claims) > 1", "all"),
        ("[claims] == []", "all"),
        ("claims.a[claims.b] == glob(claims.c, '*')", "a b c"),
        ("attribute['x'] == claims.a['b']", "a"),
    ] {
        assert_eq!(names(text), expected, "{text}");
    }
}

#[test]
fn which_claims_several_expressions_read() {
    let names = |text: &str| Expression::parse(text).ok().unwrap().names(Variable::Claims);
    let both = |one: &str, other: &str| {
        let mut both = names(one);
        both.add(names(other));
        (both.all, both.names.join(" "), both.is_empty())
    };
    assert_eq!(both("claims.a == claims.b", "claims.b == claims.c"), (false, "a b c".into(), false));
    assert_eq!(both("claims.a", "size(claims) > 1"), (true, "a".into(), false));
    assert_eq!(both("size(claims) > 1", "claims.a"), (true, "a".into(), false));
    assert_eq!(both("size(claims) > 1", "true"), (true, String::new(), false));
    assert_eq!(both("actor.a", "true"), (false, String::new(), true));
}

#[test]
fn doubts() {
    let doubts = |text: &str| {
        let doubts = Expression::parse(text).ok().unwrap().doubts();
        doubts.iter().map(|doubt| doubt.sentence.split(' ').next().unwrap()).collect::<Vec<_>>().join(" ")
    };
    for (text, expected) in [
        // rows 3.4, 3.19, 3.23 and 3.37 of the expressions found in public
        ("assertion.repository=='acme/shop' && assertion.ref.startsWith('refs/heads/main')", "The"),
        ("assertion.sub == 'repo:myOrg/myRepo:*'", "=="),
        ("has(claims.email) && claims.email_verified && claims.email.contains('@example.com')", "contains"),
        ("glob(claims.sub, 'repo:*/*:ref:refs/heads/acme')", "The"),
        ("glob(claims.sub, '*')", "The"),
        ("glob(claims.sub, '**:x')", "The"),
        // and those that are as they should be
        ("claims.ref.startsWith('refs/heads/') || claims.sub.startsWith('arn:aws:iam::1:')", ""),
        ("glob(claims.sub, 'repo:acme/*') || glob(claims.sub, '{4a2f}:*')", ""),
        ("glob(claims.repository, 'acme/*') || glob(claims.branch, 'release/*')", ""),
        ("claims.email.endsWith('@example.com') || claims.email.contains('example')", ""),
    ] {
        assert_eq!(doubts(text), expected, "{text}");
    }
}

#[test]
fn a_value_borrows_from_the_claims() {
    let claims = json::parse_object(TOKEN).ok().unwrap();
    let attribute = Object::new();
    let variables =
        Variables { claims: &claims, actor: Some(&claims), attribute: &attribute, client_id: "c", target: &[] };
    let expression = Expression::parse("actor.sub").ok().unwrap();
    let value = expression.evaluate(&variables).ok().unwrap();
    assert!(matches!(value, Value::Text(std::borrow::Cow::Borrowed("repo:acme/shop:ref:refs/heads/main"))));
}
