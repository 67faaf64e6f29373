//! The token rows with `jsonwebtoken`: verify one HS256 access token and look its jti up in a set of revoked ones.
//!
//! Fair because the token has the shape of ours, signature, exp, iss and aud are checked as ours are, and the revocation
//! check is the cheapest there is, a set in memory. In the peer's favour: there is one key, nothing is selected by `kid`,
//! and neither `typ` nor `crit` is looked at.

use jsonwebtoken::{decode, encode, Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

const SECRET: &[u8] = b"kX2v9QmT7rLw4Zb8Ns1Hc6Yd3Fg5Jp0uEaViRoWt";
const REPETITIONS: usize = 9;
const CALLS: u32 = 50_000;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    jti: String,
    sid: String,
}

/// Ids of the right length and spread; nobody guesses them here, so they need not be secret.
fn id(serial: u64) -> String {
    let mixed = serial.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
    format!("{:016x}{:06x}", mixed, serial)
}

fn access_token() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let claims = Claims {
        iss: "demo".into(),
        aud: "api".into(),
        sub: "u-42".into(),
        iat: now,
        exp: now + 900,
        jti: id(u64::MAX >> 44),
        sid: "s-7".into(),
    };
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".into());
    header.kid = Some("2026-11".into());
    encode(&header, &claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

/// Median nanoseconds of one call after one warm-up.
fn median_ns(mut call: impl FnMut()) -> f64 {
    let mut samples: Vec<f64> = (0..=REPETITIONS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                call();
            }
            start.elapsed().as_nanos() as f64 / f64::from(CALLS)
        })
        .skip(1)
        .collect();
    samples.sort_by(f64::total_cmp);
    samples[REPETITIONS / 2]
}

fn main() {
    let token = access_token();
    let key = DecodingKey::from_secret(SECRET);
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["demo"]);
    validation.set_audience(&["api"]);
    validation.leeway = 30;

    for (row, count) in [("token_verify", 0), ("token_verify_10k_revoked", 10_000), ("token_verify_1m_revoked", 1_000_000)] {
        let revoked: HashSet<String> = (0..count).map(id).collect();
        let ns = median_ns(|| {
            let verified = decode::<Claims>(&token, &key, &validation).unwrap();
            assert!(!revoked.contains(&verified.claims.jti));
        });
        println!(
            r#"{{"row":"{row}","who":"jsonwebtoken (Rust)","ns":{ns:.1},"detail":"jsonwebtoken 8, token of {} bytes, revoked ids in a set"}}"#,
            token.len()
        );
    }
}
